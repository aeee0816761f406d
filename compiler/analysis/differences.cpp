#include "compiler/analysis/differences.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <span>
#include <utility>

#include "compiler/analysis/crossings.h"
#include "compiler/analysis/dominance.h"
#include "compiler/analysis/joined_rows.h"
#include "compiler/support/assert.h"
#include "compiler/support/enum_set.h"
#include "compiler/support/keyed_hash.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/DenseMap.h"

namespace ipec::analysis {
namespace {

using policy::Action;

constexpr std::size_t kNone = JoinedRows::kNone;

// One operation of both policies.
class OperationDifferences {
 public:
  OperationDifferences(const JoinedRows& rows, std::size_t most_crossings, Keeps keeps,
                       Differences& found)
      : rows_(rows), most_crossings_(most_crossings), keeps_(keeps), found_(found) {}

  void Run() {
    // Each digest may be a group of its own. Memory that is not used costs nothing.
    groups_.reserve(rows_.roothashes().size() + rows_.digests().size() + rows_.pairs().size());
    for (const Facts facts : rows_.Possible(false, false)) AddCase(kNone, kNone, facts);
    for (std::size_t i = 0; i < rows_.roothashes().size(); ++i) {
      for (const Facts facts : rows_.Possible(true, false)) AddCase(i, kNone, facts);
    }
    for (std::size_t i = 0; i < rows_.digests().size(); ++i) {
      for (const Facts facts : rows_.Possible(false, true)) AddCase(kNone, i, facts);
    }
    if (!rows_.roothashes().empty() && !rows_.digests().empty()) {
      for (const Facts facts : rows_.Possible(true, true)) AddProduct(facts);
    }
    std::erase_if(groups_, [](const Difference& group) { return group.cases == 0; });
    if (found_.groups.empty()) {
      found_.groups = std::move(groups_);
    } else {
      std::move(groups_.begin(), groups_.end(), std::back_inserter(found_.groups));
    }
  }

 private:
  using Key = std::pair<std::uint32_t, std::uint32_t>;
  using Kind = Difference::Kind;
  using Counts = support::EnumMap<Kind, std::uint64_t, 3>;

  // Nothing if the deciders decide and record alike.
  std::optional<Kind> KindOf(const Deciders& deciders) const {
    const Action before = rows_.ActionBefore(deciders.before);
    if (before != rows_.ActionAfter(deciders.after)) {
      return before == Action::Deny ? Kind::Looser : Kind::Tighter;
    }
    if (rows_.SameOutcome(keeps_, deciders)) return std::nullopt;
    return Kind::Records;
  }

  // Null if the deciders decide and record alike.
  Difference* GroupOf(const Deciders& deciders) {
    if (agreed_ == deciders) return nullptr;
    if (last_ == deciders) return &groups_[last_group_];
    const std::optional<Kind> kind = KindOf(deciders);
    if (!kind) {
      agreed_ = deciders;
      return nullptr;
    }
    // A DEFAULT is 0: the greatest keys are reserved.
    const Key key = {deciders.before.index + 1, deciders.after.index + 1};
    const auto [place, is_new] = known_.try_emplace(key, support::ToU32(groups_.size()));
    last_ = deciders;
    last_group_ = place->second;
    if (!is_new) return &groups_[last_group_];
    Difference& group = groups_.emplace_back();
    group.kind = *kind;
    group.operation = rows_.operation();
    group.roothashes.named = rows_.roothashes().size();
    group.digests.named = rows_.digests().size();
    group.before = deciders.before;
    group.after = deciders.after;
    return &group;
  }

  void AddCase(std::size_t roothash, std::size_t digest, Facts facts) {
    Difference* const group = GroupOf(rows_.At(roothash, digest, facts));
    if (group == nullptr) return;
    if (group->cases == 0) {
      group->witness = rows_.WitnessAt(roothash, digest, facts);
      first_.resize(groups_.size());
      first_[group - groups_.data()] = {roothash, digest};
    }
    ++group->cases;
    group->facts.Add(facts);
    const auto& [first_roothash, first_digest] = first_[group - groups_.data()];
    Add(group->roothashes, roothash, first_roothash, group->witness.roothash);
    Add(group->digests, digest, first_digest, group->witness.digest);
  }

  // `own` is the digest of the first case, which is null or has the index `first`.
  static void Add(Difference::Digests& digests, std::size_t index, std::size_t first,
                  const SharedDigest& own) {
    using enum Difference::Digests::Kind;
    if (index != first) {
      digests = {Mixed, nullptr, digests.named};
    } else if (index != kNone && digests.kind == Unnamed) {
      digests = {One, own, digests.named};
    }
  }

  // Further cases of statements that also decide a case with one digest less.
  static void AddCounted(Difference& group, Difference::Digests Difference::*other, Facts facts,
                         std::uint64_t cases) {
    if (cases == 0) return;
    group.cases += cases;
    group.facts.Add(facts);
    group.*other = {Difference::Digests::Kind::Mixed, nullptr, (group.*other).named};
  }

  static Point PointOf(const Deciders& ranks) { return {ranks.before.index, ranks.after.index}; }
  // Above all ranks up to this one.
  static Point After(const Deciders& ranks) {
    return {std::uint64_t{ranks.before.index} + 1, std::uint64_t{ranks.after.index} + 1};
  }

  // The cases of a named root hash with a named file digest. The earlier of two rows decides in
  // each policy. If that is the same row in both, its statements are known to differ from the case
  // without the other digest, and the cases are only counted. If it is not, they are enumerated.
  void AddProduct(Facts facts) {
    std::vector<Deciders> roothashes;
    std::vector<Deciders> digests;
    for (std::size_t i = 0; i < rows_.roothashes().size(); ++i) {
      roothashes.push_back(rows_.AtRows(i, kNone, facts));
    }
    for (std::size_t i = 0; i < rows_.digests().size(); ++i) {
      digests.push_back(rows_.AtRows(kNone, i, facts));
    }
    // On equal ranks, of a rule without digests, the case is one of the root hash's row.
    std::vector<std::uint64_t> hidden_roothashes(roothashes.size());
    std::vector<std::uint64_t> hidden_digests(digests.size());
    for (const auto& [pair, rows] : rows_.pairs()) {
      const Deciders& roothash = roothashes[pair.first];
      const Deciders& digest = digests[pair.second];
      const bool first_before = roothash.before <= digest.before;
      if (first_before != (roothash.after <= digest.after)) continue;
      ++(first_before ? hidden_roothashes[pair.first] : hidden_digests[pair.second]);
    }
    CountSameRow(roothashes, digests, hidden_roothashes, &Difference::digests, PointOf, facts);
    CountSameRow(digests, roothashes, hidden_digests, &Difference::roothashes, After, facts);
    for (const auto& [pair, rows] : rows_.pairs()) AddCase(pair.first, pair.second, facts);
    AddCrossings(Crossings::Actions::Different, roothashes, digests, facts);
    if (keeps_ == Keeps::Decision) return;
    AddCrossings(Crossings::Actions::Equal, roothashes, digests, facts);
  }

  // The cases in which the rows of `own` decide before and after, without those that the rows of
  // pairs decide: `hidden` of each.
  template <typename Least>
  void CountSameRow(std::span<const Deciders> own, std::span<const Deciders> others,
                    std::span<const std::uint64_t> hidden, Difference::Digests Difference::*other,
                    const Least& least, Facts facts) {
    std::vector<Point> points;
    for (const Deciders& ranks : others) points.push_back(PointOf(ranks));
    std::vector<Point> queries;
    std::vector<std::size_t> differing;
    for (std::size_t i = 0; i < own.size(); ++i) {
      if (GroupOf(own[i]) == nullptr) continue;
      queries.push_back(least(own[i]));
      differing.push_back(i);
    }
    const std::vector<std::uint64_t> counts = CountAtLeast(std::move(points), queries);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const std::size_t number = differing[i];
      AddCounted(*GroupOf(own[number]), other, facts, counts[i] - hidden[number]);
    }
  }

  // Each case gets a group until there are too many; the others are counted.
  void AddCrossings(Crossings::Actions actions, std::span<const Deciders> roothashes,
                    std::span<const Deciders> digests, Facts facts) {
    Counts grouped;
    const auto add = [&](std::size_t roothash, std::size_t digest) {
      if (rows_.IsPair(roothash, digest)) return true;
      if (crossings_ == most_crossings_) return false;
      ++crossings_;
      if (const auto kind = KindOf(rows_.AtRows(roothash, digest, facts))) ++grouped[*kind];
      AddCase(roothash, digest, facts);
      return true;
    };
    if (Crossings(rows_, actions, facts).ForEach(add)) return;
    Counts all;
    CountCrossings(actions, roothashes, digests, all);
    for (const auto& [pair, rows] : rows_.pairs()) {
      const Deciders& roothash = roothashes[pair.first];
      const Deciders& digest = digests[pair.second];
      const Deciders without = rows_.AtRows(pair.first, pair.second, facts);
      const bool crosses = (roothash.before <= digest.before) != (roothash.after <= digest.after);
      const bool equal = rows_.ActionBefore(without.before) == rows_.ActionAfter(without.after);
      if (crosses && equal == (actions == Crossings::Actions::Equal)) --all[*KindOf(without)];
    }
    found_.more_looser += all[Kind::Looser] - grouped[Kind::Looser];
    found_.more_tighter += all[Kind::Tighter] - grouped[Kind::Tighter];
    found_.more_records += all[Kind::Records] - grouped[Kind::Records];
  }

  // With those that rows of pairs hide.
  void CountCrossings(Crossings::Actions actions, std::span<const Deciders> roothashes,
                      std::span<const Deciders> digests, Counts& counts) const {
    const bool equal = actions == Crossings::Actions::Equal;
    for (const Action action : {Action::Allow, Action::Deny}) {
      const bool denies = action == Action::Deny;
      // The file digest's row decides after, with this action.
      counts[equal    ? Kind::Records
             : denies ? Kind::Tighter
                      : Kind::Looser] +=
          CountQuadrant(
              digests,
              [&](const Deciders& ranks) { return rows_.ActionAfter(ranks.after) == action; },
              roothashes,
              [&](const Deciders& ranks) {
                return (rows_.ActionBefore(ranks.before) == action) == equal;
              },
              /*above=*/false);
      // It decides before.
      counts[equal    ? Kind::Records
             : denies ? Kind::Looser
                      : Kind::Tighter] +=
          CountQuadrant(
              digests,
              [&](const Deciders& ranks) { return rows_.ActionBefore(ranks.before) == action; },
              roothashes,
              [&](const Deciders& ranks) {
                return (rows_.ActionAfter(ranks.after) == action) == equal;
              },
              /*above=*/true);
    }
  }

  // The pairs of selected digests and root hashes in which the digest has the lower rank after and
  // not before, or, `above`, the lower rank before and not after.
  template <typename SelectsDigest, typename SelectsRoothash>
  static std::uint64_t CountQuadrant(std::span<const Deciders> digests,
                                     const SelectsDigest& selects_digest,
                                     std::span<const Deciders> roothashes,
                                     const SelectsRoothash& selects_roothash, bool above) {
    std::vector<Point> points;
    for (const Deciders& ranks : digests) {
      if (selects_digest(ranks)) points.push_back(PointOf(ranks));
    }
    std::vector<Point> both;
    std::vector<Point> one;
    for (const Deciders& ranks : roothashes) {
      if (!selects_roothash(ranks)) continue;
      both.push_back(PointOf(ranks));
      one.push_back(above ? Point{0, ranks.after.index} : Point{ranks.before.index, 0});
    }
    const auto sum = [&](const std::vector<Point>& queries) {
      const std::vector<std::uint64_t> counts = CountAtLeast(points, queries);
      return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
    };
    return sum(one) - sum(both);
  }

  const JoinedRows& rows_;
  const std::size_t most_crossings_;
  const Keeps keeps_;
  Differences& found_;
  std::vector<Difference> groups_;
  // By group: the root hash and file digest of its first case.
  std::vector<std::pair<std::size_t, std::size_t>> first_;
  // The group of two deciders that do not decide and record alike.
  llvm::DenseMap<Key, std::uint32_t, support::KeyedNumbers<Key>> known_;
  // The last ones that decide and record alike: neighboring cells are usually equal.
  std::optional<Deciders> agreed_;
  // The last ones that do not, and their group.
  std::optional<Deciders> last_;
  std::uint32_t last_group_ = 0;
  std::size_t crossings_ = 0;
};

// Operations without a name: the global DEFAULT decides, or else ALLOW, without a rule in records.
void AddUnknown(const Coverage& before, const Coverage& after, Differences& found) {
  const auto action = [](const Coverage& coverage) {
    const auto& decides = coverage.policy().global_default;
    return decides ? decides->action : Action::Allow;
  };
  if (action(before) == action(after)) return;
  Difference& group = found.groups.emplace_back();
  group.kind =
      action(before) == Action::Deny ? Difference::Kind::Looser : Difference::Kind::Tighter;
  group.operation = Operation::Unknown;
  group.witness.operation = Operation::Unknown;
  group.cases = 1;
  group.facts.Add(0);
}

}  // namespace

std::uint64_t AllCases(const Difference& difference, const policy::Semantics& semantics) {
  if (difference.operation == Operation::Unknown) return 1;
  const std::uint64_t roothashes = difference.roothashes.named;
  const std::uint64_t digests = difference.digests.named;
  const auto possible = [&](bool has_roothash, bool has_digest) {
    return std::uint64_t{PossibleFacts(semantics, has_roothash, has_digest).size()};
  };
  return possible(false, false) + roothashes * possible(true, false) +
         digests * possible(false, true) + roothashes * digests * possible(true, true);
}

Differences AllDifferences(const Coverage& before, const Coverage& after,
                           const DifferenceOptions& options) {
  IPEC_CHECK(SameEvents(before.policy().semantics, after.policy().semantics),
             "policies of kernels with different events compared");
  const auto is_wanted = [&](Operation operation) {
    return options.only.empty() || options.only.Contains(operation);
  };
  Differences found;
  for (std::size_t i = 0; i < before.operations().size(); ++i) {
    if (!is_wanted(before.operations()[i].operation)) continue;
    const JoinedRows rows(before, after, before.operations()[i], after.operations()[i]);
    OperationDifferences(rows, options.most_crossings, options.keeps, found).Run();
  }
  if (is_wanted(Operation::Unknown)) AddUnknown(before, after, found);
  return found;
}

}  // namespace ipec::analysis
