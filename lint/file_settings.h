#pragma once

// The settings and the targets of each file of an `ipec lint` call: those of its ipec.toml, or of
// the one that --config names, overridden by the options of the call.

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "compiler/pipeline/config_files.h"
#include "lint/lint_run.h"
#include "lint/settings.h"

namespace ipec::lint {

class FileSettings {
 public:
  FileSettings(const LintOptions& options, support::FileSystem& files);

  // The error names a rule, level or target in the options that does not exist.
  llvm::Error CheckOptions();
  bool has_chosen_targets() const { return !targets_.empty(); }
  // Of the options `--kernel`: they replace those of the configuration.
  void Use(std::vector<pipeline::Kernel> kernels) { kernels_ = std::move(kernels); }

  // Notes on kernels that configurations name, each once.
  std::vector<std::string> TakeNotes() { return std::exchange(notes_, {}); }

  // Files that share an ipec.toml share the settings. Errors are those of the configuration.
  llvm::Expected<const Settings*> For(const std::string& path);
  // The error: a kernel of the configuration is of a release without a target.
  llvm::Expected<std::vector<const targets::Target*>> TargetsFor(const pipeline::Config& config,
                                                                 const std::string& path) const;
  // Of these targets, in notes.
  std::vector<std::string> NamesFor(std::span<const targets::Target* const> targets,
                                    const pipeline::Config& config, const std::string& path) const {
    return pipeline::NamesOf(targets, config, path, targets_, kernels_);
  }

 private:
  llvm::Expected<Settings> From(const pipeline::Config& config) const;

  const LintOptions& options_;
  std::vector<std::string> select_;
  std::vector<std::string> ignore_;
  std::vector<const targets::Target*> targets_;
  std::vector<pipeline::Kernel> kernels_;
  std::vector<std::string> notes_;
  std::string today_;
  pipeline::Configs configs_;
  std::map<const pipeline::Config*, Settings> known_;
};

}  // namespace ipec::lint
