#include "compiler/driver/report.h"

#include <utility>
#include "compiler/pipeline/rendered_file.h"

namespace ipec::driver {
namespace {

void Print(const pipeline::PolicyFileReading& reading, const targets::Target& target, bool color,
           bool verdict, llvm::raw_ostream& out) {
  diagnostics::RenderOptions options;
  options.color = color;
  options.verdict = verdict;
  options.version = IPEC_VERSION;
  const auto renderer = diagnostics::MakeRenderer(diagnostics::Format::Text, out, options);
  renderer->Render(ReportOf(reading, target));
  renderer->Finish();
}

}  // namespace

diagnostics::FileReport ReportOf(const pipeline::PolicyFileReading& reading,
                                 const targets::Target& target) {
  diagnostics::FileReport report;
  report.source = &reading.source();
  report.target = target.name;
  report.error = reading.error();
  pipeline::Identity identity = reading.identity();
  report.name = std::move(identity.name);
  report.policy_version = std::move(identity.version);
  report.diagnostics = reading.diagnostics();
  report.more = reading.more();
  return report;
}

diagnostics::FileReport ReportOf(const pipeline::ClaimsReading& reading) {
  const pipeline::TargetClaims& claims = reading.first();
  diagnostics::FileReport report;
  report.source = &reading.source();
  report.target = claims.target().name;
  report.claims = claims.claims().claims.size();
  report.cannot_fail = claims.cannot_fail();
  report.diagnostics = claims.diagnostics().list();
  report.more = claims.diagnostics().more();
  return report;
}

diagnostics::FileReport ReportOf(const pipeline::RenderedFile& file,
                                 const pipeline::RenderedSource& source,
                                 const targets::Target& target) {
  diagnostics::FileReport report;
  report.source = source.buffer;
  report.target = target.name;
  report.error = file.error();
  report.name = file.identity().name;
  report.policy_version = file.identity().version;
  report.diagnostics = source.findings;
  report.more = source.more;
  return report;
}

void PrintDiagnostics(const pipeline::PolicyFileReading& reading, const targets::Target& target,
                      bool color, llvm::raw_ostream& out) {
  Print(reading, target, color, /*verdict=*/false, out);
}

void PrintFindings(const pipeline::PolicyFileReading& reading, const targets::Target& target,
                   bool color, llvm::raw_ostream& out) {
  Print(reading, target, color, /*verdict=*/true, out);
}

}  // namespace ipec::driver
