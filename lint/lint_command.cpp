// `ipec lint`: what the kernel accepts and a careful reviewer would not.

#include <chrono>
#include <map>
#include <set>

#include "compiler/command/command.h"
#include "compiler/diagnostics/explain.h"
#include "compiler/support/line_diff.h"
#include "lint/baseline.h"
#include "lint/explained.h"
#include "lint/fixes.h"
#include "lint/linter.h"
#include "lint/output.h"
#include "lint/policy_files.h"

namespace ipec::lint {
namespace {

using namespace command;
using pipeline::Config;

// More rounds of fixing than any policy needs: each fix removes its finding.
constexpr int kMostRounds = 10;

std::string Today() {
  const auto now = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const std::chrono::year_month_day date(now);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

// Several outputs of one run, each to standard output or to a file of its own.
class Outputs {
 public:
  explicit Outputs(Environment& env) : env_(env) {}

  // `FORMAT` or `FORMAT:FILE`; empty, or what is wrong.
  std::string Add(std::string_view word, const diagnostics::RenderOptions& options) {
    const std::size_t colon = word.find(':');
    const std::string_view name = word.substr(0, colon);
    std::vector<std::string_view> names;
    for (const OutputFormat& format : OutputFormats()) {
      names.push_back(format.name);
      if (format.name != name) continue;
      sarif_ |= name == "sarif";
      Open& open = *open_.emplace_back(std::make_unique<Open>());
      diagnostics::RenderOptions own = options;
      if (colon != std::string_view::npos) {
        open.path = word.substr(colon + 1);
        if (open.path.empty()) return "`--output " + std::string(word) + "` names no file";
        own.color = false;
      } else if (to_standard_output_) {
        return "two outputs cannot share standard output; write one as FORMAT:FILE";
      } else {
        to_standard_output_ = true;
      }
      llvm::raw_ostream& out =
          open.path.empty() ? static_cast<llvm::raw_ostream&>(env_.out) : open.text;
      open.output = format.make(out, own);
      return {};
    }
    return "there is no output format `" + std::string(name) + "`" + DidYouMean(name, names);
  }

  void File(const FileFindings& file) {
    for (const auto& open : open_) open->output->File(file);
  }

  ExitStatus Finish(const Totals& totals) {
    ExitStatus status = ExitStatus::Ok;
    for (const auto& open : open_) {
      open->output->Finish(totals);
      if (open->path.empty()) continue;
      if (llvm::Error error = env_.files.Write(open->path, open->text.str())) {
        status = Worse(status, Complain(env_, std::move(error)));
      }
    }
    return status;
  }

  bool empty() const { return open_.empty(); }
  bool sarif() const { return sarif_; }

 private:
  struct Open {
    std::string path;  // empty: standard output
    support::StringOutput text;
    std::unique_ptr<Output> output;
  };
  Environment& env_;
  std::vector<std::unique_ptr<Open>> open_;
  bool to_standard_output_ = false;
  bool sarif_ = false;
};

class Run {
 public:
  Run(const Arguments& arguments, Environment& env)
      : arguments_(arguments), env_(env), outputs_(env), configs_(env.files), today_(Today()) {}

  ExitStatus Do() {
    if (const ExitStatus status = Prepare(); status != ExitStatus::Ok) return status;
    ExitStatus status = ExitStatus::Ok;
    for (const std::string& operand : arguments_.positional()) {
      status = Worse(status, Operand(operand));
    }
    if (!writing_baseline_ && !arguments_.Has("--diff")) {
      if (arguments_.Has("--statistics")) {
        PrintStatistics();
      }
      status = Worse(status, outputs_.Finish(totals_));
    }
    if (writing_baseline_) {
      if (llvm::Error error =
              env_.files.Write(std::string(arguments_.Get("--baseline")), made_.Text())) {
        return Complain(env_, std::move(error));
      }
      return status;
    }
    return status == ExitStatus::Ok && failed_ && !arguments_.Has("--exit-zero")
               ? ExitStatus::Findings
               : status;
  }

 private:
  ExitStatus Usage(std::string_view words) { return Complain(env_, ExitStatus::Usage, words); }

  ExitStatus Prepare() {
    diagnostics::RenderOptions render;
    render.color = WantsColor(arguments_, env_);
    render.explained = Explained();
    for (const std::string& word : arguments_.All("--output")) {
      if (const std::string wrong = outputs_.Add(word, render); !wrong.empty()) return Usage(wrong);
    }
    if (outputs_.empty()) outputs_.Add("text", render);
    for (const std::string& name : arguments_.All("--target")) {
      const targets::Target* target = targets::FindTarget(name);
      if (target == nullptr) return Usage(UnknownTarget(name));
      targets_.push_back(target);
    }
    writing_baseline_ = arguments_.Has("--write-baseline");
    if (writing_baseline_ && !arguments_.Has("--baseline")) {
      return Usage("`--write-baseline` needs `--baseline=FILE`, the file to write");
    }
    if (arguments_.Has("--baseline") && !writing_baseline_) {
      const std::string path(arguments_.Get("--baseline"));
      llvm::Expected<std::string> text = env_.files.Read(path);
      if (!text) return Complain(env_, text.takeError());
      if (llvm::Error error = baseline_.Read(path, *text)) {
        return Usage(llvm::toString(std::move(error)));
      }
    }
    if (arguments_.Has("--stdin-filename")) stdin_name_ = arguments_.Get("--stdin-filename");
    return ExitStatus::Ok;
  }

  static std::string UnknownTarget(const std::string& name) {
    std::vector<std::string_view> names;
    for (const targets::Target& known : targets::AllTargets()) names.push_back(known.name);
    const std::string guess = DidYouMean(name, names);
    return "unknown target `" + name + "`" + (guess.empty() ? "; see `ipec targets`" : guess);
  }

  ExitStatus Operand(const std::string& operand) {
    if (operand == "-" || env_.files.KindOf(operand) != support::PathKind::Folder) {
      return File(operand);
    }
    llvm::Expected<std::vector<std::string>> below = PoliciesBelow(env_.files, operand);
    if (!below) return Complain(env_, below.takeError());
    ExitStatus status = ExitStatus::Ok;
    for (const std::string& path : *below) status = Worse(status, File(path));
    return status;
  }

  llvm::Expected<Settings> SettingsFor(const std::string& path) {
    llvm::Expected<const Config*> config =
        arguments_.Has("--config") ? configs_.FromFile(std::string(arguments_.Get("--config")))
                                   : configs_.For(path);
    if (!config) return config.takeError();
    Overrides overrides;
    overrides.select = select_.empty() ? select_ = Split("--select") : select_;
    overrides.ignore = ignore_.empty() ? ignore_ = Split("--ignore") : ignore_;
    overrides.severity = arguments_.All("--severity");
    return Resolve(**config, overrides, today_);
  }

  // `--select=a,b` is `--select=a --select=b`.
  std::vector<std::string> Split(std::string_view option) const {
    std::vector<std::string> words;
    for (const std::string& value : arguments_.All(option)) {
      llvm::StringRef rest = value;
      while (!rest.empty()) {
        const auto [word, more] = rest.split(',');
        words.push_back(word.str());
        rest = more;
      }
    }
    return words;
  }

  // Empty after a complaint.
  std::vector<const targets::Target*> TargetsFor(const Settings& settings) {
    if (!targets_.empty()) return targets_;
    if (settings.config.targets.empty()) return {&targets::DefaultTarget()};
    std::vector<const targets::Target*> found;
    for (const std::string& name : settings.config.targets) {
      found.push_back(targets::FindTarget(name));
      if (found.back() == nullptr) {
        Usage(settings.config.path + ": " + UnknownTarget(name));
        return {};
      }
    }
    return found;
  }

  ExitStatus File(const std::string& operand) {
    const std::string name = operand == "-" ? stdin_name_ : operand;
    llvm::Expected<Settings> settings = SettingsFor(name);
    if (!settings) {
      const std::string words = llvm::toString(settings.takeError());
      // The same mistake in the configuration of many files is one mistake.
      return complained_.insert(words).second ? Usage(words) : ExitStatus::Usage;
    }
    if (arguments_.Has("--show-config")) {
      env_.out << pipeline::ShowConfig(settings->config);
      return ExitStatus::Ok;
    }
    const std::vector<const targets::Target*> targets = TargetsFor(*settings);
    if (targets.empty()) return ExitStatus::Usage;
    llvm::Expected<support::SourceBuffer> read = ReadOperand(operand, env_);
    if (!read) return Complain(env_, read.takeError());
    support::SourceBuffer source(name, read->text().str());
    Result result = LintForAll(source, targets, *settings);
    ExitStatus status = ExitStatus::Ok;
    const bool diff = arguments_.Has("--diff");
    if (diff || arguments_.Has("--fix") || arguments_.Has("--unsafe-fixes")) {
      const std::string fixed = Fix(source, result, targets, *settings);
      const bool changed = fixed != source.text();
      if (diff) {
        env_.out << support::UnifiedDiff(name, {source.text().data(), source.text().size()}, fixed);
        failed_ |= changed;
        return status;
      }
      if (changed) {
        status = WriteBack(operand, source, fixed);
        if (status != ExitStatus::Ok) return status;
        source = support::SourceBuffer(name, fixed);
        result = LintForAll(source, targets, *settings);
      }
    }
    Tell(source, targets, *settings, result);
    return status;
  }

  // The text after all fixes that are asked for; as it was where a set of safe ones is not safe.
  std::string Fix(const support::SourceBuffer& source, const Result& first,
                  std::span<const targets::Target* const> targets, const Settings& settings) {
    const bool unsafe = arguments_.Has("--unsafe-fixes");
    std::string text = source.text().str();
    Result result = first;
    for (int round = 0; round < kMostRounds; ++round) {
      const Fixed fixed = ApplyFixes(text, result.findings, unsafe);
      if (fixed.count == 0 || fixed.text == text) break;
      if (!unsafe && !SameForAll(text, fixed.text, targets)) break;
      text = fixed.text;
      const support::SourceBuffer buffer(source.name(), text);
      result = LintForAll(buffer, targets, settings);
    }
    return text;
  }

  static bool SameForAll(llvm::StringRef before, llvm::StringRef after,
                         std::span<const targets::Target* const> targets) {
    for (const targets::Target* target : targets) {
      if (!MeansTheSame(pipeline::CheckText(before, *target), after, *target)) return false;
    }
    return true;
  }

  ExitStatus WriteBack(const std::string& operand, const support::SourceBuffer& source,
                       const std::string& text) {
    if (operand == "-") {
      return Usage("`-` cannot be written back; `--diff` prints what would change");
    }
    llvm::Expected<std::string> now = env_.files.Read(operand);
    if (!now) return Complain(env_, now.takeError());
    if (*now != source.text()) {
      return Complain(env_, ExitStatus::Failure,
                      "`" + operand + "` was changed by somebody else meanwhile; not written");
    }
    if (llvm::Error error = env_.files.Write(operand, text)) {
      return Complain(env_, std::move(error));
    }
    return ExitStatus::Ok;
  }

  void Tell(const support::SourceBuffer& source, std::span<const targets::Target* const> targets,
            const Settings& settings, Result& result) {
    FileFindings file;
    file.fingerprints = Fingerprints(source, result.findings);
    if (writing_baseline_) {
      for (std::size_t i = 0; i < result.findings.size(); ++i) {
        made_.Add(source.name(), result.findings[i].descriptor->code, file.fingerprints[i]);
      }
      return;
    }
    std::vector<Diagnostic> findings;
    std::vector<std::string> fingerprints;
    for (std::size_t i = 0; i < result.findings.size(); ++i) {
      if (baseline_.Has(source.name(), file.fingerprints[i])) {
        ++totals_.known;
        continue;
      }
      Count(result.findings[i], settings);
      findings.push_back(std::move(result.findings[i]));
      fingerprints.push_back(std::move(file.fingerprints[i]));
    }
    ++totals_.files;
    totals_.silenced += result.silenced;
    totals_.others += result.more;
    file.fingerprints = std::move(fingerprints);
    file.report.source = &source;
    file.report.target = targets[0]->name;
    file.report.error = result.error;
    file.report.diagnostics = findings;
    file.report.more = result.more;
    if (!arguments_.Has("--statistics")) outputs_.File(file);
  }

  void Count(const Diagnostic& finding, const Settings& settings) {
    std::size_t& count = finding.severity == Severity::Error     ? totals_.errors
                         : finding.severity == Severity::Warning ? totals_.warnings
                                                                 : totals_.others;
    ++count;
    ++statistics_[finding.descriptor];
    std::string_view fail_on = arguments_.Get("--fail-on", settings.config.lint.fail_on);
    if (fail_on.empty()) {
      if (outputs_.sarif()) return;
      fail_on = "warning";
    }
    failed_ |= finding.severity == Severity::Error ||
               (fail_on != "error" && finding.severity == Severity::Warning) || fail_on == "info";
  }

  void PrintStatistics() {
    for (const auto& [descriptor, count] : statistics_) {
      env_.out << fmt::format("{:6}  {} {}\n", count, descriptor->code, descriptor->name);
    }
  }

  struct ByCode {
    bool operator()(const diagnostics::Descriptor* a, const diagnostics::Descriptor* b) const {
      return a->code < b->code;
    }
  };

  const Arguments& arguments_;
  Environment& env_;
  Outputs outputs_;
  pipeline::Configs configs_;
  std::string today_;
  std::string stdin_name_ = "<stdin>";
  std::vector<const targets::Target*> targets_;
  std::vector<std::string> select_;
  std::vector<std::string> ignore_;
  std::set<std::string> complained_;
  bool writing_baseline_ = false;
  Baseline baseline_;
  Baseline made_;
  Totals totals_;
  std::map<const diagnostics::Descriptor*, std::size_t, ByCode> statistics_;
  bool failed_ = false;
};

ExitStatus RunLint(const Arguments& arguments, Environment& env) {
  return Run(arguments, env).Do();
}

constexpr Option kOptions[] = {
    {"--target", "T", "judge for this kernel dialect; several are merged", true},
    {"--select", "RULES", "apply these rules only: codes, prefixes, names, categories, `all`",
     true},
    {"--ignore", "RULES", "do not apply these", true},
    {"--severity", "RULE=LEVEL", "error, warning, info, style or off", true},
    {"--fail-on", "LEVEL", "the mildest finding that fails: error, warning (the default), info",
     false, "error|warning|info"},
    {"--fix", "", "apply fixes that are proved to keep every decision and record"},
    {"--unsafe-fixes", "", "apply the other fixes, too"},
    {"--diff", "", "print what --fix would change, write nothing"},
    {"--exit-zero", "", "findings do not make the exit status 1"},
    {"--baseline", "FILE", "do not tell findings that FILE lists"},
    {"--write-baseline", "", "write all findings of this run to the baseline"},
    {"--statistics", "", "print how often each rule found something, no findings"},
    {"--output", "FORMAT[:FILE]",
     "text, concise, json, sarif, github, gitlab, junit, checkstyle or rdjson", true},
    {"--config", "FILE", "use this ipec.toml for all files"},
    {"--show-config", "", "print the configuration that counts for each FILE"},
    {"--stdin-filename", "NAME", "the name of what `-` reads"},
};

}  // namespace

// commands.def names it; the linker finds it.
extern const Command kLintCommand;
const Command kLintCommand{
    .operands = "FILE|DIR…",
    .description =
        "Tells what the kernel accepts and a careful reviewer would not. What the kernel refuses\n"
        "comes first and stops the rules of that file. A folder stands for the *.pol, *.ipe and\n"
        "*.policy files in and below it. `ipec explain RULE` has the reasons behind a rule;\n"
        "`# ipec: allow(RULE) reason` on or above a statement silences it.\n"
        "Exit status 1: findings at or above the level of --fail-on.",
    .example =
        "  $ ipec lint --output=concise device.pol\n"
        "  device.pol:5:1: warning: this rule says again what line 4 says [IPE1003 duplicate-rule]",
    .options = kOptions,
    .least_operands = 1,
    .run = RunLint,
};

}  // namespace ipec::lint
