#include "compiler/driver/report.h"

namespace ipec::driver {

diagnostics::FileReport ReportOf(const PolicyInput& input, const pipeline::Checked& checked,
                                 const targets::Target& target) {
  diagnostics::FileReport report;
  report.source = &input.source;
  report.target = target.name;
  report.error = checked.result.error;
  pipeline::Identity identity = pipeline::IdentityOf(checked.result);
  report.name = std::move(identity.name);
  report.policy_version = std::move(identity.version);
  report.diagnostics = checked.findings.list();
  report.more = checked.findings.more();
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
