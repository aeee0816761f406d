#pragma once

// Random policies and events for comparing the table with the specification, with few digests and
// few properties, so that rules often overlap, repeat, shadow and contradict each other.

#include <array>
#include <cstdint>
#include <random>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/event.h"

namespace ipec::tests {

class RandomPolicies {
 public:
  RandomPolicies(std::uint32_t seed, const targets::Target& target)
      : random_(seed), semantics_(target.semantics()) {}

  policy::Policy MakePolicy() {
    policy::Policy made;
    made.name = "random";
    made.version = {1, 2, 3};
    made.semantics = semantics_;
    operations_.clear();
    for (const runtime::Operation operation : semantics_.operations) {
      operations_.push_back(operation);
      if (Chance(3)) {
        made.operation_defaults[operation] = policy::Default{Action(), Below(100) + 1, {}};
      }
    }
    if (!Chance(8)) {
      made.global_default = policy::Default{Action(), Below(100) + 1, {}};
    } else {
      for (const auto operation : operations_) {
        auto& own = made.operation_defaults[operation];
        if (!own) own = policy::Default{Action(), Below(100) + 1, {}};
      }
    }
    const std::uint32_t rules = Below(Chance(4) ? 60 : 12);
    const std::uint32_t conditions = 1 + Below(4);
    const bool few_operations = Chance(2);
    // Lines ascend, as in a text; sometimes not, as after a pass that moves rules.
    const bool moved = Chance(8);
    for (std::uint32_t i = 0; i < rules; ++i) {
      policy::Rule rule;
      rule.operation = operations_[Below(few_operations ? 2 : Count(operations_))];
      rule.action = Action();
      rule.line = moved ? 1000 - i : 2 + 3 * i;
      rule.conditions.first = Count(made.conditions);
      rule.conditions.count = Below(conditions + 1);
      for (std::uint32_t k = 0; k < rule.conditions.count; ++k) AddCondition(made);
      made.rules.push_back(rule);
    }
    return made;
  }

  // Any combination, also those that no kernel can produce.
  runtime::Event MakeEvent() {
    runtime::Event event;
    event.operation = static_cast<runtime::Operation>(Below(runtime::kOperationCount));
    if (event.operation != runtime::Operation::Unknown && !semantics_.Knows(event.operation)) {
      event.operation = runtime::Operation::Execute;
    }
    if (Chance(2)) event.operation = runtime::Operation::Execute;
    event.hook = runtime::Hook::Mmap;
    event.comm = "comm";
    event.boot_verified = Chance(2);
    if (Chance(2)) event.file = runtime::File{"/usr/bin/x", "dm-0", 7};
    if (!Chance(3)) {
      event.dmverity.emplace();
      event.dmverity->is_signed = Chance(2);
      if (!Chance(4)) event.dmverity->roothash = AnyDigest();
    }
    if (!Chance(3)) {
      event.fsverity.emplace();
      event.fsverity->is_signed = Chance(2);
      if (!Chance(4)) event.fsverity->digest = AnyDigest();
    }
    return event;
  }

  std::uint32_t Below(std::uint32_t limit) {
    return limit == 0 ? 0 : std::uniform_int_distribution<std::uint32_t>(0, limit - 1)(random_);
  }
  bool Chance(std::uint32_t one_in) { return Below(one_in) == 0; }

 private:
  template <typename Store>
  static std::uint32_t Count(const Store& store) {
    return static_cast<std::uint32_t>(store.size());
  }
  runtime::Action Action() { return Chance(2) ? runtime::Action::Allow : runtime::Action::Deny; }

  // Names that no kernel checks, lengths of no algorithm, and bytes that differ only at the end.
  runtime::Digest AnyDigest() {
    static constexpr std::array<std::string_view, 5> kAlgorithms = {"sha256", "sha512", "SHA256",
                                                                    "", "a \"b"};
    static constexpr std::array<std::uint8_t, 80> kBytes = {1, 2, 3, 4};
    static constexpr std::array<std::uint8_t, 80> kOther = {1, 2, 3, 5};
    static constexpr std::array<std::uint32_t, 6> kLengths = {0, 1, 3, 4, 32, 33};
    const auto& bytes = Chance(2) ? kBytes : kOther;
    const auto algorithm = kAlgorithms[Chance(2) ? 0 : Below(5)];
    return {algorithm, {bytes.data(), kLengths[Chance(2) ? 4 : Below(6)]}};
  }

  void AddCondition(policy::Policy& made) {
    policy::Condition condition;
    condition.property = static_cast<runtime::Property>(Below(runtime::kPropertyCount));
    if (runtime::Kind(condition.property) == runtime::PropertyKind::Boolean) {
      condition.expected = Chance(2);
    } else {
      const runtime::Digest digest = AnyDigest();
      // A bare digest has no algorithm.
      condition.digest =
          made.digests.Add(semantics_.bare_digests ? "" : digest.algorithm, digest.bytes);
    }
    made.conditions.push_back(condition);
  }

  std::mt19937 random_;
  policy::Semantics semantics_;
  std::vector<runtime::Operation> operations_;
};

}  // namespace ipec::tests
