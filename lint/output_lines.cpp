// Line-based formats: human-readable, for grep, and for GitHub's workflows.

#include "compiler/support/github.h"
#include "compiler/support/printable.h"
#include "lint/output.h"

namespace ipec::lint {
namespace {

using support::Printable;

std::string Count(std::size_t number, std::string_view word) {
  return fmt::format("{} {}{}", number, word, number == 1 ? "" : "s");
}

// The renderers of diagnostics, which all commands share.
class Rendered final : public Output {
 public:
  Rendered(std::unique_ptr<diagnostics::Renderer> renderer, llvm::raw_ostream* summary)
      : renderer_(std::move(renderer)), summary_(summary) {}
  void File(const FileFindings& file) override { renderer_->Render(file.report); }
  void Warn(std::string_view message) override { renderer_->Warn(message); }
  void Finish(const Totals& totals) override {
    renderer_->Finish();
    if (summary_ != nullptr) *summary_ << Summary(totals);
  }

 private:
  std::unique_ptr<diagnostics::Renderer> renderer_;
  llvm::raw_ostream* summary_;
};

class Concise final : public Output {
 public:
  explicit Concise(llvm::raw_ostream& out) : out_(out) {}
  void File(const FileFindings& file) override {
    const support::LineMap lines(file.report.source->text());
    for (const Diagnostic& finding : file.report.diagnostics) {
      const support::Position at = lines.PositionOf(finding.where.begin);
      out_ << fmt::format("{}:{}:{}: {}: {} [{} {}]\n", Printable(file.report.source->name()),
                          at.line, at.column, diagnostics::Name(finding.severity),
                          Printable(WholeMessage(finding)), finding.descriptor->code,
                          finding.descriptor->name);
    }
    if (file.report.more != 0) {
      out_ << fmt::format("{}: {} more findings are not shown\n",
                          Printable(file.report.source->name()), file.report.more);
    }
  }
  void Finish(const Totals&) override {}

 private:
  llvm::raw_ostream& out_;
};

class Github final : public Output {
 public:
  explicit Github(llvm::raw_ostream& out) : annotations_(out) {}

  void File(const FileFindings& file) override {
    const support::LineMap lines(file.report.source->text());
    for (const Diagnostic& finding : file.report.diagnostics) {
      std::vector<std::string> message = {finding.message};
      for (const diagnostics::Note& note : finding.notes) message.push_back(note.message);
      annotations_.Add({LevelOf(finding.severity), file.report.reviewed_path(),
                        lines.PositionOf(finding.where.begin), lines.PositionOf(finding.where.end),
                        fmt::format("{} {}", finding.descriptor->code, finding.descriptor->name),
                        std::move(message)});
    }
  }

  void Warn(std::string_view message) override {
    annotations_.Add({Level::Warning, {}, {}, {}, "ipec", {std::string(message)}});
  }

  void Finish(const Totals&) override { annotations_.Finish(); }

 private:
  using Level = support::GithubAnnotation::Level;
  static Level LevelOf(Severity severity) {
    if (severity == Severity::Error) return Level::Error;
    return severity == Severity::Warning ? Level::Warning : Level::Notice;
  }

  support::GithubAnnotations annotations_;
};

}  // namespace

std::string Summary(const Totals& totals) {
  const std::size_t all = totals.errors + totals.warnings + totals.others;
  std::string text = all == 0 ? "no findings" : Count(all, "finding");
  text += " in " + Count(totals.files, "file");
  std::string parts;
  const auto part = [&](std::size_t number, const std::string& words) {
    if (number != 0) parts += (parts.empty() ? ": " : ", ") + words;
  };
  part(totals.errors, Count(totals.errors, "error"));
  part(totals.warnings, Count(totals.warnings, "warning"));
  part(totals.others, Count(totals.others, "remark"));
  if (totals.suppressed != 0) parts += fmt::format("; {} suppressed", totals.suppressed);
  if (totals.fixed != 0) parts += fmt::format("; {} fixed", totals.fixed);
  if (totals.left != 0) {
    parts += fmt::format("; {} not fixed, because that would change other findings", totals.left);
  }
  if (totals.repairs != 0) {
    parts += "; " + Count(totals.repairs, "repair") + " to choose from, not applied";
  }
  if (totals.known != 0) parts += fmt::format("; {} in the baseline", totals.known);
  return text + parts + "\n";
}

std::unique_ptr<Output> MakeText(llvm::raw_ostream& out,
                                 const diagnostics::RenderOptions& options) {
  diagnostics::RenderOptions own = options;
  own.verdict = false;
  return std::make_unique<Rendered>(MakeRenderer(diagnostics::Format::Text, out, own), &out);
}

std::unique_ptr<Output> MakeJson(llvm::raw_ostream& out,
                                 const diagnostics::RenderOptions& options) {
  return std::make_unique<Rendered>(MakeRenderer(diagnostics::Format::Json, out, options), nullptr);
}

std::unique_ptr<Output> MakeSarif(llvm::raw_ostream& out,
                                  const diagnostics::RenderOptions& options) {
  return std::make_unique<Rendered>(MakeRenderer(diagnostics::Format::Sarif, out, options),
                                    nullptr);
}

std::unique_ptr<Output> MakeConcise(llvm::raw_ostream& out, const diagnostics::RenderOptions&) {
  return std::make_unique<Concise>(out);
}

std::unique_ptr<Output> MakeGithub(llvm::raw_ostream& out, const diagnostics::RenderOptions&) {
  return std::make_unique<Github>(out);
}

}  // namespace ipec::lint
