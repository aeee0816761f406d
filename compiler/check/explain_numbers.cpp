// Explains errors in a digest or a version.

#include <algorithm>

#include <fmt/format.h>

#include "compiler/check/explain_values.h"
#include "compiler/check/show.h"
#include "compiler/check/words.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "compiler/targets/digest_algorithms.h"
#include "compiler/targets/features.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using support::Span;
using targets::DigestAlgorithm;

bool IsHex(llvm::StringRef text) {
  return !text.empty() && llvm::all_of(text, llvm::isHexDigit);
}

// Whether a digest may be written this way: bare digests ignore an odd last digit.
bool AreDigits(llvm::StringRef text, bool bare) {
  return IsHex(text) && (bare || text.size() % 2 == 0);
}

bool IsQuoted(llvm::StringRef text) {
  return text.size() > 1 && (text[0] == '\'' || text[0] == '"') && text.back() == text[0];
}

const DigestAlgorithm* ByDigits(llvm::StringRef digits) {
  return IsHex(digits) ? targets::AlgorithmWithDigits(digits.size()) : nullptr;
}

Span Within(Span value, std::size_t begin, std::size_t end) {
  return {support::ToU32(value.begin + begin), support::ToU32(value.begin + end)};
}

// A value without `:` in a dialect that expects ALGORITHM:HEX.
void ExplainNoAlgorithm(Checker& checker, const Word& word, Span value) {
  const llvm::StringRef text = checker.Text(value);
  Diagnostic& diagnostic =
      checker.sink.Emit(value, diag::DigestNoAlgorithm, Show(checker.Text(word.key)), Show(text));
  if (const DigestAlgorithm* meant = ByDigits(text)) {
    diagnostic.AddNote(
        fmt::format("the RFC series had no algorithm in digests; a digest with {} hex digits is "
                    "{}",
                    text.size(), meant->name));
    diagnostic.AddFix(fmt::format("insert `{}:`", meant->name),
                      {{{value.begin, value.begin}, std::string(meant->name) + ":"}});
    return;
  }
  for (const DigestAlgorithm& row : targets::kDigestAlgorithms) {
    const llvm::StringRef rest = text.drop_front(std::min(text.size(), row.name.size()));
    if (text.startswith({row.name.data(), row.name.size()}) &&
        AreDigits(rest.drop_front(rest.empty() ? 0 : 1), false) &&
        llvm::StringRef("=-_ /").contains(rest[0])) {
      const std::uint32_t at = support::ToU32(value.begin + row.name.size());
      diagnostic.AddFix("separate algorithm and digest with `:`", {{{at, at + 1}, ":"}});
      return;
    }
  }
  if (IsHex(text)) {
    diagnostic.AddNote(fmt::format("no common digest algorithm has {} hex digits", text.size()));
  } else {
    diagnostic.AddNote("for example, `sha256:` and 64 hex digits");
  }
}

// The intended version of `text`, or nothing.
std::string MeantVersion(llvm::StringRef text) {
  text = text.take_front(64);
  if (text.startswith("v") || text.startswith("V")) text = text.drop_front();
  std::string meant;
  for (int part = 0; part < 3; ++part) {
    const auto [component, rest] = text.split('.');
    const llvm::StringRef number = component.ltrim("+-");
    const llvm::StringRef digits = number.take_while([](char byte) { return llvm::isDigit(byte); });
    const llvm::StringRef suffix = number.drop_front(digits.size());
    if (digits.empty() && !component.empty()) return {};
    if (part > 0) meant += '.';
    meant += digits.empty() ? "0" : digits.str();
    if (suffix.empty()) {
      text = rest;
      continue;
    }
    // After `1.0.0-rc1`, `1.0_2` or `1.0.0rc1` nothing else is part of the number. The intention of
    // `1x.2.3` or `0x10` cannot be determined.
    const bool ends = rest.empty() || llvm::StringRef("-+_~").contains(suffix[0]);
    if (!ends || suffix.startswith_insensitive("x")) return {};
    text = {};
  }
  return ReadVersion(meant).problem == VersionProblem::None ? meant : std::string();
}

}  // namespace

void ExplainDigest(Checker& checker, const Word& word, Span value) {
  const bool bare = checker.target.Has(targets::Feature::BareDigests);
  const llvm::StringRef text = checker.Text(value);
  const DigestWord digest = ReadDigest(text, bare, checker.digest_bytes);
  const std::size_t colon = text.find(':');
  switch (digest.problem) {
    case DigestProblem::None:
      return;
    case DigestProblem::Empty:  // quotes around an empty value
      checker.sink.Emit(word.span(), diag::MissingValue, Show(checker.Text(word.key)));
      return;
    case DigestProblem::NoAlgorithm:
      ExplainNoAlgorithm(checker, word, value);
      return;
    case DigestProblem::OddDigits:
      checker.sink
          .Emit(Within(value, text.size() - digest.digits.size(), text.size()),
                diag::DigestOddDigits, digest.digits.size())
          .AddNote("a digit is missing or extra; compare with the tool that computed the digest");
      return;
    case DigestProblem::NotHex:
      break;
  }
  const llvm::StringRef after =
      colon == llvm::StringRef::npos ? llvm::StringRef() : text.drop_front(colon + 1);
  const bool takes_quotes = value == word.written;  // if there are no quotes around the whole value
  if (bare && IsHex(takes_quotes && IsQuoted(after) ? after.slice(1, after.size() - 1) : after)) {
    checker.sink.Emit(value, diag::DigestWithAlgorithm, checker.target.name, Show(text))
        .AddNote("mainline requires the algorithm; the RFC series compares only bytes")
        .AddFix("remove the algorithm", {{Within(value, 0, colon + 1), ""}});
    return;
  }
  const Span digits = Within(value, text.size() - digest.digits.size(), text.size());
  if (!bare && IsQuoted(digest.digits) &&
      AreDigits(digest.digits.slice(1, digest.digits.size() - 1), bare)) {
    ReportQuotes(checker, digits);
    return;
  }
  const auto bad = Within(digits, digest.bad_digit, digest.bad_digit + 1);
  const Span shown = support::WholeCharacters(checker.document.text, bad);
  Diagnostic& diagnostic = checker.sink.Emit(shown, diag::DigestNotHex, Show(checker.Text(shown)));
  if (digest.digits.startswith("0x") && AreDigits(digest.digits.drop_front(2), bare)) {
    diagnostic.AddFix("remove `0x`", {{{bad.begin - 1, bad.end}, ""}});
  }
}

void ExplainVersion(Checker& checker, const Word& word) {
  Span value;
  if (ExplainAnyValue(checker, word, value)) return;
  const llvm::StringRef text = checker.Text(value);
  const VersionWord version = ReadVersion(text);
  if (version.problem == VersionProblem::None) return;
  const Span part = Within(value, version.begin, version.end);
  // If the component is empty, the whole version is shown.
  const Span where = part.empty() ? value : part;
  const std::string shown = Show(checker.Text(part));
  Diagnostic* diagnostic = nullptr;
  switch (version.problem) {
    case VersionProblem::NotANumber:
      diagnostic = part.empty() ? &checker.sink.Emit(where, diag::VersionEmptyPart, Show(text))
                                : &checker.sink.Emit(where, diag::VersionNotANumber, shown);
      break;
    case VersionProblem::TooLarge:
      checker.sink.Emit(where, diag::VersionTooLarge, shown)
          .AddNote("each component is a 16-bit number");
      return;
    default:
      diagnostic = &checker.sink.Emit(value, diag::VersionParts, text.count('.') + 1);
      break;
  }
  if (std::string meant = MeantVersion(text); !meant.empty()) {
    std::string title = fmt::format("replace with `{}`", meant);
    diagnostic->AddFix(std::move(title), {{value, std::move(meant)}});
  }
}

}  // namespace ipec::check
