// A statement can apply to several operations. A finding about one of them names it, and its fix
// changes no decision of the others.

#include <catch2/catch.hpp>
#include <map>
#include <set>
#include <string>
#include <tuple>

#include "compiler/diagnostics/edits.h"
#include "compiler/policy/decide.h"
#include "lint/linter.h"
#include "tests/exhaustive/alias_texts.h"
#include "tests/exhaustive/judge.h"
#include "tests/unit/check_text.h"
#include "tests/unit/lint_settings.h"
#include "tests/unit/lint_text.h"

namespace ipec::lint {
namespace {

using exhaustive::AliasTexts;
using exhaustive::TargetWithAliases;
using policy::Operation;

// Rules that report useless statements: their fixes change no decision, and neither do those of
// style rules.
const std::set<std::string_view> kWithoutUse = {
    "unreachable-rule",       "never-matches",      "duplicate-rule",      "subsumed-by-later",
    "redundant-with-default", "redundant-property", "redundant-op-default"};

std::vector<Operation> OperationsOf(const policy::Policy& policy, std::uint32_t begin) {
  std::vector<Operation> operations;
  for (const policy::Rule& rule : policy.rules) {
    if (rule.statement.begin <= begin && begin < rule.statement.end) {
      operations.push_back(rule.operation);
    }
  }
  for (const Operation operation : policy.semantics.operations) {
    const auto& own = policy.DefaultOf(operation);
    if (own && own->statement.begin <= begin && begin < own->statement.end) {
      operations.push_back(operation);
    }
  }
  return operations;
}

// The operations of a finding; all if it is not about a statement, or about a DEFAULT for all.
std::vector<Operation> SpeaksOf(const policy::Policy& policy, const Diagnostic& finding) {
  if (finding.about) return {*finding.about};
  return OperationsOf(policy, finding.where.begin);
}

// Whether a rule of the statement matches the event.
bool HoldsOf(const policy::Policy& policy, std::uint32_t statement, const runtime::Event& event) {
  return std::any_of(policy.rules.begin(), policy.rules.end(), [&](const policy::Rule& rule) {
    const auto conditions = policy.ConditionsOf(rule);
    return rule.statement.begin == statement && rule.operation == event.operation &&
           std::all_of(conditions.begin(), conditions.end(), [&](const policy::Condition& one) {
             return policy::Holds(policy, one, event);
           });
  });
}

void CheckUnsafe(const policy::Policy& before, const policy::Policy& after,
                 const Diagnostic& finding) {
  const std::string_view rule = finding.descriptor->name;
  const std::vector<Operation> spoken_of = SpeaksOf(before, finding);
  for (const Operation operation : before.semantics.operations) {
    const bool is_spoken_of = spoken_of.empty() || std::find(spoken_of.begin(), spoken_of.end(),
                                                             operation) != spoken_of.end();
    for (const runtime::Event& event : exhaustive::PossibleEvents(before.semantics, operation)) {
      const bool may_change =
          is_spoken_of && kWithoutUse.count(rule) == 0 && finding.severity != Severity::Style &&
          (rule != "late-revocation" || HoldsOf(before, finding.where.begin, event));
      if (!may_change &&
          policy::Decide(before, event).action != policy::Decide(after, event).action) {
        FAIL("it changes what is decided of " << Name(operation));
      }
    }
  }
}

TEST_CASE("fixes change only the operations of their findings") {
  const Settings settings = SettingsWith({"all"});
  const targets::Target& target = TargetWithAliases();
  AliasTexts texts(1);
  std::map<std::string_view, std::size_t> fixes;
  for (std::size_t round = 0; round < 1500; ++round) {
    const std::string text = texts.Make(1 + round % 6);
    INFO(text);
    const tests::Checked before = tests::CheckText(text, target);
    REQUIRE_FALSE(before.result.error.has_value());
    for (const Diagnostic& finding : LintText(text, target, settings).findings) {
      INFO(finding.descriptor->name << ": " << finding.message);
      if (finding.about && OperationsOf(before.result.policy, finding.where.begin).size() > 1) {
        const auto name = Name(*finding.about);
        CHECK(finding.message.find(name) != std::string::npos);
      }
      for (const diagnostics::Fix& fix : finding.fixes) {
        const std::string fixed = Apply(text, fix.edits);
        INFO(fix.title << "\n" << fixed);
        const tests::Checked after = tests::CheckText(fixed, target);
        REQUIRE_FALSE(after.result.error.has_value());
        ++fixes[finding.descriptor->name];
        if (fix.keeps_meaning) {
          CHECK_FALSE(exhaustive::FindDifference(analysis::Keeps::Audit, before.result.policy,
                                                 after.result.policy));
        } else {
          CheckUnsafe(before.result.policy, after.result.policy, finding);
        }
      }
    }
  }
  for (const std::string_view rule :
       {"unreachable-rule", "duplicate-rule", "late-revocation", "redundant-with-default",
        "subsumed-by-later", "unguarded-op", "catch-all-hides-default", "redundant-op-default"}) {
    INFO(rule);
    // Compilers order the calls of the generator differently, so the texts differ.
    CHECK(fixes[rule] > 10);
  }
}

// The text with each statement once for each of its operations, and for each of its lines the
// original line and its operation.
struct WrittenOut {
  std::string text;
  std::vector<std::pair<std::size_t, std::string>> lines;
};

WrittenOut WriteOut(llvm::StringRef text) {
  const targets::Alias& alias = TargetWithAliases().aliases()[0];
  const std::string word = "op=" + std::string(alias.spelling) + " ";
  WrittenOut out;
  for (std::size_t number = 0; !text.empty(); ++number) {
    const auto [line, rest] = text.split('\n');
    text = rest;
    const std::size_t at = line.find(word);
    if (at == llvm::StringRef::npos) {
      const llvm::StringRef operation = line.drop_front(std::min(line.find("op="), line.size()));
      out.text += line.str() + "\n";
      out.lines.emplace_back(
          number,
          operation.drop_front(std::min<std::size_t>(3, operation.size())).split(' ').first.str());
      continue;
    }
    for (const Operation operation : alias.operations) {
      out.text += line.take_front(at).str() + "op=" + std::string(Name(operation)) + " " +
                  line.drop_front(at + word.size()).str() + "\n";
      out.lines.emplace_back(number, Name(operation));
    }
  }
  return out;
}

std::size_t LineOf(llvm::StringRef text, std::uint32_t offset) {
  return text.take_front(offset).count('\n');
}

// Rules that report a statement only if all its operations are alike, or once per policy.
const std::set<std::string_view> kOfWholeStatements = {
    "duplicate-rule",  "subsumed-by-later",    "redundant-with-default",
    "interleaved-ops", "fileless-load-denied", "boot-verified-after-boot"};

TEST_CASE("an alias has the findings of its expansion") {
  const targets::Target& target = TargetWithAliases();
  AliasTexts texts(2);
  std::map<std::string_view, std::size_t> found;
  for (const Rule& rule : AllRules()) {
    const std::string_view name = rule.descriptor.name;
    if (rule.category == Category::Meta || rule.category == Category::Style ||
        kOfWholeStatements.count(name) != 0) {
      continue;
    }
    const Settings settings = SettingsWith({std::string(name)});
    for (std::size_t round = 0; round < 150; ++round) {
      const std::string text = texts.Make(1 + round % 6);
      const WrittenOut out = WriteOut(text);
      INFO(name << "\n" << text << "\n" << out.text);
      std::set<std::pair<std::size_t, std::string>> said;
      const policy::Policy policy = tests::CheckText(text, target).result.policy;
      for (const Diagnostic& finding : LintText(text, target, settings).findings) {
        const std::size_t line = LineOf(text, finding.where.begin);
        said.emplace(line, "");
        for (const Operation operation : SpeaksOf(policy, finding)) {
          said.emplace(line, Name(operation));
        }
      }
      for (const Diagnostic& finding : LintText(out.text, target, settings).findings) {
        const auto& line = out.lines[LineOf(out.text, finding.where.begin)];
        // An operation's finding may point at a statement of another one.
        const bool of_its_own = !finding.about || Name(*finding.about) == line.second;
        if (of_its_own && said.count(line) == 0) FAIL(finding.message << " of " << line.second);
        ++found[name];
      }
    }
  }
  CHECK(found["fsverity-denylist"] > 0);
  CHECK(found["unsigned-roothash-trust"] > 0);
  CHECK(found["late-revocation"] > 100);
}

}  // namespace
}  // namespace ipec::lint
