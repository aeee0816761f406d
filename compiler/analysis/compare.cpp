#include "compiler/analysis/compare.h"

#include <algorithm>
#include <vector>

#include "compiler/analysis/crossings.h"
#include "compiler/analysis/joined_rows.h"
#include "compiler/support/assert.h"

namespace ipec::analysis {
namespace {

using policy::Action;
using policy::Policy;

// One operation of both policies.
class OperationComparison {
 public:
  OperationComparison(Keeps keeps, const JoinedRows& rows) : keeps_(keeps), rows_(rows) {}

  // An event that they decide or record differently.
  std::optional<Witness> Run() {
    if (!RowsAgree() || !PairsAgree()) return found_;
    std::vector<Facts> done;
    for (const Facts facts : rows_.Possible(true, true)) {
      const bool repeats = std::any_of(done.begin(), done.end(),
                                       [&](Facts other) { return rows_.SameColumn(facts, other); });
      if (repeats) continue;
      done.push_back(facts);
      if (!ProductAgrees(facts)) return found_;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t kNone = JoinedRows::kNone;

  // Whether the policies agree on one class; stores the class if they do not.
  bool Agree(std::size_t roothash, std::size_t digest, const JoinedPair& pair, Facts facts) {
    const Deciders deciders = rows_.At(roothash, digest, pair, facts);
    if (agreed_ == deciders) return true;
    if (!rows_.SameOutcome(keeps_, deciders)) {
      found_ = rows_.WitnessAt(roothash, digest, facts);
      return false;
    }
    agreed_ = deciders;
    return true;
  }

  bool AllAgree(std::size_t roothash, std::size_t digest, const JoinedPair& pair) {
    const FactsSet possible = rows_.Possible(roothash != kNone, digest != kNone);
    return std::all_of(possible.begin(), possible.end(),
                       [&](Facts facts) { return Agree(roothash, digest, pair, facts); });
  }

  bool RowsAgree() {
    if (!AllAgree(kNone, kNone, {})) return false;
    for (std::size_t i = 0; i < rows_.roothashes().size(); ++i) {
      if (!AllAgree(i, kNone, {})) return false;
    }
    for (std::size_t i = 0; i < rows_.digests().size(); ++i) {
      if (!AllAgree(kNone, i, {})) return false;
    }
    return true;
  }

  bool PairsAgree() {
    return std::all_of(rows_.pairs().begin(), rows_.pairs().end(), [&](const auto& entry) {
      return AllAgree(entry.first.first, entry.first.second, entry.second);
    });
  }

  // The classes of a named root hash together with a named file digest, for one combination of
  // facts. The rows agree, so for a pair without a row of its own the earlier of the two rows
  // decides in either policy, and the policies differ only where the order of the two rows changed.
  // The rows of pairs agree, too: each of them can hide one such change.
  bool ProductAgrees(Facts facts) {
    const auto agrees = [&](std::size_t roothash, std::size_t digest) {
      return rows_.IsPair(roothash, digest) || Agree(roothash, digest, {}, facts);
    };
    using enum Crossings::Actions;
    return Crossings(rows_, Different, facts).ForEach(agrees) &&
           (keeps_ == Keeps::Decision || Crossings(rows_, Equal, facts).ForEach(agrees));
  }

  const Keeps keeps_;
  const JoinedRows& rows_;
  std::optional<Deciders> agreed_;  // the last ones: neighboring cells are usually equal
  std::optional<Witness> found_;
};

// Operations that the kernel has no name for: the global default decides, or else ALLOW; their
// records do not differ.
bool UnknownOperationsAgree(const Policy& before, const Policy& after) {
  const auto action = [](const Policy& policy) {
    return policy.global_default ? policy.global_default->action : Action::Allow;
  };
  return action(before) == action(after);
}

}  // namespace

std::optional<Witness> Compare(Keeps keeps, const Coverage& before, const Coverage& after) {
  IPEC_CHECK(before.policy().semantics == after.policy().semantics,
             "policies of two dialects compared");
  if (!UnknownOperationsAgree(before.policy(), after.policy())) {
    Witness witness;
    witness.operation = Operation::Unknown;
    return witness;
  }
  for (std::size_t i = 0; i < before.operations().size(); ++i) {
    const JoinedRows rows(before, after, before.operations()[i], after.operations()[i]);
    if (auto witness = OperationComparison(keeps, rows).Run()) return witness;
  }
  return std::nullopt;
}

}  // namespace ipec::analysis
