// The table that is built decides, and quotes, as the specification does.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "compiler/policy/decide.h"
#include "compiler/table/build.h"
#include "ipec/runtime/audit.h"
#include "ipec/runtime/evaluate.h"
#include "tests/unit/random_policies.h"
#include "tests/unit/small_policies.h"

namespace ipec {
namespace {

using runtime::Event;
using runtime::Policy;

std::span<const std::byte> Bytes(const std::string& table) {
  return std::as_bytes(std::span(table));
}

Policy Loaded(const std::string& table) {
  Policy loaded;
  const auto status = runtime::Load(Bytes(table), loaded);
  INFO(runtime::Words(status));
  REQUIRE(status == runtime::LoadStatus::Ok);
  return loaded;
}

std::string HexOf(std::span<const std::uint8_t> bytes) {
  std::string text;
  for (const std::uint8_t byte : bytes) {
    for (const int shift : {4, 0}) text += "0123456789ABCDEF"[byte >> shift & 15];
  }
  return text;
}

// What section 6.1 and 7 of the reference say a record quotes, written down a second time.
std::string ExpectedText(const policy::Policy& policy, const targets::Target& target,
                         const policy::Decision& decision, const Event& event) {
  const bool context = target.Has(targets::Feature::ContextRecords);
  std::string operation(runtime::Name(event.operation));
  if (context && operation == "IMA_POLICY")
    operation = "IMA_X509_CERT";
  else if (context && operation == "IMA_X509_CERT")
    operation = "IMA_POLICY";
  const std::string action = " action=" + std::string(runtime::Name(decision.action));
  if (decision.match == runtime::Match::GlobalDefault) return "DEFAULT" + action;
  if (decision.match == runtime::Match::OperationDefault) {
    return "DEFAULT op=" + operation + action;
  }
  std::string text = "op=" + operation;
  for (const auto& condition : policy.ConditionsOf(policy[decision.rule])) {
    text += " " + std::string(runtime::Name(condition.property)) + "=";
    if (!condition.digest.valid()) {
      text += condition.expected ? "TRUE" : "FALSE";
      continue;
    }
    const auto digest = policy.digests.Get(condition.digest);
    const std::string algorithm(digest.algorithm);
    const bool odd = algorithm.find_first_of("\" ") != std::string::npos;
    if (!target.Has(targets::Feature::BareDigests)) {
      text +=
          odd ? HexOf({reinterpret_cast<const std::uint8_t*>(algorithm.data()), algorithm.size()})
              : "\"" + algorithm + "\"";
      text += ":";
    }
    text += HexOf(digest.bytes);
  }
  return text + action;
}

std::uint32_t ExpectedLine(const policy::Policy& policy, const policy::Decision& decision,
                           const Event& event) {
  if (decision.match == runtime::Match::Rule) return policy[decision.rule].line;
  if (decision.match == runtime::Match::OperationDefault) {
    return policy.DefaultOf(event.operation)->line;
  }
  return policy.global_default ? policy.global_default->line : 0;
}

void Compare(const policy::Policy& policy, const targets::Target& target, const Policy& loaded,
             const Event& event) {
  const policy::Decision expected = policy::Decide(policy, event);
  const runtime::Decision got = runtime::Evaluate(loaded, event);
  const std::string text = ExpectedText(policy, target, expected, event);
  char room[4096];
  const std::size_t length = runtime::RuleText(loaded, event, got, room);
  if (got.action != expected.action || got.match != expected.match ||
      got.line != ExpectedLine(policy, expected, event) || std::string_view(room, length) != text) {
    FAIL("expected `" << text << "`, line " << ExpectedLine(policy, expected, event) << "; got `"
                      << std::string_view(room, length) << "`, line " << got.line);
  }
}

}  // namespace

TEST_CASE("random policies: the table says what the specification says") {
  std::size_t compared = 0;
  for (const targets::Target& target : targets::AllTargets()) {
    tests::RandomPolicies random(20211013 + static_cast<std::uint32_t>(target.id), target);
    for (int round = 0; round < 1500; ++round) {
      const policy::Policy policy = random.MakePolicy();
      const std::string table = table::Build(policy, target);
      const Policy loaded = Loaded(table);
      for (int i = 0; i < 60; ++i, ++compared) Compare(policy, target, loaded, random.MakeEvent());
    }
  }
  CHECK(compared == targets::AllTargets().size() * 1500 * 60);
}

namespace {

// `count` rules with a sha256 digest each, the digests counted up: the worst a hash function meets.
policy::Policy CountedDigests(std::uint32_t count, const targets::Target& target) {
  tests::SmallPolicy made(target, "counted");
  made.Default(runtime::Action::Deny);
  for (std::uint32_t i = 0; i < count; ++i) {
    std::vector<std::uint8_t> digest(32);
    for (std::size_t byte = 0; byte < 4; ++byte) {
      digest[28 + byte] = static_cast<std::uint8_t>(i >> 8 * (3 - byte));
    }
    made.Rule(runtime::Operation::Execute,
              i % 2 == 0 ? runtime::Action::Allow : runtime::Action::Deny)
        .Where(runtime::Property::FsverityDigest, "sha256", digest);
  }
  return made.policy;
}

}  // namespace

TEST_CASE("a hundred thousand digest rules: small, and decided as specified") {
  const targets::Target& target = targets::DefaultTarget();
  constexpr std::uint32_t kRules = 100'000;
  const policy::Policy policy = CountedDigests(kRules, target);
  const std::string table = table::Build(policy, target);
  CHECK(table.size() <= std::size_t{48} * kRules);
  CHECK(table == table::Build(policy, target));
  const Policy loaded = Loaded(table);
  for (std::uint32_t i = 0; i < kRules; ++i) {
    Event event;
    event.fsverity = runtime::Fsverity{policy.digests.Get({i}), false};
    const auto decision = runtime::Evaluate(loaded, event);
    if (decision.line != policy.rules[i].line || decision.action != policy.rules[i].action) {
      FAIL("digest " << i << " is decided by line " << decision.line);
    }
    if (i % 10'000 == 0) Compare(policy, target, loaded, event);
  }
  // One look each, so that the cost of a decision does not grow with the policy.
  const auto operation = loaded.OperationAt(0);
  const auto index = runtime::table::Index::Read(loaded.bytes() + operation.digests);
  CHECK(index.probes == 1);
}

TEST_CASE("digests of every length: found whole, and not found when one byte differs") {
  for (const targets::Target& target : targets::AllTargets()) {
    const bool bare = target.Has(targets::Feature::BareDigests);
    tests::SmallPolicy made(target, "lengths");
    made.Default(runtime::Action::Deny);
    constexpr std::size_t kLongest = 130;
    for (std::size_t length = 0; length <= kLongest; ++length) {
      made.Rule(runtime::Operation::Execute, runtime::Action::Allow)
          .Where(runtime::Property::FsverityDigest, bare ? "" : "sha256",
                 std::vector<std::uint8_t>(length, 7));
    }
    const std::string table = table::Build(made.policy, target);
    const Policy loaded = Loaded(table);
    for (std::size_t length = 0; length <= kLongest + 1; ++length) {
      std::vector<std::uint8_t> digest(length, 7);
      Event event;
      event.fsverity = runtime::Fsverity{runtime::Digest{"sha256", digest}, false};
      Compare(made.policy, target, loaded, event);
      CHECK((runtime::Evaluate(loaded, event).action == runtime::Action::Allow) ==
            (length <= kLongest));
      for (const std::string_view algorithm : {"sha251", "sha2567", "sha25", "Sha256", ""}) {
        event.fsverity->digest->algorithm = algorithm;
        Compare(made.policy, target, loaded, event);
      }
      event.fsverity->digest->algorithm = "sha256";
      for (std::uint8_t& byte : digest) {
        byte ^= 0x10;
        Compare(made.policy, target, loaded, event);
        byte ^= 0x10;
      }
    }
  }
}

TEST_CASE("digests made to collide cost more probes and are decided all the same") {
  const targets::Target& target = targets::DefaultTarget();
  const policy::Policy policy = tests::FullPolicy(target);
  const std::string table = table::Build(policy, target);
  const Policy loaded = Loaded(table);
  const auto index = runtime::table::Index::Read(loaded.bytes() + loaded.OperationAt(0).digests);
  CHECK(index.probes == 2);
  for (const bool other : {false, true}) {
    const auto digest = tests::Colliding(other);
    Event event;
    event.boot_verified = true;  // else a rule before theirs decides
    event.fsverity = runtime::Fsverity{runtime::Digest{"sha512", digest}, false};
    Compare(policy, target, loaded, event);
    CHECK((runtime::Evaluate(loaded, event).action == runtime::Action::Deny) == other);
  }
}

TEST_CASE("operations with the same rules share their indexes") {
  const targets::Target& target = *targets::FindTarget("rfc-v7");
  policy::Policy policy = CountedDigests(1000, target);
  const std::size_t one = table::Build(policy, target).size();
  // What an alias expands to: the same line for several operations.
  std::vector<policy::Rule> rules;
  for (const policy::Rule& rule : policy.rules) {
    for (const auto operation : {runtime::Operation::Firmware, runtime::Operation::KexecImage,
                                 runtime::Operation::ImaPolicy}) {
      rules.push_back(rule);
      rules.back().operation = operation;
    }
  }
  policy.rules = rules;
  const std::string table = table::Build(policy, target);
  CHECK(table.size() <= one + 512);
  const Policy loaded = Loaded(table);
  for (const auto operation : {runtime::Operation::KexecImage, runtime::Operation::ImaPolicy}) {
    Event event;
    event.operation = operation;
    event.fsverity = runtime::Fsverity{policy.digests.Get({998}), false};
    Compare(policy, target, loaded, event);
  }
}

}  // namespace ipec
