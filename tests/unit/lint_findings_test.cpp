// Findings of rules that the linter keeps, drops or merges: levels, rulesets, limits,
// targets, and no duplicate findings.

#include <catch2/catch.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "compiler/optimize/emit_text.h"
#include "lint/fix_text.h"
#include "lint/linter.h"
#include "lint/output.h"
#include "lint/tally.h"
#include "tests/exhaustive/small_policies.h"
#include "tests/unit/lint_settings.h"
#include "tests/unit/lint_text.h"
#include "tests/unit/sampling.h"

namespace ipec::lint {
namespace {

using Words = std::vector<std::string>;

const std::string kHead = "policy_name=p policy_version=1.0.0\n";
const std::string kDeny = kHead + "DEFAULT action=DENY\n";
const std::string kA = "8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887";
const std::string kB = "7a5a" + kA.substr(4);

Result Lint(const std::string& text, const Settings& settings, const Words& targets = {},
            const Filter& filter = {}) {
  std::vector<const targets::Target*> all;
  for (const std::string& name : targets) all.push_back(targets::FindTarget(name));
  if (all.empty()) all.push_back(&targets::DefaultTarget());
  return Lint(ReadingOf(text, all), settings, {.filter = filter});
}

// "4:IPE1001 6:IPE2002 "
std::string Messages(const std::string& text, const Words& select, const Words& targets = {}) {
  const support::LineMap lines(text);
  std::string said;
  for (const Diagnostic& finding : Lint(text, SettingsWith(select), targets).findings) {
    said += std::to_string(lines.PositionOf(finding.where.begin).line) + ":" +
            std::string(finding.descriptor->code) + " ";
  }
  return said;
}

TEST_CASE("of too many findings the most severe are kept, and the others counted by level") {
  std::string text = kDeny;
  for (int i = 0; i < 10'001; ++i) text += "# c \n";
  text += "op=KMODULE action=ALLOW\n";
  const Settings settings = SettingsWith({"IPE8002", "IPE2002"});
  const Result result = Lint(text, settings);
  CHECK(result.findings.size() == 10'000);
  CHECK(result.findings.back().descriptor->code == "IPE2002");
  CHECK(result.more == 2);
  // Removed findings leave room for others.
  const Result sifted = Lint(text, settings, {}, [](Result& all) {
    CHECK(all.findings.size() == 10'002);
    all.findings.erase(all.findings.begin(), all.findings.begin() + 10'000);
  });
  CHECK(sifted.findings.size() == 2);
  CHECK(sifted.more == 0);
}

TEST_CASE("style findings never fail, others depending on the level") {
  const auto fails = [](std::string_view fail_on) {
    std::string levels;
    for (const Severity severity :
         {Severity::Error, Severity::Warning, Severity::Information, Severity::Style}) {
      Diagnostic finding;
      finding.descriptor = &AllRules()[0].descriptor;
      finding.severity = severity;
      Tally tally;
      tally.Count(finding, fail_on);
      if (tally.failed()) levels += std::string(diagnostics::Name(severity)) + " ";
    }
    return levels;
  };
  CHECK(fails("").empty());
  CHECK(fails("error") == "error ");
  CHECK(fails("warning") == "error warning ");
  CHECK(fails("info") == "error warning info ");
}

TEST_CASE("a chosen level counts, even if it is that of the table") {
  const std::string text = kDeny +
                           "op=EXECUTE boot_verified=TRUE action=ALLOW\n"
                           "op=EXECUTE boot_verified=TRUE fsverity_signature=FALSE action=DENY\n";
  const auto level = [&](const Words& severity) {
    return Lint(text, SettingsWith({"unreachable-rule"}, severity)).findings.at(0).severity;
  };
  CHECK(level({}) == Severity::Error);
  CHECK(level({"unreachable-rule=warning"}) == Severity::Warning);
  CHECK(level({"unreachable-rule=info"}) == Severity::Information);
}

TEST_CASE("a pinned ruleset never changes") {
  constexpr std::string_view kSets[] = {"2028.1", "2027.1", "2026.1"};
  CHECK(IsInRuleset("2026.1", "2026.1", kSets));
  CHECK_FALSE(IsInRuleset("2027.1", "2026.1", kSets));
  CHECK(IsInRuleset("2027.1", "2027.1", kSets));
  CHECK(IsInRuleset("2026.1", "2028.1", kSets));
  CHECK(IsInRuleset("2028.1", "", kSets));
  // By the table: the rules of the first ruleset, and those that are on in it by default.
  std::set<std::string_view> since;
  std::set<std::string_view> on;
  for (const Rule& rule : AllRules()) {
    if (IsInRuleset(rule.since, "2026.1")) since.insert(rule.descriptor.name);
    if (rule.on_by_default() && IsInRuleset(rule.on, "2026.1")) on.insert(rule.descriptor.name);
  }
  CHECK(since.size() == 70);
  CHECK(on.size() == 29);
  pipeline::Config config;
  config.lint.ruleset = "2026.1";
  const auto on_with = [&](const Words& select) {
    Overrides overrides;
    overrides.select = select;
    auto settings = Resolve(config, overrides, "2026-01-01");
    if (!settings) FAIL(llvm::toString(settings.takeError()));
    std::set<std::string_view> names;
    for (const Rule& rule : AllRules()) {
      if (settings->Of(rule)) names.insert(rule.descriptor.name);
    }
    return names;
  };
  CHECK(on_with({}) == on);
  CHECK(on_with({"all"}) == since);
  // A later rule, or one that is on later, must be named.
  CHECK(on_with({"name-differs-from-file", "unguarded-op"}).size() == 2);
}

TEST_CASE("a finding gives way only to one about the same problem") {
  // Findings about other operations of the same DEFAULT stay.
  CHECK(Messages(kHead + "DEFAULT action=ALLOW\nDEFAULT op=EXECUTE action=DENY\n"
                         "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n"
                         "op=POLICY boot_verified=TRUE action=DENY\n"
                         "op=KMODULE fsverity_signature=TRUE dmverity_signature=FALSE "
                         "action=DENY\n",
                 {"unguarded-op", "policy-op-open", "kexec-weaker-than-exec"}) ==
        "2:IPE2004 2:IPE2004 2:IPE2004 2:IPE2004 2:IPE2005 2:IPE2009 ");
  CHECK(Messages("policy_name=\"p\" policy_version=1.0.0 # \xE2\x80\xAE\nDEFAULT action=DENY\n",
                 {"unsafe-policy-name", "bidi-control"}) == "1:IPE6003 1:IPE7003 ");
  CHECK(Messages(kDeny + "op=EXECUTE dmverity_roothash=sha256:abcd fsverity_digest=sha256:" +
                     std::string(64, '0') + " action=ALLOW\n",
                 {"digest-length", "placeholder-digest"}) == "3:IPE3001 3:IPE3005 ");
}

TEST_CASE("no problem is reported under two codes") {
  const Words all = {"all"};
  const auto has = [&](const std::string& text, std::string_view code) {
    return Messages(text, all).find(code) != std::string::npos;
  };
  const std::string catch_all = kDeny + "op=EXECUTE action=DENY\n";
  CHECK(has(catch_all, "3:IPE1007"));
  CHECK_FALSE(has(catch_all, "IPE1010"));
  const std::string open = kHead + "DEFAULT action=ALLOW\nop=KMODULE action=ALLOW\n";
  CHECK(has(open, "3:IPE2002"));
  CHECK_FALSE(has(open, "IPE1007"));
  const std::string empty = kDeny + "op=EXECUTE fsverity_digest=: action=ALLOW\n";
  CHECK(has(empty, "3:IPE3003"));
  CHECK_FALSE(has(empty, "IPE3002"));
  const std::string weak =
      kDeny + "op=EXECUTE fsverity_digest=sha1:" + kA.substr(0, 40) + " action=ALLOW\n";
  CHECK(has(weak, "3:IPE3002"));
  CHECK_FALSE(has(weak, "IPE3004"));
}

// Rules that never report the same problem as another one.
bool IsOfItsOwn(const Diagnostic& finding) {
  static const std::set<std::string_view> kNames = {
      "no-global-default",     "redundant-op-default", "global-default-allow",
      "interleaved-ops",       "redundant-property",   "same-digest-two-properties",
      "anonymous-exec-denied", "fileless-load-denied"};
  return RuleOf(finding).category == Category::Style || kNames.count(finding.descriptor->name) != 0;
}

// Pairs that may report one place, with different problems.
const std::set<std::set<std::string_view>> kTogether = {
    {"partially-shadowed", "redundant-with-default"},
    {"partially-shadowed", "subsumed-by-later"},
    {"partially-shadowed", "allow-on-negative"},
    {"partially-shadowed", "kexec-weaker-than-exec"},
    {"partially-shadowed", "bricks-execute"},
    {"redundant-with-default", "kexec-weaker-than-exec"},
    {"subsumed-by-later", "bricks-execute"},
    {"unsigned-roothash-trust", "weak-digest"},
};

bool MayGoTogether(const Diagnostic& one, const Diagnostic& other) {
  const bool alike =
      one.where == other.where && (!one.about || !other.about || one.about == other.about);
  return !alike || one.descriptor == other.descriptor || IsOfItsOwn(one) || IsOfItsOwn(other) ||
         kTogether.count({one.descriptor->name, other.descriptor->name}) != 0;
}

std::string Replaced(std::string text, const std::string& word, const std::string& by) {
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
    text.replace(at, word.size(), by);
    at += by.size();
  }
  return text;
}

TEST_CASE("no problem is reported under two codes: random policies") {
  const Settings settings = SettingsWith({"all"});
  std::mt19937 random(20);
  std::set<std::string> wrong;
  const std::string weak = "sm3:" + kA;
  const std::string by_sha1 = "sha1:" + kA.substr(0, 40);
  for (const targets::Target& target : targets::AllTargets()) {
    for (int round = 0; round < tests::SampledRounds(1500); ++round) {
      policy::Policy made = exhaustive::RandomPolicy(target.semantics(), 1 + round % 6, random);
      made.name = "p";
      std::string text = optimize::EmitText(made, target).text();
      if (round % 2 == 0) {  // possible digests, and a weak one
        text = Replaced(Replaced(text, "11aa", kA), "22bb", kB);
        text = Replaced(text, weak, by_sha1);
      }
      const Result result = LintText(text, target, settings);
      for (auto one = result.findings.begin(); one != result.findings.end(); ++one) {
        for (auto other = one + 1; other != result.findings.end(); ++other) {
          if (MayGoTogether(*one, *other)) continue;
          const std::string pair =
              fmt::format("{} and {}", one->descriptor->name, other->descriptor->name);
          if (wrong.insert(pair).second) FAIL_CHECK(pair << " in\n" << text);
        }
      }
    }
  }
}

TEST_CASE("a denied digest after a rule that allows it is found, also in pairs") {
  const std::string volume = "dmverity_roothash=sha256:" + kB + " ";
  const std::string file = "fsverity_digest=sha256:" + kA + " ";
  const Words both = {"reachability", "digests"};
  CHECK(Messages(kDeny + "op=EXECUTE " + volume + file + "action=ALLOW\nop=EXECUTE " + volume +
                     "action=DENY\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n",
                 both) == "4:IPE1005 5:IPE1006 ");
  CHECK(Messages(kDeny + "op=EXECUTE " + volume + file + "action=DENY\nop=EXECUTE " + file +
                     "action=ALLOW\n",
                 both) == "4:IPE3008 ");
  CHECK(Messages(kDeny + "op=EXECUTE " + file +
                     "action=DENY\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n",
                 both) == "4:IPE1006 ");
  // One file of a volume is denied: nothing is reported twice about the volume.
  CHECK(Messages(kDeny + "op=EXECUTE " + volume + file + "action=DENY\nop=EXECUTE " + volume +
                     "action=ALLOW\n",
                 {"allow-and-deny-digest"})
            .empty());
}

TEST_CASE("a revocation is late for every property, unless it closes a list") {
  const std::string allow = "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n";
  const Words rules = {"late-revocation", "partially-shadowed"};
  CHECK(Messages(kDeny + allow + "op=EXECUTE fsverity_signature=TRUE action=DENY\n", rules) ==
        "4:IPE1005 ");
  CHECK(Messages(kDeny + allow + "op=EXECUTE fsverity_signature=FALSE action=DENY\n", rules) ==
        "4:IPE1006 ");
}

TEST_CASE("what is allowed counts, whether by rules or by a DEFAULT") {
  const std::string open = kHead + "DEFAULT action=ALLOW\n";
  const Words rules = {"bricks-execute", "unguarded-op"};
  const std::string nothing = "3:IPE2010 ";
  const std::string unguarded = "2:IPE2004 2:IPE2004 2:IPE2004 2:IPE2004 2:IPE2004 2:IPE2004 ";
  CHECK(Messages(open + "op=EXECUTE action=DENY\n", rules) == unguarded + nothing);
  CHECK(Messages(open + "op=EXECUTE fsverity_signature=FALSE action=DENY\n"
                        "op=EXECUTE fsverity_signature=TRUE action=DENY\n",
                 rules) == unguarded + nothing);
  CHECK(Messages(open + "op=EXECUTE fsverity_signature=FALSE action=DENY\n", rules) == unguarded);
  CHECK(
      Messages(open + "op=EXECUTE fsverity_digest=sha256:" + kA + " action=DENY\n", rules).empty());
}

TEST_CASE("several targets: a suppression used for one is not unused, and errors come first") {
  const std::string text = kDeny +
                           "op=EXECUTE fsverity_signature=TRUE action=ALLOW\n"
                           "op=EXECUTE fsverity_signature=FALSE action=ALLOW\n"
                           "# ipec: allow(unreachable-rule, duplicate-rule) r\n"
                           "op=EXECUTE boot_verified=TRUE action=ALLOW\n";
  const Words rules = {"unreachable-rule", "duplicate-rule", "unused-suppression"};
  const Words both = {"linux-6.12", "rfc-v7"};
  const auto unused = [&](const Words& targets) {
    std::string places;
    const std::string_view all = text;
    for (const Diagnostic& finding : Lint(text, SettingsWith(rules), targets).findings) {
      places += std::string(all.substr(finding.where.begin, finding.where.size())) + " ";
    }
    return places;
  };
  CHECK(unused({"linux-6.12"}) == "duplicate-rule ");
  CHECK(unused({"rfc-v7"}) == "unreachable-rule duplicate-rule ");
  CHECK(unused(both) == "duplicate-rule ");

  const std::string rejected = kDeny + "op=EXECUTE action=ALLOW\nop=KERNEL_READ action=DENY\n";
  const Result result = Lint(rejected, SettingsWith({"allow-all-op"}), both);
  REQUIRE(result.findings.size() == 2);
  CHECK(FindRule(*result.findings[0].descriptor) == nullptr);
  CHECK(result.findings[1].descriptor->name == "allow-all-op");
}

TEST_CASE("a fingerprint depends on the problem, not on the line") {
  const auto print = [](const std::string& text, const std::string& rule) {
    const support::SourceBuffer source("p.pol", text);
    const Result result = LintText(text, targets::DefaultTarget(), SettingsWith({rule}));
    REQUIRE(result.findings.size() == 1);
    return Fingerprints(source, result.findings)[0];
  };
  const auto open = [&](const std::string& denied) {
    return print(kHead + "DEFAULT action=ALLOW\nDEFAULT op=" + denied + " action=DENY\n",
                 "policy-op-open");
  };
  CHECK(open("POLICY") != open("X509_CERT"));
  const std::string rule = "op=EXECUTE boot_verified=TRUE action=ALLOW\n";
  CHECK(print(kDeny + rule + rule, "duplicate-rule") ==
        print(kDeny + "\n# more\n" + rule + "\n" + rule, "duplicate-rule"));
}

TEST_CASE("incomplete and incorrect suppressions") {
  const std::string open = "op=KMODULE action=ALLOW\n";
  const auto said = [&](const std::string& rules, const Words& more = {}) {
    Words select = {"allow-all-op", "meta"};
    select.insert(select.end(), more.begin(), more.end());
    return Messages(kDeny + rules, select);
  };
  // Without a reason, or with a malformed date, nothing is suppressed.
  CHECK(said("# ipec: allow(allow-all-op)\n" + open) == "3:IPE9002 4:IPE2002 ");
  CHECK(said("# ipec: allow(allow-all-op) until=2027-02-31 r\n" + open) == "3:IPE9003 4:IPE2002 ");
  for (const char* day : {"2026-13-45", "9999-99-99", "2027-02-29", "tomorrow", ""}) {
    INFO(day);
    CHECK(said("# ipec: allow(allow-all-op) until=" + std::string(day) + " r\n" + open) ==
          "3:IPE9003 4:IPE2002 ");
  }
  CHECK(said("# ipec: allow(allow-all-op) until=2028-02-29 r\n" + open).empty());
  // An unknown verb.
  CHECK(said("# ipec: allow-fiel(allow-all-op) r\n" + open) == "3:IPE9004 4:IPE2002 ");
  CHECK(said("# ipec: allows(allow-all-op) r\n" + open) == "3:IPE9004 4:IPE2002 ");
  CHECK(said("# ipec: see the wiki\n").empty());
  // A range that begins with a name can end with its code; otherwise it never ends.
  CHECK(said("# ipec: allow-begin(allow-all-op) r\n" + open + "# ipec: allow-end(IPE2002)\n" +
             "op=FIRMWARE action=ALLOW\n") == "6:IPE2002 ");
  CHECK(said("# ipec: allow-begin(allow-all-op) r\n" + open) == "3:IPE9005 ");
  // Each of several names must be used.
  CHECK(said("# ipec: allow(allow-all-op, duplicate-rule) r\n" + open, {"duplicate-rule"}) ==
        "3:IPE9001 ");
  CHECK(said("# ipec: allow() y\n" + open) == "3:IPE9005 4:IPE2002 ");
}

TEST_CASE("an unused name is removed, and the comment with the last name") {
  const std::string text = kDeny + "# ipec: allow(IPE1003, allow-all-op, IPE1004) r\n" +
                           "op=KMODULE action=ALLOW # ipec: allow(IPE1003, IPE1004) r\n";
  const Settings settings =
      SettingsWith({"allow-all-op", "duplicate-rule", "conflicting-rule", "meta"});
  const targets::Target* target = &targets::DefaultTarget();
  const pipeline::Reading reading = ReadingOf(text, {&target, 1});
  CHECK(FixText(reading, Lint(reading, settings), settings, false).text ==
        kDeny + "# ipec: allow(allow-all-op) r\nop=KMODULE action=ALLOW\n");
}

TEST_CASE("scripts' reading of the header, and text out of view") {
  const auto header = [](const std::string& behind, const std::string& name = "p ") {
    return Messages(
        "policy_name=" + name + "policy_version=1.0.0" + behind + "\nDEFAULT action=DENY\n",
        {"header-tab", "header-comment-glued"});
  };
  CHECK(header("").empty());
  CHECK(header(" \t# c").empty());
  CHECK(header("\t# c") == "1:IPE6001 ");
  CHECK(header("\t") == "1:IPE6001 ");
  CHECK(header("#c\td") == "1:IPE6007 ");
  CHECK(header("\t", "p\t") == "1:IPE6001 1:IPE6001 ");
  CHECK(header("", "p \t").empty());

  const auto far = [](const std::string& spaces) {
    return Messages(kDeny + "op=KMODULE" + spaces + "action=DENY\n", {"far-right-text"});
  };
  CHECK(far(std::string(60, '\t')) == "3:IPE7007 ");
  CHECK(far(std::string(200, ' ')).empty());
  CHECK(far(std::string(201, ' ')) == "3:IPE7007 ");
}

TEST_CASE("comments that rules read") {
  CHECK(Messages(kDeny + "# DEFAULT\top=KMODULE action=ALLOW\n", {"commented-out-rule"}) ==
        "3:IPE7006 ");
  const auto name = [](const std::string& of) {
    return Lint("policy_name=" + of + " policy_version=1.0.0\nDEFAULT action=DENY\n",
                SettingsWith({"unrendered-template", "unsafe-policy-name"}))
        .findings;
  };
  CHECK(name("50%safe").empty());
  CHECK(name("a-%s").size() == 1);
  REQUIRE(name("a\\b").size() == 1);
  CHECK(name("a\\b")[0].message == "the policy name contains a backslash");
}

}  // namespace
}  // namespace ipec::lint
