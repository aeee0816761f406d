#pragma once

// The classes of a named root hash together with a named file digest whose rows change their order
// between two policies: the root hash's row decides in one of the policies, and the file digest's
// row in the other one. There may be a product of them; they are found one by one.

#include <cstddef>
#include <vector>

#include "compiler/analysis/joined_rows.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::analysis {

// For one combination of facts, without the rows of pairs.
class Crossings {
 public:
  // Whether the two rules that decide have the same action.
  enum class Actions : std::uint8_t { Different, Equal };

  // Keeps a reference to `rows`. O(n log n).
  Crossings(const JoinedRows& rows, Actions actions, Facts facts);

  // Calls `visit` with the indices of a root hash and a file digest until it returns false. Returns
  // whether it never did. O(log n) for each call and for each root hash.
  bool ForEach(llvm::function_ref<bool(std::size_t roothash, std::size_t digest)> visit) const;

 private:
  // A named file digest with the ranks of its rows.
  struct Ranked {
    Deciders ranks;
    std::size_t index;
  };
  // Of the ranks after in a part of a tree.
  struct Extremes {
    RuleId least;
    RuleId greatest;
  };
  // File digests in ascending order of their ranks before, over a balanced binary tree: node 1 is
  // the root, and the children of node N are 2N and 2N+1.
  struct Tree {
    std::vector<Ranked> leaves;
    std::vector<Extremes> nodes;
  };
  struct Search;

  static Extremes Build(Tree& tree, std::size_t node, std::size_t begin, std::size_t end);
  Tree TreeOf(llvm::function_ref<bool(const Deciders&)> selects) const;

  const JoinedRows& rows_;
  const Actions actions_;
  const Facts facts_;
  // Their row decides after, or before: a tree for each action of that row, in the order of the
  // actions.
  std::vector<Tree> after_;
  std::vector<Tree> before_;
};

}  // namespace ipec::analysis
