// XML for JUnit and Checkstyle readers.

#include "compiler/support/xml.h"
#include "lint/output.h"

namespace ipec::lint {
namespace {

using support::Xml;

// One suite per file and one case per finding; a file without findings is a passed case.
class Junit final : public Output {
 public:
  explicit Junit(llvm::raw_ostream& out) : out_(out) {
    out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ipec lint\">\n";
  }

  void File(const FileFindings& file) override {
    const std::string name = Xml(file.report.reviewed_path());
    const std::span<const Diagnostic> findings = file.report.diagnostics;
    const support::LineMap lines(file.report.source->text());
    out_ << fmt::format("  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"0\">\n",
                        name, findings.empty() ? 1 : findings.size(), findings.size());
    if (findings.empty()) {
      out_ << fmt::format("    <testcase classname=\"{}\" name=\"ipec lint\"/>\n", name);
    }
    for (const Diagnostic& finding : findings) {
      const support::Position at = lines.PositionOf(finding.where.begin);
      out_ << fmt::format(
          "    <testcase classname=\"{}\" name=\"{} {}:{}\">\n"
          "      <failure type=\"{} {}\" message=\"{}\">{}:{}:{}: {}: {}{}</failure>\n"
          "    </testcase>\n",
          name, finding.descriptor->name, at.line, at.column, finding.descriptor->code,
          finding.descriptor->name, Xml(WholeMessage(finding)), name, at.line, at.column,
          diagnostics::Name(finding.severity), Xml(finding.message), Notes(finding));
    }
    out_ << "  </testsuite>\n";
  }

  void Finish(const Totals&) override { out_ << "</testsuites>\n"; }

 private:
  static std::string Notes(const Diagnostic& finding) {
    std::string text;
    for (const diagnostics::Note& note : finding.notes) text += "\nnote: " + Xml(note.message);
    return text;
  }

  llvm::raw_ostream& out_;
};

class Checkstyle final : public Output {
 public:
  explicit Checkstyle(llvm::raw_ostream& out) : out_(out) {
    out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<checkstyle version=\"4.3\">\n";
  }

  void File(const FileFindings& file) override {
    const support::LineMap lines(file.report.source->text());
    out_ << fmt::format("  <file name=\"{}\">\n", Xml(file.report.source->name()));
    for (const Diagnostic& finding : file.report.diagnostics) {
      const support::Position at = lines.PositionOf(finding.where.begin);
      out_ << fmt::format(
          "    <error line=\"{}\" column=\"{}\" severity=\"{}\" message=\"{}\" "
          "source=\"ipec.{}\"/>\n",
          at.line, at.column,
          finding.severity == Severity::Error     ? "error"
          : finding.severity == Severity::Warning ? "warning"
                                                  : "info",
          Xml(WholeMessage(finding)), finding.descriptor->name);
    }
    out_ << "  </file>\n";
  }

  void Finish(const Totals&) override { out_ << "</checkstyle>\n"; }

 private:
  llvm::raw_ostream& out_;
};

}  // namespace

std::unique_ptr<Output> MakeJunit(llvm::raw_ostream& out, const diagnostics::RenderOptions&) {
  return std::make_unique<Junit>(out);
}

std::unique_ptr<Output> MakeCheckstyle(llvm::raw_ostream& out, const diagnostics::RenderOptions&) {
  return std::make_unique<Checkstyle>(out);
}

}  // namespace ipec::lint
