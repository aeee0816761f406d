#pragma once

// Moving a statement together with what belongs to it: the comments above it, up to the statement
// before, and the one beside it.

#include <map>
#include <vector>

#include "lint/rule.h"

namespace ipec::lint {

// Where a statement goes that is moved in front of another.
enum class Goes {
  AboveComments,   // right above the other's comments, in its paragraph
  BelowStatement,  // right below the statement before the other, at the end of that paragraph
};

class Mover {
 public:
  // Linear in the document; keeps a reference, so `context` must outlive it.
  explicit Mover(const Context& context);

  // The edits that move the statement at `moved` in front of the one at `other`, which comes
  // earlier. Empty when a stretch of suppression would then begin or end somewhere else, seen from
  // `moved`. O(log n) and linear in the text that moves, over many calls.
  std::vector<diagnostics::TextEdit> MoveInFront(Span moved, Span other, Goes goes);

 private:
  // A comment that begins or ends a stretch, and how many are open in front of it.
  struct Turn {
    const syntax::Line* line;
    std::ptrdiff_t depth;
    std::size_t falls;  // the first later turn in front of which fewer are open
  };

  // Whether each stretch that begins among these lines ends there, and the other way round.
  bool IsBalanced(const syntax::Line* begin, const syntax::Line* end) const;
  const syntax::Line* PlaceAbove(const syntax::Line* other);

  const Context& context_;
  std::vector<Turn> turns_;                                    // and one behind all lines
  std::map<const syntax::Line*, const syntax::Line*> places_;  // by the other's line
};

}  // namespace ipec::lint
