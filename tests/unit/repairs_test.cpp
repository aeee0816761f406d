// Repairs of rejected policies: they cut no character, and they lead somewhere.

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <random>
#include <string>

#include "compiler/targets/targets.h"
#include "tests/unit/check_probe.h"
#include "tests/unit/kernel_oracle.h"
#include "tests/unit/mutated_policies.h"

namespace ipec::tests {
namespace {

// One target of each language; the others read policies as one of these does.
std::array<const targets::Target*, 2> Languages() {
  return {targets::FindTarget("linux-6.12"), targets::FindTarget("rfc-v7")};
}

void Judge(const std::string& text) {
  for (const targets::Target* target : Languages()) {
    const Probe probe = CheckText(text, *target);
    const bool quoted = target->Has(targets::Feature::QuotedValues);
    const int want = quoted ? QuotedVerdict(text) : MainlineVerdict(text);
    std::string complaint = Complaint(text, *target, {}, probe);
    if (probe.error != want) complaint = "another verdict";
    if (!complaint.empty()) FAIL(target->name << " on:\n" << text << "\n" << complaint);
  }
}

// Characters with a byte that some kernel takes for a blank, others beside them, and bytes that are
// none.
const std::string kCharacters[] = {"\xC2\xA0",     "\xC3\xA0",         "\xE2\x80\xA0",
                                   "\xD0\xA0",     "\xC2\x85",         "\xE2\xA0\x80",
                                   "\xE0\xA0\xA0", "\xF0\x9F\x98\xA0", "\xF0\xA0\xA0\xA0",
                                   "\xE2\x80\x8B", "\xE3\x80\x80",     "\xEF\xBB\xBF",
                                   "\xC3\xA9",     "\xE2\x80\xA6",     "\xA0",
                                   "\xC2",         "\xE2\xA0",         "\x85"};

TEST_CASE("a character at any place of a policy is cut by no finding and no repair") {
  for (const std::string& text : MutatedPolicies::Seeds()) {
    for (const std::string& character : kCharacters) {
      for (std::size_t at = 0; at <= text.size(); ++at) {
        Judge(std::string(text).insert(at, character));
      }
    }
  }
}

TEST_CASE("two characters at any places are cut by no finding and no repair") {
  MutatedPolicies policies(20261126);
  for (int round = 0; round < 4000; ++round) {
    std::string text = policies.Next();
    for (int count = 0; count < 2; ++count) {
      text.insert(policies.Below(text.size() + 1),
                  kCharacters[policies.Below(std::size(kCharacters))]);
    }
    for (const targets::Target* target : Languages()) {
      const std::string complaint = PlacesComplaint(text, CheckText(text, *target));
      if (!complaint.empty()) FAIL(target->name << " on:\n" << text << "\n" << complaint);
    }
  }
}

TEST_CASE("repairs end, in an accepted policy or without a repair, and bring no new code") {
  // IPEC_REPAIRS=ROUNDS looks at more policies than a quick run does.
  const char* rounds = std::getenv("IPEC_REPAIRS");
  const int count = rounds == nullptr ? 3000 : std::atoi(rounds);
  const char* seed = std::getenv("IPEC_REPAIRS_SEED");
  MutatedPolicies policies(seed == nullptr ? 20261126U : static_cast<unsigned>(std::atoi(seed)));
  for (int round = 0; round < count; ++round) {
    const std::string text = policies.Next();
    for (const targets::Target* target : Languages()) {
      const std::string complaint = RepairsComplaint(text, *target);
      if (!complaint.empty()) FAIL(target->name << " on:\n" << text << "\n" << complaint);
    }
  }
}

}  // namespace
}  // namespace ipec::tests
