#include "compiler/driver/decision_input.h"

#include <span>
#include <utility>

#include "compiler/driver/report.h"
#include "compiler/support/assert.h"
#include "compiler/table/build.h"
#include "ipec/runtime/table.h"

namespace ipec::driver {
namespace {

using command::Environment;
using command::ExitStatus;
using runtime::LoadStatus;

// The dialect of a table: the target with its name, or else derived from the table itself.
event::Dialect DialectOf(const runtime::Policy& policy) {
  if (const targets::Target* target = targets::FindTarget(policy.target())) {
    return event::DialectOf(*target);
  }
  event::Dialect dialect;
  dialect.name = policy.target();
  for (const runtime::Operation operation : runtime::kOperations) {
    if (policy.Knows(operation)) dialect.operations.Add(operation);
  }
  for (const runtime::Hook hook : runtime::kHooks) {
    if (policy.Knows(hook)) dialect.hooks.Add(hook);
  }
  dialect.bare_digests = (policy.features() & runtime::table::kBareDigests) != 0;
  dialect.boot_verified_excludes_dmverity = !dialect.bare_digests;
  return dialect;
}

LoadStatus Load(DecisionInput& input) {
  return runtime::Load(std::as_bytes(std::span(input.table.data(), input.table.size())),
                       input.policy);
}

}  // namespace

std::unique_ptr<DecisionInput> ReadDecisionInput(const std::string& operand,
                                                 const TargetOptions& options, Environment& env,
                                                 ExitStatus& status) {
  const targets::Target* target = TargetOf(options, env);
  status = ExitStatus::Usage;
  if (target == nullptr) return nullptr;
  llvm::Expected<pipeline::PolicyFile> policy = ReadPolicyFile(operand, env);
  if (!policy) {
    status = command::Report(env, policy.takeError());
    return nullptr;
  }
  auto input = std::make_unique<DecisionInput>();
  if (policy->content.kind == content::Kind::Table) {
    input->table = policy->text.text().str();
    const LoadStatus loaded = Load(*input);
    if (loaded != LoadStatus::Ok) {
      status = command::Report(
          env, ExitStatus::Failure,
          "`" + policy->text.name() + "` cannot be used: " + std::string(Words(loaded)));
      return nullptr;
    }
    if (options.target && target->name != input->policy.target()) {
      status = command::Report(env, ExitStatus::Usage,
                               "`" + policy->text.name() + "` is compiled for " +
                                   std::string(input->policy.target()) +
                                   "; leave --target out, or compile it again");
      return nullptr;
    }
    input->dialect = DialectOf(input->policy);
    return input;
  }
  const pipeline::PolicyFileReading reading(std::move(*policy), *target);
  if (reading.error()) {
    PrintFindings(reading, *target, WantsColor(options, env, env.err), env.err);
    status = ExitStatus::Findings;
    return nullptr;
  }
  input->table = table::Build(reading.policy(), *target);
  IPEC_CHECK(Load(*input) == LoadStatus::Ok, "our own table does not load");
  input->dialect = event::DialectOf(*target);
  return input;
}

}  // namespace ipec::driver
