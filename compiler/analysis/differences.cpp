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

namespace ipec::analysis {
namespace {

using policy::Action;
using policy::Policy;

constexpr std::size_t kNone = JoinedRows::kNone;

using Group = DifferenceList::Group;
using EitherDigest = DifferenceList::EitherDigest;
using Direction = Difference::Kind;
using DigestKind = Difference::Digests::Kind;
using Counts = support::EnumMap<Direction, std::uint64_t, 3>;

// The numbers of groups by their deciders: a hash table with open addressing, at most half full.
// The deciders themselves are in the groups.
class GroupNumbers {
 public:
  explicit GroupNumbers(const std::vector<Group>& groups) : groups_(groups) {}

  // The number of the group of these deciders, or else that of the next group, which the caller
  // then adds.
  std::uint32_t Take(const Deciders& deciders) {
    if (2 * (groups_.size() + 1) > slots_.size()) Grow();
    std::uint32_t& slot = slots_[PlaceOf(deciders)];
    if (slot == kFree) slot = support::ToU32(groups_.size());
    return slot;
  }

 private:
  static constexpr std::uint32_t kFree = UINT32_MAX;

  // Of its number, or of the free slot for it.
  std::size_t PlaceOf(const Deciders& deciders) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = support::KeyedHash(deciders.before.index, deciders.after.index, 0) & mask;
    while (slots_[at] != kFree && !IsOf(groups_[slots_[at]], deciders)) at = (at + 1) & mask;
    return at;
  }
  static bool IsOf(const Group& group, const Deciders& deciders) {
    return group.before == deciders.before && group.after == deciders.after;
  }

  void Grow() {
    constexpr std::size_t kFirst = 16;
    slots_.assign(std::max(kFirst, 2 * slots_.size()), kFree);
    for (std::uint32_t i = 0; i < groups_.size(); ++i) {
      slots_[PlaceOf({groups_[i].before, groups_[i].after})] = i;
    }
  }

  const std::vector<Group>& groups_;
  std::vector<std::uint32_t> slots_;
};

// One operation of both policies.
class OperationDifferences {
 public:
  OperationDifferences(const JoinedRows& rows, std::size_t most_crossings, Keeps keeps,
                       Counts& more)
      : rows_(rows), most_crossings_(most_crossings), keeps_(keeps), more_(more) {}

  std::vector<Group> Run() {
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
    std::erase_if(groups_, [](const Group& group) { return group.cases == 0; });
    return std::move(groups_);
  }

 private:
  // Nothing if the deciders decide and record alike.
  std::optional<Direction> KindOf(const Deciders& deciders) const {
    const Action before = rows_.ActionBefore(deciders.before);
    if (before != rows_.ActionAfter(deciders.after)) {
      return before == Action::Deny ? Direction::Looser : Direction::Tighter;
    }
    if (rows_.SameOutcome(keeps_, deciders)) return std::nullopt;
    return Direction::Records;
  }

  // Null if the deciders decide and record alike.
  Group* GroupOf(const Deciders& deciders) {
    if (agreed_ == deciders) return nullptr;
    if (last_ == deciders) return &groups_[last_group_];
    const std::optional<Direction> kind = KindOf(deciders);
    if (!kind) {
      agreed_ = deciders;
      return nullptr;
    }
    last_ = deciders;
    last_group_ = numbers_.Take(deciders);
    if (last_group_ < groups_.size()) return &groups_[last_group_];
    Group& group = groups_.emplace_back();
    group.kind = *kind;
    group.operation = rows_.operation();
    group.before = deciders.before;
    group.after = deciders.after;
    return &group;
  }

  void AddCase(std::size_t roothash, std::size_t digest, Facts facts) {
    Group* const group = GroupOf(rows_.At(roothash, digest, facts));
    if (group == nullptr) return;
    const EitherDigest volume = DigestAt(rows_.roothashes(), roothash);
    const EitherDigest file = DigestAt(rows_.digests(), digest);
    if (group->cases == 0) {
      group->roothash = volume;
      group->digest = file;
      group->first_facts = facts;
    }
    ++group->cases;
    group->facts.Add(facts);
    Add(group->roothashes, volume, group->roothash);
    Add(group->digests, file, group->digest);
  }

  static EitherDigest DigestAt(const std::vector<JoinedDigest>& named, std::size_t index) {
    if (index == kNone) return {};
    const auto& [before, after] = named[index];
    return before != nullptr ? EitherDigest::Before(before->representative)
                             : EitherDigest::After(after->representative);
  }

  // `first` is that of the first case.
  static void Add(DigestKind& kind, EitherDigest digest, EitherDigest first) {
    if (digest != first) {
      kind = DigestKind::Mixed;
    } else if (digest.valid() && kind == DigestKind::Unnamed) {
      kind = DigestKind::One;
    }
  }

  // Further cases of statements that also decide a case with one digest less.
  static void AddCounted(Group& group, DigestKind Group::*other, Facts facts, std::uint64_t cases) {
    if (cases == 0) return;
    group.cases += cases;
    group.facts.Add(facts);
    group.*other = DigestKind::Mixed;
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
    CountSameRow(roothashes, digests, hidden_roothashes, &Group::digests, PointOf, facts);
    CountSameRow(digests, roothashes, hidden_digests, &Group::roothashes, After, facts);
    for (const auto& [pair, rows] : rows_.pairs()) AddCase(pair.first, pair.second, facts);
    AddCrossings(Crossings::Actions::Different, roothashes, digests, facts);
    if (keeps_ == Keeps::Decision) return;
    AddCrossings(Crossings::Actions::Equal, roothashes, digests, facts);
  }

  // The cases in which the rows of `own` decide before and after, without those that the rows of
  // pairs decide: `hidden` of each.
  template <typename Least>
  void CountSameRow(std::span<const Deciders> own, std::span<const Deciders> others,
                    std::span<const std::uint64_t> hidden, DigestKind Group::*other,
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
    for (const Direction kind : {Direction::Looser, Direction::Tighter, Direction::Records}) {
      more_[kind] += all[kind] - grouped[kind];
    }
  }

  // With those that rows of pairs hide.
  void CountCrossings(Crossings::Actions actions, std::span<const Deciders> roothashes,
                      std::span<const Deciders> digests, Counts& counts) const {
    const bool equal = actions == Crossings::Actions::Equal;
    for (const Action action : {Action::Allow, Action::Deny}) {
      const bool denies = action == Action::Deny;
      // The file digest's row decides after, with this action.
      counts[equal    ? Direction::Records
             : denies ? Direction::Tighter
                      : Direction::Looser] +=
          CountQuadrant(
              digests,
              [&](const Deciders& ranks) { return rows_.ActionAfter(ranks.after) == action; },
              roothashes,
              [&](const Deciders& ranks) {
                return (rows_.ActionBefore(ranks.before) == action) == equal;
              },
              /*above=*/false);
      // It decides before.
      counts[equal    ? Direction::Records
             : denies ? Direction::Looser
                      : Direction::Tighter] +=
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
  Counts& more_;
  std::vector<Group> groups_;
  // Of those whose deciders do not decide and record alike.
  GroupNumbers numbers_{groups_};
  // The last ones that decide and record alike: neighboring cells are usually equal.
  std::optional<Deciders> agreed_;
  // The last ones that do not, and their group.
  std::optional<Deciders> last_;
  std::uint32_t last_group_ = 0;
  std::size_t crossings_ = 0;
};

// Operations without a name: the global DEFAULT decides, or else ALLOW, without a rule in records.
std::optional<Group> UnknownDifference(const Policy& before, const Policy& after) {
  const auto action = [](const Policy& policy) {
    return policy.global_default ? policy.global_default->action : Action::Allow;
  };
  if (action(before) == action(after)) return std::nullopt;
  Group group;
  group.kind = action(before) == Action::Deny ? Direction::Looser : Direction::Tighter;
  group.operation = Operation::Unknown;
  group.cases = 1;
  group.facts.Add(0);
  return group;
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

DifferenceList::DifferenceList(const Coverage& before, const Coverage& after,
                               const DifferenceOptions& options)
    : before_(&before.policy()), after_(&after.policy()) {
  IPEC_CHECK(SameEvents(before_->semantics, after_->semantics),
             "policies of kernels with different events compared");
  const auto is_wanted = [&](Operation operation) {
    return options.only.empty() || options.only.Contains(operation);
  };
  for (std::size_t i = 0; i < before.operations().size(); ++i) {
    const Operation operation = before.operations()[i].operation;
    if (!is_wanted(operation)) continue;
    const JoinedRows rows(before, after, before.operations()[i], after.operations()[i]);
    named_roothashes_[operation] = rows.roothashes().size();
    named_digests_[operation] = rows.digests().size();
    std::vector<Group> groups =
        OperationDifferences(rows, options.most_crossings, options.keeps, more_).Run();
    if (groups_.empty()) {
      groups_ = std::move(groups);
    } else {
      groups_.insert(groups_.end(), groups.begin(), groups.end());
    }
  }
  if (!is_wanted(Operation::Unknown)) return;
  if (const auto group = UnknownDifference(*before_, *after_)) groups_.push_back(*group);
}

SharedDigest DifferenceList::Own(EitherDigest digest) const {
  if (!digest.valid()) return nullptr;
  return ShareDigest(digest.is_after() ? *after_ : *before_, digest.id());
}

Difference DifferenceList::operator[](std::size_t number) const {
  const Group& group = groups_[number];
  const auto digests = [](DigestKind kind, const SharedDigest& first, std::uint64_t named) {
    return Difference::Digests{kind, kind == DigestKind::One ? first : nullptr, named};
  };
  const bool has_name = group.operation != Operation::Unknown;
  Difference one;
  one.witness = {group.operation, group.first_facts, Own(group.roothash), Own(group.digest)};
  one.operation = group.operation;
  one.cases = group.cases;
  one.facts = group.facts;
  one.roothashes = digests(group.roothashes, one.witness.roothash,
                           has_name ? named_roothashes_[group.operation] : 0);
  one.digests =
      digests(group.digests, one.witness.digest, has_name ? named_digests_[group.operation] : 0);
  one.kind = group.kind;
  one.before = group.before;
  one.after = group.after;
  return one;
}

Differences AllDifferences(const Coverage& before, const Coverage& after,
                           const DifferenceOptions& options) {
  const DifferenceList list(before, after, options);
  Differences found;
  found.groups.reserve(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) found.groups.push_back(list[i]);
  found.more_looser = list.More(Direction::Looser);
  found.more_tighter = list.More(Direction::Tighter);
  found.more_records = list.More(Direction::Records);
  return found;
}

}  // namespace ipec::analysis
