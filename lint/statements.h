#pragma once

// Edits of whole statements, and what becomes of their comments. README.md has the convention.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/policy/policy.h"
#include "compiler/syntax/document.h"

namespace ipec::lint {

// Lines without statement and comment.
bool IsEmpty(const syntax::Line& line);
// What ends the line for its kernel; empty on a last line that nothing ends.
llvm::StringRef EndOf(const syntax::Document& document, const syntax::Line& line);
// What a new line near `line` ends with.
std::string NewLineFor(const syntax::Document& document, const syntax::Line& line);

// Whether the line has a statement, and beside it a comment `# ipec: allow(…)`, which speaks of
// that statement alone.
bool IsSuppressedBeside(const syntax::Document& document, const syntax::Line& line);

// Removes the statement of a line and keeps the comments: the one beside it gets a line of its own.
// An empty line parts them from what follows where they would read as comments of that. Only a
// comment that suppresses findings of the statement goes with it.
std::vector<diagnostics::TextEdit> RemoveStatement(const syntax::Document& document,
                                                   const syntax::Line& line);

// One operation of a statement that stands for several.
struct Share {
  policy::Operation operation;
  policy::Action action;
};

// Writes the statement out once for each share, below each other; the comment beside it stays with
// the first. Empty when the statement lacks `op` or `action`.
std::vector<diagnostics::TextEdit> WriteOut(const syntax::Document& document,
                                            const syntax::Line& line,
                                            std::span<const Share> shares);

// A line of its own below `line`.
std::vector<diagnostics::TextEdit> InsertBelow(const syntax::Document& document,
                                               const syntax::Line& line,
                                               std::string_view statement);

}  // namespace ipec::lint
