#pragma once

// The differences that a call of `ipec diff` accepts: those of `--accept`, and those of the file
// that the ipec.toml of a policy names.

#include <map>
#include <span>
#include <string>
#include <vector>

#include "compiler/command/command.h"
#include "compiler/pipeline/acceptances.h"
#include "compiler/pipeline/config.h"
#include "compiler/pipeline/report_paths.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"

namespace ipec::driver {

class DiffAcceptances {
 public:
  // The fingerprints of the option.
  DiffAcceptances(std::span<const std::string> accept, pipeline::ReportPaths& paths,
                  command::Environment& env)
      : accept_(accept), paths_(paths), env_(env) {}

  // The error: a word is not a fingerprint.
  llvm::Error CheckOption() const;
  // `check_file` is called before a file is read, with its path.
  llvm::Expected<pipeline::Acceptances*> For(
      const pipeline::Config& config,
      llvm::function_ref<llvm::Error(const std::string&)> check_file);
  // Those without a difference. One of the option may be for the files of one ipec.toml only.
  std::vector<const pipeline::Acceptance*> Unused() const;

 private:
  const std::span<const std::string> accept_;
  pipeline::ReportPaths& paths_;
  command::Environment& env_;
  std::map<std::string, pipeline::Acceptances> by_path_;
};

}  // namespace ipec::driver
