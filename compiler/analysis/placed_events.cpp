#include "compiler/analysis/placed_events.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "compiler/support/numbers.h"

namespace ipec::analysis {
namespace {

constexpr std::uint32_t kNowhere = UINT32_MAX;

FactsSet Signed(Facts fact, bool may_be_signed, bool may_be_unsigned) {
  FactsSet facts;
  if (may_be_signed) facts = facts | FactsSet::WithAllOf(fact);
  if (may_be_unsigned) facts = facts | FactsSet::WithNoneOf(fact);
  return facts;
}

FactsSet Signed(Facts fact, const PlacedDigest& placed) {
  return Signed(fact, placed.may_be_signed, placed.may_be_unsigned);
}

// The places of one operation, by the digests that its rules name.
class OperationPlaces {
 public:
  OperationPlaces(const Coverage& coverage, const OperationCoverage& rows, const Places& places,
                  const std::vector<DigestId>& volumes, const std::vector<DigestId>& files)
      : rows_(rows), semantics_(coverage.policy().semantics) {
    volumes_ = Named(rows.roothashes, volumes, places.volumes, runtime::kDmveritySigned);
    files_ = Named(rows.digests, files, places.files, runtime::kFsveritySigned);
    const FactsSet on_volume = PossibleFacts(semantics_, true, false);
    for (FactsSet& facts : volumes_.facts) facts &= on_volume;
    const FactsSet of_file = PossibleFacts(semantics_, false, true);
    for (FactsSet& facts : files_.facts) facts &= of_file;
    // A signed volume has a root hash; without one that a rule names, the image must have another.
    unnamed_ = PossibleFacts(semantics_, false, false);
    if (!volumes_.has_unnamed_signed) {
      unnamed_ &= FactsSet::WithNoneOf(runtime::kDmveritySigned);
    }
    FindCrossed();
  }

  template <typename Visit>
  void ForEachDecider(const Visit& visit) const {
    for (const Facts facts : unnamed_) visit(rows_.base[facts]);
    for (std::size_t i = 0; i < rows_.roothashes.size(); ++i) {
      for (const Facts facts : volumes_.facts[i]) visit(InRow(rows_.roothashes[i].row, facts));
    }
    for (const NamedPair& pair : rows_.pairs) {
      for (const Facts facts : FactsOfPair(pair)) {
        if (pair.row[facts].valid()) visit(pair.row[facts]);
      }
    }
    for (std::size_t i = 0; i < rows_.digests.size(); ++i) {
      const Row& row = rows_.digests[i].row;
      for (const Facts facts : files_.facts[i]) {
        if (!row[facts].valid()) continue;
        if (unnamed_.Contains(facts) || IsOnSomeVolume(support::ToU32(i), facts)) visit(row[facts]);
      }
    }
  }

  // Of files on a volume: the facts with which some rule decides.
  FactsSet Ruled(std::uint32_t volume, FactsSet possible) const {
    FactsSet ruled;
    for (const Facts facts : possible) {
      const RuleId rule =
          volume == kNowhere ? rows_.base[facts] : InRow(rows_.roothashes[volume].row, facts);
      if (rule.valid()) ruled.Add(facts);
    }
    ruled = ruled | (by_file_ & possible);
    return volume == kNowhere ? ruled : ruled | (by_pair_[volume] & possible);
  }

  // The row of a root hash; kNowhere: no rule names it.
  std::uint32_t RowOfVolume(DigestId volume) const { return RowOf(rows_.roothashes, volume); }

 private:
  struct NamedPlaces {
    std::vector<FactsSet> facts;  // by row: those that the image can have; empty: it has no such
    bool has_unnamed_signed = false;
  };

  std::uint32_t RowOf(const std::vector<NamedDigest>& named, DigestId id) const {
    if (!id.valid()) return kNowhere;
    std::map<std::uint32_t, std::uint32_t>& numbers = numbers_[&named];
    if (numbers.empty()) {
      for (std::size_t i = 0; i < named.size(); ++i) {
        numbers.emplace(named[i].representative.index, support::ToU32(i));
      }
    }
    const auto found = numbers.find(id.index);
    return found == numbers.end() ? kNowhere : found->second;
  }

  NamedPlaces Named(const std::vector<NamedDigest>& named, const std::vector<DigestId>& ids,
                    const std::optional<std::vector<PlacedDigest>>& placed, Facts fact) const {
    NamedPlaces made;
    made.facts.resize(named.size());
    if (!placed) {
      std::fill(made.facts.begin(), made.facts.end(), FactsSet::All());
      made.has_unnamed_signed = true;
      return made;
    }
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const std::uint32_t row = RowOf(named, ids[i]);
      const FactsSet facts = Signed(fact, (*placed)[i]);
      if (row != kNowhere) made.facts[row] = made.facts[row] | facts;
      made.has_unnamed_signed |= row == kNowhere && (*placed)[i].may_be_signed;
    }
    return made;
  }

  RuleId InRow(const Row& row, Facts facts) const {
    return row[facts].valid() ? row[facts] : rows_.base[facts];
  }

  FactsSet FactsOfPair(const NamedPair& pair) const {
    return volumes_.facts[pair.roothash] & files_.facts[pair.digest] &
           PossibleFacts(semantics_, true, true);
  }

  // Facts with which rules about single files decide.
  void FindCrossed() {
    for (std::size_t i = 0; i < rows_.digests.size(); ++i) {
      for (const Facts facts : files_.facts[i]) {
        if (rows_.digests[i].row[facts].valid()) by_file_.Add(facts);
      }
    }
    by_pair_.resize(rows_.roothashes.size());
    for (const NamedPair& pair : rows_.pairs) {
      for (const Facts facts : FactsOfPair(pair)) {
        if (!pair.row[facts].valid()) continue;
        by_pair_[pair.roothash].Add(facts);
        pairs_[{pair.digest, pair.roothash}] =
            pairs_[{pair.digest, pair.roothash}] | FactsSet{facts};
      }
    }
    // The volumes whose own rules come last are tried first.
    for (const Facts facts : FactsSet::WithAllOf(runtime::kDmveritySigned)) {
      std::vector<std::uint32_t>& order = latest_[facts];
      for (std::size_t i = 0; i < rows_.roothashes.size(); ++i) {
        if (volumes_.facts[i].Contains(facts)) order.push_back(support::ToU32(i));
      }
      std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
        return CellOf(a, facts) > CellOf(b, facts);
      });
    }
  }

  // Greater: later, or no rule.
  std::uint32_t CellOf(std::uint32_t volume, Facts facts) const {
    const RuleId rule = rows_.roothashes[volume].row[facts];
    return rule.valid() ? rule.index : kNowhere;
  }

  // Whether the rule of a file's row decides on a signed volume of the image.
  bool IsOnSomeVolume(std::uint32_t file, Facts facts) const {
    if ((facts & runtime::kDmveritySigned) == 0) return false;
    const RuleId rule = rows_.digests[file].row[facts];
    for (const std::uint32_t volume : latest_[facts]) {
      if (CellOf(volume, facts) < rule.index) return false;
      const auto pair = pairs_.find({file, volume});
      if (pair == pairs_.end() || !pair->second.Contains(facts)) return true;
    }
    return false;
  }

  const OperationCoverage& rows_;
  const policy::Semantics& semantics_;
  NamedPlaces volumes_;
  NamedPlaces files_;
  FactsSet unnamed_;  // of events without a root hash that a rule names
  FactsSet by_file_;
  std::vector<FactsSet> by_pair_;                                      // by row of the root hash
  std::map<std::pair<std::uint32_t, std::uint32_t>, FactsSet> pairs_;  // by digest and root hash
  std::array<std::vector<std::uint32_t>, runtime::kFactsCount> latest_;
  mutable std::map<const void*, std::map<std::uint32_t, std::uint32_t>> numbers_;
};

std::vector<DigestId> Find(const Coverage& coverage,
                           const std::optional<std::vector<PlacedDigest>>& placed) {
  std::vector<DigestId> ids;
  if (!placed) return ids;
  ids.reserve(placed->size());
  for (const PlacedDigest& one : *placed) {
    ids.push_back(coverage.FindDigest({one.digest.algorithm, one.digest.bytes}));
  }
  return ids;
}

}  // namespace

PlacedEvents::PlacedEvents(const Coverage& coverage, const Places& places)
    : decides_(coverage.policy().rules.size()) {
  const policy::Policy& policy = coverage.policy();
  const std::vector<DigestId> volumes = Find(coverage, places.volumes);
  const std::vector<DigestId> files = Find(coverage, places.files);
  only_denied_.resize(volumes.size(), true);
  for (const OperationCoverage& rows : coverage.operations()) {
    const OperationPlaces of_operation(coverage, rows, places, volumes, files);
    of_operation.ForEachDecider([&](RuleId rule) {
      if (rule.valid()) decides_[rule.index] = true;
    });
    const policy::Default* decides = policy.DefaultFor(rows.operation);
    const bool is_denied = decides != nullptr && decides->action == policy::Action::Deny;
    const FactsSet on_volume = PossibleFacts(policy.semantics, true, false);
    for (std::size_t i = 0; i < volumes.size(); ++i) {
      const FactsSet possible = on_volume & Signed(runtime::kDmveritySigned, (*places.volumes)[i]);
      const FactsSet ruled = of_operation.Ruled(of_operation.RowOfVolume(volumes[i]), possible);
      if (!ruled.empty() || !is_denied) only_denied_[i] = false;
    }
  }
}

}  // namespace ipec::analysis
