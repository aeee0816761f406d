// Removes conditions that the rest of their rule implies: duplicates, and conditions that follow
// from another one (a file on the initramfs is not on a signed volume).

#include <vector>

#include "compiler/optimize/pass.h"
#include "compiler/support/enum_set.h"
#include "compiler/support/numbers.h"

namespace ipec::optimize {
namespace {

using analysis::Coverage;
using analysis::Demand;
using policy::Condition;

// Whether two demands match the same events of the domain.
bool Equivalent(const policy::Semantics& semantics, const Demand& a, const Demand& b) {
  if (a.roothash != b.roothash || a.digest != b.digest) return false;
  const analysis::FactsSet possible =
      analysis::PossibleFacts(semantics, a.roothash.valid(), a.digest.valid());
  return (a.facts & possible) == (b.facts & possible);
}

// Keeps the first of each property: in a rule that does not contradict itself, repeats have the
// same value.
void KeepFirstOfEach(std::span<const Condition> conditions, std::vector<Condition>& kept) {
  support::EnumSet<policy::Property> seen;
  for (const Condition& condition : conditions) {
    if (!seen.Contains(condition.property)) kept.push_back(condition);
    seen.Add(condition.property);
  }
}

// Tries to remove each condition, the last one first.
void DropImplied(const Coverage& coverage, const Demand& demand, std::vector<Condition>& kept) {
  for (std::size_t i = kept.size(); i-- > 0;) {
    std::vector<Condition> fewer = kept;
    fewer.erase(fewer.begin() + support::ToOffset(i));
    if (Equivalent(coverage.policy().semantics, demand, coverage.DemandOf(fewer))) kept = fewer;
  }
}

}  // namespace

std::optional<policy::Policy> DropRepeatedProperties(const Coverage& coverage) {
  const policy::Policy& policy = coverage.policy();
  std::vector<Condition> conditions;
  conditions.reserve(policy.conditions.size());
  std::vector<policy::Rule> rules = policy.rules;
  std::vector<Condition> kept;
  bool changed = false;
  for (policy::Rule& rule : rules) {
    const auto written = policy.ConditionsOf(rule);
    const Demand demand = coverage.DemandOf(written);
    kept.clear();
    if (written.size() < 2 || demand.contradictory()) {
      kept.assign(written.begin(), written.end());
    } else {
      KeepFirstOfEach(written, kept);
      if (kept.size() > 1) DropImplied(coverage, demand, kept);
    }
    changed |= kept.size() != written.size();
    rule.conditions = {support::ToU32(conditions.size()), support::ToU32(kept.size())};
    conditions.insert(conditions.end(), kept.begin(), kept.end());
  }
  if (!changed) return std::nullopt;
  policy::Policy result = policy;
  result.rules = std::move(rules);
  result.conditions = std::move(conditions);
  return result;
}

}  // namespace ipec::optimize
