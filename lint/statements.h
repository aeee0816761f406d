#pragma once

// Edits of whole statements, and of their comments. README.md describes the convention.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/policy/policy.h"
#include "compiler/syntax/document.h"

namespace ipec::lint {

// Lines without a statement or a comment.
bool IsEmpty(const syntax::Line& line);
// The line end, as the kernel of the document reads it; empty on a last line without one.
llvm::StringRef EndOf(const syntax::Document& document, const syntax::Line& line);
// The line end for a new line near `line`.
std::string NewLineFor(const syntax::Document& document, const syntax::Line& line);

// Whether the line has a statement and, beside it, a comment `# ipec: allow(…)`, which applies only
// to that statement.
bool IsSuppressedBeside(const syntax::Document& document, const syntax::Line& line);

// Removes the statement of a line and keeps the comments: the one beside it gets its own line. An
// empty line separates them from the next lines if they would otherwise read as comments of those.
// Only a comment that suppresses findings of the statement is removed with it.
std::vector<diagnostics::TextEdit> RemoveStatement(const syntax::Document& document,
                                                   const syntax::Line& line);

// One operation of a statement that applies to several.
struct Share {
  policy::Operation operation;
  policy::Action action;
};

// Writes the statement once for each share, one below the other; the comment beside it stays with
// the first. Empty if the statement lacks `op` or `action`.
std::vector<diagnostics::TextEdit> WriteOut(const syntax::Document& document,
                                            const syntax::Line& line,
                                            std::span<const Share> shares);

// A new line below `line`.
std::vector<diagnostics::TextEdit> InsertBelow(const syntax::Document& document,
                                               const syntax::Line& line,
                                               std::string_view statement);

}  // namespace ipec::lint
