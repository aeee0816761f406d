#include "compiler/command/read_policy.h"

#include <utility>

#include "compiler/pipeline/git_repository.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::command {

llvm::Expected<pipeline::PolicyFile> ReadPolicyFile(const std::string& operand, Environment& env) {
  llvm::Expected<support::SourceBuffer> bytes = ReadOperand(operand, env);
  if (!bytes) return bytes.takeError();
  return pipeline::OpenPolicyFile(std::move(*bytes));
}

llvm::Expected<pipeline::PolicyFile> ReadOnlyPolicyFile(const std::string& operand,
                                                        Environment& env) {
  if (pipeline::IsClaimsName(operand)) {
    return support::ErrorOf(support::Quoted(operand) +
                            " is a file of claims, not a policy; `ipec test` proves them");
  }
  return ReadPolicyFile(operand, env);
}

}  // namespace ipec::command
