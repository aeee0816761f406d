#pragma once

// Moving a statement together with what belongs to it: the comments above it, up to the statement
// before, and the one beside it.

#include <vector>

#include "lint/rule.h"

namespace ipec::lint {

// Where a statement goes that is moved in front of another.
enum class Goes {
  AboveComments,   // right above the other's comments, in its paragraph
  BelowStatement,  // right below the statement before the other, at the end of that paragraph
};

// The edits that move the statement at `moved` in front of the one at `other`, which comes earlier.
// Empty when a stretch of suppression would then begin or end somewhere else, seen from `moved`.
std::vector<diagnostics::TextEdit> MoveInFront(const Context& context, Span moved, Span other,
                                               Goes goes);

}  // namespace ipec::lint
