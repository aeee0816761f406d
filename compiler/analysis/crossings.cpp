#include "compiler/analysis/crossings.h"

#include <algorithm>

#include "compiler/support/numbers.h"

namespace ipec::analysis {

using policy::Action;

namespace {

constexpr Action kActions[] = {Action::Allow, Action::Deny};

}  // namespace

// Looks for leaves in [from, to) whose rank after is below `bound`, or else not below it.
struct Crossings::Search {
  const Tree& tree;
  std::size_t from;
  std::size_t to;
  RuleId bound;
  bool below;
  llvm::function_ref<bool(std::size_t)> visit;

  bool Run() const { return tree.leaves.empty() || Run(1, 0, tree.leaves.size()); }

  bool Run(std::size_t node, std::size_t begin, std::size_t end) const {
    const Extremes& extremes = tree.nodes[node];
    const bool has_none = below ? extremes.least >= bound : extremes.greatest < bound;
    if (begin >= to || end <= from || has_none) return true;
    if (end - begin == 1) return visit(tree.leaves[begin].index);
    const std::size_t middle = begin + (end - begin) / 2;
    return Run(2 * node, begin, middle) && Run(2 * node + 1, middle, end);
  }
};

Crossings::Extremes Crossings::Build(Tree& tree, std::size_t node, std::size_t begin,
                                     std::size_t end) {
  Extremes made;
  if (end - begin == 1) {
    made = {tree.leaves[begin].ranks.after, tree.leaves[begin].ranks.after};
  } else {
    const std::size_t middle = begin + (end - begin) / 2;
    const Extremes left = Build(tree, 2 * node, begin, middle);
    const Extremes right = Build(tree, 2 * node + 1, middle, end);
    made = {std::min(left.least, right.least), std::max(left.greatest, right.greatest)};
  }
  tree.nodes[node] = made;
  return made;
}

Crossings::Tree Crossings::TreeOf(llvm::function_ref<bool(const Deciders&)> selects) const {
  Tree tree;
  for (std::size_t i = 0; i < rows_.digests().size(); ++i) {
    const Deciders ranks = rows_.AtRows(JoinedRows::kNone, i, facts_);
    if (selects(ranks)) tree.leaves.push_back({ranks, i});
  }
  std::stable_sort(tree.leaves.begin(), tree.leaves.end(), [](const Ranked& a, const Ranked& b) {
    return a.ranks.before < b.ranks.before;
  });
  tree.nodes.resize(4 * tree.leaves.size());
  if (!tree.leaves.empty()) Build(tree, 1, 0, tree.leaves.size());
  return tree;
}

Crossings::Crossings(const JoinedRows& rows, Actions actions, Facts facts)
    : rows_(rows), actions_(actions), facts_(facts) {
  if (rows.roothashes().empty() || rows.digests().empty()) return;
  for (const Action action : kActions) {
    after_.push_back(
        TreeOf([&](const Deciders& ranks) { return rows.ActionAfter(ranks.after) == action; }));
    before_.push_back(
        TreeOf([&](const Deciders& ranks) { return rows.ActionBefore(ranks.before) == action; }));
  }
}

bool Crossings::ForEach(
    llvm::function_ref<bool(std::size_t roothash, std::size_t digest)> visit) const {
  for (std::size_t roothash = 0; roothash < rows_.roothashes().size(); ++roothash) {
    const Deciders own = rows_.AtRows(roothash, JoinedRows::kNone, facts_);
    const auto visit_digest = [&](std::size_t digest) { return visit(roothash, digest); };
    const auto search = [&](const std::vector<Tree>& trees, Action other, bool is_after) {
      for (std::size_t i = 0; i < trees.size(); ++i) {
        if ((kActions[i] == other) != (actions_ == Actions::Equal)) continue;
        const std::vector<Ranked>& leaves = trees[i].leaves;
        // The first whose row does not come before that of the root hash.
        const auto place = std::partition_point(
            leaves.begin(), leaves.end(),
            [&](const Ranked& leaf) { return leaf.ranks.before < own.before; });
        const std::size_t at = support::ToSize(place - leaves.begin());
        const bool found_none = Search{trees[i],  is_after ? at : 0, is_after ? leaves.size() : at,
                                       own.after, is_after,          visit_digest}
                                    .Run();
        if (!found_none) return false;
      }
      return true;
    };
    if (!search(after_, rows_.ActionBefore(own.before), /*is_after=*/true) ||
        !search(before_, rows_.ActionAfter(own.after), /*is_after=*/false)) {
      return false;
    }
  }
  return true;
}

}  // namespace ipec::analysis
