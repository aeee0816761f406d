#include "compiler/optimize/alias_lines.h"

#include <algorithm>
#include <optional>
#include <string_view>

#include "compiler/support/numbers.h"
#include "compiler/targets/features.h"

namespace ipec::optimize {
namespace {

using policy::Condition;
using policy::Policy;
using policy::Rule;
using runtime::Operation;
using targets::Alias;

constexpr std::uint32_t kNoLine = UINT32_MAX;

bool SameCondition(const Policy& policy, const Condition& one, const Condition& other) {
  if (one.property != other.property) return false;
  if (Kind(one.property) == runtime::PropertyKind::Boolean) return one.expected == other.expected;
  return SameDigest(policy.semantics, policy.digests.Get(one.digest),
                    policy.digests.Get(other.digest));
}

bool AreAlike(const Policy& policy, const Rule& a, const Rule& b) {
  const auto ours = policy.ConditionsOf(a);
  const auto theirs = policy.ConditionsOf(b);
  return a.action == b.action && std::equal(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                                            [&](const Condition& one, const Condition& other) {
                                              return SameCondition(policy, one, other);
                                            });
}

bool IsSame(const Rule& a, const Rule& b) {
  return a.operation == b.operation && a.line == b.line;
}

}  // namespace

bool IsAliasRun(const Policy& policy, std::size_t at, const Alias& alias) {
  const std::size_t count = alias.operations.size();
  if (policy.rules.size() - at < count) return false;
  const std::span run(policy.rules.data() + at, count);
  policy::OperationSet set;
  for (const Rule& rule : run) set.Add(rule.operation);
  return set == SetOf(alias) && std::all_of(run.begin(), run.end(), [&](const Rule& rule) {
           return AreAlike(policy, rule, run.front());
         });
}

bool AreAliasDefaults(const Policy& policy, const Alias& alias) {
  const auto& first = policy.DefaultOf(alias.operations.front());
  return std::all_of(alias.operations.begin(), alias.operations.end(), [&](Operation operation) {
    const auto& own = policy.DefaultOf(operation);
    return own && own->action == first->action;
  });
}

AliasLines::AliasLines(const Policy& policy, const targets::Target& target) : target_(target) {
  for (std::size_t at = 0; at < policy.rules.size();) {
    std::size_t count = 1;
    for (const Alias& alias : target.aliases()) {
      if (!IsAliasRun(policy, at, alias)) continue;
      count = alias.operations.size();
      for (std::size_t i = at; i < at + count; ++i) {
        const Rule& rule = policy.rules[i];
        line_of_[KeyOf(rule)] = support::ToU32(lines_.size());
      }
      lines_.push_back(&alias);
      break;
    }
    at += count;
  }
}

AliasLines::Key AliasLines::KeyOf(const Rule& rule) {
  return {support::ToU32(support::IndexOf(rule.operation)), rule.line};
}

std::uint32_t AliasLines::LineOf(const Rule& rule) const {
  const auto found = line_of_.find(KeyOf(rule));
  return found == line_of_.end() ? kNoLine : found->second;
}

// `op= KEY=VALUE action=ACTION` and the line end.
std::size_t AliasLines::BytesWithoutName(const Policy& policy, const Rule& rule) const {
  const bool bare = target_.Has(targets::Feature::BareDigests);
  std::size_t bytes = std::string_view("op= action=\n").size() + Name(rule.action).size();
  for (const Condition& condition : policy.ConditionsOf(rule)) {
    bytes += std::string_view(" =").size() + Name(condition.property).size();
    if (Kind(condition.property) == runtime::PropertyKind::Boolean) {
      bytes += std::string_view(condition.expected ? "TRUE" : "FALSE").size();
      continue;
    }
    const runtime::Digest digest = policy.digests.Get(condition.digest);
    bytes += 2 * digest.bytes.size() + (bare ? digest.bytes.empty() : digest.algorithm.size() + 1);
  }
  return bytes;
}

bool AliasLines::IsLonger(const Alias& alias, const Left& left, std::size_t rest_bytes) const {
  return left.before == alias.operations.size() && left.after != 0 && left.after != left.before &&
         left.name_bytes + left.after * rest_bytes > alias.spelling.size() + rest_bytes;
}

void AliasLines::PutBackRules(const Policy& before, Policy& after) const {
  std::vector<Left> left(lines_.size());
  for (const Rule& rule : before.rules) {
    if (const std::uint32_t line = LineOf(rule); line != kNoLine) ++left[line].before;
  }
  for (const Rule& rule : after.rules) {
    const std::uint32_t line = LineOf(rule);
    if (line == kNoLine) continue;
    ++left[line].after;
    left[line].name_bytes += Name(rule.operation).size();
  }
  std::vector<Rule> rules;
  auto kept = after.rules.begin();
  for (const Rule& rule : before.rules) {
    if (kept != after.rules.end() && IsSame(*kept, rule)) {
      rules.push_back(*kept++);
    } else if (const std::uint32_t line = LineOf(rule);
               line != kNoLine &&
               IsLonger(*lines_[line], left[line], BytesWithoutName(before, rule))) {
      rules.push_back(rule);
    }
  }
  after.rules = std::move(rules);
}

void AliasLines::PutBackDefaults(const Policy& before, Policy& after) const {
  for (const Alias& alias : target_.aliases()) {
    if (!AreAliasDefaults(before, alias)) continue;
    Left left;
    left.before = support::ToU32(alias.operations.size());
    for (const Operation operation : alias.operations) {
      if (!after.DefaultOf(operation)) continue;
      ++left.after;
      left.name_bytes += Name(operation).size();
    }
    const std::string_view action = Name(before.DefaultOf(alias.operations.front())->action);
    const std::size_t rest = std::string_view("DEFAULT op= action=\n").size() + action.size();
    if (!IsLonger(alias, left, rest)) continue;
    for (const Operation operation : alias.operations) {
      after.operation_defaults[operation] = before.DefaultOf(operation);
    }
  }
}

void AliasLines::PutBack(const Policy& before, Policy& after) const {
  if (after.rules.size() < before.rules.size() && !lines_.empty()) PutBackRules(before, after);
  PutBackDefaults(before, after);
}

}  // namespace ipec::optimize
