// Why rules do not match a set of cases. Events are tested by the golden tests of `ipec eval`.

#include <vector>

#include "catch2/catch.hpp"
#include "compiler/pipeline/reading.h"
#include "compiler/pipeline/unmatched.h"

namespace ipec::pipeline {
namespace {

using analysis::CaseSet;
using policy::RuleId;
using runtime::Operation;

const targets::Target& Kernel() {
  return *targets::FindTarget("linux-6.12");
}

Reading Read(const std::string& rules) {
  return {support::SourceBuffer(
              "p.pol", "policy_name=p policy_version=0.0.1\nDEFAULT action=DENY\n" + rules),
          Kernel()};
}

const std::string kDigest(64, 'a');

// The words for the rule of `after`, about the cases that a statement of `before` decides.
std::string WordsOf(const std::string& before, RuleId decides, const std::string& after) {
  const Reading old_policy = Read(before);
  const Reading new_policy = Read(after);
  REQUIRE(old_policy.first().accepted());
  REQUIRE(new_policy.first().accepted());
  const std::vector<CaseSet> sets = {
      CaseSet::DecidedBy(old_policy.first().policy(), Operation::Execute, decides)};
  const std::vector<Unmatched> unmatched =
      UnmatchedIn(sets, new_policy.first().policy(), Kernel(), RuleId{0});
  return WordsFor(unmatched);
}

TEST_CASE("a condition that no case of a set matches") {
  CHECK(WordsOf("op=EXECUTE dmverity_signature=TRUE action=ALLOW\n", {},
                "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n") ==
        "`dmverity_signature=TRUE` does not match in any of the cases");
}

TEST_CASE("a condition that some cases of a set match") {
  CHECK(WordsOf("op=EXECUTE boot_verified=TRUE action=ALLOW\n", {},
                "op=EXECUTE fsverity_digest=sha256:" + kDigest + " action=ALLOW\n") ==
        "`fsverity_digest=\"sha256\":AAAAAAAA…` does not match in some of the cases");
}

TEST_CASE("a condition that no case matches is enough to see why") {
  CHECK(WordsOf("op=EXECUTE boot_verified=TRUE action=ALLOW\n", {},
                "op=EXECUTE fsverity_signature=TRUE boot_verified=TRUE action=ALLOW\n") ==
        "`boot_verified=TRUE` does not match in any of the cases");
}

TEST_CASE("a rule that matches all cases of a set lacks nothing") {
  CHECK(WordsOf("op=EXECUTE dmverity_signature=TRUE action=ALLOW\n", RuleId{0},
                "op=EXECUTE boot_verified=FALSE dmverity_signature=TRUE action=ALLOW\n")
            .empty());
}

TEST_CASE("the union of sets counts") {
  const Reading reading = Read(
      "op=EXECUTE boot_verified=TRUE action=ALLOW\n"
      "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n");
  const policy::Policy& policy = reading.first().policy();
  const std::vector<CaseSet> sets = {CaseSet::DecidedBy(policy, Operation::Execute, RuleId{0}),
                                     CaseSet::DecidedBy(policy, Operation::Execute, RuleId{1})};
  const std::vector<Unmatched> unmatched = UnmatchedIn(sets, policy, Kernel(), RuleId{1});
  REQUIRE(unmatched.size() == 1);
  CHECK(unmatched[0].index == 0);
  CHECK(unmatched[0].condition == "dmverity_signature=TRUE");
  CHECK(unmatched[0].extent == Extent::Some);
}

TEST_CASE("a condition on a missing property never matches") {
  const targets::Target without = Kernel().Without({runtime::Property::DmveritySignature});
  const Reading reading{
      support::SourceBuffer("p.pol",
                            "policy_name=p policy_version=0.0.1\nDEFAULT action=DENY\n"
                            "op=EXECUTE dmverity_signature=FALSE action=ALLOW\n"),
      without};
  const policy::Policy& policy = reading.first().policy();
  const std::vector<CaseSet> sets = {CaseSet::DecidedBy(policy, Operation::Execute, {})};
  CHECK(WordsFor(UnmatchedIn(sets, policy, without, RuleId{0})) ==
        "`dmverity_signature=FALSE` never matches: this kernel is built without the property");
}

TEST_CASE("conditions are the words of a rule between operation and action") {
  const std::string_view rule =
      "op=EXECUTE boot_verified=TRUE fsverity_signature=FALSE action=DENY";
  CHECK(ConditionIn(rule, 0) == "boot_verified=TRUE");
  CHECK(ConditionIn(rule, 1) == "fsverity_signature=FALSE");
  CHECK(ConditionIn(rule, 2).empty());
  CHECK(ConditionIn(rule, 1000).empty());
  CHECK(ConditionIn("", 0).empty());
}

}  // namespace
}  // namespace ipec::pipeline
