#include "compiler/driver/report.h"

#include <fmt/format.h>

namespace ipec::driver {

diagnostics::FileReport ReportOf(const PolicyInput& input, const pipeline::Checked& checked,
                                 const targets::Target& target) {
  diagnostics::FileReport report;
  report.source = &input.source;
  report.target = target.name;
  report.error = checked.result.error;
  if (!checked.result.policy.name.empty()) report.name = checked.result.policy.name;
  if (checked.result.has_header) {
    const policy::Version& version = checked.result.policy.version;
    report.policy_version = fmt::format("{}.{}.{}", version.major, version.minor, version.revision);
  }
  report.diagnostics = checked.findings.list();
  return report;
}

void PrintFindings(const PolicyInput& input, const pipeline::Checked& checked,
                   const targets::Target& target, bool color, llvm::raw_ostream& out) {
  diagnostics::RenderOptions options;
  options.color = color;
  options.version = IPEC_VERSION;
  const auto renderer = diagnostics::MakeRenderer(diagnostics::Format::Text, out, options);
  renderer->Render(ReportOf(input, checked, target));
  renderer->Finish();
}

}  // namespace ipec::driver
