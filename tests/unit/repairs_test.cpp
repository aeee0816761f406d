// Repairs of rejected policies: they cut no character, and they make progress.

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>
#include <string>

#include "compiler/targets/features.h"
#include "compiler/targets/targets.h"
#include "tests/unit/check_probe.h"
#include "tests/unit/kernel_oracle.h"
#include "tests/unit/mutated_policies.h"
#include "tests/unit/sampling.h"

namespace ipec::tests {
namespace {

// One target of each language; the others read policies in the same way as one of these.
std::array<const targets::Target*, 2> Languages() {
  return {targets::FindTarget("linux-6.12"), targets::FindTarget("rfc-v7")};
}

void CheckOneText(const std::string& text) {
  for (const targets::Target* target : Languages()) {
    const Probe probe = CheckText(text, *target);
    const bool quoted = target->Has(targets::Feature::QuotedValues);
    const int want = quoted ? QuotedVerdict(text) : MainlineVerdict(text);
    std::optional<std::string> problem = FindProblem(text, *target, {}, probe);
    if (probe.error != want) problem = "another verdict";
    if (problem) FAIL(target->name << " on:\n" << text << "\n" << *problem);
  }
}

// Characters with a byte that some kernel reads as whitespace, others beside them, and bytes that
// are not characters.
const std::string kCharacters[] = {"\xC2\xA0",     "\xC3\xA0",         "\xE2\x80\xA0",
                                   "\xD0\xA0",     "\xC2\x85",         "\xE2\xA0\x80",
                                   "\xE0\xA0\xA0", "\xF0\x9F\x98\xA0", "\xF0\xA0\xA0\xA0",
                                   "\xE2\x80\x8B", "\xE3\x80\x80",     "\xEF\xBB\xBF",
                                   "\xC3\xA9",     "\xE2\x80\xA6",     "\xA0",
                                   "\xC2",         "\xE2\xA0",         "\x85"};

TEST_CASE("no finding and no repair cuts a character at any place of a policy") {
  Sampling sampling;
  for (const std::string& text : MutatedPolicies::Seeds()) {
    for (const std::string& character : kCharacters) {
      for (std::size_t at = 0; at <= text.size(); ++at) {
        if (sampling.Next()) CheckOneText(std::string(text).insert(at, character));
      }
    }
  }
}

TEST_CASE("no finding and no repair cuts two characters at any places") {
  MutatedPolicies policies(20261126);
  for (int round = 0; round < SampledRounds(1000); ++round) {
    std::string text = policies.Next();
    for (int count = 0; count < 2; ++count) {
      text.insert(policies.Below(text.size() + 1),
                  kCharacters[policies.Below(std::size(kCharacters))]);
    }
    for (const targets::Target* target : Languages()) {
      const std::optional<std::string> problem = FindPlaceProblem(text, CheckText(text, *target));
      if (problem) FAIL(target->name << " on:\n" << text << "\n" << *problem);
    }
  }
}

// One text of each kind of which repairs once led to a finding of a new kind.
const std::string kLedAstray[] = {
    // Lines that look like one that was wrapped as soon as one of them is repaired.
    "policy_name=n policy_version=1.2.3\nDEFAULT action=DENY\nop=E\nction=DEN\n",
    "policy_name=n policy_version=1.2.3\nDEFAULT action=DENY\nop=E\nt_verified=c\n",
    "policy_name=n policy_version=1.2.3\nDEFAULT action=DENY\nEXECUTE\nction=ENY\n",
    "cycy_version=1.2\r.3\nDEFAUL",
    "DEFAULT\nop=E\nDEFAUL",
    "rity_roothash=\na\nboot_verified=y\nd",
    // One that goes away between two others.
    "DEFAULT action=DENY\nDEFAULT\nEFAULT acion=DENY\ny",
    "policy_name=n\npolicy_name\npolicy_version\nDEFAUY",
    "op=E\npolicy_name=n policy_version=1.0.0\naction=ALLOW\n",
    // A header that is joined, or that is put in where a repair puts in something else.
    "DEFAULT\npolicy_version=\"",
    "policy_name=policy_version=\n/ policy_version=1.2.3",
    "operation=EXECUTE\npolicy_ve\n'op= /\npolicy_name=n version=3",
    "ALLOW _=",
    "polic\\\ny_name=3\nDEFAULT\\",
    "polic\\\ny_name=n",
    "\xEF\xBB\xBFpolicy_name=n",
    "\xEF\xBB\xBFop=EXECUTE action=ALLOW",
    "\357\273\277actied=",
    // DEFAULTs that are for other operations after one repair than after another one.
    "EFAULT ction=DENop=",
    "EFAULT ction=DENop=o",
    "DEFAULTop=POLICYop=RNEL_READ ction=ALLW#",
    "EFAULT op=RNEL_READaction=DEN n\nEFAULT op=RNEL_READaction=DEN",
    "DEFAUL=DENY\nEF\357\273\277A>LT ction=DEN",
    "EFAULT DENY\nEFAULT ction=DEN\xA0K",
    "EFAUL; EXECUTE\x0B\\op=EXECUTE",
    R"(policy_name=n policy_version=1.2.3
DEFAULT op=FIRMWARE action=DENY
DEFAULT op=KERNEL_READ action=ALLOW
DEFAULT op=EXECUTE action=DENY
)",
    // Placeholders, and text that is not one.
    "policy_name=n policy_version=1.2.3\n{{ x }} intended_pathname=/usr/* action=ALLOW\n",
    "//",
    "ction= intended_pathname",
    "W\nDEFAULT op=EXECUTE action=ALLOW\npolicy_name\xC2\xA0",
    "\xEF\xBB\xBFpolicy_name=Y\npolicy_name=F",
    "\xC2\xA0policy_name=n pohicy_verse=\npolicy_name=n",
    ";\ricy_version=\nDEFAUn",
    // Findings that only the whole text has.
    R"(DEFAULT action=DENY
policy_name=n policy_version=1.2.3
op=EXECUTE booicy_name=n
policyt_verified=TRUE action=ALLOW
)",
    R"(policy_name=n policy_version=1.2.3
DEFAULT action=DENY
DEFAULT op=KERNEL_READ action=DENY
operation=EXECUTE#op=$OP fsverity_digest='a b'#
)",
    R"(policy_name=n
DEFAULT action=DENY
DEFAULT op=EXame=n
policy_versECUTE action=ALLOW
policy_name=n policy_version=1.2.3
)",
    R"(policy_name=n
policy_version=1.2
DEFAULT
op=EXECUT action=DENYECUTE op=FIRMWARE boot_verified=yes action=ALLOW
action=DENY op=KMODULE "dmverity_roothash=sha256:0g"
)",
};

TEST_CASE("repairs that once led astray end, and bring no new code") {
  for (const std::string& text : kLedAstray) {
    for (const targets::Target& target : targets::AllTargets()) {
      for (const Way way : kWays) {
        const std::optional<std::string> problem = FindRepairProblem(text, target, way);
        if (problem) FAIL_CHECK(target.name << " on:\n" << text << "\n" << *problem);
      }
    }
  }
}

TEST_CASE("repairs end, in an accepted policy or without a repair, and bring no new code") {
  // IPEC_REPAIRS=ROUNDS looks at more policies than a quick run does.
  const char* rounds = std::getenv("IPEC_REPAIRS");
  const int count = rounds == nullptr ? SampledRounds(500) : std::atoi(rounds);
  const char* seed = std::getenv("IPEC_REPAIRS_SEED");
  MutatedPolicies policies(seed == nullptr ? 20261126U : static_cast<unsigned>(std::atoi(seed)));
  for (int round = 0; round < count; ++round) {
    const std::string text = policies.Next();
    for (const targets::Target* target : Languages()) {
      for (const Way way : kWays) {
        const std::optional<std::string> problem = FindRepairProblem(text, *target, way);
        if (problem) FAIL(target->name << " on:\n" << text << "\n" << *problem);
      }
    }
  }
}

}  // namespace
}  // namespace ipec::tests
