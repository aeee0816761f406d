#include "tests/exhaustive/small_policies.h"

#include <algorithm>

#include "compiler/targets/targets.h"
#include "tests/unit/sampling.h"

namespace ipec::exhaustive {
namespace {

struct NumberedDigest {
  std::string_view algorithm;
  std::array<std::uint8_t, 2> bytes;
};
constexpr std::array<NumberedDigest, kDigestCount> kDigests = {{
    {"sha256", {0x11, 0xaa}},
    {"sha256", {0x22, 0xbb}},
    {"sm3", {0x11, 0xaa}},
    {"sha256", {0x99, 0xff}},
}};

constexpr std::array kBooleans = {Property::BootVerified, Property::DmveritySignature,
                                  Property::FsveritySignature};
constexpr std::array kDigestProperties = {Property::DmverityRoothash, Property::FsverityDigest};

std::string Hex(std::span<const std::uint8_t> bytes) {
  std::string hex;
  for (const std::uint8_t byte : bytes) {
    hex += "0123456789abcdef"[byte >> 4];
    hex += "0123456789abcdef"[byte & 15];
  }
  return hex;
}

std::string Describe(const runtime::Digest& digest) {
  return std::string(digest.algorithm) + ":" + Hex(digest.bytes);
}

}  // namespace

runtime::Digest DigestNumber(std::size_t number) {
  return {kDigests[number].algorithm, kDigests[number].bytes};
}

std::vector<ConditionSpec> Shape(std::string_view facts, std::string_view digests) {
  std::vector<ConditionSpec> shape;
  for (std::size_t i = 0; i < kBooleans.size(); ++i) {
    if (facts[i] != '-') shape.push_back({kBooleans[i], facts[i] == 'T', 0});
  }
  for (std::size_t i = 0; i < kDigestProperties.size(); ++i) {
    if (digests[i] != '-') {
      shape.push_back({kDigestProperties[i], true, static_cast<std::size_t>(digests[i] - '0')});
    }
  }
  return shape;
}

std::vector<std::vector<ConditionSpec>> AllShapes(std::size_t most, std::size_t digests) {
  std::vector<std::vector<ConditionSpec>> shapes = {{}};
  for (const Property property : kBooleans) {
    for (std::size_t i = shapes.size(); i-- > 0;) {
      if (shapes[i].size() == most) continue;
      for (const bool expected : {true, false}) {
        shapes.push_back(shapes[i]);
        shapes.back().push_back({property, expected, 0});
      }
    }
  }
  for (const Property property : kDigestProperties) {
    for (std::size_t i = shapes.size(); i-- > 0;) {
      if (shapes[i].size() == most) continue;
      for (std::size_t digest = 0; digest < digests; ++digest) {
        shapes.push_back(shapes[i]);
        shapes.back().push_back({property, true, digest});
      }
    }
  }
  return shapes;
}

std::vector<std::vector<ConditionSpec>> ChosenShapes() {
  std::vector<std::vector<ConditionSpec>> shapes = {
      Shape("---", "--"), Shape("T--", "--"), Shape("F--", "--"), Shape("-T-", "--"),
      Shape("-F-", "--"), Shape("--T", "--"), Shape("--F", "--"), Shape("---", "0-"),
      Shape("---", "1-"), Shape("---", "-0"), Shape("---", "-2"), Shape("---", "00"),
      Shape("---", "10"), Shape("-T-", "0-"), Shape("--F", "-0"), Shape("T--", "-0"),
      Shape("T--", "0-"), Shape("F-T", "02"),
  };
  const ConditionSpec first{Property::DmverityRoothash, true, 0};
  const ConditionSpec second{Property::DmverityRoothash, true, 2};
  shapes.push_back({first, second});  // one digest twice, or two different ones
  shapes.push_back({{Property::BootVerified, true, 0}, {Property::BootVerified, false, 0}});
  shapes.push_back({{Property::BootVerified, true, 0}, {Property::DmveritySignature, false, 0}});
  return shapes;
}

std::vector<RuleSpec> WithBothActions(const std::vector<std::vector<ConditionSpec>>& shapes) {
  std::vector<RuleSpec> rules;
  for (const auto& shape : shapes) {
    rules.push_back({shape, Action::Allow, Operation::Execute});
    rules.push_back({shape, Action::Deny, Operation::Execute});
  }
  return rules;
}

Policy MakePolicy(const Semantics& semantics, const std::vector<RuleSpec>& rules,
                  std::optional<Action> global_default) {
  Policy policy;
  policy.name = "small";
  policy.semantics = semantics;
  if (global_default) policy.global_default = policy::Default{*global_default, 2, {}};
  std::uint32_t line = 3;
  for (const RuleSpec& spec : rules) {
    policy::Rule rule;
    rule.operation = spec.operation;
    rule.action = spec.action;
    rule.line = line++;
    rule.conditions.first = static_cast<std::uint32_t>(policy.conditions.size());
    for (const ConditionSpec& condition : spec.conditions) {
      policy::Condition made{condition.property, condition.expected, {}};
      if (Kind(condition.property) == runtime::PropertyKind::Digest) {
        const runtime::Digest digest = DigestNumber(condition.digest);
        made.digest = policy.digests.Add(digest.algorithm, digest.bytes);
      }
      policy.conditions.push_back(made);
    }
    rule.conditions.count = static_cast<std::uint32_t>(spec.conditions.size());
    policy.rules.push_back(rule);
  }
  return policy;
}

Policy OperationDefaultsOnly(const Semantics& semantics, Action action) {
  Policy policy = MakePolicy(semantics, {}, std::nullopt);
  for (const Operation operation : semantics.operations) {
    policy.operation_defaults[operation] = policy::Default{action, 2, {}};
  }
  return policy;
}

void ForEachPolicy(const Semantics& semantics, const std::vector<RuleSpec>& rules,
                   std::size_t count, Action global_default,
                   const std::function<void(const Policy&)>& visit) {
  tests::Sampling sampling;
  std::vector<std::size_t> chosen(count, 0);
  std::vector<RuleSpec> specs(count);
  while (true) {
    if (sampling.Next()) {
      for (std::size_t i = 0; i < count; ++i) specs[i] = rules[chosen[i]];
      visit(MakePolicy(semantics, specs, global_default));
    }
    std::size_t digit = 0;
    while (digit < count && ++chosen[digit] == rules.size()) chosen[digit++] = 0;
    if (digit == count) return;
  }
}

Policy RandomPolicy(const Semantics& semantics, std::size_t count, std::mt19937& random) {
  static const auto shapes = AllShapes(5, kNamedDigestCount);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  const std::array operations = {Operation::Execute, Operation::Execute, Operation::KernelModule};
  std::vector<RuleSpec> rules;
  for (std::size_t i = 0; i < count; ++i) {
    RuleSpec rule;
    // Rules with many properties seldom overlap: prefer the shorter of two.
    const auto& one = shapes[below(shapes.size())];
    const auto& other = shapes[below(shapes.size())];
    rule.conditions = one.size() < other.size() ? one : other;
    // Sometimes a condition twice, or together with its opposite.
    if (!rule.conditions.empty() && below(8) == 0) {
      ConditionSpec again = rule.conditions[below(rule.conditions.size())];
      if (below(4) == 0) again.expected = !again.expected;
      if (below(4) == 0) again.digest = below(kNamedDigestCount);
      rule.conditions.push_back(again);
    }
    rule.action = below(2) == 0 ? Action::Allow : Action::Deny;
    rule.operation = operations[below(operations.size())];
    rules.push_back(rule);
  }
  const auto action = [&] { return below(2) == 0 ? Action::Allow : Action::Deny; };
  Policy policy = MakePolicy(semantics, rules, action());
  const bool all = below(3) == 0;
  for (const Operation operation : semantics.operations) {
    if (!all && below(3) != 0) continue;
    policy.operation_defaults[operation] = policy::Default{action(), 2, {}};
  }
  if (all && below(2) == 0) policy.global_default.reset();
  return policy;
}

std::vector<Event> AllEvents(Operation operation) {
  std::vector<std::optional<runtime::Digest>> digests = {std::nullopt};
  for (std::size_t i = 0; i < kDigestCount; ++i) digests.emplace_back(DigestNumber(i));
  std::vector<std::optional<runtime::Dmverity>> volumes = {std::nullopt};
  std::vector<std::optional<runtime::Fsverity>> files = {std::nullopt};
  for (const auto& digest : digests) {
    for (const bool is_signed : {false, true}) {
      volumes.emplace_back(runtime::Dmverity{digest, is_signed});
      files.emplace_back(runtime::Fsverity{digest, is_signed});
    }
  }
  std::vector<Event> events;
  for (const bool boot_verified : {false, true}) {
    for (const auto& volume : volumes) {
      for (const auto& file : files) {
        Event event;
        event.operation = operation;
        event.hook =
            operation == Operation::Execute ? runtime::Hook::Mmap : runtime::Hook::KernelRead;
        event.file = runtime::File{};
        event.boot_verified = boot_verified;
        event.dmverity = volume;
        event.fsverity = file;
        events.push_back(event);
      }
    }
  }
  return events;
}

bool Possible(const Semantics& semantics, const Event& event) {
  return !(semantics.boot_verified_excludes_dmverity && event.boot_verified && event.dmverity);
}

std::vector<Event> PossibleEvents(const Semantics& semantics, Operation operation) {
  std::vector<Event> events = AllEvents(operation);
  std::erase_if(events, [&](const Event& event) { return !Possible(semantics, event); });
  return events;
}

std::vector<Semantics> AllSemantics() {
  std::vector<Semantics> all;
  for (const targets::Target& target : targets::AllTargets()) {
    const Semantics semantics = target.semantics();
    if (std::find(all.begin(), all.end(), semantics) == all.end()) all.push_back(semantics);
  }
  return all;
}

std::vector<Semantics> SemanticsWithMissing() {
  std::vector<Semantics> all;
  for (const Semantics& whole : AllSemantics()) {
    for (unsigned bits = 1; bits < 1U << runtime::kPropertyCount; ++bits) {
      Semantics& semantics = all.emplace_back(whole);
      for (const Property property : runtime::kProperties) {
        if ((bits >> static_cast<unsigned>(property) & 1U) != 0) semantics.missing.Add(property);
      }
    }
  }
  return all;
}

std::vector<RuleSpec> RulesOfEachProperty() {
  return WithBothActions({Shape("---", "--"), Shape("T--", "--"), Shape("F--", "--"),
                          Shape("-T-", "--"), Shape("-F-", "--"), Shape("--T", "--"),
                          Shape("--F", "--"), Shape("---", "0-"), Shape("---", "-0"),
                          Shape("---", "00"), Shape("T-F", "--"), Shape("-T-", "-0")});
}

std::string Describe(const Policy& policy) {
  std::string text;
  if (policy.semantics.bare_digests) text += "(digests are bare)\n";
  for (const Property property : policy.semantics.missing) {
    text += "(built without " + std::string(Name(property)) + ")\n";
  }
  if (policy.global_default) {
    text += "DEFAULT action=" + std::string(Name(policy.global_default->action)) + "\n";
  }
  for (const Operation operation : policy.semantics.operations) {
    if (const auto& own = policy.DefaultOf(operation)) {
      text += "DEFAULT op=" + std::string(Name(operation)) +
              " action=" + std::string(Name(own->action)) + "\n";
    }
  }
  for (const policy::Rule& rule : policy.rules) {
    text += "op=" + std::string(Name(rule.operation));
    for (const policy::Condition& condition : policy.ConditionsOf(rule)) {
      text += " " + std::string(Name(condition.property)) + "=";
      text += Kind(condition.property) == runtime::PropertyKind::Boolean
                  ? (condition.expected ? "TRUE" : "FALSE")
                  : Describe(policy.digests.Get(condition.digest));
    }
    text += " action=" + std::string(Name(rule.action)) + "\n";
  }
  return text;
}

std::string Describe(const Event& event) {
  std::string text = std::string(Name(event.operation));
  if (event.boot_verified) text += " boot_verified";
  if (event.dmverity) {
    text += event.dmverity->is_signed ? " signed volume " : " volume ";
    text += event.dmverity->roothash ? Describe(*event.dmverity->roothash) : "of unknown hash";
  }
  if (event.fsverity) {
    text += event.fsverity->is_signed ? " signed file " : " file ";
    text += event.fsverity->digest ? Describe(*event.fsverity->digest) : "of unknown digest";
  }
  return text;
}

}  // namespace ipec::exhaustive
