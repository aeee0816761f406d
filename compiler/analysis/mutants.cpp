#include "compiler/analysis/mutants.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "compiler/support/numbers.h"

namespace ipec::analysis {

using policy::Condition;
using policy::Default;
using policy::OperationSet;
using policy::Policy;
using policy::Rule;
using policy::RuleIds;
using Kind = Mutant::Kind;

namespace {

policy::Action Flipped(policy::Action action) {
  return action == policy::Action::Allow ? policy::Action::Deny : policy::Action::Allow;
}

// The rules of some operations of a policy.
struct Part {
  Part(const Policy& whole, OperationSet operations) : policy(whole) {
    std::erase_if(policy.rules,
                  [&](const Rule& rule) { return !operations.Contains(rule.operation); });
    coverage.emplace(policy);
  }

  Policy policy;
  std::optional<Coverage> coverage;
};

class Mutator {
 public:
  Mutator(const Policy& policy, llvm::function_ref<void(const Mutant&)> visit)
      : policy_(policy), visit_(visit) {}

  void Run() {
    if (policy_.global_default) {
      FlipDefault(*policy_.global_default, policy_.OperationsWithoutDefault(),
                  [](Policy& mutant) -> Default& { return *mutant.global_default; });
    }
    for (const Operation operation : policy_.semantics.operations) {
      if (!policy_.operation_defaults[operation]) continue;
      FlipDefault(*policy_.operation_defaults[operation], {operation},
                  [operation](Policy& mutant) -> Default& {
                    return *mutant.operation_defaults[operation];
                  });
    }
    for (const RuleIds statement : policy_.Statements()) MutateStatement(statement);
  }

 private:
  // Of the operations of one statement.
  const Part& PartFor(OperationSet operations) {
    std::unique_ptr<Part>& part = parts_[operations.bits()];
    if (part == nullptr) part = std::make_unique<Part>(policy_, operations);
    return *part;
  }

  template <typename Find>
  void FlipDefault(const Default& of, OperationSet operations, const Find& find) {
    Mutant mutant;
    mutant.kind = Kind::FlipDefault;
    mutant.statement = of.statement;
    mutant.line = of.line;
    mutant.operations = operations;
    mutant.policy = PartFor(operations).policy;
    Default& flipped = find(mutant.policy);
    flipped.action = Flipped(flipped.action);
    Visit(mutant);
  }

  // The rules of one statement, in the part of its operations.
  struct Site {
    const Rule& first;
    OperationSet operations;
    const Policy& part;
    RuleIds rules;

    auto Begin(Policy& mutant) const { return mutant.rules.begin() + rules.first; }
    auto End(Policy& mutant) const { return Begin(mutant) + rules.count; }
  };

  template <typename Change>
  void Make(const Site& site, Kind kind, const Change& change) {
    Mutant mutant;
    mutant.kind = kind;
    mutant.statement = site.first.statement;
    mutant.line = site.first.line;
    mutant.operations = site.operations;
    mutant.policy = site.part;
    change(mutant);
    Visit(mutant);
  }

  void MutateStatement(RuleIds statement) {
    const Rule& first = policy_[statement.front()];
    OperationSet operations;
    for (const RuleId rule : statement) operations.Add(policy_[rule].operation);
    const Policy& part = PartFor(operations).policy;
    const Site site = {first, operations, part, part.RulesAt(first.statement.begin)};
    Make(site, Kind::DeleteRule, [&](Mutant& mutant) {
      mutant.policy.rules.erase(site.Begin(mutant.policy), site.End(mutant.policy));
    });
    Make(site, Kind::FlipAction, [&](Mutant& mutant) {
      std::for_each(site.Begin(mutant.policy), site.End(mutant.policy),
                    [](Rule& rule) { rule.action = Flipped(rule.action); });
    });
    const auto conditions = policy_.ConditionsOf(first);
    for (std::size_t i = 0; i < conditions.size(); ++i) MutateCondition(site, i);
    Swap(site);
    if (first.action == policy::Action::Deny) MoveToEnd(site);
  }

  // `change` gets the conditions of the statement.
  template <typename Change>
  void Edit(const Site& site, Kind kind, std::size_t index, const Change& change) {
    Make(site, kind, [&](Mutant& mutant) {
      const auto old = policy_.ConditionsOf(site.first);
      mutant.condition = support::ToU32(index);
      std::vector<Condition> conditions(old.begin(), old.end());
      change(mutant.policy.digests, conditions);
      std::vector<Condition>& store = mutant.policy.conditions;
      const support::IdRange<policy::ConditionId> added = {support::ToU32(store.size()),
                                                           support::ToU32(conditions.size())};
      store.insert(store.end(), conditions.begin(), conditions.end());
      std::for_each(site.Begin(mutant.policy), site.End(mutant.policy),
                    [&](Rule& rule) { rule.conditions = added; });
    });
  }

  void MutateCondition(const Site& site, std::size_t index) {
    using Conditions = std::vector<Condition>;
    Edit(site, Kind::DropCondition, index, [&](policy::DigestStore&, Conditions& conditions) {
      conditions.erase(conditions.begin() + static_cast<std::ptrdiff_t>(index));
    });
    const DigestId digest = policy_.ConditionsOf(site.first)[index].digest;
    if (!digest.valid()) {
      Edit(site, Kind::NegateCondition, index, [&](policy::DigestStore&, Conditions& conditions) {
        conditions[index].expected = !conditions[index].expected;
      });
      return;
    }
    Edit(site, Kind::ChangeDigest, index, [&](policy::DigestStore& store, Conditions& conditions) {
      OwnedDigest changed = CopyDigest(policy_, digest);
      if (!changed.bytes.empty()) changed.bytes.back() ^= 1U;
      conditions[index].digest = store.Add(changed.algorithm, changed.bytes);
    });
  }

  // The next rule of an operation, or the end.
  static std::vector<Rule>::iterator NextOf(const Rule& rule, std::vector<Rule>::iterator from,
                                            std::vector<Rule>& rules) {
    return std::find_if(from, rules.end(), [&](const Rule& other) {
      return other.operation == rule.operation && other.statement.begin != rule.statement.begin;
    });
  }

  // With the next statement about the first operation, in all operations of both.
  void Swap(const Site& site) {
    std::vector<Rule> rules = site.part.rules;
    const auto next =
        NextOf(site.first, rules.begin() + site.rules.first + site.rules.count, rules);
    if (next == rules.end() || next->action == site.first.action) return;
    Make(site, Kind::SwapRules, [&](Mutant& mutant) {
      mutant.other_line = next->line;
      for (auto own = site.Begin(mutant.policy); own != site.End(mutant.policy); ++own) {
        const auto other = NextOf(*own, std::next(own), mutant.policy.rules);
        if (other != mutant.policy.rules.end() && other->statement.begin == next->statement.begin) {
          std::iter_swap(own, other);
        }
      }
    });
  }

  // Behind one other rule, this is a swap, or changes nothing.
  void MoveToEnd(const Site& site) {
    std::vector<Rule> rules = site.part.rules;
    const auto next =
        NextOf(site.first, rules.begin() + site.rules.first + site.rules.count, rules);
    if (next == rules.end() || NextOf(site.first, std::next(next), rules) == rules.end()) return;
    Make(site, Kind::MoveToEnd, [&](Mutant& mutant) {
      std::rotate(site.Begin(mutant.policy), site.End(mutant.policy), mutant.policy.rules.end());
    });
  }

  void Visit(Mutant& mutant) {
    mutant.changes = AllDifferences(*PartFor(mutant.operations).coverage, Coverage(mutant.policy),
                                    {.keeps = Keeps::Decision});
    visit_(mutant);
  }

  const Policy& policy_;
  const llvm::function_ref<void(const Mutant&)> visit_;
  std::map<std::uint32_t, std::unique_ptr<Part>> parts_;  // by operations
};

}  // namespace

void ForEachMutant(const Policy& policy, llvm::function_ref<void(const Mutant&)> visit) {
  Mutator(policy, visit).Run();
}

}  // namespace ipec::analysis
