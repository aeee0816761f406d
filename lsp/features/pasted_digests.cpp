#include "lsp/features/pasted_digests.h"

#include <string>

#include "compiler/check/words.h"
#include "compiler/targets/digest_algorithms.h"
#include "compiler/targets/features.h"
#include "llvm/ADT/StringExtras.h"
#include "lsp/features/place.h"

namespace ipec::lsp {
namespace {

using support::Span;
using syntax::Clause;
using targets::DigestAlgorithm;

// The only run of hex digits that is as long as a digest; empty: there are none or several.
llvm::StringRef DigitsIn(llvm::StringRef text) {
  llvm::StringRef found;
  while (!text.empty()) {
    text = text.drop_while([](char byte) { return !llvm::isHexDigit(byte); });
    const llvm::StringRef run = text.take_while([](char byte) { return llvm::isHexDigit(byte); });
    text = text.drop_front(run.size());
    if (targets::AlgorithmWithDigits(run.size()) == nullptr) continue;
    if (!found.empty()) return {};
    found = run;
  }
  return found;
}

// The algorithm that the words before the digits name, or else the usual one of that length.
const DigestAlgorithm* AlgorithmOf(llvm::StringRef before, std::size_t digits) {
  const llvm::StringRef word = before.rtrim(" \t:=").ltrim("\"' \t");
  const std::string_view name(word.data(), word.size());
  const DigestAlgorithm* named = targets::FindAlgorithm(name);
  if (named == nullptr) named = targets::FindMeantAlgorithm(name);
  return named != nullptr && 2 * named->bytes == digits ? named
                                                        : targets::AlgorithmWithDigits(digits);
}

// From the value of the clause at `at` to the next word that begins another part of the statement.
Span PastedAt(const Snapshot& snapshot, std::span<const Clause> clauses, std::size_t at) {
  Span pasted = clauses[at].value;
  for (std::size_t i = at + 1; i < clauses.size(); ++i) {
    const llvm::StringRef key = TextOf(snapshot, clauses[i].key);
    const bool is_part = clauses[i].has_equals &&
                         (key == "op" || key == "action" || PropertyOf(snapshot, clauses[i]));
    if (is_part) break;
    pasted.end = clauses[i].span().end;
  }
  return pasted;
}

}  // namespace

std::vector<diagnostics::TextEdit> RepairPastedDigest(const Snapshot& snapshot,
                                                      const syntax::Line& line) {
  const auto clauses = snapshot.document().ClausesOf(line);
  const bool is_bare = snapshot.target().Has(targets::Feature::BareDigests);
  for (std::size_t i = 0; i < clauses.size(); ++i) {
    const auto property = PropertyOf(snapshot, clauses[i]);
    if (!property || !clauses[i].has_equals ||
        runtime::Kind(*property) != runtime::PropertyKind::Digest) {
      continue;
    }
    const Span pasted = PastedAt(snapshot, clauses, i);
    const llvm::StringRef text = TextOf(snapshot, pasted);
    const llvm::StringRef digits = DigitsIn(text);
    if (digits.empty()) continue;
    const llvm::StringRef before = text.take_front(digits.data() - text.data());
    std::string value = digits.lower();
    if (!is_bare) {
      value.insert(0, ":").insert(0, AlgorithmOf(before, digits.size())->name);
    }
    // Quotes of the RFC series stay.
    if (text == value || text == "\"" + value + "\"" || text == "'" + value + "'") continue;
    std::vector<diagnostics::TextEdit> edits;
    edits.push_back({pasted, value});
    const llvm::StringRef path = text.drop_front(before.size() + digits.size()).trim(" \t\"'");
    if (path.startswith("/") && line.comment.empty()) {
      const std::uint32_t end = line.statement.end;
      if (pasted.end == end) {
        edits.back().text += " # " + path.str();
      } else {
        edits.push_back({{end, end}, " # " + path.str()});
      }
    }
    return edits;
  }
  return {};
}

}  // namespace ipec::lsp
