// Rules that judge what a policy decides, not how it is written: their findings on small policies
// are compared with the decisions of policy::Decide about every event.

#include <algorithm>
#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "compiler/optimize/emit_text.h"
#include "compiler/policy/decide.h"
#include "lint/digest_algorithms.h"
#include "lint/linter.h"
#include "tests/exhaustive/small_policies.h"
#include "tests/unit/lint_settings.h"
#include "tests/unit/lint_text.h"
#include "tests/unit/sampling.h"

namespace ipec::lint {
namespace {

using policy::Action;
using policy::Operation;
using runtime::Event;

using Operations = std::set<Operation>;
using Places = std::set<std::pair<Operation, std::uint32_t>>;  // where statements begin

bool IsNamed(const std::optional<runtime::Digest>& digest) {
  const runtime::Digest unnamed = exhaustive::DigestNumber(exhaustive::kNamedDigestCount);
  return digest && (digest->algorithm != unnamed.algorithm ||
                    !std::equal(digest->bytes.begin(), digest->bytes.end(), unnamed.bytes.begin(),
                                unnamed.bytes.end()));
}
bool IsNamed(const Event& event) {
  return (event.dmverity && IsNamed(event.dmverity->roothash)) ||
         (event.fsverity && IsNamed(event.fsverity->digest));
}
bool IsUnverified(const Event& event) {
  return !IsNamed(event) && !event.boot_verified &&
         !(event.dmverity && event.dmverity->is_signed) &&
         !(event.fsverity && event.fsverity->is_signed);
}
// Whether a volume and a file can have the digests of the event.
bool CanExist(const policy::Policy& policy, const Event& event) {
  const bool bare = policy.semantics.bare_digests;
  const auto can = [&](const std::optional<runtime::Digest>& digest, policy::Property property) {
    return !IsNamed(digest) || FlawOf(*digest, property, bare) == Flaw::None;
  };
  return (!event.dmverity || can(event.dmverity->roothash, policy::Property::DmverityRoothash)) &&
         (!event.fsverity || can(event.fsverity->digest, policy::Property::FsverityDigest));
}
// Such an event has no file.
bool IsBare(const Event& event) {
  return !event.boot_verified && !event.dmverity && !event.fsverity;
}

// The results of brute force for the events of one operation.
struct OfOperation {
  bool some_allowed = false;    // with named digests, too
  bool can_be_allowed = false;  // of events whose digests can exist
  bool some_denied = false;
  bool default_allows_some = false;
  bool bare_denied = false;
  std::uint32_t bare_decided_at = 0;
  std::vector<bool> unnamed;  // whether allowed, in the order of the events
  bool allowed_only_on_initramfs = false;
  // Of statements that allow unverified events.
  std::set<std::uint32_t> open_defaults;
  std::set<std::uint32_t> open_catch_alls;
  std::set<std::uint32_t> open_negatives;

  bool is_open() const {
    return !open_defaults.empty() || !open_catch_alls.empty() || !open_negatives.empty();
  }
  bool allows_some_unnamed() const {
    return std::find(unnamed.begin(), unnamed.end(), true) != unnamed.end();
  }
};

void Count(const policy::Policy& policy, const Event& event, OfOperation& result) {
  const policy::Decision decision = policy::Decide(policy, event);
  const bool allowed = decision.action == Action::Allow;
  const bool by_rule = decision.rule.valid();
  const std::uint32_t place = by_rule ? policy[decision.rule].statement.begin
                                      : policy.DefaultFor(event.operation)->statement.begin;
  (allowed ? result.some_allowed : result.some_denied) = true;
  result.can_be_allowed |= allowed && CanExist(policy, event);
  result.default_allows_some |= allowed && !by_rule;
  if (!IsNamed(event)) result.unnamed.push_back(allowed);
  if (IsBare(event)) {
    result.bare_denied = !allowed;
    result.bare_decided_at = place;
  }
  if (!IsUnverified(event)) return;
  Event on_initramfs = event;
  on_initramfs.boot_verified = true;
  if (!allowed && exhaustive::Possible(policy.semantics, on_initramfs)) {
    result.allowed_only_on_initramfs |=
        policy::Decide(policy, on_initramfs).action == Action::Allow;
  }
  if (!allowed) return;
  auto& open = !by_rule                                      ? result.open_defaults
               : policy[decision.rule].conditions.count == 0 ? result.open_catch_alls
                                                             : result.open_negatives;
  open.insert(place);
}

OfOperation BruteForce(const policy::Policy& policy, Operation operation) {
  OfOperation result;
  for (const Event& event : exhaustive::PossibleEvents(policy.semantics, operation)) {
    Count(policy, event, result);
  }
  return result;
}

// The findings that brute force expects, by operation.
struct Expected {
  Places default_allow_execute;
  Places allow_all_op;
  Places allow_on_negative;
  Places anonymous_exec_denied;
  std::set<std::uint32_t> fileless_load_denied;
  Operations policy_op_open;
  Operations unguarded_op;
  Operations kexec_weaker_than_exec;
  bool bricks_execute = false;
  bool boot_verified_after_boot = false;
};

bool IsLoad(Operation operation) {
  return operation == Operation::Firmware || operation == Operation::KernelModule ||
         operation == Operation::KexecImage;
}

Expected ExpectedOf(const policy::Policy& policy) {
  Expected expected;
  const OfOperation execute = BruteForce(policy, Operation::Execute);
  const bool restricted =
      std::find(execute.unnamed.begin(), execute.unnamed.end(), false) != execute.unnamed.end();
  expected.bricks_execute = !execute.can_be_allowed;
  for (const std::uint32_t place : execute.open_defaults) {
    expected.default_allow_execute.emplace(Operation::Execute, place);
  }
  if (execute.bare_denied) {
    expected.anonymous_exec_denied.emplace(Operation::Execute, execute.bare_decided_at);
  }
  for (const Operation operation : policy.semantics.operations) {
    const OfOperation of = BruteForce(policy, operation);
    for (const std::uint32_t place : of.open_catch_alls) {
      expected.allow_all_op.emplace(operation, place);
    }
    for (const std::uint32_t place : of.open_negatives) {
      expected.allow_on_negative.emplace(operation, place);
    }
    expected.boot_verified_after_boot |= of.allowed_only_on_initramfs;
    if (restricted && !of.some_denied && of.default_allows_some) {
      expected.unguarded_op.insert(operation);
    }
    if (IsLoad(operation) && of.bare_denied && of.some_allowed) {
      expected.fileless_load_denied.insert(of.bare_decided_at);
    }
    const bool loads = IsLoad(operation) || operation == Operation::KexecInitramfs;
    if (!loads && operation != Operation::Execute && of.is_open()) {
      expected.policy_op_open.insert(operation);
    }
    const bool wider =
        of.unnamed != execute.unnamed && std::equal(execute.unnamed.begin(), execute.unnamed.end(),
                                                    of.unnamed.begin(), std::less_equal<>());
    if (loads && execute.allows_some_unnamed() && wider) {
      expected.kexec_weaker_than_exec.insert(operation);
    }
  }
  return expected;
}

class Found {
 public:
  explicit Found(std::vector<Diagnostic> findings) : findings_(std::move(findings)) {}

  Places PlacesOf(std::string_view rule) const {
    Places places;
    Visit(rule, [&](const Diagnostic& finding) {
      places.emplace(finding.about.value(), finding.where.begin);
    });
    return places;
  }
  Operations OperationsOf(std::string_view rule) const {
    Operations operations;
    Visit(rule, [&](const Diagnostic& finding) { operations.insert(finding.about.value()); });
    return operations;
  }
  std::set<std::uint32_t> BeginningsOf(std::string_view rule) const {
    std::set<std::uint32_t> beginnings;
    Visit(rule, [&](const Diagnostic& finding) { beginnings.insert(finding.where.begin); });
    return beginnings;
  }

 private:
  template <typename Function>
  void Visit(std::string_view rule, Function function) const {
    for (const Diagnostic& finding : findings_) {
      if (finding.descriptor->name == rule) function(finding);
    }
  }

  std::vector<Diagnostic> findings_;
};

// One rule at a time, so that none gives way to another.
Found Findings(const pipeline::Reading& reading) {
  constexpr std::string_view kRules[] = {"default-allow-execute", "allow-all-op",
                                         "allow-on-negative",     "anonymous-exec-denied",
                                         "fileless-load-denied",  "policy-op-open",
                                         "unguarded-op",          "kexec-weaker-than-exec",
                                         "bricks-execute",        "boot-verified-after-boot"};
  static const std::vector<Settings> kSettings = [&] {
    std::vector<Settings> all;
    for (const std::string_view rule : kRules) all.push_back(SettingsWith({std::string(rule)}));
    return all;
  }();
  std::vector<Diagnostic> findings;
  for (const Settings& settings : kSettings) {
    Result result = Lint(reading, settings, {.prove = false});
    std::move(result.findings.begin(), result.findings.end(), std::back_inserter(findings));
  }
  return Found(std::move(findings));
}

void CheckDecisions(policy::Policy made, const targets::Target& target) {
  made.name = "p";
  const std::string text = optimize::EmitText(made, target).text();
  INFO(text);
  const targets::Target* const one = &target;
  const pipeline::Reading reading = ReadingOf(text, {&one, 1});
  REQUIRE(reading.first().accepted());
  const Expected expected = ExpectedOf(reading.first().policy());
  const Found found = Findings(reading);
  CHECK(found.PlacesOf("default-allow-execute") == expected.default_allow_execute);
  CHECK(found.PlacesOf("allow-all-op") == expected.allow_all_op);
  CHECK(found.PlacesOf("allow-on-negative") == expected.allow_on_negative);
  CHECK(found.PlacesOf("anonymous-exec-denied") == expected.anonymous_exec_denied);
  CHECK(found.BeginningsOf("fileless-load-denied") == expected.fileless_load_denied);
  CHECK(found.OperationsOf("policy-op-open") == expected.policy_op_open);
  CHECK(found.OperationsOf("unguarded-op") == expected.unguarded_op);
  CHECK(found.OperationsOf("kexec-weaker-than-exec") == expected.kexec_weaker_than_exec);
  CHECK(found.PlacesOf("bricks-execute").empty() != expected.bricks_execute);
  CHECK(found.BeginningsOf("boot-verified-after-boot").empty() !=
        expected.boot_verified_after_boot);
}

TEST_CASE("rules about decisions agree with brute force: all pairs of rules") {
  const targets::Target& target = targets::DefaultTarget();
  const auto rules = exhaustive::WithBothActions(exhaustive::ChosenShapes());
  for (const Action action : {Action::Allow, Action::Deny}) {
    for (const std::size_t count : {1, 2}) {
      exhaustive::ForEachPolicy(
          target.semantics(), rules, count, action,
          [&](const policy::Policy& policy) { CheckDecisions(policy, target); });
    }
  }
}

// With a kernel option that can be off.
policy::PropertySet SomeProperties(std::mt19937& random) {
  policy::PropertySet some;
  for (const policy::Property property :
       {policy::Property::DmverityRoothash, policy::Property::DmveritySignature,
        policy::Property::FsverityDigest, policy::Property::FsveritySignature}) {
    if (random() % 3 == 0) some.Add(property);
  }
  return some;
}

TEST_CASE("rules about decisions agree with brute force: random policies") {
  std::mt19937 random(2026);
  for (const targets::Target& target : targets::AllTargets()) {
    for (int round = 0; round < tests::SampledRounds(1500); ++round) {
      policy::Policy made = exhaustive::RandomPolicy(target.semantics(), 1 + round % 5, random);
      // Another operation in place of one that RandomPolicy always uses.
      std::vector<Operation> others;
      for (const Operation operation : made.semantics.operations) others.push_back(operation);
      const Operation other = others[random() % others.size()];
      for (policy::Rule& rule : made.rules) {
        if (rule.operation == Operation::KernelModule) rule.operation = other;
      }
      CheckDecisions(made, target);
      CheckDecisions(made, target.Without(SomeProperties(random)));
    }
  }
}

}  // namespace
}  // namespace ipec::lint
