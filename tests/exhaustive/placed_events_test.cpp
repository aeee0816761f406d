// The events of an image, and the rules that decide them, against policy::Decide: for every event
// that some place of the image can cause.

#include "compiler/analysis/placed_events.h"

#include <algorithm>
#include <random>
#include <set>

#include "catch2/catch.hpp"
#include "tests/exhaustive/small_policies.h"
#include "tests/unit/sampling.h"

namespace ipec::exhaustive {
namespace {

using analysis::PlacedDigest;
using analysis::Places;

using Listed = std::optional<std::vector<PlacedDigest>>;

bool Has(const Semantics& semantics, const Listed& listed, const runtime::Digest& digest,
         bool is_signed) {
  return std::any_of(listed->begin(), listed->end(), [&](const PlacedDigest& one) {
    return policy::SameDigest(semantics, {one.digest.algorithm, one.digest.bytes}, digest) &&
           (is_signed ? one.may_be_signed : one.may_be_unsigned);
  });
}

// No rule names the last digest: it stands for those of files that are not listed.
bool IsOther(const runtime::Digest& digest) {
  const runtime::Digest other = DigestNumber(kNamedDigestCount);
  return std::equal(digest.bytes.begin(), digest.bytes.end(), other.bytes.begin(),
                    other.bytes.end());
}

// Whether the image can cause the event, place by place.
bool IsPlaced(const Semantics& semantics, const Places& places, const Event& event) {
  if (!Possible(semantics, event)) return false;
  if (event.dmverity && places.volumes) {
    const auto& roothash = event.dmverity->roothash;
    if (!roothash || !Has(semantics, places.volumes, *roothash, event.dmverity->is_signed)) {
      return false;
    }
  }
  if (!event.fsverity || !places.files) return true;
  const auto& digest = event.fsverity->digest;
  return !digest || IsOther(*digest) ||
         Has(semantics, places.files, *digest, event.fsverity->is_signed);
}

std::string Describe(const Places& places) {
  std::string words;
  for (const Listed* listed : {&places.volumes, &places.files}) {
    words += listed == &places.volumes ? "volumes:" : "files:";
    if (!*listed) words += " any";
    for (const PlacedDigest& one : listed->value_or(std::vector<PlacedDigest>())) {
      words += " " + one.digest.algorithm + ":" + std::to_string(one.digest.bytes.front()) +
               (one.may_be_signed ? "s" : "") + (one.may_be_unsigned ? "u" : "");
    }
    words += "\n";
  }
  return words;
}

Listed RandomList(std::mt19937& random) {
  if (random() % 8 == 0) return std::nullopt;
  Listed listed(std::in_place);
  for (std::size_t number = 0; number < kDigestCount; ++number) {
    if (random() % 2 == 0) continue;
    const runtime::Digest digest = DigestNumber(number);
    PlacedDigest& one = listed->emplace_back();
    one.digest = {std::string(digest.algorithm), {digest.bytes.begin(), digest.bytes.end()}};
    const auto kind = random() % 3;
    one.may_be_signed = kind != 0;
    one.may_be_unsigned = kind != 1;
  }
  return listed;
}

struct Judge {
  const Semantics& semantics;
  std::vector<Event> events;

  explicit Judge(const Semantics& of) : semantics(of) {
    for (const Operation operation : of.operations) {
      const std::vector<Event> all = AllEvents(operation);
      events.insert(events.end(), all.begin(), all.end());
    }
  }

  // Whether all events on the volume fall to a DEFAULT that denies.
  static bool IsOnlyDenied(const Policy& policy, const PlacedDigest& volume,
                           const std::vector<Event>& placed) {
    return std::all_of(placed.begin(), placed.end(), [&](const Event& event) {
      if (!event.dmverity || !event.dmverity->roothash) return true;
      const runtime::Digest digest{volume.digest.algorithm, volume.digest.bytes};
      if (!policy::SameDigest(policy.semantics, digest, *event.dmverity->roothash)) return true;
      if (event.dmverity->is_signed ? !volume.may_be_signed : !volume.may_be_unsigned) return true;
      const Decision decision = Decide(policy, event);
      return !decision.rule.valid() && decision.action == Action::Deny;
    });
  }

  void Check(const Policy& policy, const Places& places) const {
    const analysis::Coverage coverage(policy);
    const analysis::PlacedEvents answer(coverage, places);
    std::vector<Event> placed;
    std::set<std::uint32_t> deciders;
    for (const Event& event : events) {
      if (!IsPlaced(semantics, places, event)) continue;
      placed.push_back(event);
      const Decision decision = Decide(policy, event);
      if (decision.rule.valid()) deciders.insert(decision.rule.index);
    }
    for (const policy::RuleId rule : policy.rule_ids()) {
      if (answer.Decides(rule) == deciders.contains(rule.index)) continue;
      FAIL("rule " << rule.index << " decides: " << deciders.contains(rule.index) << "\n"
                   << exhaustive::Describe(policy) << Describe(places));
    }
    if (!places.volumes) return;
    for (std::size_t i = 0; i < places.volumes->size(); ++i) {
      const bool expected = IsOnlyDenied(policy, (*places.volumes)[i], placed);
      if (answer.IsOnlyDenied(i) == expected) continue;
      FAIL("volume " << i << " is only denied: " << expected << "\n"
                     << exhaustive::Describe(policy) << Describe(places));
    }
  }
};

TEST_CASE("events of an image are those of its places: two rules") {
  std::mt19937 random(20260101);
  for (Semantics semantics : AllSemantics()) {
    semantics.operations = {Operation::Execute};
    const Judge judge(semantics);
    ForEachPolicy(semantics, WithBothActions(ChosenShapes()), 2, Action::Deny,
                  [&](const Policy& policy) {
                    judge.Check(policy, {RandomList(random), RandomList(random)});
                  });
  }
}

TEST_CASE("events of an image are those of its places: random policies") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const std::vector<Semantics>& all : {AllSemantics(), SemanticsWithMissing()}) {
    for (const Semantics& semantics : all) {
      const Judge judge(semantics);
      for (int round = 0; round < tests::SampledRounds(20); ++round) {
        const Policy policy = RandomPolicy(semantics, random() % 12, random);
        judge.Check(policy, {RandomList(random), RandomList(random)});
      }
    }
  }
}

}  // namespace
}  // namespace ipec::exhaustive
