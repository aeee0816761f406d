#pragma once

// The work of one `ipec lint` call on each file, by mode, and the state that its files share.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/command/file_targets.h"
#include "compiler/pipeline/claims_reading.h"
#include "compiler/pipeline/reading.h"
#include "compiler/render/render.h"
#include "lint/baseline.h"
#include "lint/lint_run.h"
#include "lint/output_set.h"
#include "lint/settings.h"
#include "lint/tally.h"

namespace ipec::lint {

enum class Mode : std::uint8_t {
  Report,         // findings to the outputs
  Diff,           // what --fix would change, as a patch
  WriteBaseline,  // findings to the baseline
  ShowConfig,     // the configuration of each file
};

// The state that the files of one call share.
struct RunState {
  RunState(const LintOptions& call, command::Environment& environment);

  // Whether files are fixed before their findings are reported or written to the baseline.
  bool fixes() const { return options.fix || options.unsafe_fixes; }

  const LintOptions& options;
  command::Environment& env;
  Mode mode;
  OutputSet outputs;
  Baseline baseline;  // empty without --baseline
  Tally tally;
  bool differs = false;   // Mode::Diff: there is a change
  bool rejected = false;  // Mode::Diff, Mode::WriteBaseline: a kernel rejects a policy
};

// A policy with its settings.
struct LintedFile {
  const std::string& operand;
  std::optional<std::string> from_root;  // its path for readers that know the repository
  std::string in_patch;                  // its path in a patch
  bool is_signed = false;                // `read` is the text in a signed file
  support::SourceBuffer read;            // as it was read, for writing it back
  pipeline::Reading reading;             // its text, under the name for reports
  const Settings& settings;
  std::vector<std::string> target_names;
};

// A template with its settings.
struct LintedTemplate {
  const render::Rendered& rendered;
  std::optional<std::string> from_root;  // as above
  const Settings& settings;
  command::NamedTargets targets;
};

// A file of claims with its settings.
struct LintedClaims {
  const std::string& operand;
  std::optional<std::string> from_root;  // as above
  std::string in_patch;
  support::SourceBuffer read;
  pipeline::ClaimsReading reading;  // its text, under the name for reports
  const Settings& settings;
  std::vector<std::string> target_names;
};

// Checks the call for errors that do not depend on the files, and opens the outputs.
command::ExitStatus PrepareRun(RunState& run, std::span<const std::string> operands);

command::ExitStatus ReportFindings(RunState& run, LintedFile& file);
command::ExitStatus PrintDiff(RunState& run, const LintedFile& file);
command::ExitStatus AddToBaseline(RunState& run, LintedFile& file);
// Lints the rendered policy; findings are about the template and the files that it includes.
void ReportTemplate(RunState& run, const LintedTemplate& file);
// In every mode: errors are repaired if the call asks for it, and never put into a baseline.
command::ExitStatus ReportClaims(RunState& run, LintedClaims& file);
void ShowConfig(RunState& run, const std::string& name, const Settings& settings);

// Finishes the outputs, or writes the baseline. `status` is that of the files; returns that of the
// run.
command::ExitStatus FinishRun(RunState& run, command::ExitStatus status);

}  // namespace ipec::lint
