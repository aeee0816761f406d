#pragma once

// The settings and the targets of each file of an `ipec lint` call: those of its ipec.toml, or of
// the one that --config names, overridden by the options of the call.

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/command/file_targets.h"
#include "compiler/pipeline/config_files.h"
#include "lint/lint_run.h"
#include "lint/settings.h"

namespace ipec::lint {

class FileSettings {
 public:
  FileSettings(const LintOptions& options, support::FileSystem& files);

  // The error names a rule, level or target in the options that does not exist.
  llvm::Error CheckOptions();
  // The targets and kernels of the options: they replace those of the configuration.
  command::ChosenTargets& chosen() { return chosen_; }

  // Notes on kernels that configurations name, each once.
  std::vector<std::string> TakeNotes() { return std::exchange(notes_, {}); }

  // Files that share an ipec.toml share the settings. Errors are those of the configuration.
  llvm::Expected<const Settings*> For(const std::string& path);
  // The error: a kernel of the configuration is of a release without a target.
  llvm::Expected<command::NamedTargets> TargetsFor(const pipeline::Config& config,
                                                   const std::string& path) const {
    return chosen_.For(config, path);
  }

 private:
  llvm::Expected<Settings> From(const pipeline::Config& config) const;

  const LintOptions& options_;
  std::vector<std::string> select_;
  std::vector<std::string> ignore_;
  command::ChosenTargets chosen_;
  std::vector<std::string> notes_;
  std::string today_;
  pipeline::Configs configs_;
  std::map<const pipeline::Config*, Settings> known_;
};

}  // namespace ipec::lint
