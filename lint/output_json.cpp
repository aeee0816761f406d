// JSON for GitLab's code quality and for reviewdog.

#include "compiler/support/json_writer.h"
#include "lint/output.h"

namespace ipec::lint {
namespace {

using support::JsonWriter;

class Gitlab final : public Output {
 public:
  explicit Gitlab(llvm::raw_ostream& out) : out_(out), json_(out) { json_.arrayBegin(); }

  void File(const FileFindings& file) override {
    const support::LineMap lines(file.report.source->text());
    for (std::size_t i = 0; i < file.report.diagnostics.size(); ++i) {
      const Diagnostic& finding = file.report.diagnostics[i];
      json_.object([&] {
        json_.attribute("description", WholeMessage(finding));
        json_.attribute("check_name", finding.descriptor->name);
        // Unique in the whole report, as GitLab requires.
        json_.attribute("fingerprint",
                        Fingerprint(file.report.reviewed_path() + '\n' + file.fingerprints[i]));
        json_.attribute("severity", finding.severity == Severity::Error     ? "critical"
                                    : finding.severity == Severity::Warning ? "major"
                                    : finding.severity == Severity::Style   ? "minor"
                                                                            : "info");
        json_.attributeObject("location", [&] {
          json_.attribute("path", file.report.reviewed_path());
          json_.attributeObject("lines", [&] {
            json_.attribute("begin", lines.PositionOf(finding.where.begin).line);
          });
        });
      });
    }
  }

  void Finish(const Totals&) override {
    json_.arrayEnd();
    out_ << '\n';
  }

 private:
  llvm::raw_ostream& out_;
  JsonWriter json_;
};

// Positions as reviewdog counts them: columns in bytes of UTF-8, exclusive ends.
class Rdjson final : public Output {
 public:
  explicit Rdjson(llvm::raw_ostream& out) : out_(out), json_(out) {
    json_.objectBegin();
    json_.attributeObject("source", [&] { json_.attribute("name", "ipec lint"); });
    json_.attributeBegin("diagnostics");
    json_.arrayBegin();
  }

  void File(const FileFindings& file) override {
    const support::LineMap lines(file.report.source->text());
    for (const Diagnostic& finding : file.report.diagnostics) {
      json_.object([&] {
        json_.attribute("message", WholeMessage(finding));
        json_.attributeObject("location", [&] {
          json_.attribute("path", file.report.source->name());
          Range(lines, finding.where);
        });
        json_.attribute("severity", finding.severity == Severity::Error     ? "ERROR"
                                    : finding.severity == Severity::Warning ? "WARNING"
                                                                            : "INFO");
        json_.attributeObject("code", [&] {
          json_.attribute("value", std::string(finding.descriptor->code) + " " +
                                       std::string(finding.descriptor->name));
        });
        json_.attributeArray("suggestions", [&] {
          // A suggestion is one edit, so a fix with several edits is not one.
          for (const diagnostics::Fix& fix : finding.fixes) {
            if (fix.edits.size() != 1) continue;
            json_.object([&] {
              Range(lines, fix.edits[0].where);
              json_.attribute("text", fix.edits[0].text);
            });
          }
        });
      });
    }
  }

  void Finish(const Totals&) override {
    json_.arrayEnd();
    json_.attributeEnd();
    json_.objectEnd();
    out_ << '\n';
  }

 private:
  void Range(const support::LineMap& lines, Span where) {
    json_.attributeObject("range", [&] {
      Place("start", lines.PositionOf(where.begin));
      Place("end", lines.PositionOf(where.end));
    });
  }
  void Place(llvm::StringRef key, support::Position at) {
    json_.attributeObject(key, [&] {
      json_.attribute("line", at.line);
      json_.attribute("column", at.column);
    });
  }

  llvm::raw_ostream& out_;
  JsonWriter json_;
};

}  // namespace

std::unique_ptr<Output> MakeGitlab(llvm::raw_ostream& out, const diagnostics::RenderOptions&) {
  return std::make_unique<Gitlab>(out);
}

std::unique_ptr<Output> MakeRdjson(llvm::raw_ostream& out, const diagnostics::RenderOptions&) {
  return std::make_unique<Rdjson>(out);
}

}  // namespace ipec::lint
