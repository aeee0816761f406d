// The errors in an `ipec lint` call that are found before a policy is read.

#include <fmt/format.h>

#include "compiler/pipeline/policy_files.h"
#include "compiler/render/render.h"
#include "compiler/render/stand_ins.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "lint/explained.h"
#include "lint/lint_modes.h"

namespace ipec::lint {
namespace {

using namespace command;
using support::ErrorOf;

Mode ModeOf(const LintOptions& options) {
  if (options.show_config) return Mode::ShowConfig;
  if (options.diff) return Mode::Diff;
  return options.write_baseline ? Mode::WriteBaseline : Mode::Report;
}

// The option that makes a run print something other than findings; empty: it prints findings.
std::string_view Instead(const LintOptions& options) {
  if (options.diff) return "--diff";
  if (options.show_config) return "--show-config";
  return options.write_baseline ? "--write-baseline" : "";
}

llvm::Error CheckModes(const LintOptions& options) {
  const std::string_view instead = Instead(options);
  const std::string_view telling = !options.outputs.empty() ? "--output"
                                   : options.statistics     ? "--statistics"
                                                            : "";
  if (!instead.empty() && !telling.empty()) {
    return ErrorOf(
        fmt::format("`{}` is about findings, which `{}` does not print", telling, instead));
  }
  if (options.diff && options.write_baseline) {
    return ErrorOf("`--diff` writes nothing, so it cannot be used with `--write-baseline`");
  }
  return llvm::Error::success();
}

llvm::Error AddOutputs(RunState& run) {
  const LintOptions& options = run.options;
  diagnostics::RenderOptions render;
  render.color = WantsColor(options, run.env, run.env.out);
  render.version = IPEC_VERSION;
  render.explained = Explained();
  for (const std::string& word : options.outputs) {
    if (llvm::Error error = run.outputs.Add(word, render)) return error;
  }
  if (options.statistics && run.outputs.uses_standard_output()) {
    return ErrorOf(
        "`--statistics` replaces findings on standard output; "
        "write findings with --output=FORMAT:FILE");
  }
  const bool prints = !options.statistics && options.outputs.empty();
  return prints ? run.outputs.Add("text", render) : llvm::Error::success();
}

ExitStatus ReadBaseline(RunState& run) {
  const std::optional<std::string>& path = run.options.baseline;
  const bool writes = run.options.write_baseline;
  if (!path) {
    return writes ? Report(run.env, ExitStatus::Usage, "`--write-baseline` needs `--baseline=FILE`")
                  : ExitStatus::Ok;
  }
  run.baseline = Baseline(run.env.files.Absolute(*path));
  if (writes) return ExitStatus::Ok;
  llvm::Expected<std::string> text = run.env.files.Read(*path);
  if (!text) return Report(run.env, text.takeError());
  if (llvm::Error error = run.baseline.Read(*path, *text)) {
    return Report(run.env, ExitStatus::Usage, llvm::toString(std::move(error)));
  }
  return ExitStatus::Ok;
}

// The files that a template includes; of other files none.
std::vector<std::string> IncludedBy(const std::string& path, support::FileSystem& files) {
  std::vector<std::string> included;
  if (!render::IsTemplateName(path)) return included;
  llvm::Expected<std::string> text = files.Read(path);
  if (!text) {
    llvm::consumeError(text.takeError());  // it is reported when the file is linted
    return included;
  }
  render::StandIns values;
  const render::Rendered rendered =
      render::Render({support::SourceBuffer(path, std::move(*text)), path}, values, &files);
  included.reserve(rendered.sources.size());
  for (const render::Source& source : rendered.sources) included.push_back(source.path);
  return included;
}

// A file that is read must not be written to.
llvm::Error CheckOverwriting(const RunState& run, std::span<const std::string> operands) {
  const LintOptions& options = run.options;
  std::vector<std::string> written;
  if (options.write_baseline) written.push_back(*options.baseline);
  if (run.mode == Mode::Report) written = run.outputs.Files();
  if (written.empty()) return llvm::Error::success();
  const auto check = [&](const std::string& read, const char* what) -> llvm::Error {
    for (const std::string& path : written) {
      if (!run.env.files.SameFile(path, read)) continue;
      return ErrorOf(support::Quoted(path) + " is " + what + " and would be overwritten");
    }
    return llvm::Error::success();
  };
  if (options.config) {
    if (llvm::Error error = check(*options.config, "the configuration")) return error;
  }
  if (options.against) {
    if (llvm::Error error = check(PathOfOperand(*options.against), "the base")) return error;
  }
  if (options.with) {
    if (llvm::Error error = check(PathOfOperand(*options.with), "the inventory")) return error;
  }
  if (run.mode == Mode::Report && options.baseline) {
    if (llvm::Error error = check(*options.baseline, "the baseline")) return error;
  }
  if (run.mode == Mode::ShowConfig) return llvm::Error::success();
  for (const std::string& operand : operands) {
    // Unreadable directories are reported when they are linted.
    const auto found = pipeline::PoliciesOf(run.env.files, operand, llvm::consumeError);
    for (const std::string& path : found.paths) {
      if (llvm::Error error = check(PathOfOperand(path), "a policy to lint")) return error;
      for (const std::string& included : IncludedBy(path, run.env.files)) {
        if (llvm::Error error = check(included, "a file that a template includes")) return error;
      }
    }
  }
  return llvm::Error::success();
}

}  // namespace

RunState::RunState(const LintOptions& call, command::Environment& environment)
    : options(call), env(environment), mode(ModeOf(call)), outputs(environment) {}

ExitStatus PrepareRun(RunState& run, std::span<const std::string> operands) {
  const auto usage = [&](llvm::Error error) {
    return Report(run.env, ExitStatus::Usage, llvm::toString(std::move(error)));
  };
  if (llvm::Error error = CheckModes(run.options)) return usage(std::move(error));
  if (llvm::Error error = AddOutputs(run)) return usage(std::move(error));
  if (const ExitStatus status = ReadBaseline(run); status != ExitStatus::Ok) return status;
  if (llvm::Error error = CheckOverwriting(run, operands)) return usage(std::move(error));
  if (run.mode == Mode::Report) run.outputs.Begin();
  return ExitStatus::Ok;
}

}  // namespace ipec::lint
