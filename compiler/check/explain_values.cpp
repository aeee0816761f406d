#include "compiler/check/explain_values.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/placeholder.h"
#include "compiler/check/prove_repairs.h"
#include "compiler/check/quoted_words.h"
#include "compiler/check/show.h"
#include "compiler/check/words.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "compiler/targets/features.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using diagnostics::TextEdit;
using support::Span;
using targets::ForeignWord;

void Suggest(Diagnostic& diagnostic, Span where, std::string_view word) {
  diagnostic.AddNote(support::DidYouMean(word));
  diagnostic.AddFix(fmt::format("replace with `{}`", word), {{where, std::string(word)}});
}

// `found` is a part of the document, or empty.
bool ReportPlaceholder(Checker& checker, llvm::StringRef found,
                       const std::optional<std::string>& meaning = std::nullopt) {
  if (found.empty()) return false;
  Diagnostic& diagnostic = checker.sink.Emit(support::SpanIn(checker.document.text, found),
                                             diag::UnrenderedTemplate, Show(found));
  if (meaning) diagnostic.AddNote(*meaning);
  diagnostic.AddNote("the text is a template: check the rendered policy instead");
  return true;
}

// Reports a placeholder in the value of `word`, which is for `property` if that is known.
bool ReportPlaceholderIn(Checker& checker, const Word& word,
                         std::optional<runtime::Property> property) {
  const llvm::StringRef found = FindPlaceholder(checker.Text(word.value));
  if (found.empty()) return false;
  std::optional<std::string> meaning;
  if (property && runtime::Kind(*property) == runtime::PropertyKind::Digest) {
    const bool bare = checker.target.Has(targets::Feature::BareDigests);
    meaning = DescribeDigestPlaceholder(checker.Text(word.value), found, bare);
  }
  return ReportPlaceholder(checker, found, meaning);
}

void AddExpansion(const Checker& checker, Diagnostic& diagnostic, const Statement& statement,
                  Span word, std::span<const runtime::Operation> operations) {
  std::vector<std::string_view> names;
  for (const runtime::Operation operation : operations) names.push_back(runtime::Name(operation));
  diagnostic.AddNote("each operation needs its own statement: " + support::ListedInQuotes(names));
  diagnostic.AddFix(
      fmt::format("replace with {} statements", operations.size()),
      {{statement.line.statement, OncePerOperation(checker, statement.line, word, operations)}});
}

std::vector<std::string_view> OperationNames(const targets::Target& target) {
  std::vector<std::string_view> names;
  for (const runtime::Operation operation : target.semantics().operations) {
    names.push_back(runtime::Name(operation));
  }
  for (const targets::Alias& alias : target.aliases()) names.push_back(alias.spelling);
  return names;
}

// `EXECUTE,KMODULE` and similar: several operations in one value.
std::vector<runtime::Operation> OperationList(const targets::Target& target,
                                              llvm::StringRef value) {
  std::vector<runtime::Operation> operations;
  value = value.take_front(256);
  while (!value.empty()) {
    const std::size_t end = value.find_first_of(",|;+&/");
    const auto operation = ReadOperation(target, value.take_front(end));
    if (!operation) return {};
    operations.push_back(*operation);
    value = end == llvm::StringRef::npos ? llvm::StringRef() : value.drop_front(end + 1);
  }
  return operations;
}

bool ExplainForeignOperation(Checker& checker, const Statement& statement, Span value,
                             const ForeignWord& foreign, Diagnostic& diagnostic) {
  diagnostic.AddNote(fmt::format("`{}`: {}", foreign.spelling, foreign.who));
  std::vector<runtime::Operation> known;
  for (const runtime::Operation operation : foreign.replacement) {
    if (checker.target.Knows(operation)) known.push_back(operation);
  }
  if (known.size() > 1) {
    AddExpansion(checker, diagnostic, statement, value, known);
  } else if (known.size() == 1) {
    const std::string_view name = runtime::Name(known[0]);
    diagnostic.AddFix(fmt::format("replace with `{}`", name), {{value, std::string(name)}});
  } else {
    OfferRemoval(checker, statement.line, diagnostic,
                 "remove the statement, which has no equivalent for this target");
    return false;
  }
  return true;
}

// Common words for TRUE and FALSE.
std::string_view MeantBoolean(llvm::StringRef value) {
  const std::string lower = value.take_front(16).lower();
  for (const llvm::StringRef word : {"true", "yes", "1", "on", "ok", "enabled", "t", "y"}) {
    if (lower == word) return "TRUE";
  }
  for (const llvm::StringRef word : {"false", "no", "0", "off", "disabled", "f", "n"}) {
    if (lower == word) return "FALSE";
  }
  constexpr std::string_view kWords[] = {"TRUE", "FALSE"};
  return support::Nearest(std::string_view(value.take_front(16)), kWords);
}

std::string_view MeantAction(llvm::StringRef value) {
  const std::string lower = value.take_front(16).lower();
  for (const llvm::StringRef word : {"allow", "permit", "accept", "pass", "grant"}) {
    if (lower == word) return "ALLOW";
  }
  for (const llvm::StringRef word : {"deny", "block", "reject", "forbid", "drop", "refuse"}) {
    if (lower == word) return "DENY";
  }
  constexpr std::string_view kWords[] = {"ALLOW", "DENY"};
  return support::Nearest(std::string_view(value.take_front(16)), kWords);
}

}  // namespace

bool Denies(llvm::StringRef key, llvm::StringRef value) {
  constexpr llvm::StringLiteral kQuotes = "'\"";
  key = key.trim(kQuotes);
  value = value.trim(kQuotes);
  if (key == "action") return MeantAction(value) == "DENY";
  return value == "DENY" || (value.empty() && key == "DENY");
}

void ReportQuotes(Checker& checker, Span where) {
  const llvm::StringRef text = checker.Text(where);
  checker.sink.Emit(where, diag::QuotedValue, fmt::format("`{}`", Show(text)), checker.target.name)
      .AddNote("the RFC series of 2021 supported quotes, mainline does not")
      .AddFix("remove the quotes", {{where, text.slice(1, text.size() - 1).str()}});
}

bool ExplainTemplate(Checker& checker, Span where) {
  return ReportPlaceholder(checker, FindTemplate(checker.Text(where)));
}

TextEdit RemoveStatement(const Checker&, const syntax::Line& line) {
  if (line.comment.empty()) return {line.span, ""};
  return {line.statement, ""};
}

void OfferRemoval(const Checker& checker, const syntax::Line& line, Diagnostic& diagnostic,
                  std::string title) {
  if (line.statement.size() > kLongestRepaired) return;
  if (!FindTemplate(checker.Text(line.statement)).empty()) return;
  bool denies = false;
  for (const syntax::Clause& clause : checker.document.ClausesOf(line)) {
    const llvm::StringRef value = checker.Text(clause.value);
    if (!FindPlaceholder(value.trim("'\"")).empty()) return;
    denies = denies || Denies(checker.Text(clause.key), value);
  }
  if (denies) title += kLoosens;
  diagnostic.AddGuess(std::move(title), {RemoveStatement(checker, line)});
}

std::string OncePerOperation(const Checker& checker, const syntax::Line& line, Span word,
                             std::span<const runtime::Operation> operations) {
  const llvm::StringRef before = checker.Text({line.statement.begin, word.begin});
  const llvm::StringRef after = checker.Text({word.end, line.statement.end});
  std::string text;
  for (const runtime::Operation operation : operations) {
    if (!text.empty()) text += '\n';
    text += before;
    text += runtime::Name(operation);
    text += after;
  }
  return text + BlankBeforeComment(checker, line).str();
}

void ExplainPlaceholders(Checker& checker, std::span<const Word> words) {
  for (const Word& word : words) {
    ReportPlaceholderIn(checker, word, ReadProperty(checker.Text(word.key)));
  }
}

bool ExplainAnyValue(Checker& checker, const Word& word, Span& value,
                     std::optional<runtime::Property> property) {
  value = word.value;
  const llvm::StringRef key = checker.Text(word.key);
  if (!word.has_value()) {
    checker.sink.Emit(word.span(), diag::MissingValue, Show(key));
    return true;
  }
  const llvm::StringRef text = checker.Text(value);
  if (ReportPlaceholderIn(checker, word, property)) return true;
  const bool plain = checker.document.lexis == syntax::Lexis::Plain;
  if (plain && text.size() >= 2 && IsQuote(text[0]) && text.back() == text[0]) {
    value = {value.begin + 1, value.end - 1};
    ReportQuotes(checker, word.value);
  }
  return false;
}

bool ExplainOperation(Checker& checker, const Statement& statement, const Word& word) {
  Span value;
  if (ExplainAnyValue(checker, word, value)) return true;
  const llvm::StringRef name = checker.Text(value);
  const targets::Target& target = checker.target;
  policy::Operation single{};
  if (!ReadOperations(target, checker.options.every, name, single).empty()) return true;

  Diagnostic& diagnostic =
      checker.sink.Emit(value, diag::UnknownOperation, Show(name), target.name);
  const std::string upper = name.take_front(64).upper();
  const ForeignWord* foreign = targets::FindForeignWord(ForeignWord::Kind::Operation, upper);
  if (foreign != nullptr) {
    return ExplainForeignOperation(checker, statement, value, *foreign, diagnostic);
  }
  if (const auto list = OperationList(target, name); list.size() > 1) {
    AddExpansion(checker, diagnostic, statement, value, list);
    return true;
  }
  const std::vector<std::string_view> names = OperationNames(target);
  if (const std::string_view near = support::Nearest(std::string_view(name.take_front(64)), names);
      !near.empty()) {
    Suggest(diagnostic, value, near);
    return true;
  }
  diagnostic.AddNote(
      fmt::format("the operations of `{}` are {}", target.name, support::ListedInQuotes(names)));
  return true;
}

void ExplainAction(Checker& checker, const Word& word) {
  Span value;
  if (ExplainAnyValue(checker, word, value)) return;
  const llvm::StringRef name = checker.Text(value);
  if (ReadAction(name)) return;
  Diagnostic& diagnostic = checker.sink.Emit(value, diag::UnknownAction, Show(name));
  if (const std::string_view near = MeantAction(name); !near.empty()) {
    Suggest(diagnostic, value, near);
  } else if (name.equals_insensitive("AUDIT") || name.equals_insensitive("LOG")) {
    diagnostic.AddNote(
        "auditing is not an action: the kernel records every denial, and also records what it "
        "allows if `success_audit` in securityfs is on");
  }
}

void ExplainProperty(Checker& checker, const Statement& statement, const Word& word) {
  const llvm::StringRef key = checker.Text(word.key);
  auto property = ReadProperty(key);
  if (!property) {
    Diagnostic& diagnostic =
        checker.sink.Emit(word.key, diag::UnknownProperty, Show(key), checker.target.name);
    const std::string lower = key.take_front(64).lower();
    if (const auto* foreign = targets::FindForeignWord(ForeignWord::Kind::Property, lower)) {
      diagnostic.AddNote(fmt::format("`{}`: {}", foreign->spelling, foreign->who));
      OfferRemoval(checker, statement.line, diagnostic,
                   "remove the statement, which has no equivalent for this target");
    } else if (const std::string_view near =
                   support::Nearest(std::string_view(key.take_front(64)), runtime::kPropertyNames);
               !near.empty()) {
      Suggest(diagnostic, word.key, near);
      property = runtime::FindProperty(near);
    } else {
      diagnostic.AddNote("the properties are " + support::ListedInQuotes(runtime::kPropertyNames));
    }
    if (!property) {
      ReportPlaceholderIn(checker, word, std::nullopt);
      return;
    }
  }
  Span value;
  if (ExplainAnyValue(checker, word, value, property)) return;
  if (runtime::Kind(*property) == runtime::PropertyKind::Digest) {
    ExplainDigest(checker, word, value);
    return;
  }
  const llvm::StringRef text = checker.Text(value);
  if (ReadBoolean(text)) return;
  Diagnostic& diagnostic = checker.sink.Emit(value, diag::BooleanExpected, Show(key), Show(text));
  if (const std::string_view meant = MeantBoolean(text); !meant.empty()) {
    diagnostic.AddFix(fmt::format("replace with `{}`", meant), {{value, std::string(meant)}});
  }
}

bool IsCondition(Checker& checker, const Word& word) {
  const auto property = ReadProperty(checker.Text(word.key));
  if (!property || !word.has_value()) return false;
  const llvm::StringRef value = checker.Text(word.value);
  if (runtime::Kind(*property) == runtime::PropertyKind::Boolean) {
    return ReadBoolean(value).has_value();
  }
  const bool bare = checker.target.Has(targets::Feature::BareDigests);
  return ReadDigest(value, bare, checker.digest_bytes).problem == DigestProblem::None;
}

bool IsUnknownOperation(const Diagnostic& finding) {
  return finding.descriptor == &diag::UnknownOperation.descriptor;
}

}  // namespace ipec::check
