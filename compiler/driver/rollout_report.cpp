#include "compiler/driver/rollout_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/support/errno.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/printable.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::driver {
namespace {

using life::Answer;
using life::PolicyRecord;
using life::Step;
using support::JsonWriter;

std::string_view ResultOf(const Answer& answer) {
  return answer.error ? Name(*answer.error) : "ok";
}

void WriteStep(const Step& step, const Answer& answer, JsonWriter& json) {
  json.attribute("step", step.word);
  json.attribute("capability", step.has_capability);
  if (answer.error) {
    json.attribute("errno", Name(*answer.error));
  } else {
    json.attribute("errno", nullptr);
  }
  json.attribute("result", answer.error ? -NumberOf(*answer.error) : 0);
  json.attribute("reason", life::Name(answer.reason));
  json.attribute("message", answer.words);
  json.attributeArray("records", [&] {
    for (const life::SentRecord& record : answer.records) {
      json.object([&] {
        json.attribute("type", record.type);
        json.attribute("body", record.body);
      });
    }
  });
}

void WritePolicy(const PolicyRecord& policy, const life::Machine& machine, JsonWriter& json) {
  json.attribute("name", policy.name);
  json.attribute("version", life::Show(policy.version));
  json.attribute("active", &policy == machine.active());
  json.attribute("built_in", policy.is_boot);
  json.attribute("file", policy.source);
  json.attribute("thumbprint", fmt::format("{}:{}", sign::Name(policy.hash),
                                           llvm::toHex(policy.thumbprint, /*LowerCase=*/false)));
}

void WriteWords(std::string_view key, const std::vector<std::string>& words, JsonWriter& json) {
  json.attributeArray(key, [&] {
    for (const std::string& each : words) json.value(each);
  });
}

void PrintPolicies(const life::Machine& machine, llvm::raw_ostream& out) {
  const std::vector<const PolicyRecord*> policies = machine.policies();
  if (policies.empty()) out << "no policy is loaded\n";
  for (const PolicyRecord* policy : policies) {
    out << fmt::format("{} {}  {:<6}  {}{}\n", support::Printable(policy->name),
                       life::Show(policy->version),
                       policy == machine.active() ? "active" : "loaded",
                       support::Printable(policy->source), policy->is_boot ? " (built in)" : "");
  }
  if (machine.active() == nullptr) out << "no policy is active, so everything is allowed\n";
}

}  // namespace

bool RolloutReport::has_failed() const {
  return std::any_of(steps.begin(), steps.end(),
                     [](const auto& step) { return step.second.error.has_value(); });
}

void PrintRollout(const RolloutReport& report, llvm::raw_ostream& out) {
  std::size_t step_width = 0;
  std::size_t result_width = 0;
  for (const auto& [step, answer] : report.steps) {
    step_width = std::max(step_width, support::Printable(step.word).size());
    result_width = std::max(result_width, ResultOf(answer).size());
  }
  for (const auto& [step, answer] : report.steps) {
    out << fmt::format("{:<{}}  {:<{}}  {}\n", support::Printable(step.word), step_width,
                       ResultOf(answer), result_width, answer.words);
    if (!report.with_records) continue;
    for (const life::SentRecord& record : answer.records) {
      out << "  " << support::Printable(life::LineOf(record)) << '\n';
    }
  }
  for (const std::string& file : report.skipped) {
    out << support::Printable(file) << " is not loaded: the loader ends at the first failure\n";
  }
  out << '\n';
  PrintPolicies(report.machine, out);
  out << (report.machine.enforcing() ? "enforcing" : "permissive") << ", success auditing "
      << (report.machine.success_audit() ? "on" : "off") << ", " << report.target.name << '\n';
  for (const std::string& words : report.assumptions) out << "assumed: " << words << '\n';
}

void WriteRollout(const RolloutReport& report, llvm::raw_ostream& out) {
  JsonWriter json(out);
  json.keepBytes();
  json.object([&] {
    json.attribute("version", 1);
    json.attribute("target", report.target.name);
    json.attributeArray("steps", [&] {
      for (const auto& one : report.steps) {
        json.object([&] { WriteStep(one.first, one.second, json); });
      }
    });
    WriteWords("skipped", report.skipped, json);
    json.attributeArray("policies", [&] {
      for (const PolicyRecord* policy : report.machine.policies()) {
        json.object([&] { WritePolicy(*policy, report.machine, json); });
      }
    });
    json.attribute("enforcing", report.machine.enforcing());
    json.attribute("success_audit", report.machine.success_audit());
    WriteWords("assumptions", report.assumptions, json);
  });
  out << '\n';
}

}  // namespace ipec::driver
