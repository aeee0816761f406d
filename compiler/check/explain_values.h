#pragma once

// The problems of single values: the operation of a statement, its action, a property, a version.
// Each function reports nothing if the target accepts the word.

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/check/checker.h"

namespace ipec::check {

struct Statement {
  const syntax::Line& line;
  std::span<const Word> words;  // the intended ones
  bool is_default = false;
};

// False: the target has no equivalent, so the whole statement must be removed.
bool ExplainOperation(Checker& checker, const Statement& statement, const Word& word);
void ExplainAction(Checker& checker, const Word& word);
void ExplainProperty(Checker& checker, const Statement& statement, const Word& word);
// Whether the target accepts the word as a property of a rule.
bool IsCondition(Checker& checker, const Word& word);
// `value` of `word`, without quotes.
void ExplainDigest(Checker& checker, const Word& word, support::Span value);
void ExplainVersion(Checker& checker, const Word& word);

// Reports a value that is wrong for every key: none, a placeholder, or quotes where the dialect has
// none. True if nothing more needs to be reported; if only quotes are wrong, they are removed from
// `value`. A note says what a placeholder in the digest of `property` stands for.
bool ExplainAnyValue(Checker& checker, const Word& word, support::Span& value,
                     std::optional<runtime::Property> property = std::nullopt);

// Reports the placeholders in the values of `words`.
void ExplainPlaceholders(Checker& checker, std::span<const Word> words);

// Reports that `where`, which begins and ends with a quote, is in quotes that are part of it.
void ReportQuotes(Checker& checker, support::Span where);

// Reports a placeholder in `where` that replaces a word, or more. False if there is none.
bool ExplainTemplate(Checker& checker, support::Span where);

// The statement of `line` once for each of `operations`, written in place of `word`.
std::string OncePerOperation(const Checker& checker, const syntax::Line& line, support::Span word,
                             std::span<const runtime::Operation> operations);

// Whether `key=value`, or `key` alone, denies, however it is written.
bool Denies(llvm::StringRef key, llvm::StringRef value);
// The end of the title of a repair that removes it.
inline constexpr std::string_view kLoosens = "; it denies, so this loosens the policy";

// Offers to remove the statement, unless it has a placeholder: that may be rendered to something
// that the policy needs.
void OfferRemoval(const Checker& checker, const syntax::Line& line,
                  diagnostics::Diagnostic& diagnostic, std::string title);

// Removes the statement's line if it has nothing else on it, else the statement.
diagnostics::TextEdit RemoveStatement(const Checker& checker, const syntax::Line& line);

}  // namespace ipec::check
