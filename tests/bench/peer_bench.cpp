// ipec compared with the kernel's own code, on policies of digest rules: the time to read a policy,
// the time of a decision, and the memory of the loaded policy. tests/bench/peer prints the ratios.
//
// Everything is allowed, so that neither side creates an audit record.

#include <benchmark/benchmark.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "compiler/check/check.h"
#include "compiler/syntax/parse.h"
#include "compiler/table/build.h"
#include "ipec/runtime/evaluate.h"
#include "judge.h"
#include "tests/bench/digest_policy.h"

namespace ipec::bench {
namespace {

constexpr std::size_t kMostAsked = 4096;

std::string PolicyText(std::size_t rules) {
  std::string text = DigestPolicy(rules);
  text.replace(text.find("DENY"), 4, "ALLOW");
  return text;
}

check::Result Check(const std::string& text) {
  const targets::Target& target = targets::DefaultTarget();
  diagnostics::Sink sink;
  return check::CheckDocument(syntax::Parse(text, check::LexisOf(target)), target, {}, sink);
}

using Judged = std::unique_ptr<JudgePolicy, decltype(&JudgeFree)>;

Judged KernelParse(const std::string& text) {
  JudgePolicy* policy = nullptr;
  if (JudgeParse(text.data(), text.size(), &policy) != 0) std::abort();
  return {policy, &JudgeFree};
}

// Root hashes of events: of rules spread over the whole policy, or of no rule.
std::vector<std::vector<std::uint8_t>> Asked(const policy::Policy& policy, bool hit) {
  std::vector<std::vector<std::uint8_t>> made;
  const std::size_t count = std::min(policy.rules.size(), kMostAsked);
  for (std::size_t i = 0; i < count; ++i) {
    // A step that is coprime to every size in use visits the rules in scattered order.
    const std::size_t rule = i * 48271 % policy.rules.size();
    const runtime::Digest digest =
        policy.digests.Get(policy.ConditionsOf(policy.rules[rule])[0].digest);
    made.emplace_back(digest.bytes.begin(), digest.bytes.end());
    if (!hit) made.back()[5] ^= 1;
  }
  return made;
}

void KernelReads(benchmark::State& state) {
  const std::string text = PolicyText(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(KernelParse(text).get());
  const std::size_t before = JudgeMemory();
  const Judged policy = KernelParse(text);
  state.counters["memory"] = static_cast<double>(JudgeMemory() - before);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void IpecReads(benchmark::State& state) {
  const std::string text = PolicyText(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) benchmark::DoNotOptimize(Check(text).policy.rules.size());
  state.counters["memory"] =
      static_cast<double>(table::Build(Check(text).policy, targets::DefaultTarget()).size());
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void KernelDecides(benchmark::State& state, bool hit) {
  const std::string text = PolicyText(static_cast<std::size_t>(state.range(0)));
  const Judged policy = KernelParse(text);
  const auto digests = Asked(Check(text).policy, hit);
  std::vector<std::unique_ptr<JudgeQuestion, decltype(&JudgeForget)>> questions;
  for (const auto& digest : digests) {
    JudgeEvent event{};
    event.hook = static_cast<unsigned>(runtime::Hook::Mmap);
    event.enforcing = 1;
    event.comm = "init";
    event.path = "/bin/program";
    event.device = "dm-0";
    event.dmverity = 1;
    event.roothash = {"sha256", digest.data(), digest.size()};
    questions.emplace_back(JudgePrepare(policy.get(), &event), &JudgeForget);
  }
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(JudgeAsk(questions[next].get()));
    if (++next == questions.size()) next = 0;
  }
}

void IpecDecides(benchmark::State& state, bool hit) {
  const check::Result checked = Check(PolicyText(static_cast<std::size_t>(state.range(0))));
  const std::string table = table::Build(checked.policy, targets::DefaultTarget());
  runtime::Policy policy;
  if (Load(std::as_bytes(std::span(table)), policy) != runtime::LoadStatus::Ok) std::abort();
  const auto digests = Asked(checked.policy, hit);
  std::vector<runtime::Event> events(digests.size());
  for (std::size_t i = 0; i < events.size(); ++i) {
    events[i].hook = runtime::Hook::Mmap;
    events[i].comm = "init";
    events[i].file = runtime::File{"/bin/program", "dm-0", 1};
    events[i].dmverity = runtime::Dmverity{runtime::Digest{"sha256", digests[i]}, false};
  }
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(runtime::Evaluate(policy, events[next]));
    if (++next == events.size()) next = 0;
  }
}

void Sizes(benchmark::internal::Benchmark* made) {
  for (const int rules : {1, 2, 10, 100, 590, 10'000, 100'000}) made->Arg(rules);
}

BENCHMARK(KernelReads)->Apply(Sizes);
BENCHMARK(IpecReads)->Apply(Sizes);
BENCHMARK_CAPTURE(KernelDecides, hit, true)->Apply(Sizes);
BENCHMARK_CAPTURE(IpecDecides, hit, true)->Apply(Sizes);
BENCHMARK_CAPTURE(KernelDecides, miss, false)->Apply(Sizes);
BENCHMARK_CAPTURE(IpecDecides, miss, false)->Apply(Sizes);

}  // namespace
}  // namespace ipec::bench

BENCHMARK_MAIN();
