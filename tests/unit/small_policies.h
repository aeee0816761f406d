#pragma once

// Hand-made policies that together use every part of a table: both indexes and pairs, an alias,
// digests of unusual lengths and algorithms, colliding ones, DEFAULTs of both kinds.

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/policy/policy.h"
#include "compiler/targets/features.h"
#include "compiler/targets/targets.h"

namespace ipec::tests {

class SmallPolicy {
 public:
  SmallPolicy(const targets::Target& target, std::string name) {
    policy.name = std::move(name);
    policy.version = {1, 2, 65535};
    policy.semantics = target.semantics();
  }
  SmallPolicy& Rule(runtime::Operation operation, runtime::Action action) {
    policy::Rule rule;
    rule.operation = operation;
    rule.action = action;
    rule.line = ++line_;
    rule.conditions.first = static_cast<std::uint32_t>(policy.conditions.size());
    policy.rules.push_back(rule);
    return *this;
  }
  SmallPolicy& Where(runtime::Property property, bool expected) {
    return Where(policy::Condition{property, expected, {}});
  }
  SmallPolicy& Where(runtime::Property property, std::string_view algorithm,
                     const std::vector<std::uint8_t>& bytes) {
    return Where(policy::Condition{property, true, policy.digests.Add(algorithm, bytes)});
  }
  SmallPolicy& Default(runtime::Action action) {
    policy.global_default = policy::Default{action, ++line_, {}};
    return *this;
  }
  SmallPolicy& Default(runtime::Operation operation, runtime::Action action) {
    policy.operation_defaults[operation] = policy::Default{action, ++line_, {}};
    return *this;
  }

  policy::Policy policy;

 private:
  SmallPolicy& Where(const policy::Condition& condition) {
    policy.conditions.push_back(condition);
    ++policy.rules.back().conditions.count;
    return *this;
  }
  std::uint32_t line_ = 1;
};

inline std::vector<std::uint8_t> Sha256(std::uint8_t first) {
  std::vector<std::uint8_t> bytes(32, 0x11);
  bytes[0] = first;
  return bytes;
}

// Two digests, longer than an entry, whose second blocks cancel the difference of the first ones in
// a weak hash.
inline std::vector<std::uint8_t> Colliding(bool other) {
  std::vector<std::uint8_t> bytes(64, 0x22);
  if (other) {
    for (const std::size_t i : {7, 32 + 7, 32 + 3}) bytes[i] ^= 0x80;
  }
  return bytes;
}

// The policy of the worked example in runtime/README.md.
inline policy::Policy ExamplePolicy(const targets::Target& target) {
  using enum runtime::Property;
  SmallPolicy made(target, "demo");
  made.Default(runtime::Action::Deny)
      .Rule(runtime::Operation::Execute, runtime::Action::Allow)
      .Where(BootVerified, true)
      .Rule(runtime::Operation::Execute, runtime::Action::Allow)
      .Where(FsverityDigest, "sha256", Sha256(0xA1));
  return made.policy;
}

inline policy::Policy FullPolicy(const targets::Target& target) {
  using enum runtime::Property;
  const auto allow = runtime::Action::Allow;
  const auto deny = runtime::Action::Deny;
  const bool bare = target.Has(targets::Feature::BareDigests);
  const auto algorithm = [&](std::string_view name) { return bare ? "" : name; };
  SmallPolicy made(target, "full");
  made.Default(deny).Default(runtime::Operation::Firmware, allow);
  for (const auto operation : {runtime::Operation::Execute, runtime::Operation::KernelModule}) {
    made.Rule(operation, deny).Where(FsverityDigest, algorithm("sha256"), Sha256(1));
    made.Rule(operation, allow)
        .Where(DmverityRoothash, algorithm("sha256"), Sha256(3))
        .Where(FsverityDigest, algorithm("sha256"), Sha256(2))
        .Where(FsveritySignature, true);
    made.Rule(operation, allow).Where(FsverityDigest, algorithm("sha256"), Sha256(2));
    made.Rule(operation, deny).Where(DmverityRoothash, algorithm(""), {});
    made.Rule(operation, allow).Where(DmverityRoothash, algorithm("a \"b"), {1, 2, 3, 4, 5});
    made.Rule(operation, deny).Where(DmveritySignature, false).Where(BootVerified, false);
    made.Rule(operation, allow).Where(FsverityDigest, algorithm("sha256"), Sha256(1));
    made.Rule(operation, allow).Where(FsverityDigest, algorithm("sha512"), Colliding(false));
    made.Rule(operation, deny).Where(FsverityDigest, algorithm("sha512"), Colliding(true));
  }
  return made.policy;
}

}  // namespace ipec::tests
