// The cost of a decision for one, 600 and 100,000 digest rules, and of building and loading their
// table. Bytes of table per rule are printed beside Build.

#include <benchmark/benchmark.h>

#include <array>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "compiler/table/build.h"
#include "ipec/runtime/audit.h"
#include "ipec/runtime/evaluate.h"

namespace ipec {
namespace {

using Digest32 = std::array<std::uint8_t, 32>;

std::vector<Digest32> RandomDigests(std::size_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<Digest32> made(count);
  for (Digest32& digest : made) {
    for (std::uint8_t& byte : digest) byte = static_cast<std::uint8_t>(random());
  }
  return made;
}

policy::Policy DigestPolicy(const std::vector<Digest32>& digests) {
  policy::Policy made;
  made.name = "digests";
  made.semantics = targets::DefaultTarget().semantics();
  made.global_default = policy::Default{runtime::Action::Deny, 2, {}};
  std::uint32_t line = 3;
  for (const Digest32& digest : digests) {
    policy::Condition condition{runtime::Property::FsverityDigest, true, {}};
    condition.digest = made.digests.Add("sha256", digest);
    policy::Rule rule;
    rule.action = runtime::Action::Allow;
    rule.line = line++;
    rule.conditions = {static_cast<std::uint32_t>(made.conditions.size()), 1};
    made.conditions.push_back(condition);
    made.rules.push_back(rule);
  }
  return made;
}

runtime::Event EventOf(const Digest32& digest) {
  runtime::Event event;
  event.comm = "init";
  event.file = runtime::File{"/usr/bin/x", "dm-0", 97};
  event.fsverity = runtime::Fsverity{runtime::Digest{"sha256", digest}, false};
  return event;
}

runtime::Policy Loaded(const std::string& table) {
  runtime::Policy loaded;
  runtime::Load(std::as_bytes(std::span(table)), loaded);
  return loaded;
}

// A rule without a digest, and a DEFAULT.
void EvaluateTwoRules(benchmark::State& state) {
  policy::Policy policy = DigestPolicy({});
  policy.conditions = {{runtime::Property::BootVerified, true, {}},
                       {runtime::Property::DmveritySignature, true, {}}};
  for (std::uint32_t i = 0; i < 2; ++i) {
    policy::Rule rule;
    rule.action = runtime::Action::Allow;
    rule.line = 3 + i;
    rule.conditions = {i, 1};
    policy.rules.push_back(rule);
  }
  const std::string table = table::Build(policy, targets::DefaultTarget());
  const runtime::Policy loaded = Loaded(table);
  const Digest32 digest{};
  runtime::Event event = EventOf(digest);
  for (auto _ : state) {
    event.boot_verified = !event.boot_verified;
    benchmark::DoNotOptimize(event);
    benchmark::DoNotOptimize(runtime::Evaluate(loaded, event));
  }
}
BENCHMARK(EvaluateTwoRules);

// The same few digests repeatedly (range 1 = 0), or as many different ones as the policy names (1:
// named ones, 2: others), so that the part of the caches can be separated from that of the table.
void EvaluateDigests(benchmark::State& state) {
  const auto digests = RandomDigests(static_cast<std::size_t>(state.range(0)), 1);
  const std::string table = table::Build(DigestPolicy(digests), targets::DefaultTarget());
  const runtime::Policy loaded = Loaded(table);
  auto asked = state.range(1) == 2 ? RandomDigests(digests.size(), 2) : digests;
  if (state.range(1) == 0) asked.resize(1);
  std::vector<runtime::Event> events;
  events.reserve(asked.size());
  for (const Digest32& digest : asked) events.push_back(EventOf(digest));
  std::size_t next = 0;
  for (auto _ : state) {
    if (++next >= events.size()) next = 0;
    benchmark::DoNotOptimize(runtime::Evaluate(loaded, events[next]));
  }
}
BENCHMARK(EvaluateDigests)
    ->ArgNames({"rules", "asked"})
    ->ArgsProduct({{1, 600, 100000}, {0, 1, 2}});

void Build(benchmark::State& state) {
  const auto digests = RandomDigests(static_cast<std::size_t>(state.range(0)), 1);
  const policy::Policy policy = DigestPolicy(digests);
  std::size_t size = 0;
  for (auto _ : state) {
    const std::string table = table::Build(policy, targets::DefaultTarget());
    benchmark::DoNotOptimize(table.data());
    size = table.size();
  }
  state.counters["bytes_a_rule"] = static_cast<double>(size) / static_cast<double>(state.range(0));
}
BENCHMARK(Build)->Arg(600)->Arg(100000)->Unit(benchmark::kMillisecond);

void Load(benchmark::State& state) {
  const auto digests = RandomDigests(static_cast<std::size_t>(state.range(0)), 1);
  const std::string table = table::Build(DigestPolicy(digests), targets::DefaultTarget());
  for (auto _ : state) {
    runtime::Policy loaded = Loaded(table);
    benchmark::DoNotOptimize(loaded);
  }
}
BENCHMARK(Load)->Arg(600)->Arg(100000)->Unit(benchmark::kMicrosecond);

void AccessRecord(benchmark::State& state) {
  const auto digests = RandomDigests(1, 1);
  const std::string table = table::Build(DigestPolicy(digests), targets::DefaultTarget());
  const runtime::Policy loaded = Loaded(table);
  const runtime::Event event = EventOf(digests[0]);
  std::array<char, 1024> room{};
  for (auto _ : state) {
    const auto decision = runtime::Evaluate(loaded, event);
    benchmark::DoNotOptimize(runtime::AccessRecord(loaded, event, decision, true, room));
  }
}
BENCHMARK(AccessRecord);

}  // namespace
}  // namespace ipec

BENCHMARK_MAIN();
