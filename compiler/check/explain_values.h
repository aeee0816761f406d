#pragma once

// What is wrong with single values: the operation of a statement, its action, a property, a
// version. Each function reports nothing when the target takes the word.

#include <span>
#include <string>

#include "compiler/check/checker.h"

namespace ipec::check {

struct Statement {
  const syntax::Line& line;
  std::span<const Word> words;  // the meant ones
  bool is_default = false;
};

// False: the target has nothing like it, and the statement has to go as a whole.
bool ExplainOperation(Checker& checker, const Statement& statement, const Word& word);
void ExplainAction(Checker& checker, const Word& word);
void ExplainProperty(Checker& checker, const Statement& statement, const Word& word);
// Whether the target takes the word as a property of a rule.
bool IsCondition(Checker& checker, const Word& word);
// `value` of `word`, quotes taken off.
void ExplainDigest(Checker& checker, const Word& word, support::Span value);
void ExplainVersion(Checker& checker, const Word& word);

// Reports a value that cannot be right whatever the key takes: none, a placeholder, quotes where
// there are none. True if it did, and nothing more is to be said; quotes are taken off `value` if
// they are all.
bool ExplainAnyValue(Checker& checker, const Word& word, support::Span& value);

// Reports that `where`, which begins and ends with a quote, is in quotes that are a part of it.
void ReportQuotes(Checker& checker, support::Span where);

// Reports a placeholder in `where` that stands for a word, or for more. False: there is none.
bool ExplainTemplate(Checker& checker, support::Span where);

// The statement of `line` once for each of `operations`, which stand in place of `word`.
std::string OncePerOperation(const Checker& checker, const syntax::Line& line, support::Span word,
                             std::span<const runtime::Operation> operations);

// Removes the statement's line if it has nothing else on it, else the statement.
diagnostics::TextEdit RemoveStatement(const Checker& checker, const syntax::Line& line);

}  // namespace ipec::check
