// Every pass keeps what its row promises, for every small policy and every event; so does a whole
// run.

#include <algorithm>

#include "catch2/catch.hpp"
#include "compiler/analysis/reachability.h"
#include "compiler/optimize/optimize.h"
#include "tests/exhaustive/judge.h"
#include "tests/unit/sampling.h"

namespace ipec::exhaustive {
namespace {

using analysis::Coverage;
using optimize::Options;
using optimize::Pass;

bool Loads(const Policy& policy) {
  if (policy.global_default) return true;
  return std::all_of(policy.semantics.operations.begin(), policy.semantics.operations.end(),
                     [&](Operation operation) { return policy.DefaultOf(operation).has_value(); });
}

void CheckKept(Keeps keeps, std::string_view what, const Policy& before, const Policy& after) {
  if (const auto difference = FindDifference(keeps, before, after)) {
    FAIL(what << " changed the policy\n"
              << Describe(before) << "---\n"
              << Describe(after) << Describe(*difference));
  }
  if (Loads(before) && !Loads(after)) {
    FAIL(what << " made a policy that the kernel rejects\n" << Describe(before));
  }
}

// The work of each pass over all policies of a test: a pass without work would be untested.
struct Work {
  std::vector<std::size_t> changes = std::vector<std::size_t>(optimize::AllPasses().size());
};

void CheckPolicy(const Policy& policy, Work& work) {
  for (std::size_t i = 0; i < optimize::AllPasses().size(); ++i) {
    const Pass& pass = optimize::AllPasses()[i];
    if (pass.run == nullptr) continue;  // tested in emit_text_test
    if (const auto changed = pass.run(Coverage(policy))) {
      ++work.changes[i];
      CheckKept(pass.keeps, pass.name, policy, *changed);
    }
  }
  for (const Keeps keeps : {Keeps::Audit, Keeps::Decision}) {
    Options options;
    options.keeps = keeps;
    const Policy after = Optimize(policy, options)->policy;
    CheckKept(keeps, "the optimizer", policy, after);
    // Every remaining rule decides something.
    const Coverage coverage(after);
    const analysis::Reachability reachability(coverage);
    for (std::uint32_t i = 0; i < after.rules.size(); ++i) {
      if (!reachability.Decides({i})) FAIL("a dead rule is left\n" << Describe(after));
    }
  }
}

void CheckAll(const std::vector<RuleSpec>& rules, std::size_t count) {
  for (const Semantics& semantics : AllSemantics()) {
    Work work;
    for (const Action global_default : {Action::Allow, Action::Deny}) {
      ForEachPolicy(semantics, rules, count, global_default,
                    [&](const Policy& policy) { CheckPolicy(policy, work); });
    }
  }
}

TEST_CASE("passes keep their promises: two rules of up to two properties") {
  std::vector<RuleSpec> rules = WithBothActions(AllShapes(2, 1));
  CheckAll(rules, 2);
}

TEST_CASE("passes keep their promises: three rules of a few shapes") {
  CheckAll(WithBothActions({Shape("---", "--"), Shape("T--", "--"), Shape("-F-", "--"),
                            Shape("---", "0-"), Shape("---", "-0"), Shape("---", "00")}),
           3);
}

TEST_CASE("passes keep their promises: without each set of properties") {
  for (const Semantics& semantics : SemanticsWithMissing()) {
    Work work;
    ForEachPolicy(semantics, RulesOfEachProperty(), 2, Action::Deny,
                  [&](const Policy& policy) { CheckPolicy(policy, work); });
  }
}

TEST_CASE("passes keep their promises: two rules of up to three properties", "[.slow]") {
  CheckAll(WithBothActions(AllShapes(3, 2)), 2);
}

TEST_CASE("passes keep their promises: three rules of chosen shapes", "[.slow]") {
  CheckAll(WithBothActions(ChosenShapes()), 3);
}

TEST_CASE("passes keep their promises: random policies") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  Work work;
  for (const Semantics& semantics : AllSemantics()) {
    for (int round = 0; round < tests::SampledRounds(1000); ++round) {
      CheckPolicy(RandomPolicy(semantics, random() % 30, random), work);
    }
  }
  for (std::size_t i = 0; i < work.changes.size(); ++i) {
    if (optimize::AllPasses()[i].run == nullptr || tests::Stride() > 1) continue;
    INFO(optimize::AllPasses()[i].name);
    CHECK(work.changes[i] > 0);
  }
}

TEST_CASE("defaults become as few as every operation, known or not, permits") {
  const Semantics semantics = AllSemantics().back();
  const policy::OperationSet known = semantics.operations;
  // Every combination of a DEFAULT or none for each operation, with each global DEFAULT or none.
  std::size_t choices = 1;
  for (std::size_t i = 0; i < known.size(); ++i) choices *= 3;
  for (std::size_t choice = 0; choice < choices; ++choice) {
    for (const auto global :
         {std::optional<Action>(), std::optional(Action::Allow), std::optional(Action::Deny)}) {
      Policy policy = MakePolicy(semantics, {}, global);
      std::size_t rest = choice;
      for (const Operation operation : known) {
        if (rest % 3 != 0) {
          policy.operation_defaults[operation] =
              policy::Default{rest % 3 == 1 ? Action::Allow : Action::Deny, 3, {}};
        }
        rest /= 3;
      }
      if (!Loads(policy)) continue;
      Options options;
      options.keeps = Keeps::Decision;
      const Policy after = Optimize(policy, options)->policy;
      REQUIRE(Loads(after));
      if (FindDifference(Keeps::Decision, policy, after)) FAIL(Describe(policy));
      for (const Operation operation : known) {
        if (after.global_default && after.operation_defaults[operation] &&
            after.operation_defaults[operation]->action == after.global_default->action) {
          FAIL("a default is repeated\n" << Describe(policy) << "---\n" << Describe(after));
        }
      }
    }
  }
}

TEST_CASE("disabled passes do not run, and each pass reports") {
  const Policy policy = MakePolicy(AllSemantics().back(), {RuleSpec{}, RuleSpec{}}, Action::Deny);
  const std::vector<std::string> disabled = {"drop-unreachable"};
  std::vector<std::string> ran;
  Options options;
  options.disabled = disabled;
  options.after = [&](const Pass& pass, const Policy&) { ran.emplace_back(pass.name); };
  CHECK(Optimize(policy, options)->policy.rules.size() == 2);
  CHECK(ran == std::vector<std::string>{"drop-impossible"});
  options.disabled = {};
  ran.clear();
  CHECK(Optimize(policy, options)->policy.rules.size() == 1);
  CHECK(ran == std::vector<std::string>{"drop-impossible", "drop-unreachable"});
  CHECK(optimize::FindPass("drop-unreachable") != nullptr);
  CHECK(optimize::FindPass("drop-everything") == nullptr);
}

}  // namespace
}  // namespace ipec::exhaustive
