#pragma once

// The bases that the files of an `ipec lint --against=BASE` call are compared with.

#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "compiler/command/read_base.h"
#include "compiler/pipeline/acceptances.h"
#include "compiler/pipeline/config.h"
#include "compiler/pipeline/policy_files.h"
#include "compiler/pipeline/reading.h"
#include "compiler/pipeline/report_paths.h"
#include "lint/lint_run.h"

namespace ipec::lint {

class Bases {
 public:
  Bases(const LintOptions& options, command::Environment& env)
      : options_(options), env_(env), paths_(env.files, options.operands) {}

  // Another status than Ok after a message. Without --against there is nothing to open.
  command::ExitStatus Open();

  // Before the files of an operand: reads the base of each, and prints a note on those that are in
  // the base only. Another status than Ok after a message: the files have no bases.
  command::ExitStatus Read(const std::string& operand, const pipeline::PolicyFiles& found);

  // The base of the file at this position in `found`, for the targets of the file; null without
  // --against, and for a new file, about which a note is printed. Another status than Ok after a
  // message: the base cannot be compared with.
  command::ExitStatus BaseOf(std::size_t position, const std::string& name,
                             pipeline::Targets targets,
                             std::shared_ptr<const pipeline::Reading>& base) const;

  // The differences that a configuration accepts; null: none. Errors are those of the file that it
  // names.
  llvm::Expected<std::shared_ptr<pipeline::Acceptances>> AcceptancesOf(
      const pipeline::Config& config);

 private:
  const LintOptions& options_;
  command::Environment& env_;
  pipeline::ReportPaths paths_;
  std::optional<command::Base> base_;
  pipeline::BaseFiles files_;  // of the operand that was read last
  std::map<std::string, std::shared_ptr<pipeline::Acceptances>> acceptances_;  // by path
};

}  // namespace ipec::lint
