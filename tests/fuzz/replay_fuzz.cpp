// Bytes as a log, replayed under fixed policies. Whatever the log, the groups add up to its
// records, a certain answer has statements of one action, and the result is the same after it is
// written as JSON and read again; merged with itself, it has twice the records.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "compiler/pipeline/reading.h"
#include "compiler/records/reader.h"
#include "compiler/replay/outputs.h"
#include "compiler/replay/replay.h"
#include "compiler/support/numbers.h"
#include "compiler/support/streams.h"
#include "compiler/targets/targets.h"

namespace {

using namespace ipec;

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "replay_fuzz: %s\n", what);
  std::abort();
}

constexpr const char* kOld =
    "policy_name=p policy_version=1.0.0\n"
    "DEFAULT action=DENY\n"
    "op=EXECUTE boot_verified=TRUE action=ALLOW\n"
    "op=EXECUTE dmverity_signature=FALSE action=DENY\n"
    "op=EXECUTE dmverity_signature=FALSE action=DENY\n";
constexpr const char* kNew =
    "policy_name=p policy_version=1.0.1\n"
    "DEFAULT action=DENY\n"
    "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n"
    "op=EXECUTE fsverity_signature=TRUE action=ALLOW\n";

std::uint64_t RecordsOf(const replay::Result& result) {
  std::uint64_t count = 0;
  for (const std::uint64_t one : result.Counts()) count += one;
  return count;
}

std::string JsonOf(const replay::Result& result) {
  support::StringOutput out;
  replay::PrintResult* const print = replay::Formats()[1].print;
  print(result, /*color=*/false, out);
  return out.str();
}

void CheckGroups(const replay::Result& result) {
  for (const auto& [identity, group] : result.groups) {
    const replay::Classification& classification = *group.classification;
    for (const replay::Part& part : classification.parts) {
      const bool allows = part.action == runtime::Action::Allow;
      Require(classification.outcome != (allows ? replay::Outcome::Deny : replay::Outcome::Allow),
              "a certain answer with both actions");
    }
    Require(
        classification.reason.has_value() == (classification.outcome == replay::Outcome::Unknown),
        "an unknown answer without a reason");
  }
}

// Every other thumbprint is that of the old policy.
class SomePolicies final : public replay::PolicyFinder {
 public:
  explicit SomePolicies(const replay::QuotedPolicy& policy) : policy_(policy) {}
  const replay::QuotedPolicy* Find(llvm::StringRef digest) override {
    return !digest.empty() && (digest.back() & 1) != 0 ? &policy_ : nullptr;
  }

 private:
  const replay::QuotedPolicy& policy_;
};

void Run(const targets::Target& target, bool has_old, bool has_policies, llvm::StringRef log) {
  const pipeline::Reading old_reading(support::SourceBuffer("old", kOld), target);
  const pipeline::Reading new_reading(support::SourceBuffer("new", kNew), target);
  const replay::QuotedPolicy quoted(old_reading.first(), "old");
  const replay::Classifier classifier(new_reading.first(), new_reading.source(), {.why = true});
  replay::Setup setup;
  setup.classifier = &classifier;
  setup.before = has_old ? &quoted : nullptr;
  setup.most_groups = 3;
  setup.keeps_changes = has_policies;
  SomePolicies policies(quoted);
  if (has_policies) setup.policies = &policies;
  replay::Subject subject;
  subject.shows_usage = true;
  replay::Replay replay(setup, subject);
  replay::AddAllRules(classifier, replay.result());
  records::Reader reader([&](const records::Record& record) { replay.Take(record); });
  reader.Feed(log.take_front(log.size() / 2));
  for (const replay::Group* const group : replay.TakeChanges()) {
    Require(group->count != 0 && group->classification != nullptr, "a change without records");
  }
  reader.Feed(log.drop_front(log.size() / 2));
  reader.Finish();
  replay.AddTally(reader.tally());
  replay.EndLog();
  for (const replay::Group* const group : replay.TakeChanges()) {
    Require(group->count != 0 && group->classification != nullptr, "a change that has ended");
  }
  const replay::Result& result = replay.result();
  Require(RecordsOf(result) == reader.tally()[records::Type::Access], "records are lost");
  CheckGroups(result);
  const std::string json = JsonOf(result);
  llvm::Expected<replay::Result> again = replay::ReadResult(json, "json");
  Require(static_cast<bool>(again), "its own JSON is not read");
  Require(JsonOf(*again) == json, "the result changes when it is read");
  again->Merge(result);
  Require(RecordsOf(*again) == 2 * RecordsOf(result), "a merge loses records");
  for (const replay::Format& format : replay::Formats()) {
    support::StringOutput out;
    format.print(result, /*color=*/true, out);
    Require(!out.str().empty(), "an output is empty");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(data, data + size);
  const llvm::StringRef log = llvm::StringRef(bytes).drop_front();
  const bool has_old = (data[0] & 1U) != 0;
  const targets::Target* const target =
      targets::FindTarget((data[0] & 2U) != 0 ? "rfc-v7" : "linux-6.19");
  Require(target != nullptr, "no target");
  Run(*target, has_old, (data[0] & 4U) != 0, log);
  return 0;
}
