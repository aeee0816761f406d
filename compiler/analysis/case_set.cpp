#include "compiler/analysis/case_set.h"

#include <algorithm>

#include "compiler/support/numbers.h"

namespace ipec::analysis {

using policy::Action;
using policy::Condition;
using policy::Policy;
using policy::Rule;

namespace {

// Whether a kernel that lacks some properties can match all conditions.
bool CanMatch(const Policy& policy, const Rule& rule) {
  const auto conditions = policy.ConditionsOf(rule);
  return std::none_of(conditions.begin(), conditions.end(), [&](const Condition& condition) {
    return policy.semantics.missing.Contains(condition.property);
  });
}

Action Opposite(Action action) {
  return action == Action::Allow ? Action::Deny : Action::Allow;
}

}  // namespace

CaseSet::CaseSet(const policy::Semantics& semantics) {
  list_.semantics = semantics;
  list_.semantics.missing = {};
  list_.global_default = policy::Default{};
}

CaseSet CaseSet::AllowedBy(const Policy& policy, policy::OperationSet operations) {
  CaseSet set(policy.semantics);
  set.list_.conditions = policy.conditions;
  set.list_.digests = policy.digests;
  for (std::uint32_t i = support::ToU32(policy.rules.size()); i-- > 0;) {
    const Rule& rule = policy.rules[i];
    if (operations.Contains(rule.operation) && CanMatch(policy, rule)) {
      set.rules_.push_back({rule, RuleId{i}});
    }
  }
  for (const Operation operation : operations) {
    const policy::Default* const decides = policy.DefaultFor(operation);
    if (decides == nullptr || decides->action == Action::Allow) set.AddOthers(operation);
  }
  return set;
}

CaseSet CaseSet::DecidedBy(const Policy& policy, Operation operation, RuleId rule) {
  CaseSet set = AllowedBy(policy, {operation});
  for (Entry& entry : set.rules_) {
    entry.rule.action = entry.origin == rule ? Action::Allow : Action::Deny;
  }
  set.list_.operation_defaults[operation] =
      policy::Default{rule.valid() ? Action::Deny : Action::Allow, 0, {}};
  return set;
}

support::IdRange<policy::ConditionId> CaseSet::CopyConditions(const Policy& source, RuleId rule) {
  const std::uint32_t first = support::ToU32(list_.conditions.size());
  const auto conditions = source.ConditionsOf(source[rule]);
  list_.conditions.reserve(first + conditions.size());
  for (Condition condition : conditions) {
    if (condition.digest.valid()) {
      const runtime::Digest digest = source.digests.Get(condition.digest);
      condition.digest = list_.digests.Add(digest.algorithm, digest.bytes);
    }
    list_.conditions.push_back(condition);
  }
  return {first, support::ToU32(conditions.size())};
}

void CaseSet::Prepend(const Policy& source, RuleId rule, Action action) {
  Rule copy = source[rule];
  copy.action = action;
  copy.conditions = CopyConditions(source, rule);
  rules_.push_back({copy, rule});
}

void CaseSet::Keep(const Policy& source, RuleId rule) {
  const support::IdRange<policy::ConditionId> kept = CopyConditions(source, rule);
  std::vector<Condition> conditions;
  for (Entry& entry : rules_) {
    // Rules that take cases away may take more: they are not in the set anyway.
    if (entry.rule.action == Action::Deny) continue;
    const auto own = list_.ConditionsOf(entry.rule);
    conditions.assign(own.begin(), own.end());
    const auto first = list_.conditions.begin() + kept.first;
    conditions.insert(conditions.end(), first, first + kept.count);
    entry.rule.conditions = {support::ToU32(list_.conditions.size()),
                             support::ToU32(conditions.size())};
    list_.conditions.insert(list_.conditions.end(), conditions.begin(), conditions.end());
  }
  std::optional<policy::Default>& others = list_.operation_defaults[source[rule].operation];
  if (others && others->action == Action::Allow) {
    Rule copy = source[rule];
    copy.action = Action::Allow;
    copy.conditions = kept;
    rules_.insert(rules_.begin(), {copy, RuleId{}});
  }
  others = policy::Default{Action::Deny, 0, {}};
}

void CaseSet::Add(const Policy& source, RuleId rule) {
  Prepend(source, rule, Action::Allow);
}
void CaseSet::Remove(const Policy& source, RuleId rule) {
  Prepend(source, rule, Action::Deny);
}

void CaseSet::AddOthers(Operation operation) {
  list_.operation_defaults[operation] = policy::Default{Action::Allow, 0, {}};
}

CaseSet CaseSet::Complement(policy::OperationSet operations) const {
  CaseSet set = *this;
  for (Entry& entry : set.rules_) entry.rule.action = Opposite(entry.rule.action);
  for (const Operation operation : operations) {
    const auto& others = list_.operation_defaults[operation];
    set.list_.operation_defaults[operation] =
        policy::Default{others ? Opposite(others->action) : Action::Allow, 0, {}};
  }
  return set;
}

void CaseSet::SetAll(Action action, policy::OperationSet operations) {
  for (Entry& entry : rules_) {
    if (operations.Contains(entry.rule.operation)) entry.rule.action = action;
  }
  for (const Operation operation : operations) {
    list_.operation_defaults[operation] = policy::Default{action, 0, {}};
  }
}

CaseSet CaseSet::Emptied() const {
  CaseSet set = *this;
  set.SetAll(Action::Deny, list_.semantics.operations);
  return set;
}

CaseSet CaseSet::Filled(policy::OperationSet operations) const {
  CaseSet set = Emptied();
  set.SetAll(Action::Allow, operations);
  return set;
}

Policy CaseSet::ToPolicy() const {
  Policy policy = list_;
  policy.rules.reserve(rules_.size());
  std::for_each(rules_.rbegin(), rules_.rend(),
                [&](const Entry& entry) { policy.rules.push_back(entry.rule); });
  return policy;
}

RuleId CaseSet::OriginOf(RuleId rule) const {
  return rule.valid() ? rules_[rules_.size() - 1 - rule.index].origin : RuleId{};
}

namespace {

Differences Subtract(const CaseSet& set, const CaseSet& other, const DifferenceOptions& options) {
  const Policy own = set.ToPolicy();
  const Policy others = other.ToPolicy();
  Differences found = AllDifferences(Coverage(own), Coverage(others), options);
  std::erase_if(found.groups,
                [](const Difference& group) { return group.kind != Difference::Kind::Tighter; });
  found.more_looser = 0;
  return found;
}

}  // namespace

Differences Missing(const CaseSet& set, const CaseSet& other) {
  return Subtract(set, other, {.keeps = Keeps::Decision});
}

std::uint64_t CountMissing(const CaseSet& set, const CaseSet& other) {
  return Count(Subtract(set, other, {.most_crossings = 0, .keeps = Keeps::Decision}));
}

std::uint64_t CountOf(const CaseSet& set) {
  return CountMissing(set, set.Emptied());
}

Differences Common(const CaseSet& set, const CaseSet& other, policy::OperationSet operations) {
  return Missing(set, other.Complement(operations));
}

std::uint64_t Count(const Differences& found) {
  std::uint64_t count = found.more_looser + found.more_tighter + found.more_records;
  for (const Difference& group : found.groups) count += group.cases;
  return count;
}

}  // namespace ipec::analysis
