#include "compiler/pipeline/unmatched.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

#include "compiler/pipeline/case_words.h"
#include "compiler/support/numbers.h"
#include "compiler/table/rule_text.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::pipeline {
namespace {

using analysis::CaseSet;
using policy::Condition;
using policy::Policy;
using runtime::Property;

struct ObstacleRow {
  std::string_view name;
  std::string_view words;
};
constexpr ObstacleRow kObstacles[] = {
#define IPEC_OBSTACLE(id, name, words) {name, words},
#include "compiler/pipeline/unmatched.def"
};

std::string Shortened(const std::optional<runtime::Digest>& digest) {
  if (!digest) return {};
  return ShortDigest(analysis::OwnedDigest{std::string(digest->algorithm),
                                           {digest->bytes.begin(), digest->bytes.end()}});
}

// `dmverity_roothash="sha256":AF0175FB…`: enough to recognize the digest.
std::string ShortCondition(std::string_view condition) {
  constexpr std::size_t kMost = 8;
  std::size_t digits = condition.find('=') + 1;
  const auto property = runtime::FindProperty(condition.substr(0, digits - 1));
  if (!property || Kind(*property) == runtime::PropertyKind::Boolean) return std::string(condition);
  const std::size_t colon = condition.rfind(':');
  if (colon != std::string_view::npos) digits = colon + 1;
  if (condition.size() <= digits + kMost) return std::string(condition);
  return fmt::format("{}…", condition.substr(0, digits + kMost));
}

// The set of the cases that a condition of `policy` matches on a kernel that has all properties.
CaseSet MatchedBy(const Condition& condition, const Policy& policy, runtime::Operation operation) {
  Policy probe;
  probe.semantics = policy.semantics;
  Condition copy = condition;
  if (condition.digest.valid()) {
    const runtime::Digest digest = policy.digests.Get(condition.digest);
    copy.digest = probe.digests.Add(digest.algorithm, digest.bytes);
  }
  probe.conditions.push_back(copy);
  policy::Rule rule;
  rule.operation = operation;
  rule.conditions = {0, 1};
  probe.rules.push_back(rule);
  CaseSet set(policy.semantics);
  set.Add(probe, policy::RuleId{0});
  return set;
}

// The cases of the sets that a condition does not match; nothing if it matches all.
std::optional<Extent> ExtentIn(std::span<const CaseSet> sets, const CaseSet& matched,
                               runtime::Operation operation) {
  const CaseSet others = matched.Complement({operation});
  const bool is_lacking = std::any_of(sets.begin(), sets.end(), [&](const CaseSet& set) {
    return CountMissing(set, matched) != 0;
  });
  if (!is_lacking) return std::nullopt;
  const bool is_matching = std::any_of(
      sets.begin(), sets.end(), [&](const CaseSet& set) { return CountMissing(set, others) != 0; });
  return is_matching ? Extent::Some : Extent::All;
}

}  // namespace

std::string_view Name(Obstacle obstacle) {
  return kObstacles[support::IndexOf(obstacle)].name;
}

Obstacle ObstacleFor(Property property, bool is_missing, const runtime::Event& event) {
  if (is_missing) return Obstacle::MissingProperty;
  const bool has_file = event.file || event.boot_verified || event.dmverity || event.fsverity;
  if (!has_file) return Obstacle::NoFile;
  switch (property) {
    case Property::BootVerified:
      return event.boot_verified ? Obstacle::BootVerified : Obstacle::NotBootVerified;
    case Property::DmverityRoothash:
      if (!event.dmverity) return Obstacle::NoVolume;
      return event.dmverity->roothash ? Obstacle::OtherRoothash : Obstacle::UnknownRoothash;
    case Property::DmveritySignature:
      if (!event.dmverity) return Obstacle::NoVolume;
      return event.dmverity->is_signed ? Obstacle::SignedVolume : Obstacle::UnsignedVolume;
    case Property::FsverityDigest:
      if (!event.fsverity) return Obstacle::NoFsverity;
      return event.fsverity->digest ? Obstacle::OtherDigest : Obstacle::UnknownDigest;
    case Property::FsveritySignature:
      if (!event.fsverity) return Obstacle::NoFsverity;
      return event.fsverity->is_signed ? Obstacle::SignedFile : Obstacle::UnsignedFile;
  }
  return Obstacle::MissingProperty;
}

std::string WordsFor(Obstacle obstacle, const runtime::Event& event, bool has_initramfs) {
  std::string value;
  if (obstacle == Obstacle::OtherRoothash) value = Shortened(event.dmverity->roothash);
  if (obstacle == Obstacle::OtherDigest) value = Shortened(event.fsverity->digest);
  if (obstacle == Obstacle::BootVerified || obstacle == Obstacle::NotBootVerified) {
    value = PlaceOfBootVerified(has_initramfs);
  }
  std::string words(kObstacles[support::IndexOf(obstacle)].words);
  const std::string_view place = "{}";
  const std::size_t at = words.find(place);
  if (at != std::string::npos) words.replace(at, place.size(), value);
  return words;
}

std::string_view ConditionIn(std::string_view recorded_rule, std::uint32_t index) {
  // The first word is the operation, the last one the action.
  llvm::StringRef rest(recorded_rule.data(), recorded_rule.size());
  for (std::uint32_t i = 0; i <= index && !rest.empty(); ++i) rest = rest.split(' ').second;
  const auto [word, others] = rest.split(' ');
  return others.empty() ? std::string_view() : std::string_view(word.data(), word.size());
}

std::string WordsFor(std::string_view condition, Obstacle obstacle, const runtime::Event& event,
                     bool has_initramfs) {
  return fmt::format("`{}` {}: {}", ShortCondition(condition),
                     obstacle == Obstacle::MissingProperty ? "never matches" : "does not match",
                     WordsFor(obstacle, event, has_initramfs));
}

std::vector<Unmatched> UnmatchedIn(std::span<const CaseSet> sets, const Policy& policy,
                                   const targets::Target& target, policy::RuleId rule) {
  const runtime::Operation operation = policy[rule].operation;
  const std::string text = table::RecordedText(target, policy, operation, rule);
  std::vector<Unmatched> unmatched;
  std::uint32_t index = 0;
  for (const Condition& condition : policy.ConditionsOf(policy[rule])) {
    const std::optional<Extent> extent =
        policy.semantics.missing.Contains(condition.property)
            ? Extent::Never
            : ExtentIn(sets, MatchedBy(condition, policy, operation), operation);
    if (extent) unmatched.push_back({index, std::string(ConditionIn(text, index)), *extent});
    ++index;
  }
  return unmatched;
}

std::string WordsFor(const Unmatched& unmatched) {
  const std::string condition = ShortCondition(unmatched.condition);
  switch (unmatched.extent) {
    case Extent::Never:
      return fmt::format("`{}` never matches: {}", condition,
                         kObstacles[support::IndexOf(Obstacle::MissingProperty)].words);
    case Extent::All:
      return fmt::format("`{}` does not match in any of the cases", condition);
    case Extent::Some:
      return fmt::format("`{}` does not match in some of the cases", condition);
  }
  return {};
}

std::string WordsFor(std::span<const Unmatched> unmatched) {
  const bool has_enough =
      std::any_of(unmatched.begin(), unmatched.end(),
                  [](const Unmatched& condition) { return condition.extent != Extent::Some; });
  std::string words;
  for (const Unmatched& condition : unmatched) {
    if (has_enough && condition.extent == Extent::Some) continue;
    fmt::format_to(std::back_inserter(words), "{}{}", words.empty() ? "" : "; ",
                   WordsFor(condition));
  }
  return words;
}

}  // namespace ipec::pipeline
