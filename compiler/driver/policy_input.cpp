#include "compiler/driver/policy_input.h"

#include <utility>
#include <vector>

namespace ipec::driver {

using command::Environment;
using command::ExitStatus;

llvm::Expected<pipeline::PolicyFile> ReadPolicyFile(const std::string& operand, Environment& env) {
  llvm::Expected<support::SourceBuffer> bytes = command::ReadOperand(operand, env);
  if (!bytes) return bytes.takeError();
  return pipeline::OpenPolicyFile(std::move(*bytes));
}

const targets::Target* TargetOf(const TargetOptions& options, Environment& env) {
  if (!options.target) return &targets::DefaultTarget();
  const std::string& name = *options.target;
  const targets::Target* target = targets::FindTarget(name);
  if (target != nullptr) return target;
  std::vector<std::string_view> names;
  std::string list;
  for (const targets::Target& known : targets::AllTargets()) {
    names.push_back(known.name);
    list += (list.empty() ? "" : ", ") + std::string(known.name);
  }
  const std::string guess = command::DidYouMean(name, names);
  command::Report(
      env, ExitStatus::Usage,
      "unknown target `" + name + "`" + (guess.empty() ? "; the targets are " + list : guess));
  return nullptr;
}

}  // namespace ipec::driver
