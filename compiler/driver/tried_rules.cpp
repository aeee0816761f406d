#include "compiler/driver/tried_rules.h"

#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "compiler/policy/decide.h"
#include "compiler/table/rule_text.h"
#include "ipec/runtime/explain.h"

namespace ipec::driver {
namespace {

// The obstacle is added here.
void Visit(TriedRule rule, bool is_missing, const runtime::Event& event,
           llvm::function_ref<void(const TriedRule&)> visit) {
  const std::string_view condition = rule.condition;
  const auto property = runtime::FindProperty(condition.substr(0, condition.find('=')));
  if (!property) return;  // the words of a table that `ipec` has not written
  rule.obstacle = pipeline::ObstacleFor(*property, is_missing, event);
  visit(rule);
}

void ForEachInText(const policy::Policy& policy, const targets::Target& target,
                   const runtime::Event& event, llvm::function_ref<void(const TriedRule&)> visit) {
  for (const policy::RuleId id : policy.rule_ids()) {
    const policy::Rule& rule = policy[id];
    if (rule.operation != event.operation) continue;
    const std::optional<std::uint32_t> index = FirstUnmatched(policy, id, event);
    if (!index) return;
    TriedRule tried;
    tried.line = rule.line;
    tried.text = table::RecordedText(target, policy, rule.operation, id);
    tried.index = *index;
    tried.condition = pipeline::ConditionIn(tried.text, *index);
    const policy::Condition& condition = policy.ConditionsOf(rule)[*index];
    Visit(std::move(tried), policy.semantics.missing.Contains(condition.property), event, visit);
  }
}

template <typename Write>
std::string TextOf(Write write) {
  std::string text(write(std::span<char>()) + 1, '\0');
  write(std::span<char>(text));
  text.pop_back();
  return text;
}

}  // namespace

void ForEachTried(const DecisionInput& input, const runtime::Event& event,
                  llvm::function_ref<void(const TriedRule&)> visit) {
  if (input.source != nullptr) {
    return ForEachInText(*input.source, *input.target, event, visit);
  }
  runtime::Explain(input.policy, event, [&](const runtime::TriedRule& rule) {
    TriedRule tried;
    tried.line = rule.line;
    tried.index = rule.condition;
    tried.text =
        TextOf([&](std::span<char> room) { return TriedRuleText(input.policy, rule, room); });
    tried.condition =
        TextOf([&](std::span<char> room) { return ConditionText(input.policy, rule, room); });
    Visit(std::move(tried), /*is_missing=*/false, event, visit);
    return true;
  });
}

}  // namespace ipec::driver
