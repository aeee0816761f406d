// Text that the optimizer writes reads back as the same policy, on every target.

#include <algorithm>

#include "catch2/catch.hpp"
#include "compiler/optimize/optimize.h"
#include "compiler/pipeline/compile_policy.h"
#include "compiler/pipeline/emit_policy.h"
#include "compiler/targets/features.h"
#include "tests/exhaustive/alias_texts.h"
#include "tests/exhaustive/judge.h"
#include "tests/unit/check_text.h"
#include "tests/unit/compare_policies.h"
#include "tests/unit/sampling.h"

namespace ipec::exhaustive {
namespace {

using optimize::EmittedText;
using optimize::EmitText;
using optimize::Writing;
using targets::Target;

// Emits, reads back and compares; returns the text.
std::string CheckRoundTrip(const Policy& policy, const Target& target,
                           Writing writing = Writing::Shortest) {
  const EmittedText emitted = EmitText(policy, target, writing);
  const tests::Checked checked = tests::CheckText(emitted.text(), target);
  const Policy& read = checked.result.policy;
  if (checked.result.error) {
    FAIL(target.name << " rejects\n" << emitted.text() << "---\n" << Describe(policy));
  }
  if (read.name != policy.name || read.version != policy.version) {
    FAIL(target.name << " reads another header\n" << emitted.text());
  }
  if (!tests::IsSame(Keeps::Audit, policy, read)) {
    FAIL(target.name << " reads another policy\n" << emitted.text() << "---\n" << Describe(policy));
  }
  // Every statement of the policy is the source of the line that replaces it.
  if (read.header_line != 1 || emitted.SourcesOf(1).front() != policy.header_line ||
      read.rules.size() != policy.rules.size()) {
    FAIL("wrong lines\n" << emitted.text());
  }
  for (const Operation operation : {Operation::Execute, Operation::KernelModule}) {
    const auto lines = [&](const Policy& from) {
      std::vector<std::uint32_t> of_operation;
      for (const policy::Rule& rule : from.rules) {
        if (rule.operation == operation) of_operation.push_back(rule.line);
      }
      return of_operation;
    };
    const auto before = lines(policy);
    const auto after = lines(read);
    for (std::size_t i = 0; i < before.size(); ++i) {
      const auto sources = emitted.SourcesOf(after[i]);
      if (std::find(sources.begin(), sources.end(), before[i]) == sources.end()) {
        FAIL("line " << before[i] << " is missing in the map\n" << emitted.text());
      }
    }
  }
  if (EmitText(read, target, writing).text() != emitted.text()) {
    FAIL("emitting again changes\n" << emitted.text());
  }
  return emitted.text();
}

Policy ForTarget(Policy policy) {
  policy.name = "small";
  policy.version = {1, 0, 65535};
  policy.header_line = 1;
  return policy;
}

TEST_CASE("emitted text keeps the meaning: two rules of chosen shapes, each target") {
  for (const Target& target : targets::AllTargets()) {
    ForEachPolicy(target.semantics(), WithBothActions(ChosenShapes()), 2, Action::Deny,
                  [&](const Policy& policy) { CheckRoundTrip(ForTarget(policy), target); });
  }
}

TEST_CASE("emitted text keeps the meaning: one rule of any shape, each target") {
  for (const Target& target : targets::AllTargets()) {
    ForEachPolicy(target.semantics(), WithBothActions(AllShapes(5, kNamedDigestCount)), 1,
                  Action::Allow,
                  [&](const Policy& policy) { CheckRoundTrip(ForTarget(policy), target); });
  }
}

TEST_CASE("emitted text keeps the meaning: without each set of properties, optimized or not") {
  for (const Target& whole : targets::AllTargets()) {
    for (const Semantics& semantics : SemanticsWithMissing()) {
      const Target& target = whole.Without(semantics.missing);
      if (target.semantics() != semantics) continue;
      ForEachPolicy(semantics, RulesOfEachProperty(), 1, Action::Deny, [&](const Policy& small) {
        const Policy policy = ForTarget(small);
        CheckRoundTrip(policy, target);
        optimize::Options options;
        options.keeps = Keeps::Decision;
        CheckRoundTrip(Optimize(policy, options)->policy, target);
      });
    }
  }
}

TEST_CASE("emitted text keeps the meaning: random policies, optimized or not") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const Target& target : targets::AllTargets()) {
    for (int round = 0; round < tests::SampledRounds(500); ++round) {
      const Policy policy = ForTarget(RandomPolicy(target.semantics(), random() % 30, random));
      const std::string text = CheckRoundTrip(policy, target);
      const std::string plain = CheckRoundTrip(policy, target, Writing::Plain);
      if (plain.size() < text.size()) FAIL("the plain writing is shorter\n" << text << plain);
      optimize::Options options;
      options.keeps = Keeps::Decision;
      const Policy smaller = Optimize(policy, options)->policy;
      const std::string optimized = CheckRoundTrip(smaller, target);
      if (optimized.size() > text.size()) FAIL("optimizing made it longer\n" << text << optimized);
    }
  }
}

// Every header of a few bytes that a target accepts.
TEST_CASE("emitted headers are read back, whatever quotes they need") {
  constexpr std::string_view kBytes = "a\"' \t\r\v#=\xa0\xe9";
  tests::Sampling sampling;
  std::size_t accepted = 0;
  for (const Target& target : targets::AllTargets()) {
    for (std::size_t length = 1; length <= 5; ++length) {
      std::vector<std::size_t> digits(length, 0);
      for (bool more = true; more;) {
        std::string text = "policy_name=";
        for (const std::size_t digit : digits) text += kBytes[digit];
        text += " policy_version=+01.002.3\nDEFAULT action=DENY\n";
        if (sampling.Next()) {
          const tests::Checked checked = tests::CheckText(text, target);
          if (!checked.result.error) {
            ++accepted;
            CheckRoundTrip(checked.result.policy, target);
          }
        }
        std::size_t at = 0;
        while (at < length && ++digits[at] == kBytes.size()) digits[at++] = 0;
        more = at < length;
      }
      if (length == 4 && !target.Has(targets::Feature::QuotedValues)) break;
    }
  }
  CHECK(accepted > 1000 / tests::Stride());
}

const Target& QuotingTarget() {
  for (const Target& target : targets::AllTargets()) {
    if (!target.aliases().empty()) return target;
  }
  FAIL("no target has aliases");
  return targets::DefaultTarget();
}

TEST_CASE("an alias is written where it replaces several lines") {
  const Target& target = QuotingTarget();
  const auto emit = [&](std::string_view text) {
    const tests::Checked checked =
        tests::CheckText(llvm::StringRef(text.data(), text.size()), target);
    REQUIRE_FALSE(checked.result.error);
    return CheckRoundTrip(checked.result.policy, target);
  };
  CHECK(emit("policy_name='a b'  policy_version=0.0.0 # nothing\n\n"
             "DEFAULT op=KERNEL_READ action=ALLOW\nDEFAULT action=DENY\n"
             "op=KERNEL_READ  dmverity_roothash=ABC action=DENY\n") ==
        "policy_name=\"a b\"\nDEFAULT action=DENY\nDEFAULT op=KERNEL_READ action=ALLOW\n"
        "op=KERNEL_READ dmverity_roothash=ab action=DENY\n");
  // Six rules, in any order, are equal to the alias; five are not, nor are six with two actions.
  constexpr std::string_view kSix =
      "op=KMODULE action=DENY\nop=FIRMWARE action=DENY\nop=IMA_POLICY action=DENY\n"
      "op=IMA_X509_CERT action=DENY\nop=KEXEC_IMAGE action=DENY\nop=KEXEC_INITRAMFS action=DENY\n";
  const std::string header = "policy_name=a\nDEFAULT action=DENY\n";
  CHECK(emit(header + std::string(kSix)) == header + "op=KERNEL_READ action=DENY\n");
  const tests::Checked six = tests::CheckText(header + std::string(kSix), target);
  CHECK(CheckRoundTrip(six.result.policy, target, Writing::Plain) ==
        "policy_name=a policy_version=0.0.0\nDEFAULT action=DENY\n" + std::string(kSix));
  const std::string five(kSix.substr(kSix.find('\n') + 1));
  CHECK(emit(header + five) == header + five);
  CHECK(emit(header + "op=KMODULE action=ALLOW\n" + five) ==
        header + "op=KMODULE action=ALLOW\n" + five);
}

// Compiles a text in its shortest notation.
void CheckNoLonger(const std::string& text, const Target& target, Keeps keeps) {
  const tests::Checked checked = tests::CheckText(text, target);
  if (checked.result.error) return;
  optimize::Options options;
  options.keeps = keeps;
  const std::string compiled =
      pipeline::CompilePolicy(checked.result.policy, target, options, pipeline::Form::Text, {})
          .bytes;
  if (compiled.size() > text.size())
    FAIL("compiling made it longer\n" << text << "---\n" << compiled);
  const tests::Checked again = tests::CheckText(compiled, target);
  if (FindDifference(keeps, checked.result.policy, again.result.policy)) {
    FAIL("compiling changed it\n" << text << "---\n" << compiled);
  }
}

TEST_CASE("no text becomes longer: random policies with aliases") {
  const Target& target = TargetWithAliases();
  AliasTexts texts(3);
  for (int round = 0; round < tests::SampledRounds(4000); ++round) {
    const std::string text = texts.Make(round % 8);
    for (const Keeps keeps : {Keeps::Audit, Keeps::Decision}) CheckNoLonger(text, target, keeps);
  }
}

TEST_CASE("no text becomes longer: all small policies with aliases") {
  const Target& target = TargetWithAliases();
  std::vector<std::string> rules;
  for (const std::string_view operation :
       {"KERNEL_READ", "FIRMWARE", "KEXEC_INITRAMFS", "EXECUTE"}) {
    for (const std::string_view condition : {"", " boot_verified=TRUE", " dmverity_roothash=ab"}) {
      for (const std::string_view action : {" action=ALLOW\n", " action=DENY\n"}) {
        rules.push_back("op=" + std::string(operation) + std::string(condition) +
                        std::string(action));
      }
    }
  }
  rules.emplace_back();
  for (const std::string_view defaults :
       {"DEFAULT action=DENY\n", "DEFAULT action=ALLOW\nDEFAULT op=KERNEL_READ action=DENY\n",
        "DEFAULT action=DENY\nDEFAULT op=KERNEL_READ action=DENY\n",
        "DEFAULT op=EXECUTE action=DENY\nDEFAULT op=KERNEL_READ action=ALLOW\n"}) {
    const std::string head = "policy_name=a\n" + std::string(defaults);
    for (const std::string& first : rules) {
      for (const std::string& second : rules) {
        std::string text = head;
        text.append(first).append(second);
        for (const Keeps keeps : {Keeps::Audit, Keeps::Decision}) {
          CheckNoLonger(text, target, keeps);
        }
        // One operation of the alias is left over, or all but one.
        text.append(rules[0]).append(rules[1]).append(rules[2]);
        CheckNoLonger(text, target, Keeps::Decision);
      }
    }
  }
}

TEST_CASE("no text becomes longer: an alias of which one copy is dead") {
  const std::string text =
      "policy_name=a policy_version=1.0.0\nDEFAULT action=DENY\n"
      "op=FIRMWARE dmverity_roothash=abab action=ALLOW\n"
      "op=KERNEL_READ dmverity_roothash=abab action=ALLOW\n";
  CheckNoLonger(text, TargetWithAliases(), Keeps::Audit);
  CheckNoLonger(text, TargetWithAliases(), Keeps::Decision);
}

TEST_CASE("text for users is proved when it is made") {
  for (const Target& target : targets::AllTargets()) {
    const Policy policy = ForTarget(MakePolicy(target.semantics(), {RuleSpec{}}, Action::Deny));
    CHECK(pipeline::EmitPolicy(policy, target).text() == EmitText(policy, target).text());
  }
}

TEST_CASE("maps name the source lines of every line") {
  const Target& target = QuotingTarget();
  const tests::Checked checked = tests::CheckText(
      "# first\npolicy_name=a\n\nDEFAULT action=DENY\nop=KERNEL_READ action=DENY\n"
      "op=EXECUTE action=ALLOW\n",
      target);
  CHECK(EmitMap(EmitText(checked.result.policy, target), "a \"b\".pol") ==
        "{\"version\":1,\"source\":\"a \\\"b\\\".pol\",\"lines\":[\n"
        "{\"line\":1,\"sources\":[2]},\n"
        "{\"line\":2,\"sources\":[4]},\n"
        "{\"line\":3,\"sources\":[5]},\n"
        "{\"line\":4,\"sources\":[6]}\n]}\n");
}

}  // namespace
}  // namespace ipec::exhaustive
