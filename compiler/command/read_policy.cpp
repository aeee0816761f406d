#include "compiler/command/read_policy.h"

#include <utility>

namespace ipec::command {

llvm::Expected<pipeline::PolicyFile> ReadPolicyFile(const std::string& operand, Environment& env) {
  llvm::Expected<support::SourceBuffer> bytes = ReadOperand(operand, env);
  if (!bytes) return bytes.takeError();
  return pipeline::OpenPolicyFile(std::move(*bytes));
}

}  // namespace ipec::command
