// `ipec diff --output=sarif` and `--output=github`: differences as findings in the text after, by
// the outputs of the linter.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "compiler/driver/diff_report.h"
#include "compiler/support/assert.h"
#include "lint/explained.h"
#include "lint/output.h"

namespace ipec::driver {
namespace {

using pipeline::Direction;

// The lines before, in the file that they are in.
void LocateBefore(diagnostics::Diagnostic& finding, const FileChange& file) {
  for (diagnostics::Note& note : finding.notes) {
    if (note.elsewhere) note.elsewhere->path = file.path_before;
  }
}

void WriteFile(const FileChange& file, lint::Output& output) {
  std::vector<diagnostics::Diagnostic> list;
  lint::FileFindings findings;
  const auto add = [&](diagnostics::Diagnostic finding) {
    list.push_back(std::move(finding));
    findings.fingerprints.push_back(
        lint::Fingerprint(std::string(list.back().descriptor->code) + "\n" + file.name()));
  };
  // First: of many findings, outputs keep the first ones.
  for (const Direction direction : {Direction::Looser, Direction::Tighter, Direction::Records}) {
    const std::uint64_t more = file.More(direction);
    if (more != 0) add(FindingOfMore(direction, more, file.first()));
  }
  for (const MergedDifference& difference : file.differences()) {
    diagnostics::Diagnostic& one =
        list.emplace_back(FindingOf(difference.Cases(), *difference.change));
    LocateBefore(one, file);
    one.only_for = file.OnlyFor(difference);
    if (!one.only_for.empty()) one.AddNote("only for " + one.only_for);
    findings.fingerprints.push_back(difference.change->FingerprintOf(difference.Cases()));
  }
  const auto problem = file.first().life_cycle_problem();
  if (problem) add(FindingOf(*problem, file.first()));
  diagnostics::FileReport& report = findings.report;
  report.source = file.first().after().source;
  report.path = file.path;
  report.target = file.target_names().front();
  pipeline::Identity identity = file.first().after().reading->identity();
  report.name = std::move(identity.name);
  report.policy_version = std::move(identity.version);
  report.diagnostics = list;
  report.fingerprints = findings.fingerprints;
  output.File(findings);
}

void WriteReport(const DiffReport& report, lint::Output& output) {
  for (const FileChange& file : report.files) WriteFile(file, output);
  // A deleted file has no lines to be shown at.
  for (const DeletedPolicy& one : report.deleted) output.Warn(one.file + ": " + WordsFor(one));
  output.Finish({});
}

// The documentation of findings about changes: that of the rules with their codes.
std::vector<diagnostics::Explained> ExplainedChanges() {
  using pipeline::DescriptorOf;
  using pipeline::LifeCycleProblem;
  std::vector<diagnostics::Explained> all;
  for (const diagnostics::Descriptor* descriptor :
       {&DescriptorOf(Direction::Looser), &DescriptorOf(Direction::Tighter),
        &DescriptorOf(Direction::Records), &DescriptorOf(LifeCycleProblem::VersionNotBumped),
        &DescriptorOf(LifeCycleProblem::VersionDecreased),
        &DescriptorOf(LifeCycleProblem::NameChanged), &DescriptorOf(LifeCycleProblem::TooLarge)}) {
    const auto rule = std::find_if(lint::Explained().begin(), lint::Explained().end(),
                                   [&](const diagnostics::Explained& row) {
                                     return row.descriptor->code == descriptor->code;
                                   });
    IPEC_CHECK(rule != lint::Explained().end() && rule->descriptor->name == descriptor->name,
               "a finding about changes is not a rule of the linter");
    all.push_back(*rule);
    all.back().descriptor = descriptor;
    all.back().on = true;
  }
  return all;
}

diagnostics::RenderOptions Options() {
  static const std::vector<diagnostics::Explained> explained = ExplainedChanges();
  diagnostics::RenderOptions options;
  options.version = IPEC_VERSION;
  options.explained = explained;
  return options;
}

}  // namespace

void WriteDiffSarif(const DiffReport& report, llvm::raw_ostream& out) {
  WriteReport(report, *lint::MakeSarif(out, Options()));
}

void WriteDiffGithub(const DiffReport& report, llvm::raw_ostream& out) {
  WriteReport(report, *lint::MakeGithub(out, Options()));
}

}  // namespace ipec::driver
