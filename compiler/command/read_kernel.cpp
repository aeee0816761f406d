#include "compiler/command/read_kernel.h"

#include <algorithm>
#include <utility>

#include "compiler/support/streams.h"

namespace ipec::command {

namespace {

llvm::Expected<std::string> ReadText(const std::string& path, std::span<const std::string> operands,
                                     Environment& env) {
  if (path != "-") return pipeline::ReadKernelFile(env.files, path);
  if (std::find(operands.begin(), operands.end(), "-") != operands.end()) {
    return support::ErrorOf("standard input is already the policy");
  }
  return support::ReadAtMost(env.in, targets::kLongestKernelConfig + 1);
}

}  // namespace

std::optional<pipeline::Kernel> ReadKernel(const std::string& path, bool has_chosen_target,
                                           std::span<const std::string> operands,
                                           Environment& env) {
  llvm::Expected<std::string> text = ReadText(path, operands, env);
  llvm::Expected<pipeline::Kernel> kernel =
      text ? pipeline::ReadKernel(path == "-" ? "<stdin>" : path, *text, has_chosen_target)
           : text.takeError();
  if (!kernel) {
    Report(env, ExitStatus::Usage, "`--kernel`: " + llvm::toString(kernel.takeError()));
    return std::nullopt;
  }
  for (const std::string& note : NotesOn(*kernel)) env.err << "ipec: note: " << note << '\n';
  return std::move(*kernel);
}

}  // namespace ipec::command
