#include "compiler/optimize/optimize.h"

#include <algorithm>
#include <array>

#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"

namespace ipec::optimize {
namespace {

using policy::Policy;

constexpr std::array kPasses = {
#define IPEC_PASS(function, name, keeps, summary) Pass{name, Keeps::keeps, summary, function},
#define IPEC_TEXT_PASS(name, keeps, summary) Pass{name, Keeps::keeps, summary, nullptr},
#include "compiler/optimize/passes.def"
};

// The condition that a kernel checks at the end of a policy.
bool DefaultsAreComplete(const Policy& policy) {
  if (policy.global_default) return true;
  return policy.OperationsWithoutDefault().empty();
}

std::size_t CountOfDefaults(const Policy& policy) {
  return support::ToSize(std::count_if(policy.operation_defaults.begin(),
                                       policy.operation_defaults.end(),
                                       [](const auto& own) { return own.has_value(); }));
}

// Whether something was put back, and with it all that the pass removed.
bool UndoesPass(const AliasLines& lines, const Policy& before, Policy& after) {
  const std::size_t rules = after.rules.size();
  const std::size_t defaults = CountOfDefaults(after);
  lines.PutBack(before, after);
  return (after.rules.size() != rules || CountOfDefaults(after) != defaults) &&
         after.rules.size() == before.rules.size() &&
         CountOfDefaults(after) == CountOfDefaults(before);
}

// Runs one pass; returns whether it changed the policy.
bool RunPass(const Pass& pass, const AliasLines* lines, std::unique_ptr<AnalyzedPolicy>& state) {
  std::optional<Policy> changed = pass.run(state->coverage);
  if (!changed || (lines != nullptr && UndoesPass(*lines, state->policy, *changed))) return false;
  auto after = std::make_unique<AnalyzedPolicy>(std::move(*changed));
  IPEC_CHECK(DefaultsAreComplete(after->policy) || !DefaultsAreComplete(state->policy),
             (std::string(pass.name) + " removed a default that the kernel needs").c_str());
  IPEC_CHECK(!Compare(pass.keeps, state->coverage, after->coverage),
             (std::string(pass.name) + " changed what the policy means").c_str());
  state = std::move(after);
  return true;
}

}  // namespace

std::span<const Pass> AllPasses() {
  return kPasses;
}

const Pass* FindPass(std::string_view name) {
  const auto* const found = std::find_if(kPasses.begin(), kPasses.end(),
                                         [&](const Pass& pass) { return pass.name == name; });
  return found == kPasses.end() ? nullptr : found;
}

// A pass that preserves records also preserves decisions.
bool Runs(const Pass& pass, const Options& options) {
  if (options.keeps == Keeps::Audit && pass.keeps != Keeps::Audit) return false;
  return std::find(options.disabled.begin(), options.disabled.end(), pass.name) ==
         options.disabled.end();
}

std::unique_ptr<AnalyzedPolicy> Optimize(Policy policy, const Options& options) {
  auto state = std::make_unique<AnalyzedPolicy>(std::move(policy));
  bool changed = true;
  for (bool first = true; changed; first = false) {
    changed = false;
    for (const Pass& pass : kPasses) {
      if (pass.run == nullptr || !Runs(pass, options)) continue;
      const bool changed_now = RunPass(pass, options.lines, state);
      changed |= changed_now;
      if (options.after && (first || changed_now)) options.after(pass, state->policy);
    }
  }
  return state;
}

std::optional<Policy> WithoutRules(const Policy& policy,
                                   const std::function<bool(policy::RuleId)>& drop) {
  // Copies nothing until there is a rule to remove: most policies need no change.
  const std::uint32_t count = support::ToU32(policy.rules.size());
  std::uint32_t first = 0;
  while (first < count && !drop({first})) ++first;
  if (first == count) return std::nullopt;
  std::vector<policy::Rule> kept(policy.rules.begin(), policy.rules.begin() + first);
  kept.reserve(count - 1);
  for (std::uint32_t i = first + 1; i < count; ++i) {
    if (!drop({i})) kept.push_back(policy.rules[i]);
  }
  Policy changed = policy;
  changed.rules = std::move(kept);
  return changed;
}

std::optional<Policy> WithoutRedundant(const analysis::Coverage& coverage,
                                       analysis::TakesOver takes_over) {
  std::vector<bool> redundant(coverage.policy().rules.size());
  for (const analysis::Redundant& found : FindRedundant(coverage, takes_over)) {
    redundant[found.rule.index] = true;
  }
  return WithoutRules(coverage.policy(),
                      [&](policy::RuleId rule) { return redundant[rule.index]; });
}

}  // namespace ipec::optimize
