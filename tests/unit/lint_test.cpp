// The linter as a library: rules against brute force, fixes against their promise, and every rule's
// documentation against the rule.

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <set>
#include <string>

#include "compiler/diagnostics/edits.h"
#include "compiler/optimize/emit_text.h"
#include "compiler/policy/decide.h"
#include "lint/fixes.h"
#include "lint/linter.h"
#include "tests/exhaustive/judge.h"
#include "tests/unit/check_text.h"
#include "tests/unit/lint_settings.h"
#include "tests/unit/lint_text.h"
#include "tests/unit/sampling.h"

namespace ipec::lint {
namespace {

struct Example {
  std::string text;
  bool bad = false;
};

// The fenced blocks of a rule's documentation: policies, and their settings.
struct Documentation {
  std::vector<Example> examples;
  std::string base;      // of rules about changes
  std::string image;     // of rules about images
  std::string reviewed;  // of rules about signed files
  std::string settings;
};

std::string Unescaped(llvm::StringRef text) {
  std::string bytes;
  while (!text.empty()) {
    if (text.consume_front("\\x")) {
      bytes += static_cast<char>(llvm::hexFromNibbles(text[0], text[1]));
      text = text.drop_front(2);
    } else if (text.consume_front("\\0")) {
      bytes += '\0';
    } else if (text.consume_front("\\r")) {
      bytes += '\r';
    } else if (!text.consume_front("\\\n")) {
      bytes += text.front();
      text = text.drop_front();
    }
  }
  return bytes;
}

Documentation Read(llvm::StringRef docs) {
  Documentation read;
  while (true) {
    docs = docs.drop_front(std::min(docs.find("```"), docs.size()));
    if (!docs.consume_front("```")) return read;
    auto [opening, rest] = docs.split('\n');
    const llvm::StringRef text = rest.take_front(rest.find("```"));
    docs = rest.drop_front(text.size() + 3);
    if (opening == "toml") read.settings = text.str();
    if (opening == "json image") read.image = text.str();
    if (!opening.consume_front("ipe ")) continue;
    if (opening == "base") {
      read.base = text.str();
      continue;
    }
    if (opening == "reviewed") {
      read.reviewed = text.str();
      continue;
    }
    const bool escaped = opening.consume_back(" escaped");
    read.examples.push_back({escaped ? Unescaped(text) : text.str(), opening == "bad"});
  }
}

TEST_CASE("the examples in the documentation of each rule are true") {
  for (const Rule& rule : AllRules()) {
    INFO(rule.descriptor.name);
    CHECK(rule.body->docs.size() > 80);
    const Documentation docs = Read(rule.body->docs);
    auto config = pipeline::ParseConfig("ipec.toml", docs.settings);
    if (!config) FAIL(llvm::toString(config.takeError()));
    std::vector<std::string> select = {std::string(rule.descriptor.name)};
    // A rule about suppressions needs one with a finding to suppress.
    if (rule.category == Category::Meta) select.emplace_back("duplicate-rule");
    Overrides overrides;
    overrides.select = select;
    auto settings = Resolve(*config, overrides, "2026-01-01");
    if (!settings) FAIL(llvm::toString(settings.takeError()));
    bool bad = false;
    bool good = false;
    for (const Example& example : docs.examples) {
      INFO(example.text);
      const auto targets = pipeline::TargetsOf(*config, "boot.pol");
      if (!docs.base.empty()) settings->base = BaseOf(docs.base, targets);
      if (!docs.image.empty()) settings->image = ImageOf(docs.image);
      if (!docs.reviewed.empty()) {
        settings->reviewed =
            std::make_shared<const ReviewedText>(ReviewedText{"boot.pol", docs.reviewed});
      }
      const Result result = Lint(ReadingOf(example.text, targets, "boot.pol"), *settings);
      // One of several targets may reject it.
      CHECK_FALSE(tests::CheckText(example.text, *targets[0]).result.error.has_value());
      CHECK(example.bad == std::any_of(result.findings.begin(), result.findings.end(),
                                       [&](const Diagnostic& finding) {
                                         return finding.descriptor == &rule.descriptor;
                                       }));
      (example.bad ? bad : good) = true;
    }
    CHECK(bad);
    CHECK(good);
  }
}

TEST_CASE("rows are in order and have different names") {
  std::set<std::string_view> names;
  std::string_view before;
  for (const Rule& rule : AllRules()) {
    CHECK(before < rule.descriptor.code);
    before = rule.descriptor.code;
    CHECK(names.insert(rule.descriptor.name).second);
    CHECK(rule.descriptor.code[3] == '1' + static_cast<char>(rule.category));
  }
}

// The result of brute force for one statement: for each of its rules, whether it decides an event.
struct Use {
  std::size_t deciding = 0;
  std::size_t idle = 0;
};

std::map<std::uint32_t, Use> UseOfStatements(const policy::Policy& policy) {
  std::vector<bool> decides(policy.rules.size());
  for (const policy::Operation operation : policy.semantics.operations) {
    for (const runtime::Event& event : exhaustive::PossibleEvents(policy.semantics, operation)) {
      const policy::Decision decision = policy::Decide(policy, event);
      if (decision.rule.valid()) decides[decision.rule.index] = true;
    }
  }
  std::map<std::uint32_t, Use> use;
  for (std::size_t i = 0; i < decides.size(); ++i) {
    Use& statement = use[policy.rules[i].statement.begin];
    ++(decides[i] ? statement.deciding : statement.idle);
  }
  return use;
}

std::string WithoutLineAt(const std::string& text, std::size_t offset) {
  return text.substr(0, offset) + text.substr(text.find('\n', offset) + 1);
}

// Whether a later statement is identical, and so replaces this one in every record.
bool HasDuplicateBelow(const std::string& text, std::size_t offset) {
  const std::string line = text.substr(offset, text.find('\n', offset) + 1 - offset);
  return text.find('\n' + line, offset + line.size() - 1) != std::string::npos;
}

// The rules of reachability report a statement as useless if and only if it decides no event; then
// removing it changes no decision and no record. Nothing else can be removed without a change,
// except a statement that is repeated later.
void CheckReachability(const policy::Policy& made, const targets::Target& target,
                       const Settings& settings) {
  const std::string text = optimize::EmitText(made, target).text();
  INFO(text);
  const tests::Checked checked = tests::CheckText(text, target);
  REQUIRE_FALSE(checked.result.error.has_value());
  const policy::Policy& policy = checked.result.policy;

  std::set<std::uint32_t> said;
  for (const Diagnostic& finding : LintText(text, target, settings).findings) {
    // Some findings are about a part of the statement.
    const std::size_t line_end = text.rfind('\n', finding.where.begin);
    said.insert(static_cast<std::uint32_t>(line_end + 1));
    for (const diagnostics::Fix& fix : finding.fixes) {
      if (fix.is_guess) continue;
      const tests::Checked after = tests::CheckText(Apply(text, fix.edits), target);
      const auto difference =
          exhaustive::FindDifference(analysis::Keeps::Audit, policy, after.result.policy);
      // The only unsafe fixes are the move of a late revocation, and those for a statement of which
      // some operations are needed.
      if (fix.keeps_meaning == difference.has_value()) FAIL("the fix `" << fix.title << '`');
    }
  }
  for (const auto& [statement, use] : UseOfStatements(policy)) {
    if ((said.count(statement) != 0) != (use.idle != 0)) FAIL("statement at " << statement);
    const tests::Checked after = tests::CheckText(WithoutLineAt(text, statement), target);
    const bool same =
        !exhaustive::FindDifference(analysis::Keeps::Audit, policy, after.result.policy);
    const bool expected = use.deciding == 0;
    if (same != expected && !(same && HasDuplicateBelow(text, statement))) {
      FAIL("removing the statement at " << statement);
    }
  }
}

Settings Reachability() {
  return SettingsWith({"unreachable-rule", "never-matches", "duplicate-rule", "conflicting-rule",
                       "property-not-in-kernel"});
}

// The target as built without a set of properties; the sets have the numbers 0 (none missing) to
// 31, and then again.
const targets::Target& BuiltWithout(const targets::Target& target, int number) {
  policy::PropertySet missing;
  for (const runtime::Property property : runtime::kProperties) {
    if ((number >> static_cast<int>(property) & 1) != 0) missing.Add(property);
  }
  return target.Without(missing);
}

TEST_CASE("findings about reachability agree with brute force: random policies") {
  const Settings settings = Reachability();
  std::mt19937 random(20260101);
  for (const targets::Target& whole : targets::AllTargets()) {
    for (int round = 0; round < tests::SampledRounds(1500); ++round) {
      const targets::Target& target = BuiltWithout(whole, round % 2 == 0 ? 0 : round / 2);
      policy::Policy made = exhaustive::RandomPolicy(target.semantics(), 1 + round % 7, random);
      made.name = "p";
      if (!made.global_default) made.global_default = policy::Default{policy::Action::Deny, 2, {}};
      CheckReachability(made, target, settings);
    }
  }
}

TEST_CASE("findings about reachability agree with brute force: all pairs of rules") {
  const Settings settings = Reachability();
  const targets::Target& target = targets::DefaultTarget();
  const auto rules = exhaustive::WithBothActions(exhaustive::ChosenShapes());
  exhaustive::ForEachPolicy(
      target.semantics(), rules, 2, policy::Action::Deny,
      [&](const policy::Policy& policy) { CheckReachability(policy, target, settings); });
}

// The same with a third rule, which takes minutes.
TEST_CASE("findings about reachability agree with brute force: all triples", "[.slow]") {
  const Settings settings = Reachability();
  const targets::Target& target = targets::DefaultTarget();
  const auto rules = exhaustive::WithBothActions(exhaustive::ChosenShapes());
  exhaustive::ForEachPolicy(
      target.semantics(), rules, 3, policy::Action::Allow,
      [&](const policy::Policy& policy) { CheckReachability(policy, target, settings); });
}

// Aliases: useful for some operations and not for others.
TEST_CASE("findings about reachability agree with brute force: aliases") {
  const targets::Target& target = *targets::FindTarget("rfc-v7");
  const std::string head = "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\n";
  const std::string all = "op=KERNEL_READ boot_verified=TRUE action=ALLOW\n";
  const std::string one = "op=FIRMWARE boot_verified=TRUE action=ALLOW\n";
  const auto said = [&](const std::string& rules) {
    std::string names;
    for (const Diagnostic& finding : LintText(head + rules, target, Reachability()).findings) {
      names +=
          std::string(finding.descriptor->name) + (finding.fixes[0].keeps_meaning ? "! " : " ");
    }
    return names;
  };
  CHECK(said(all + all) == "duplicate-rule! ");
  CHECK(said(all + one) == "duplicate-rule! ");
  // Written out for the others.
  CHECK(said(one + all) == "unreachable-rule! ");
}

TEST_CASE("every fix that is marked safe is safe: random policies") {
  const Settings settings = SettingsWith({"all"});
  std::mt19937 random(7);
  for (int round = 0; round < tests::SampledRounds(500); ++round) {
    const targets::Target& target =
        BuiltWithout(targets::DefaultTarget(), round % 2 == 0 ? 0 : round / 2);
    policy::Policy made = exhaustive::RandomPolicy(target.semantics(), 1 + round % 9, random);
    made.name = "p";
    if (!made.global_default) made.global_default = policy::Default{policy::Action::Allow, 2, {}};
    std::string text = optimize::EmitText(made, target).text();
    INFO(text);
    const tests::Checked before = tests::CheckText(text, target);
    for (int i = 0; i < 10; ++i) {
      const Result result = LintText(text, target, settings);
      // A proof by lines has the same result as the proof by the whole text.
      Fixes fixes;
      for (const Diagnostic& finding : result.findings) {
        for (const diagnostics::Fix& fix : finding.fixes) {
          if (!fix.keeps_meaning) continue;
          fixes.push_back(&fix);
          CHECK(HasSameMeaning(text, Apply(text, fix.edits), target));
        }
      }
      if (fixes.empty()) break;
      REQUIRE(i < 9);  // fixing ends
      text = Apply(text, Compatible(fixes));
    }
    const tests::Checked after = tests::CheckText(text, target);
    CHECK_FALSE(exhaustive::FindDifference(analysis::Keeps::Audit, before.result.policy,
                                           after.result.policy));
  }
}

}  // namespace
}  // namespace ipec::lint
