// Whole texts with their fixes applied: a moved statement takes its comments along, related lines
// stay together, and on random policies full of comments everything that fix_text.h promises.

#include "lint/fix_text.h"

#include <catch2/catch.hpp>
#include <map>
#include <random>
#include <string>

#include "compiler/optimize/emit_text.h"
#include "tests/exhaustive/judge.h"
#include "tests/unit/check_text.h"
#include "tests/unit/lint_settings.h"
#include "tests/unit/lint_text.h"
#include "tests/unit/sampling.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kSha = "sha256:";

std::string Digest(unsigned number) {
  return fmt::format("{}{:064x}", kSha, 0xABCD0000U + number);
}

FixedText Fix(const std::string& text, const Settings& settings, bool unsafe,
              pipeline::Targets targets = {}) {
  static const targets::Target* const kDefault = &targets::DefaultTarget();
  if (targets.empty()) targets = {&kDefault, 1};
  const pipeline::Reading reading = ReadingOf(text, targets);
  return FixText(reading, Lint(reading, settings), settings, unsafe);
}

constexpr std::string_view kHead = "policy_name=p policy_version=1.0.0\n";
constexpr std::string_view kDeny = "DEFAULT action=DENY\n";

std::string Text(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

std::string WithCrlf(llvm::StringRef text) {
  std::string made;
  for (const char byte : text) {
    if (byte == '\n') made += '\r';
    made += byte;
  }
  return made;
}

TEST_CASE("a DEFAULT moves above the rules with its comments, and not between others") {
  const Settings settings = SettingsWith({"default-after-rules", "allow-all-op"});
  const auto fix = [&](const std::string& text) { return Fix(text, settings, false).text; };
  const std::string_view rule =
      "# ipec: allow(allow-all-op) devices check it\nop=FIRMWARE action=ALLOW\n";
  const std::string_view last = "op=EXECUTE boot_verified=TRUE action=ALLOW\n";
  CHECK(fix(Text({kHead, rule, kDeny, last})) == Text({kHead, kDeny, rule, last}));
  CHECK(fix(Text({kHead, "\n", rule, "\n# closed\nDEFAULT action=DENY # really\n", last})) ==
        Text({kHead, "# closed\nDEFAULT action=DENY # really\n\n", rule, "\n", last}));
  // Two of them keep their order; the last line gets an end.
  CHECK(fix(Text({kHead, last, "DEFAULT op=KMODULE action=DENY\nDEFAULT action=DENY"})) ==
        Text({kHead, "DEFAULT op=KMODULE action=DENY\n", kDeny, last}));
  const std::string crlf = WithCrlf(Text({kHead, last, "# closed\n", "DEFAULT action=DENY"}));
  CHECK(fix(crlf) == WithCrlf(Text({kHead, "# closed\n", kDeny, last})));
  // Not out of a range nor into one; but past a whole one.
  const std::string_view begin = "# ipec: allow-begin(allow-all-op) devices\n";
  const std::string_view end = "# ipec: allow-end(allow-all-op)\n";
  const std::string_view all = "op=FIRMWARE action=ALLOW\n";
  for (const std::string& text :
       {Text({kHead, begin, all, kDeny, end}), Text({kHead, last, begin, kDeny, all, end})}) {
    CHECK(fix(text) == text);
  }
  CHECK(fix(Text({kHead, begin, all, end, kDeny})) == Text({kHead, kDeny, begin, all, end}));
}

TEST_CASE("a late revocation moves up with its comments, above those of the other rule") {
  const Settings settings = SettingsWith({"late-revocation"});
  const auto fix = [&](const std::string& text) { return Fix(text, settings, true).text; };
  const std::string signed_one = "# signed\nop=EXECUTE dmverity_signature=TRUE action=ALLOW\n";
  const std::string denied =
      "# CVE\nop=EXECUTE dmverity_roothash=" + Digest(1) + " action=DENY # why\n";
  const std::string before = Text({kHead, kDeny, "\n", signed_one, denied});
  CHECK(fix(before) == Text({kHead, kDeny, "\n", denied, signed_one}));
  CHECK(fix(WithCrlf(before)) == WithCrlf(fix(before)));
  CHECK(fix(Text({kHead, kDeny, "# ipec: allow-begin(weak-digest) old\n", signed_one,
                  "# ipec: allow-end(weak-digest)\n", denied})) ==
        Text({kHead, kDeny, denied, "# ipec: allow-begin(weak-digest) old\n", signed_one,
              "# ipec: allow-end(weak-digest)\n"}));
  const std::string torn = Text({kHead, kDeny, signed_one, "# ipec: allow-begin(weak-digest) old\n",
                                 denied, "# ipec: allow-end(weak-digest)\n"});
  CHECK(fix(torn) == torn);
}

TEST_CASE("all fixes are applied, in their order") {
  std::string text = Text({kHead, kDeny, "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n"});
  std::string fixed = Text({kHead, kDeny});
  for (unsigned i = 0; i < 40; ++i) {
    const std::string rule = "op=EXECUTE dmverity_roothash=" + Digest(i) + " action=DENY\n";
    text += rule;
    fixed += rule;
  }
  fixed += "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n";
  const FixedText result = Fix(text, SettingsWith({"late-revocation"}), true);
  CHECK(result.text == fixed);
  CHECK(result.count == 40);
}

TEST_CASE("one of two equal rules stays") {
  const std::string rule = "op=EXECUTE boot_verified=TRUE action=ALLOW\n";
  for (const std::string& more : {rule, rule + rule}) {
    const std::string text = Text({kHead, kDeny, rule, more});
    CHECK(Fix(text, SettingsWith({"duplicate-rule", "subsumed-by-later"}), true).text ==
          Text({kHead, kDeny, rule}));
    // The later one never decides, so it takes nothing over.
    CHECK(Fix(text, SettingsWith({"subsumed-by-later"}), true).text == text);
  }
}

TEST_CASE("a statement for several operations is removed if none needs it") {
  const targets::Target* const rfc = targets::FindTarget("rfc-v7");
  const Settings settings = SettingsWith({"subsumed-by-later"});
  const std::string narrow =
      "op=KERNEL_READ boot_verified=TRUE fsverity_signature=TRUE action=ALLOW\n";
  const std::string one =
      Text({kHead, kDeny, narrow, "op=KMODULE boot_verified=TRUE action=ALLOW\n"});
  CHECK(Fix(one, settings, true, {&rfc, 1}).text == one);
  const std::string wide = "op=KERNEL_READ boot_verified=TRUE action=ALLOW\n";
  CHECK(Fix(Text({kHead, kDeny, narrow, wide}), settings, true, {&rfc, 1}).text ==
        Text({kHead, kDeny, wide}));
}

TEST_CASE("a rejected policy is not changed") {
  const std::string text = Text({kHead, kDeny, "op=KMODUL dmverity_signature=true action=ALLOW\n",
                                 "op=EXECUTE boot_verified=TRUE action=ALLOW\n"});
  const FixedText fixed = Fix(text, SettingsWith({"all"}), true);
  CHECK(fixed.text == text);
  CHECK(fixed.count == 0);
}

TEST_CASE("a fix that would give a suppression to another statement is not applied") {
  const std::string_view rule = "op=EXECUTE boot_verified=TRUE action=ALLOW\n";
  const std::string text =
      Text({kHead, kDeny, rule, "# ipec: allow(allow-all-op) devices check it\n", rule,
            "op=FIRMWARE action=ALLOW\n"});
  CHECK(Fix(text, SettingsWith({"duplicate-rule", "allow-all-op"}), false).text == text);
  // If there are findings about the comment itself, both are removed.
  CHECK(Fix(text, SettingsWith({"duplicate-rule", "allow-all-op", "unused-suppression"}), false)
            .text == Text({kHead, kDeny, rule, "op=FIRMWARE action=ALLOW\n"}));
}

// A digest of a volume and of a file is reported at each later use of the other kind. Each first
// rule never decides; without it, three rules are reported where only the second was.
TEST_CASE("fixes that would make a correct statement incorrect are not applied") {
  const std::string all = "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n";
  std::string text = Text({kHead, kDeny, all});
  std::string fixed = text;
  for (unsigned i = 0; i < 200; ++i) {
    const std::string volume = " dmverity_roothash=" + Digest(i) + " action=ALLOW\n";
    const std::string first = "op=EXECUTE dmverity_signature=TRUE" + volume;
    std::string others = "op=EXECUTE fsverity_digest=" + Digest(i) + " action=ALLOW\n";
    if (i % 2 != 0) {
      for (const char* const operation : {"KMODULE", "FIRMWARE", "KEXEC_IMAGE"}) {
        others += std::string("op=") + operation + volume;
      }
    }
    text.append(first).append(others);
    fixed.append(i % 2 != 0 ? first : "").append(others);
  }
  const FixedText result =
      Fix(text, SettingsWith({"unreachable-rule", "same-digest-two-properties"}), false);
  CHECK(result.text == fixed);
  CHECK(result.count == 100);
}

// Each second rule conflicts with a rule that repeats an earlier one. Without that rule, it is too
// late.
TEST_CASE("a fix is applied if a statement then has another finding, but no more severe one") {
  std::string text = Text({kHead, kDeny, "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n"});
  std::string fixed = text;
  for (unsigned i = 0; i < 100; ++i) {
    const std::string asks = "op=EXECUTE dmverity_signature=TRUE dmverity_roothash=" + Digest(i);
    text.append(asks).append(" action=ALLOW\n").append(asks).append(" action=DENY\n");
    fixed.append(asks).append(" action=DENY\n");
  }
  const FixedText result =
      Fix(text, SettingsWith({"unreachable-rule", "conflicting-rule", "late-revocation"}), false);
  CHECK(result.text == fixed);
  CHECK(result.count == 100);
}

// Realistic policies: all kinds of comments, duplicate statements, DEFAULTs anywhere.
class RandomTexts {
 public:
  explicit RandomTexts(std::uint32_t seed) : random_(seed) {}

  std::string Make(const targets::Target& target, std::size_t rules) {
    policy::Policy made = exhaustive::RandomPolicy(target.semantics(), rules, random_);
    made.name = "p";
    if (!made.global_default) made.global_default = policy::Default{policy::Action::Deny, 2, {}};
    std::vector<std::string> lines;
    const std::string emitted = optimize::EmitText(made, target).text();
    llvm::StringRef rest = emitted;
    while (!rest.empty()) {
      const auto [line, more] = rest.split('\n');
      lines.push_back(line.str());
      rest = more;
    }
    if (Chance(3) && lines.size() > 2) {
      const std::size_t twice = 1 + Below(lines.size() - 1);
      if (llvm::StringRef(lines[twice]).startswith("op=")) Insert(lines, lines[twice]);
    }
    if (Chance(3)) {
      const std::string moved = lines[1];
      lines.erase(lines.begin() + 1);
      Insert(lines, moved);
    }
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
      while (Chance(4)) text += Between() + "\n";
      text += (Chance(10) ? "  " : "") + lines[i];
      if (i != 0 && Chance(5)) text += " " + Suppression("allow");
      if (i != 0 && !llvm::StringRef(text).endswith("known") && Chance(5))
        text += " # note " + std::to_string(notes_++);
      text += Chance(15) ? " \n" : "\n";
    }
    while (Chance(4)) text += Between() + "\n";
    if (Chance(8)) text.pop_back();
    return Chance(6) ? WithCrlf(text) : text;
  }

  std::size_t notes() const { return notes_; }

 private:
  std::size_t Below(std::size_t limit) {
    return std::uniform_int_distribution<std::size_t>(0, limit - 1)(random_);
  }
  bool Chance(std::size_t one_in) { return Below(one_in) == 0; }

  void Insert(std::vector<std::string>& lines, const std::string& line) {
    const std::size_t at = 1 + Below(lines.size());
    lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(at), line);
  }

  std::string Between() {
    switch (Below(6)) {
      case 0:
        return "";
      case 1:
        return Suppression("allow");
      case 2:
        return Suppression("allow-begin");
      case 3:
        return Suppression("allow-end");
      default:
        return "# note " + std::to_string(notes_++);
    }
  }

  std::string Suppression(const std::string& verb) {
    static constexpr std::array<std::string_view, 10> kNames = {
        "unreachable-rule", "never-matches",          "duplicate-rule",  "conflicting-rule",
        "allow-all-op",     "redundant-with-default", "late-revocation", "allow-on-negative",
        "weak-digest",      "digest-length"};
    return fmt::format("# ipec: {}({}) known", verb, kNames[Below(kNames.size())]);
  }

  std::mt19937 random_;
  std::size_t notes_ = 0;
};

std::size_t CountOf(llvm::StringRef text, llvm::StringRef word) {
  return text.count(word);
}

// How often a finding of each rule about a statement, or about anything else, is suppressed.
using Voices = std::map<std::pair<std::string_view, std::string>, std::size_t>;

std::string StatementAt(llvm::StringRef text, std::uint32_t offset) {
  const std::size_t begin = text.take_front(offset).rfind('\n') + 1;
  llvm::StringRef line = text.drop_front(begin).take_until([](char c) { return c == '\n'; });
  line = line.take_until([](char c) { return c == '#'; });
  if (begin + line.size() <= offset && !line.empty()) return "#";
  llvm::SmallVector<llvm::StringRef> words;
  llvm::SplitString(line, words, " \t\r");
  if (words.empty()) return "#";
  return words[0].startswith("policy_name") ? "header" : llvm::join(words, " ");
}

// The most severe finding about each statement, and about anything else of each rule.
class Worst {
 public:
  Worst(llvm::StringRef text, const Result& result) : text_(text) {
    for (const Diagnostic& finding : result.findings) {
      if (!Counts(finding)) continue;
      ++by_rule_[finding.descriptor];
      const auto [place, is_new] = severities_.try_emplace(KeyOf(finding), finding.severity);
      if (!is_new) place->second = std::min(place->second, finding.severity);
    }
  }

  // No statement that a rule reports more often than in `before` has a more severe finding than
  // then.
  void CheckNoneWorse(const Result& result, const Worst& before) const {
    for (const Diagnostic& finding : result.findings) {
      if (!Counts(finding)) continue;
      const auto rule = before.by_rule_.find(finding.descriptor);
      const std::size_t reported = rule == before.by_rule_.end() ? 0 : rule->second;
      // Some rules report the first of several statements, or the second, on behalf of all of them.
      if (by_rule_.at(finding.descriptor) <= reported) continue;
      INFO(finding.descriptor->name << " of " << StatementAt(text_, finding.where.begin));
      const auto old = before.severities_.find(KeyOf(finding));
      CHECK((old != before.severities_.end() && old->second <= finding.severity));
    }
  }

 private:
  static bool Counts(const Diagnostic& finding) {
    return finding.severity <= Severity::Warning && RuleOf(finding).category != Category::Style;
  }
  std::string KeyOf(const Diagnostic& finding) const {
    const std::string statement = StatementAt(text_, finding.where.begin);
    const bool is_rule_own = statement == "#" || statement == "header";
    return is_rule_own ? statement + std::string(finding.descriptor->name) : statement;
  }

  llvm::StringRef text_;
  std::map<const diagnostics::Descriptor*, std::size_t> by_rule_;
  std::map<std::string, Severity> severities_;
};

Voices SuppressedFindings(llvm::StringRef text, const Result& result) {
  Voices voices;
  for (const auto& [finding, by] : result.suppressed()) {
    if (finding.severity == Severity::Style) continue;
    ++voices[{finding.descriptor->name, StatementAt(text, finding.where.begin)}];
  }
  return voices;
}

void CheckNothingNew(const Voices& before, const Voices& after) {
  for (const auto& [voice, count] : after) {
    INFO(voice.first << " of " << voice.second);
    const auto old = before.find(voice);
    CHECK(count <= (old == before.end() ? 0 : old->second));
  }
}

TEST_CASE("safe fixes of random texts: meaning, findings, suppressions, and an end") {
  RandomTexts texts(1);
  const Settings settings = SettingsWith({"all"});
  std::size_t changed = 0;
  for (const targets::Target& target : targets::AllTargets()) {
    for (std::size_t round = 0; round < tests::SampledRounds(300U); ++round) {
      const std::string text = texts.Make(target, 1 + round % 9);
      INFO(text);
      const targets::Target* const one = &target;
      const tests::Checked before = tests::CheckText(text, target);
      if (before.result.error) continue;
      const std::string fixed = Fix(text, settings, false, {&one, 1}).text;
      INFO(fixed);
      changed += fixed != text ? 1 : 0;
      const tests::Checked after = tests::CheckText(fixed, target);
      REQUIRE_FALSE(after.result.error.has_value());
      CHECK_FALSE(exhaustive::FindDifference(analysis::Keeps::Audit, before.result.policy,
                                             after.result.policy));
      const Result old_one = LintText(text, target, settings);
      const Result new_one = LintText(fixed, target, settings);
      Worst(fixed, new_one).CheckNoneWorse(new_one, Worst(text, old_one));
      CheckNothingNew(SuppressedFindings(text, old_one), SuppressedFindings(fixed, new_one));
      CHECK(CountOf(fixed, "# note") == CountOf(text, "# note"));
      CHECK(Fix(fixed, settings, false, {&one, 1}).text == fixed);
    }
  }
  CHECK(changed > tests::SampledRounds(500U));
}

TEST_CASE("all fixes of random texts: the kernel accepts the result, and fixing ends") {
  RandomTexts texts(2);
  const Settings settings = SettingsWith({"all"});
  const Settings harmless = SettingsWith(
      {"unreachable-rule", "never-matches", "duplicate-rule", "redundant-with-default",
       "subsumed-by-later", "redundant-property", "redundant-op-default", "property-order"});
  for (const targets::Target& target : targets::AllTargets()) {
    for (std::size_t round = 0; round < tests::SampledRounds(300U); ++round) {
      const std::string text = texts.Make(target, 1 + round % 9);
      INFO(text);
      const targets::Target* const one = &target;
      const tests::Checked before = tests::CheckText(text, target);
      if (before.result.error) continue;
      const std::string fixed = Fix(text, settings, true, {&one, 1}).text;
      INFO(fixed);
      CHECK_FALSE(tests::CheckText(fixed, target).result.error.has_value());
      CHECK(CountOf(fixed, "# note") == CountOf(text, "# note"));
      CHECK(Fix(fixed, settings, true, {&one, 1}).text == fixed);

      const std::string shorter = Fix(text, harmless, true, {&one, 1}).text;
      INFO(shorter);
      CHECK_FALSE(exhaustive::FindDifference(analysis::Keeps::Decision, before.result.policy,
                                             tests::CheckText(shorter, target).result.policy));
    }
  }
}

TEST_CASE("safe fixes for several targets are safe for each") {
  RandomTexts texts(3);
  const Settings settings = SettingsWith({"all"});
  std::vector<const targets::Target*> all;
  for (const targets::Target& target : targets::AllTargets()) all.push_back(&target);
  for (std::size_t round = 0; round < tests::SampledRounds(200U); ++round) {
    const std::string text = texts.Make(targets::DefaultTarget(), 1 + round % 9);
    INFO(text);
    const std::string fixed = Fix(text, settings, false, all).text;
    INFO(fixed);
    for (const targets::Target* target : all) {
      const tests::Checked before = tests::CheckText(text, *target);
      const tests::Checked after = tests::CheckText(fixed, *target);
      CHECK(before.result.error == after.result.error);
      if (before.result.error) continue;
      CHECK_FALSE(exhaustive::FindDifference(analysis::Keeps::Audit, before.result.policy,
                                             after.result.policy));
    }
  }
}

}  // namespace
}  // namespace ipec::lint
