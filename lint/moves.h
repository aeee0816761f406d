#pragma once

// Moves a statement together with its comments: those above it, up to the previous statement, and
// the one beside it.

#include <map>
#include <vector>

#include "lint/rule.h"

namespace ipec::lint {

// The destination of a statement that is moved above another one.
enum class Placement {
  AboveComments,   // directly above the comments of the other one, in its paragraph
  BelowStatement,  // directly below the statement above the other one, at the end of that paragraph
};

class Mover {
 public:
  // Linear in the document; keeps a reference, so `context` must outlive it.
  explicit Mover(const Context& context);

  // The edits that move the statement at `moved` above the one at `other`, which precedes it. Empty
  // if this would change where a suppressed range begins or ends, seen from `moved`. O(log n) and
  // linear in the moved text, amortized over many calls.
  std::vector<diagnostics::TextEdit> MoveInFront(Span moved, Span other, Placement placement);

 private:
  // A comment that begins or ends a range, and the number of ranges that are open before it.
  struct Turn {
    const syntax::Line* line;
    std::ptrdiff_t depth;
    std::size_t falls;  // the first later turn with fewer open ranges before it
  };

  // Whether all ranges that begin in these lines end there, and vice versa.
  bool IsBalanced(const syntax::Line* begin, const syntax::Line* end) const;
  const syntax::Line* PlaceAbove(const syntax::Line* other);

  const Context& context_;
  std::vector<Turn> turns_;                                    // and one after all lines
  std::map<const syntax::Line*, const syntax::Line*> places_;  // by the other's line
};

}  // namespace ipec::lint
