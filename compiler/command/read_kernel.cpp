#include "compiler/command/read_kernel.h"

#include <utility>

namespace ipec::command {

std::optional<pipeline::Kernel> ReadKernel(const std::string& path, bool has_chosen_target,
                                           Environment& env) {
  llvm::Expected<pipeline::Kernel> kernel =
      pipeline::ReadKernel(env.files, path, has_chosen_target);
  if (!kernel) {
    Report(env, ExitStatus::Usage, "`--kernel`: " + llvm::toString(kernel.takeError()));
    return std::nullopt;
  }
  for (const std::string& note : NotesOn(*kernel)) env.err << "ipec: note: " << note << '\n';
  return std::move(*kernel);
}

}  // namespace ipec::command
