// The built table decides and quotes as the specification does.

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "compiler/analysis/compare.h"
#include "compiler/policy/decide.h"
#include "compiler/table/build.h"
#include "compiler/table/read_back.h"
#include "compiler/targets/features.h"
#include "ipec/runtime/audit.h"
#include "ipec/runtime/evaluate.h"
#include "tests/unit/random_policies.h"
#include "tests/unit/sampling.h"
#include "tests/unit/small_policies.h"
#include "tests/unit/table_exercise.h"

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
  INFO(runtime::Describe(status));
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

// The quoted texts of sections 6.1 and 7 of the reference, written a second time.
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

TEST_CASE("random policies: the table decides as the specification") {
  std::size_t compared = 0;
  for (const targets::Target& target : targets::AllTargets()) {
    tests::RandomPolicies random(20211013 + target.row, target);
    for (int round = 0; round < tests::SampledRounds(1500); ++round) {
      const policy::Policy policy = random.MakePolicy();
      const std::string table = table::Build(policy, target);
      const Policy loaded = Loaded(table);
      for (int i = 0; i < 60; ++i, ++compared) Compare(policy, target, loaded, random.MakeEvent());
    }
  }
  CHECK(compared == targets::AllTargets().size() * tests::SampledRounds(1500U) * 60);
}

namespace {

// `count` rules with a sha256 digest each, the digests counting up: the worst case for a hash
// function.
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

namespace {

using DigestBytes = std::vector<std::uint8_t>;

// The seeds of the only index of a policy with one digest.
std::vector<std::byte> UsualSeeds(const targets::Target& target) {
  const std::string table = table::Build(CountedDigests(1, target), target);
  const Policy loaded = Loaded(table);
  const std::byte* seeds =
      loaded.bytes() + loaded.OperationAt(0).digests + runtime::table::Index::kSeedsAt;
  return {seeds, seeds + runtime::table::KeyHasher::kSeeds * 8};
}

void PutWord(DigestBytes& bytes, std::uint64_t word) {
  for (int shift = 0; shift < 64; shift += 8) {
    bytes.push_back(static_cast<std::uint8_t>(word >> shift));
  }
}

// Every digest has its own entry and is decided by its own rule, and no other digest is.
void CheckAll(const std::vector<std::pair<std::string, DigestBytes>>& digests) {
  const targets::Target& target = targets::DefaultTarget();
  tests::SmallPolicy made(target, "colliding");
  made.Default(runtime::Action::Deny);
  for (const auto& [algorithm, bytes] : digests) {
    made.Rule(runtime::Operation::Execute, runtime::Action::Allow)
        .Where(runtime::Property::FsverityDigest, algorithm, bytes);
  }
  const std::string table = table::Build(made.policy, target);
  CHECK(table == table::Build(made.policy, target));
  const Policy loaded = Loaded(table);
  for (std::size_t i = 0; i < digests.size(); ++i) {
    Event event;
    DigestBytes bytes = digests[i].second;
    event.fsverity = runtime::Fsverity{runtime::Digest{digests[i].first, bytes}, false};
    if (runtime::Evaluate(loaded, event).line != made.policy.rules[i].line) {
      FAIL("digest " << i << " is decided by line " << runtime::Evaluate(loaded, event).line);
    }
    bytes.back() ^= 1;
    if (i % 100 == 0) Compare(made.policy, target, loaded, event);
  }
}

constexpr std::uint32_t kMany = 20'000;

}  // namespace

TEST_CASE("digests made to collide have separate entries") {
  std::vector<std::pair<std::string, DigestBytes>> digests;
  SECTION("equal bytes, different algorithms") {
    for (std::uint32_t i = 0; i < kMany; ++i) {
      digests.emplace_back("a" + std::to_string(i), DigestBytes(32, 7));
    }
  }
  SECTION("equal bytes, different algorithms with long names") {
    for (std::uint32_t i = 0; i < kMany; ++i) {
      digests.emplace_back(std::string(100, 'a') + std::to_string(i), DigestBytes(64, 7));
    }
  }
  SECTION("for the seeds that the compiler tries first: a factor of 0 hides the other") {
    const auto seeds = UsualSeeds(targets::DefaultTarget());
    for (std::uint32_t i = 0; i < kMany; ++i) {
      DigestBytes& bytes = digests.emplace_back("sha256", DigestBytes()).second;
      PutWord(bytes, -runtime::table::Read64(seeds.data()));
      for (const std::uint64_t word : {std::uint64_t{i}, std::uint64_t{1}, std::uint64_t{2}}) {
        PutWord(bytes, word);
      }
    }
  }
  SECTION("for every seed of a hash whose topmost bits do not mix") {
    for (std::uint32_t i = 0; i < kMany; ++i) {
      DigestBytes& bytes = digests.emplace_back("sha512", DigestBytes()).second;
      for (std::uint32_t bits = i, block = 0; block < 5; ++block, bits >>= 4) {
        for (std::uint32_t lane = 0; lane < 4; ++lane) {
          PutWord(bytes, std::uint64_t{bits >> lane & 1} << 63);
        }
        for (std::uint32_t lane = 0; lane < 4; ++lane) {
          PutWord(bytes, std::uint64_t{bits >> lane & 1} * (std::uint64_t{1} << 63 | 1U << 31));
        }
      }
    }
  }
  CheckAll(digests);
}

TEST_CASE("every pair of many digests has a separate entry") {
  const targets::Target& target = targets::DefaultTarget();
  tests::SmallPolicy made(target, "pairs");
  made.Default(runtime::Action::Deny);
  constexpr std::uint32_t kSide = 150;
  const auto digest = [](std::uint32_t number) {
    DigestBytes bytes(32);
    bytes[0] = static_cast<std::uint8_t>(number);
    return bytes;
  };
  for (std::uint32_t volume = 0; volume < kSide; ++volume) {
    for (std::uint32_t file = 0; file < kSide; ++file) {
      made.Rule(runtime::Operation::Execute, runtime::Action::Allow)
          .Where(runtime::Property::DmverityRoothash, "sha256", digest(volume))
          .Where(runtime::Property::FsverityDigest, "sha256", digest(file));
    }
  }
  const std::string table = table::Build(made.policy, target);
  const Policy loaded = Loaded(table);
  std::size_t wrong = 0;
  for (std::uint32_t i = 0; i < kSide * kSide; ++i) {
    const DigestBytes volume = digest(i / kSide);
    const DigestBytes file = digest(i % kSide);
    Event event;
    event.dmverity = runtime::Dmverity{runtime::Digest{"sha256", volume}, false};
    event.fsverity = runtime::Fsverity{runtime::Digest{"sha256", file}, false};
    wrong += runtime::Evaluate(loaded, event).line != made.policy.rules[i].line ? 1 : 0;
  }
  CHECK(wrong == 0);
}

TEST_CASE("a table that is read back is the policy that it was compiled from") {
  std::size_t rules = 0;
  for (const targets::Target& whole : targets::AllTargets()) {
    for (const bool is_whole : {true, false}) {
      const targets::Target& target =
          is_whole ? whole : whole.Without({runtime::Property::FsveritySignature});
      const unsigned seed = std::random_device{}();
      CAPTURE(seed, target.name);
      tests::RandomPolicies random(seed, target);
      for (int round = 0; round < tests::SampledRounds(400); ++round) {
        const policy::Policy policy = random.MakePolicy();
        const std::string table = table::Build(policy, target);
        const Policy loaded = Loaded(table);
        llvm::Expected<policy::Policy> back = table::ReadBack(loaded, target);
        REQUIRE(static_cast<bool>(back));
        CHECK(back->name == policy.name);
        CHECK(back->version == policy.version);
        const analysis::Coverage before(policy);
        const analysis::Coverage after(*back);
        CHECK_FALSE(analysis::Compare(analysis::Keeps::Audit, before, after));
        for (int i = 0; i < 20; ++i) {
          const Event event = random.MakeEvent();
          const policy::Decision was = policy::Decide(policy, event);
          const policy::Decision is = policy::Decide(*back, event);
          CHECK(was.rule.valid() == is.rule.valid());
          if (was.rule.valid()) CHECK(policy[was.rule].line == (*back)[is.rule].line);
        }
        rules += back->rules.size();
      }
    }
  }
  CHECK(rules > 1000);
}

TEST_CASE("a table whose cells are not those of its rules is not read back") {
  const targets::Target& target = targets::DefaultTarget();
  tests::SmallPolicy made(target, "p");
  made.Default(runtime::Action::Deny);
  made.Rule(runtime::Operation::Execute, runtime::Action::Allow)
      .Where(runtime::Property::BootVerified, true);
  const std::string table = table::Build(made.policy, target);
  const auto is_read_back = [&](std::string changed) {
    tests::FixChecksum(reinterpret_cast<std::byte*>(changed.data()), changed.size());
    return llvm::toString(table::ReadBack(Loaded(changed), target).takeError()).empty();
  };
  CHECK(is_read_back(table));
  // The rule also decides events without its fact.
  const Policy loaded = Loaded(table);
  const std::size_t row =
      loaded.rows().offset + loaded.OperationAt(0).base_row * runtime::table::kRowSize;
  std::string wider = table;
  wider.replace(row, runtime::table::Cell::kSize, table, row + runtime::table::Cell::kSize,
                runtime::table::Cell::kSize);
  CHECK_FALSE(is_read_back(wider));
  std::string misspelt = table;
  misspelt.replace(table.find("boot_verified"), 4, "foot");
  CHECK_FALSE(is_read_back(misspelt));
  std::string other_action = table;
  other_action.replace(table.find("action=ALLOW"), 12, "action=DENYY");
  CHECK_FALSE(is_read_back(other_action));
}

TEST_CASE("operations with the same rules share their indexes") {
  const targets::Target& target = *targets::FindTarget("rfc-v7");
  policy::Policy policy = CountedDigests(1000, target);
  const std::size_t one = table::Build(policy, target).size();
  // The expansion of an alias: the same line for several operations.
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
