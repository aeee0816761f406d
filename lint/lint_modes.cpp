#include "lint/lint_modes.h"

#include <fmt/format.h>

#include <algorithm>

#include "compiler/pipeline/rendered_file.h"
#include "compiler/support/errno.h"
#include "compiler/support/line_diff.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "lint/fix_claims.h"
#include "lint/fix_text.h"
#include "lint/linter.h"
#include "lint/yields.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::lint {
namespace {

using namespace command;

bool HasSafeFix(const Diagnostic& finding) {
  return std::any_of(finding.fixes.begin(), finding.fixes.end(),
                     [](const diagnostics::Fix& fix) { return fix.keeps_meaning; });
}

bool IsRejection(const Result& result, const Diagnostic& finding) {
  return result.error && finding.severity == Severity::Error;
}

FixedText Fixed(const RunState& run, const LintedFile& file, const Result& result) {
  return FixText(file.reading, result, file.settings, run.options.unsafe_fixes);
}

ExitStatus CannotWriteBack(RunState& run) {
  return Report(run.env, ExitStatus::Usage,
                "`-` cannot be written back; `--diff` prints what would change");
}

// With --fix: writes the fixed text back; `file.reading` is then of the new text.
ExitStatus ApplyFixes(RunState& run, LintedFile& file) {
  if (!run.fixes()) return ExitStatus::Ok;
  const FixedText fixed = Fixed(run, file, Lint(file.reading, file.settings));
  if (fixed.text == file.reading.text()) return ExitStatus::Ok;
  if (file.operand == "-") return CannotWriteBack(run);
  const ExitStatus status = WriteBack(file.read, fixed.text, run.env);
  if (status != ExitStatus::Ok) return status;
  run.tally.totals.fixed += fixed.count;
  file.reading = pipeline::Reading(support::SourceBuffer(file.reading.source().name(), fixed.text),
                                   file.reading.targets());
  return ExitStatus::Ok;
}

// The same for claims, whose repairs take nothing away from what they claim.
ExitStatus ApplyRepairs(RunState& run, LintedClaims& file) {
  if (!run.fixes()) return ExitStatus::Ok;
  const FixedText fixed = FixClaims(file.reading);
  if (fixed.text == file.reading.text()) return ExitStatus::Ok;
  if (file.operand == "-") return CannotWriteBack(run);
  const ExitStatus status = WriteBack(file.read, fixed.text, run.env);
  if (status != ExitStatus::Ok) return status;
  run.tally.totals.fixed += fixed.count;
  file.reading = pipeline::ClaimsReading(
      support::SourceBuffer(file.reading.source().name(), fixed.text), file.reading.targets());
  return ExitStatus::Ok;
}

// With --diff: prints what would be repaired; `file.reading` stays.
void PrintRepairs(RunState& run, const LintedClaims& file) {
  const llvm::StringRef text = file.reading.text();
  const FixedText fixed = FixClaims(file.reading);
  PrintPatch(support::UnifiedDiff(file.in_patch, {text.data(), text.size()}, fixed.text),
             WantsColor(run.options, run.env, run.env.out), run.env);
  run.differs |= fixed.text != text;
}

// If findings are not reported, a rejected policy must not look like a clean one.
void PrintErrors(RunState& run, const diagnostics::FileReport& report) {
  diagnostics::RenderOptions render;
  render.verdict = false;
  const auto renderer = diagnostics::MakeRenderer(diagnostics::Format::Text, run.env.err, render);
  renderer->Render(report);
  renderer->Finish();
}

void PrintRejection(RunState& run, const support::SourceBuffer& source, const Result& result) {
  if (!result.error) return;
  run.rejected = true;
  diagnostics::FileReport report;
  report.source = &source;
  report.error = result.error;
  report.diagnostics = result.findings;
  report.more = result.more;
  PrintErrors(run, report);
}

// Removes known findings. That a kernel rejects the policy is never a known finding.
void DropKnown(RunState& run, const support::SourceBuffer& source, Result& result) {
  result.fingerprints = Fingerprints(source, result.findings);
  const std::string path = run.env.files.Absolute(source.name());
  std::vector<bool> stays(result.findings.size(), true);
  for (std::size_t i = 0; i < stays.size(); ++i) {
    if (IsRejection(result, result.findings[i])) continue;
    stays[i] = !run.baseline.Has(path, result.fingerprints[i]);
    if (!stays[i]) ++run.tally.totals.known;
  }
  KeepIf(result.findings, stays);
  KeepIf(result.fingerprints, stays);
}

// The lowest level that fails; empty if nothing fails. For an uploaded SARIF report, the receiving
// service decides, unless the call sets a level.
std::string_view FailOn(const RunState& run, const pipeline::Config& config) {
  if (run.options.fail_on) return *run.options.fail_on;
  if (run.outputs.has_sarif()) return {};
  return config.lint.fail_on.empty() ? std::string_view("warning") : config.lint.fail_on;
}

void CountFindings(Tally& tally, const Result& result, std::string_view fail_on) {
  tally.CountErrors(result.more, fail_on);
  for (const Diagnostic& finding : result.findings) tally.Count(finding, fail_on);
}

// The findings that remain after fixing.
void CountLeft(Tally& tally, const Result& result) {
  for (const Diagnostic& finding : result.findings) {
    if (HasSafeFix(finding)) ++tally.totals.left;
    if (IsRejection(result, finding) && !finding.fixes.empty()) ++tally.totals.repairs;
  }
}

void CountRepairs(Tally& tally, const Result& claims) {
  for (const Diagnostic& finding : claims.findings) {
    if (!finding.fixes.empty()) ++tally.totals.repairs;
  }
}

ExitStatus WriteBaseline(RunState& run, ExitStatus status) {
  const std::string& path = *run.options.baseline;
  // Not after an error: the findings of an unreadable file would be lost.
  if (status != ExitStatus::Ok)
    return Report(run.env, status, support::Quoted(path) + " was not written");
  if (llvm::Error error = run.env.files.Write(path, run.baseline.Text())) {
    return Report(run.env, std::move(error));
  }
  return ExitStatus::Ok;
}

ExitStatus FinishReport(RunState& run, ExitStatus status) {
  status = Worse(status, run.outputs.Finish(run.tally.totals));
  if (run.options.statistics) {
    run.tally.PrintStatistics(run.env.out);
    run.env.out << Summary(run.tally.totals);
  }
  return status;
}

}  // namespace

ExitStatus ReportFindings(RunState& run, LintedFile& file) {
  if (const ExitStatus status = ApplyFixes(run, file); status != ExitStatus::Ok) return status;
  const support::SourceBuffer& source = file.reading.source();
  const std::string_view fail_on = FailOn(run, file.settings.config);
  const auto count = [&](Result& all) {
    if (run.options.baseline) DropKnown(run, source, all);
    CountFindings(run.tally, all, fail_on);
  };
  Result result =
      Lint(file.reading, file.settings, {.filter = count, .target_names = file.target_names});
  // The fixes would edit the text in the file, and the signature would no longer match.
  if (file.is_signed) {
    for (Diagnostic& finding : result.findings) finding.fixes.clear();
  }
  ++run.tally.totals.files;
  run.tally.totals.suppressed += result.suppressed_count;
  if (run.fixes()) CountLeft(run.tally, result);
  // Kernels of one release that lack different properties are different targets of one name.
  std::vector<std::string> names;
  for (const targets::Target* target : file.reading.targets()) {
    if (std::find(names.begin(), names.end(), target->name) == names.end()) {
      names.emplace_back(target->name);
    }
  }
  const std::string joined = llvm::join(names, ",");
  FileFindings findings;
  findings.fingerprints =
      run.options.baseline ? std::move(result.fingerprints) : Fingerprints(source, result.findings);
  findings.report.source = &source;
  findings.report.path = file.from_root;
  findings.report.target = joined;
  findings.report.error = result.error;
  findings.report.name = result.identity.name;
  findings.report.policy_version = result.identity.version;
  findings.report.diagnostics = result.findings;
  findings.report.fingerprints = findings.fingerprints;
  findings.report.more = result.more;
  run.outputs.File(findings);
  return ExitStatus::Ok;
}

ExitStatus PrintDiff(RunState& run, const LintedFile& file) {
  const support::SourceBuffer& source = file.reading.source();
  const Result result = Lint(file.reading, file.settings);
  const FixedText fixed = Fixed(run, file, result);
  PrintRejection(run, source, result);
  PrintPatch(
      support::UnifiedDiff(file.in_patch, {source.text().data(), source.text().size()}, fixed.text),
      WantsColor(run.options, run.env, run.env.out), run.env);
  run.differs |= fixed.text != source.text();
  return ExitStatus::Ok;
}

ExitStatus AddToBaseline(RunState& run, LintedFile& file) {
  if (const ExitStatus status = ApplyFixes(run, file); status != ExitStatus::Ok) return status;
  const support::SourceBuffer& source = file.reading.source();
  const std::string path = run.env.files.Absolute(source.name());
  const auto add = [&](const Result& all) {
    const std::vector<std::string> fingerprints = Fingerprints(source, all.findings);
    for (std::size_t i = 0; i < fingerprints.size(); ++i) {
      if (IsRejection(all, all.findings[i])) continue;
      run.baseline.Add(path, all.findings[i].descriptor->code, fingerprints[i]);
    }
  };
  PrintRejection(run, source, Lint(file.reading, file.settings, {.filter = add}));
  return ExitStatus::Ok;
}

void ReportTemplate(RunState& run, const LintedTemplate& file) {
  const render::Rendered& rendered = file.rendered;
  Result result;
  std::vector<pipeline::RenderedSource> sources;
  if (rendered.HasProblems()) {
    result.error = pipeline::ErrorOfTemplate();
    sources = pipeline::ProblemsBySource(rendered);
  } else {
    const pipeline::Reading reading(
        support::SourceBuffer(rendered.sources.front().buffer.name(), rendered.text),
        file.targets.targets);
    result = Lint(reading, file.settings, {.target_names = file.targets.names});
    sources = pipeline::FindingsBySource(rendered, result.findings, result.more);
  }
  run.tally.totals.suppressed += result.suppressed_count;
  const std::string joined = llvm::join(file.targets.names, ",");
  for (pipeline::RenderedSource& source : sources) {
    const bool is_template = &source == &sources.front();
    if (!is_template && source.findings.empty() && source.more == 0) continue;
    ++run.tally.totals.files;
    Result counted;
    counted.findings = std::move(source.findings);
    counted.more = source.more;
    CountFindings(run.tally, counted, FailOn(run, file.settings.config));
    FileFindings findings;
    findings.fingerprints = Fingerprints(*source.buffer, counted.findings);
    findings.report.source = source.buffer;
    if (is_template) findings.report.path = file.from_root;
    findings.report.target = joined;
    findings.report.error = result.error;
    findings.report.name = result.identity.name;
    findings.report.policy_version = result.identity.version;
    findings.report.diagnostics = counted.findings;
    findings.report.fingerprints = findings.fingerprints;
    findings.report.more = counted.more;
    run.outputs.File(findings);
  }
}

ExitStatus ReportClaims(RunState& run, LintedClaims& file) {
  if (run.mode == Mode::Diff) PrintRepairs(run, file);
  if (const ExitStatus status = ApplyRepairs(run, file); status != ExitStatus::Ok) return status;
  const support::SourceBuffer& source = file.reading.source();
  Result result;
  result.findings = pipeline::JoinedFindings(file.reading, file.target_names);
  result.more = file.reading.first().diagnostics().more();
  FileFindings findings;
  findings.fingerprints = Fingerprints(source, result.findings);
  findings.report.source = &source;
  findings.report.path = file.from_root;
  const std::string joined = llvm::join(file.target_names, ",");
  findings.report.target = joined;
  findings.report.claims = file.reading.first().claims().claims.size();
  findings.report.diagnostics = result.findings;
  findings.report.fingerprints = findings.fingerprints;
  findings.report.more = result.more;
  if (run.mode == Mode::Report) {
    CountFindings(run.tally, result, FailOn(run, file.settings.config));
    if (run.fixes()) CountRepairs(run.tally, result);
    ++run.tally.totals.files;
    run.outputs.File(findings);
  } else if (!findings.report.accepted()) {
    run.rejected = true;
    PrintErrors(run, findings.report);
  }
  return ExitStatus::Ok;
}

void ShowConfig(RunState& run, const std::string& name, const Settings& settings) {
  run.env.out << "# for " << support::Printable(name) << '\n'
              << pipeline::ShowConfig(settings.config);
}

ExitStatus FinishRun(RunState& run, ExitStatus status) {
  bool failed = false;
  switch (run.mode) {
    case Mode::ShowConfig:
      break;
    case Mode::Diff:
      failed = run.differs || run.rejected;
      break;
    case Mode::WriteBaseline:
      status = WriteBaseline(run, status);
      failed = run.rejected;
      break;
    case Mode::Report:
      status = FinishReport(run, status);
      failed = run.tally.failed();
      break;
  }
  failed = failed && !run.options.exit_zero;
  return status == ExitStatus::Ok && failed ? ExitStatus::Findings : status;
}

}  // namespace ipec::lint
