#pragma once

// Reading an operand that is a policy: the same for every command.

#include <string>

#include "compiler/command/command.h"
#include "compiler/pipeline/policy_file.h"
#include "llvm/Support/Error.h"

namespace ipec::command {

// A file, or standard input for `-`: text, a signed message, or another kind of file. Returns only
// errors of reading.
llvm::Expected<pipeline::PolicyFile> ReadPolicyFile(const std::string& operand, Environment& env);

// The same for commands that read nothing but policies: a file of claims is an error.
llvm::Expected<pipeline::PolicyFile> ReadOnlyPolicyFile(const std::string& operand,
                                                        Environment& env);

}  // namespace ipec::command
