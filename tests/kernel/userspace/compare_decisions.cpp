#include "compare_decisions.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "compiler/policy/decide.h"
#include "compiler/table/build.h"
#include "events.h"
#include "ipec/runtime/audit.h"
#include "ipec/runtime/evaluate.h"

namespace ipec::kernel_test {
namespace {

JudgeDigest ToJudge(const runtime::Digest& digest, std::string& algorithm) {
  algorithm = digest.algorithm;  // the kernel's ends in a NUL byte
  return {algorithm.c_str(), digest.bytes.data(), digest.bytes.size()};
}

// The same event for the kernel's code; keeps the strings that it points to.
struct KernelEvent {
  JudgeEvent event{};
  std::string comm, path, device, algorithm;

  explicit KernelEvent(const Question& question) {
    const runtime::Event& from = question.event;
    comm = from.comm;
    event.operation = static_cast<unsigned>(from.operation);
    event.hook = static_cast<unsigned>(from.hook);
    event.enforcing = from.enforcing;
    event.pid = from.pid;
    event.comm = comm.c_str();
    if (from.file) {
      path = *from.file->path;
      device = from.file->device;
      event.path = path.c_str();
      event.device = device.c_str();
      event.inode = from.file->inode;
    }
    event.boot_verified = from.boot_verified;
    event.dmverity = from.dmverity.has_value();
    if (from.dmverity) {
      event.dmverity_signed = from.dmverity->is_signed;
      if (from.dmverity->roothash) event.roothash = ToJudge(*from.dmverity->roothash, algorithm);
    }
    event.fsverity = from.fsverity.has_value();
    if (from.fsverity) {
      event.fsverity_algorithm = question.hash;
      event.fsverity_digest = from.fsverity->digest->bytes.data();
      event.fsverity_signed = from.fsverity->is_signed;
    }
  }
};

std::string AccessRecord(const runtime::Policy& policy, const runtime::Event& event,
                         const runtime::Decision& decision, bool success_audit) {
  std::string record(256, '\0');
  const std::size_t size = runtime::AccessRecord(policy, event, decision, success_audit, record);
  if (size >= record.size()) {
    record.resize(size + 1);
    runtime::AccessRecord(policy, event, decision, success_audit, record);
  }
  record.resize(size);
  return record;
}

std::string Show(int answer, std::string_view record) {
  return fmt::format("{} {}", answer == 0 ? "granted" : "denied", record);
}

// Specification against table: the same action, and the same rule or DEFAULT.
bool SameDecision(const policy::Policy& policy, const policy::Decision& specified,
                  const runtime::Decision& made) {
  if (specified.action != made.action || specified.match != made.match) return false;
  return specified.match != runtime::Match::Rule || policy[specified.rule].line == made.line;
}

template <typename Record, typename... Arguments>
std::string Written(Record record, const Arguments&... arguments) {
  std::array<char, 2048> room{};
  const std::size_t size = record(arguments..., std::span<char>(room));
  return {room.data(), std::min(size, room.size() - 1)};
}

std::optional<Disagreement> CompareOther(const JudgePolicy& judged, const policy::Policy& policy,
                                         runtime::Features dialect) {
  std::array<std::uint8_t, 32> digest{};
  for (std::size_t i = 0; i < digest.size(); ++i) digest[i] = static_cast<std::uint8_t>(i * 9);
  const runtime::PolicyIdentity identity{
      policy.name,
      {policy.version.major, policy.version.minor, policy.version.revision},
      {"sha256", digest}};
  const runtime::Actor unset;

  std::string kernel = JudgeLoadRecord(&judged, digest.data());
  std::string ipec = Written(runtime::LoadRecord, dialect, identity, unset);
  if (kernel != ipec) return Disagreement{"the record of a load", kernel, ipec};

  kernel = JudgeActivationRecord(nullptr, nullptr, &judged, digest.data());
  const runtime::PolicyIdentity* none = nullptr;
  ipec = Written(runtime::ActivationRecord, dialect, none, identity, unset);
  if (kernel != ipec) return Disagreement{"the record of a first activation", kernel, ipec};

  kernel = JudgeActivationRecord(&judged, digest.data(), &judged, digest.data());
  ipec = Written(runtime::ActivationRecord, dialect, &identity, identity, unset);
  if (kernel != ipec) return Disagreement{"the record of an activation", kernel, ipec};

  std::size_t count = 0;
  kernel = JudgeModeRecord(0, 1, &count);
  ipec = Written(runtime::ModeRecord, dialect, false, true, unset);
  if (kernel != ipec) return Disagreement{"the record of a mode change", kernel, ipec};
  if (count != runtime::ModeRecordCount(dialect)) {
    return Disagreement{"the number of records of a mode change", std::to_string(count),
                        std::to_string(runtime::ModeRecordCount(dialect))};
  }
  return std::nullopt;
}

}  // namespace

std::optional<Disagreement> CompareDecisions(const JudgePolicy& judged,
                                             const policy::Policy& policy,
                                             const targets::Target& target, std::string_view seed) {
  const std::string table = table::Build(policy, target);
  runtime::Policy loaded;
  const runtime::LoadStatus status = Load(std::as_bytes(std::span(table)), loaded);
  if (status != runtime::LoadStatus::Ok) {
    return Disagreement{"the table", "a policy", std::string(runtime::Describe(status))};
  }
  if (auto difference = CompareOther(judged, policy, loaded.features())) return difference;

  std::optional<Disagreement> difference;
  ForEachEvent(policy, seed, [&](const Question& question) {
    const runtime::Event& event = question.event;
    const KernelEvent kernel_event(question);
    const char* sent = nullptr;
    const int answer =
        JudgeDecide(&judged, &kernel_event.event, question.success_audit ? 1 : 0, &sent);
    const std::string_view record = sent == nullptr ? "" : sent;

    const runtime::Decision made = runtime::Evaluate(loaded, event);
    const std::string printed = AccessRecord(loaded, event, made, question.success_audit);
    if ((answer == 0) != runtime::Granted(made, event) || record != printed) {
      difference = {"a decision", Show(answer, record),
                    Show(runtime::Granted(made, event) ? 0 : -1, printed)};
      return false;
    }
    if (!SameDecision(policy, policy::Decide(policy, event), made)) {
      difference = {"the specification of a decision", Show(answer, record), "another rule"};
      return false;
    }
    return true;
  });
  return difference;
}

}  // namespace ipec::kernel_test
