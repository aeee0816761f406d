// All differences of two policies, against deciding every case with both.

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "catch2/catch.hpp"
#include "compiler/analysis/differences.h"
#include "tests/exhaustive/judge.h"
#include "tests/unit/sampling.h"

namespace ipec::exhaustive {
namespace {

using analysis::Coverage;
using analysis::Difference;
using analysis::Differences;
using analysis::NamedDigest;
using Kind = Difference::Kind;

// A digest that rules of an operation name; empty for others and for none.
using Name = std::vector<std::uint8_t>;

Name NameOf(const std::vector<const Coverage*>& coverages, Operation operation,
            std::vector<NamedDigest> analysis::OperationCoverage::*named,
            const std::optional<runtime::Digest>& digest) {
  if (!digest) return {};
  for (const Coverage* coverage : coverages) {
    const policy::DigestId id = coverage->FindDigest(*digest);
    for (const NamedDigest& candidate : coverage->Find(operation)->*named) {
      if (!id.valid() || candidate.representative != id) continue;
      Name name(digest->bytes.begin(), digest->bytes.end());
      if (!coverage->policy().semantics.bare_digests) {
        name.insert(name.end(), digest->algorithm.begin(), digest->algorithm.end());
      }
      return name;
    }
  }
  return {};
}

struct Group {
  std::set<std::tuple<Name, Name, unsigned>> cases;
  unsigned facts = 0;
  std::set<Name> roothashes;
  std::set<Name> digests;
};
using Key = std::tuple<Operation, Kind, std::uint32_t, std::uint32_t>;

class Counted {
 public:
  Counted(const Coverage& before, const Coverage& after, const std::vector<Event>& events)
      : before_(before), after_(after) {
    for (const Event& event : events) Add(event);
  }

  const std::map<Key, Group>& groups() const { return groups_; }

  std::tuple<Name, Name, unsigned> CaseOf(const Event& event) const {
    const std::vector<const Coverage*> both = {&before_, &after_};
    const auto roothash = event.dmverity ? event.dmverity->roothash : std::nullopt;
    const auto digest = event.fsverity ? event.fsverity->digest : std::nullopt;
    return {NameOf(both, event.operation, &analysis::OperationCoverage::roothashes, roothash),
            NameOf(both, event.operation, &analysis::OperationCoverage::digests, digest),
            FactsOf(event)};
  }

 private:
  void Add(const Event& event) {
    const policy::Decision is = Decide(before_.policy(), event);
    const policy::Decision will = Decide(after_.policy(), event);
    if (SameOutcome(Keeps::Audit, before_.policy(), is, after_.policy(), will)) return;
    const Kind kind = is.action == will.action    ? Kind::Records
                      : is.action == Action::Deny ? Kind::Looser
                                                  : Kind::Tighter;
    Group& group = groups_[{event.operation, kind, is.rule.index, will.rule.index}];
    const auto one = CaseOf(event);
    group.cases.insert(one);
    group.facts |= 1U << std::get<2>(one);
    group.roothashes.insert(std::get<0>(one));
    group.digests.insert(std::get<1>(one));
  }

  const Coverage& before_;
  const Coverage& after_;
  std::map<Key, Group> groups_;
};

bool Describes(const Difference::Digests& said, const std::set<Name>& names) {
  using enum Difference::Digests::Kind;
  const auto kind = names.size() > 1 ? Mixed : names.contains({}) ? Unnamed : One;
  return said.kind == kind && (said.one != nullptr) == (kind == One);
}

bool IsGroup(const Counted& counted, const Difference& said, const Group& group) {
  const Event event = EventOf(said.witness);
  return said.cases == group.cases.size() && said.facts.bits() == group.facts &&
         group.cases.contains(counted.CaseOf(event)) &&
         Describes(said.roothashes, group.roothashes) && Describes(said.digests, group.digests);
}

void CheckDifferences(const Policy& before, const Policy& after, const std::vector<Event>& events) {
  const Coverage old_one(before);
  const Coverage new_one(after);
  const Counted counted(old_one, new_one, events);
  const Differences said = AllDifferences(old_one, new_one);
  std::size_t checked = 0;
  std::map<Kind, std::uint64_t> sums;
  for (const Difference& one : said.groups) {
    sums[one.kind] += one.cases;
    if (one.operation != events.front().operation) continue;
    const auto found =
        counted.groups().find({one.operation, one.kind, one.before.index, one.after.index});
    if (found == counted.groups().end() || !IsGroup(counted, one, found->second)) {
      FAIL("a wrong group: rules " << one.before.index << " and " << one.after.index << ", "
                                   << one.cases << " cases\n"
                                   << Describe(before) << "---\n"
                                   << Describe(after));
    }
    ++checked;
  }
  if (checked != counted.groups().size()) {
    FAIL("groups are missing\n" << Describe(before) << "---\n" << Describe(after));
  }
  // Without groups for crossings, the sums are the same.
  for (const std::size_t most : {0, 1}) {
    const Differences fewer = AllDifferences(old_one, new_one, {.most_crossings = most});
    std::map<Kind, std::uint64_t> fewer_sums;
    for (const Difference& one : fewer.groups) fewer_sums[one.kind] += one.cases;
    for (const auto& [kind, more] :
         {std::pair(Kind::Looser, fewer.more_looser), std::pair(Kind::Tighter, fewer.more_tighter),
          std::pair(Kind::Records, fewer.more_records)}) {
      if (more != 0) fewer_sums[kind] += more;
    }
    if (fewer_sums != sums) {
      FAIL("wrong sums, at most " << most << ": " << sums[Kind::Looser] << " looser, "
                                  << sums[Kind::Tighter] << " tighter, " << sums[Kind::Records]
                                  << " records; with counting " << fewer_sums[Kind::Looser] << ", "
                                  << fewer_sums[Kind::Tighter] << ", " << fewer_sums[Kind::Records]
                                  << "\n"
                                  << Describe(before) << "---\n"
                                  << Describe(after));
    }
  }
}

TEST_CASE("differences agree with deciding every case: pairs of policies of two rules") {
  const std::vector<RuleSpec> rules = WithBothActions(
      {Shape("---", "--"), Shape("T--", "--"), Shape("-F-", "--"), Shape("---", "0-"),
       Shape("---", "2-"), Shape("---", "-0"), Shape("T--", "1-"), Shape("--F", "00")});
  for (const Semantics& semantics : AllSemantics()) {
    const auto events = PossibleEvents(semantics, Operation::Execute);
    std::vector<Policy> policies;
    ForEachPolicy(semantics, rules, 2, Action::Deny,
                  [&](const Policy& policy) { policies.push_back(policy); });
    tests::Sampling sampling;
    for (const Policy& before : policies) {
      for (const Policy& after : policies) {
        if (sampling.Next()) CheckDifferences(before, after, events);
      }
    }
  }
}

// Where rows change their order: crossings, and pairs that hide them.
TEST_CASE("differences agree with deciding every case: digests in every order") {
  const std::vector<std::vector<ConditionSpec>> shapes = {Shape("---", "0-"), Shape("---", "1-"),
                                                          Shape("---", "-0"), Shape("---", "-1"),
                                                          Shape("---", "00")};
  const Semantics semantics = AllSemantics().back();
  const auto events = PossibleEvents(semantics, Operation::Execute);
  for (unsigned actions = 0; actions < 1U << shapes.size(); ++actions) {
    std::vector<std::size_t> order = {0, 1, 2, 3, 4};
    std::optional<Policy> first;
    do {
      std::vector<RuleSpec> rules;
      for (const std::size_t i : order) {
        const bool allow = (actions >> i & 1U) != 0;
        rules.push_back({shapes[i], allow ? Action::Allow : Action::Deny, Operation::Execute});
      }
      const Policy policy = MakePolicy(semantics, rules, Action::Deny);
      if (!first) first = policy;
      CheckDifferences(*first, policy, events);
    } while (std::next_permutation(order.begin(), order.end()));
  }
}

TEST_CASE("differences agree with deciding every case: random policies") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  for (const Semantics& semantics : AllSemantics()) {
    const auto events = PossibleEvents(semantics, Operation::Execute);
    for (int round = 0; round < tests::SampledRounds(3000); ++round) {
      const Policy before = RandomPolicy(semantics, 1 + random() % 12, random);
      Policy after =
          random() % 2 == 0 ? before : RandomPolicy(semantics, 1 + random() % 12, random);
      std::swap(after.rules.front(), after.rules[random() % after.rules.size()]);
      if (random() % 4 == 0) after.operation_defaults[Operation::Execute].reset();
      CheckDifferences(before, after, events);
    }
  }
}

// One of the kernels, or both, are built without some properties: rules that test them never match.
TEST_CASE("differences agree with deciding every case: two kernels") {
  const unsigned seed = std::random_device()();
  INFO("seed " << seed);
  std::mt19937 random(seed);
  const auto missing = [&] {
    policy::PropertySet set;
    for (const runtime::Property property : runtime::kProperties) {
      if (random() % 3 == 0) set.Add(property);
    }
    return set;
  };
  for (const Semantics& semantics : AllSemantics()) {
    const auto events = PossibleEvents(semantics, Operation::Execute);
    for (int round = 0; round < tests::SampledRounds(2000); ++round) {
      const Policy before = RandomPolicy(semantics, 1 + random() % 8, random);
      Policy after = before;
      if (random() % 3 == 0) {
        std::swap(after.rules.front(), after.rules[random() % after.rules.size()]);
      }
      Policy on_first = before;
      on_first.semantics.missing = missing();
      after.semantics.missing = missing();
      after.semantics.fsverity_signature_needs_fsverity = random() % 2 == 0;
      CheckDifferences(on_first, after, events);
    }
  }
}

TEST_CASE("operations without a name differ if the global DEFAULT does") {
  const Semantics semantics = AllSemantics().back();
  const Policy none = OperationDefaultsOnly(semantics, Action::Deny);
  Policy deny = none;
  deny.global_default = policy::Default{Action::Deny, 3, {}};
  const Differences tighter = AllDifferences(Coverage(none), Coverage(deny));
  REQUIRE(tighter.groups.size() == 1);
  CHECK(tighter.groups[0].operation == Operation::Unknown);
  CHECK(tighter.groups[0].kind == Kind::Tighter);
  CHECK(AllDifferences(Coverage(deny), Coverage(none)).groups[0].kind == Kind::Looser);
  CHECK(AllDifferences(Coverage(deny), Coverage(deny)).empty());
}

}  // namespace
}  // namespace ipec::exhaustive
