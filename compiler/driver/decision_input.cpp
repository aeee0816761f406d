#include "compiler/driver/decision_input.h"

#include <span>

#include "compiler/support/assert.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "compiler/table/build.h"
#include "ipec/runtime/table.h"

namespace ipec::driver {
namespace {

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

llvm::Expected<std::unique_ptr<DecisionInput>> LoadTable(const support::SourceBuffer& table) {
  auto input = std::make_unique<DecisionInput>();
  input->table = table.text().str();
  const LoadStatus loaded = Load(*input);
  if (loaded != LoadStatus::Ok) {
    return support::ErrorOf(support::Quoted(table.name()) +
                            " cannot be used: " + std::string(Describe(loaded)));
  }
  input->dialect = DialectOf(input->policy);
  return input;
}

std::unique_ptr<DecisionInput> CompileInput(const pipeline::PolicyFileReading& reading,
                                            const targets::Target& target) {
  auto input = std::make_unique<DecisionInput>();
  input->table = table::Build(reading.policy(), target);
  IPEC_CHECK(Load(*input) == LoadStatus::Ok, "our own table does not load");
  input->dialect = event::DialectOf(target);
  input->source = &reading.policy();
  input->target = &target;
  input->reading = &reading;
  return input;
}

}  // namespace ipec::driver
