// The linter as a library: rules against brute force, fixes against their promise, and every rule's
// documentation against the rule.

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>

#include "compiler/optimize/emit_text.h"
#include "compiler/policy/decide.h"
#include "lint/fixes.h"
#include "lint/linter.h"
#include "tests/exhaustive/judge.h"

namespace ipec::lint {
namespace {

Settings SettingsWith(const std::vector<std::string>& select) {
  Overrides overrides;
  overrides.select = select;
  auto settings = Resolve({}, overrides, "2026-01-01");
  if (!settings) FAIL(llvm::toString(settings.takeError()));
  return *settings;
}

// The text between "```ipe KIND" and "```" in a rule's documentation; empty: there is none.
std::string Example(std::string_view docs, std::string_view kind) {
  const std::string opening = "```ipe " + std::string(kind) + "\n";
  const std::size_t at = docs.find(opening);
  if (at == std::string_view::npos) return {};
  const std::size_t begin = at + opening.size();
  return std::string(docs.substr(begin, docs.find("```", begin) - begin));
}

TEST_CASE("the examples in the documentation of each rule are true") {
  for (const Rule& rule : AllRules()) {
    INFO(rule.descriptor.name);
    CHECK(rule.body->docs.size() > 80);
    // A rule about suppressions needs one that has something to silence.
    std::vector<std::string> select = {std::string(rule.descriptor.name)};
    if (rule.category == Category::Meta) select.emplace_back("duplicate-rule");
    const Settings settings = SettingsWith(select);
    const auto finds = [&](const std::string& text) {
      const support::SourceBuffer source("example.pol", text);
      const Result result = LintText(source, targets::DefaultTarget(), settings);
      CHECK_FALSE(result.error.has_value());
      return std::any_of(
          result.findings.begin(), result.findings.end(),
          [&](const Diagnostic& finding) { return finding.descriptor == &rule.descriptor; });
    };
    const std::string bad = Example(rule.body->docs, "bad");
    const std::string good = Example(rule.body->docs, "good");
    if (!bad.empty()) CHECK(finds(bad));
    if (!good.empty()) CHECK_FALSE(finds(good));
  }
}

TEST_CASE("rows are in order, and rows of yields.def name rules") {
  std::set<std::string_view> names;
  std::string_view before;
  for (const Rule& rule : AllRules()) {
    CHECK(before < rule.descriptor.code);
    before = rule.descriptor.code;
    CHECK(names.insert(rule.descriptor.name).second);
    CHECK(rule.descriptor.code[3] == '1' + static_cast<char>(rule.category));
  }
#define IPEC_YIELD(loser, winner) \
  CHECK(names.count(loser) == 1); \
  CHECK(names.count(winner) == 1);
#include "lint/yields.def"
}

// A rule is said to be of no use exactly when no event is decided by it.
TEST_CASE("what is said about reachability is what brute force says") {
  const std::vector<std::string> reach = {"unreachable-rule", "never-matches", "duplicate-rule",
                                          "conflicting-rule"};
  const Settings settings = SettingsWith(reach);
  std::mt19937 random(20260101);
  const targets::Target& target = targets::DefaultTarget();
  for (int round = 0; round < 400; ++round) {
    policy::Policy made = exhaustive::RandomPolicy(target.semantics(), 1 + round % 7, random);
    made.name = "p";
    if (!made.global_default) made.global_default = policy::Default{policy::Action::Deny, 2, {}};
    const std::string text = optimize::EmitText(made, target).text();
    INFO(text);
    const support::SourceBuffer source("p.pol", text);
    const pipeline::Checked checked = pipeline::CheckText(source.text(), target);
    REQUIRE_FALSE(checked.result.error.has_value());
    const policy::Policy& policy = checked.result.policy;

    std::set<std::uint32_t> decides;
    for (std::size_t i = 0; i < runtime::kOperationCount; ++i) {
      const auto operation = static_cast<policy::Operation>(i);
      if (!policy.semantics.Knows(operation)) continue;
      for (const runtime::Event& event : exhaustive::PossibleEvents(policy.semantics, operation)) {
        const policy::Decision decision = policy::Decide(policy, event);
        if (decision.rule.valid()) decides.insert(policy[decision.rule].statement.begin);
      }
    }
    std::set<std::uint32_t> said;
    const Result result = LintText(source, target, settings);
    for (const Diagnostic& finding : result.findings) {
      said.insert(finding.where.begin);
      for (const diagnostics::Fix& fix : finding.fixes) {
        CHECK(fix.keeps_meaning);
        const std::string fixed = Apply(text, fix.edits);
        const pipeline::Checked after = pipeline::CheckText(fixed, target);
        CHECK_FALSE(
            exhaustive::FindDifference(analysis::Keeps::Audit, policy, after.result.policy));
      }
    }
    for (const policy::Rule& rule : policy.rules) {
      CHECK(said.count(rule.statement.begin) == 1 - decides.count(rule.statement.begin));
    }
  }
}

TEST_CASE("every fix that is called safe is, on random policies") {
  const Settings settings = SettingsWith({"all"});
  std::mt19937 random(7);
  const targets::Target& target = targets::DefaultTarget();
  for (int round = 0; round < 200; ++round) {
    policy::Policy made = exhaustive::RandomPolicy(target.semantics(), 1 + round % 9, random);
    made.name = "p";
    if (!made.global_default) made.global_default = policy::Default{policy::Action::Allow, 2, {}};
    std::string text = optimize::EmitText(made, target).text();
    const pipeline::Checked before = pipeline::CheckText(text, target);
    for (int i = 0; i < 10; ++i) {
      const support::SourceBuffer source("p.pol", text);
      const Fixed fixed = ApplyFixes(text, LintText(source, target, settings).findings, false);
      if (fixed.count == 0) break;
      REQUIRE(i < 9);  // fixing comes to an end
      text = fixed.text;
    }
    const pipeline::Checked after = pipeline::CheckText(text, target);
    CHECK_FALSE(exhaustive::FindDifference(analysis::Keeps::Audit, before.result.policy,
                                           after.result.policy));
  }
}

}  // namespace
}  // namespace ipec::lint
