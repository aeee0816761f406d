#pragma once

// The settings and the targets of each file of an `ipec lint` call: those of its ipec.toml, or of
// the one that --config names, overridden by the options of the call.

#include <map>
#include <string>
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

  // Files that share an ipec.toml share the settings. Errors are those of the configuration.
  llvm::Expected<const Settings*> For(const std::string& path);
  std::vector<const targets::Target*> TargetsFor(const pipeline::Config& config,
                                                 const std::string& path) const;

 private:
  llvm::Expected<Settings> From(const pipeline::Config& config) const;

  const LintOptions& options_;
  std::vector<std::string> select_;
  std::vector<std::string> ignore_;
  std::vector<const targets::Target*> targets_;
  std::string today_;
  pipeline::Configs configs_;
  std::map<const pipeline::Config*, Settings> known_;
};

}  // namespace ipec::lint
