#include "lint/lint_run.h"

#include <algorithm>
#include <map>
#include <set>

#include "compiler/content/content.h"
#include "compiler/pipeline/policy_files.h"
#include "compiler/pipeline/report_paths.h"
#include "compiler/support/date.h"
#include "compiler/support/line_diff.h"
#include "compiler/support/printable.h"
#include "lint/baseline.h"
#include "lint/explained.h"
#include "lint/fix_text.h"
#include "lint/output_set.h"
#include "lint/tally.h"
#include "lint/yields.h"

namespace ipec::lint {
namespace {

using namespace command;
using pipeline::Config;

// `--select=a,b` is `--select=a --select=b`.
std::vector<std::string> Split(std::span<const std::string> values) {
  std::vector<std::string> words;
  for (const std::string& value : values) {
    llvm::StringRef rest = value;
    while (!rest.empty()) {
      const auto [word, more] = rest.split(',');
      if (!word.empty()) words.push_back(word.str());
      rest = more;
    }
  }
  return words;
}

bool HasSafeFix(const Diagnostic& finding) {
  return std::any_of(finding.fixes.begin(), finding.fixes.end(),
                     [](const diagnostics::Fix& fix) { return fix.keeps_meaning; });
}

class Run {
 public:
  Run(const LintOptions& options, Environment& env)
      : options_(options),
        env_(env),
        outputs_(env),
        configs_(env.files),
        named_(env.files, options.operands.size()),
        paths_(env.files, options.operands),
        today_(support::Today()) {}

  ExitStatus Do() {
    if (const ExitStatus status = Prepare(); status != ExitStatus::Ok) return status;
    ExitStatus status = ExitStatus::Ok;
    for (const std::string& operand : Operands()) status = Worse(status, Operand(operand));
    if (showing_config_) return status;
    if (writing_baseline_) {
      status = WriteBaseline(status);
    } else if (tells_) {
      status = Worse(status, outputs_.Finish(tally_.totals));
      if (statistics_) {
        tally_.PrintStatistics(env_.out);
        env_.out << Summary(tally_.totals);
      }
    }
    const bool failed =
        ((tells_ && tally_.failed()) || changed_ || refused_) && !options_.exit_zero;
    const bool empty = found_nothing_ && options_.error_on_empty;
    return status == ExitStatus::Ok && (failed || empty) ? ExitStatus::Findings : status;
  }

 private:
  ExitStatus Usage(std::string_view words) { return Complain(env_, ExitStatus::Usage, words); }

  // Without operands the current folder is meant.
  std::vector<std::string> Operands() const {
    return options_.operands.empty() ? std::vector<std::string>{"."} : options_.operands;
  }

  // Everything about the call that can be wrong whatever the files are.
  ExitStatus Prepare() {
    diff_ = options_.diff;
    fixing_ = diff_ || options_.fix || options_.unsafe_fixes;
    statistics_ = options_.statistics;
    showing_config_ = options_.show_config;
    writing_baseline_ = options_.write_baseline;
    stdin_name_ = options_.stdin_filename.value_or("<stdin>");
    select_ = Split(options_.select);
    ignore_ = Split(options_.ignore);
    if (llvm::Expected<Settings> settings = SettingsFrom(Config()); !settings) {
      return Usage(llvm::toString(settings.takeError()));
    }
    for (const std::string& name : Split(options_.targets)) {
      const targets::Target* target = targets::FindTarget(name);
      if (target == nullptr) return Usage(pipeline::UnknownTarget(name));
      targets_.push_back(target);
    }
    const std::string_view instead = diff_               ? "--diff"
                                     : showing_config_   ? "--show-config"
                                     : writing_baseline_ ? "--write-baseline"
                                                         : "";
    tells_ = instead.empty();
    const std::string_view telling = !options_.outputs.empty() ? "--output"
                                     : statistics_             ? "--statistics"
                                                               : "";
    if (!tells_ && !telling.empty()) {
      return Usage(
          fmt::format("`{}` tells findings, which a call with `{}` does not", telling, instead));
    }
    if (diff_ && writing_baseline_) {
      return Usage("`--diff` writes nothing, so it does not go with `--write-baseline`");
    }
    if (const std::string wrong = PrepareOutputs(); !wrong.empty()) return Usage(wrong);
    const ExitStatus status = PrepareBaseline();
    if (status != ExitStatus::Ok) return status;
    if (const std::string wrong = WhatIsOverwritten(); !wrong.empty()) return Usage(wrong);
    if (tells_) outputs_.Begin();
    return ExitStatus::Ok;
  }

  // A file that is read must not be written to; said before anything is done.
  std::string WhatIsOverwritten() {
    std::vector<std::string> written;
    if (writing_baseline_) written.push_back(baseline_path_);
    if (tells_) written = outputs_.Files();
    if (written.empty()) return {};
    const auto taken_by = [&](const std::string& read, const char* what) -> std::string {
      for (const std::string& path : written) {
        if (!env_.files.SameFile(path, read)) continue;
        return "`" + path + "` is " + what + " and would be overwritten";
      }
      return {};
    };
    std::string wrong;
    if (options_.config) wrong = taken_by(*options_.config, "the configuration");
    if (wrong.empty() && tells_ && !baseline_path_.empty()) {
      wrong = taken_by(baseline_path_, "the baseline");
    }
    if (!wrong.empty() || showing_config_) return wrong;
    for (const std::string& operand : Operands()) {
      for (const std::string& path : pipeline::PoliciesOf(env_.files, operand).paths) {
        wrong = taken_by(PathOfOperand(path), "a policy to lint");
        if (!wrong.empty()) return wrong;
      }
    }
    return {};
  }

  std::string PrepareOutputs() {
    diagnostics::RenderOptions render;
    render.color = WantsColor(options_, env_, env_.out);
    render.version = IPEC_VERSION;
    render.explained = Explained();
    for (const std::string& word : options_.outputs) {
      if (std::string wrong = outputs_.Add(word, render); !wrong.empty()) return wrong;
    }
    if (statistics_ && outputs_.uses_standard_output()) {
      return "`--statistics` takes the place of findings on standard output; "
             "write them as FORMAT:FILE";
    }
    if (!statistics_ && options_.outputs.empty()) outputs_.Add("text", render);
    return {};
  }

  ExitStatus PrepareBaseline() {
    if (!options_.baseline) {
      return writing_baseline_ ? Usage("`--write-baseline` needs `--baseline=FILE` to write to")
                               : ExitStatus::Ok;
    }
    baseline_path_ = *options_.baseline;
    baseline_ = Baseline(env_.files.Absolute(baseline_path_));
    if (writing_baseline_) return ExitStatus::Ok;
    llvm::Expected<std::string> text = env_.files.Read(baseline_path_);
    if (!text) return Complain(env_, text.takeError());
    if (llvm::Error error = baseline_.Read(baseline_path_, *text)) {
      return Usage(llvm::toString(std::move(error)));
    }
    return ExitStatus::Ok;
  }

  ExitStatus Operand(const std::string& operand) {
    const pipeline::PolicyFiles found = pipeline::PoliciesOf(env_.files, operand);
    ExitStatus status = ExitStatus::Ok;
    for (const std::string& problem : found.problems) {
      status = Worse(status, Complain(env_, ExitStatus::Failure, problem));
    }
    const std::size_t before = taken_;
    in_directory_ = found.is_directory;
    for (const std::string& path : found.paths) {
      if (!named_.Add(path)) {
        ++taken_;  // by an operand before this one
        continue;
      }
      status = Worse(status, File(path));
    }
    if (found.is_directory && taken_ == before && found.problems.empty()) {
      Complain(env_, ExitStatus::Ok, pipeline::NoPolicies(operand));
      found_nothing_ = true;
    }
    return status;
  }

  // Whether the file is left out, by ipec.toml or because it is something else than a policy's
  // text. In a directory that is for the statistics only; what is named gets a message.
  bool IsExcluded(const std::string& name, const Config& config) {
    if (!pipeline::IsExcluded(config, name)) return false;
    tally_.CountSkipped("excluded by ipec.toml");
    if (!in_directory_) {
      Complain(env_, ExitStatus::Ok, "`" + name + "` is excluded by `" + config.path + "`");
    }
    return true;
  }

  std::optional<ExitStatus> IsOther(const std::string& name, llvm::StringRef bytes) {
    const content::Content what = content::Judge(bytes);
    if (what.kind == content::Kind::Text) return std::nullopt;
    tally_.CountSkipped(what.what);
    if (in_directory_) return ExitStatus::Ok;
    return Complain(env_, ExitStatus::Failure, content::WhyNot(what, name, "lint"));
  }

  llvm::Expected<Settings> SettingsFrom(const Config& config) const {
    Overrides overrides;
    overrides.select = select_;
    overrides.ignore = ignore_;
    overrides.severity = options_.severity;
    return Resolve(config, overrides, today_);
  }

  // The settings for a file; null after a complaint. Files that share an ipec.toml share them.
  const Settings* SettingsFor(const std::string& path) {
    llvm::Expected<const Config*> config =
        options_.config ? configs_.FromFile(*options_.config) : configs_.For(path);
    if (!config) return Mistaken(llvm::toString(config.takeError()));
    const auto known = settings_.find(*config);
    if (known != settings_.end()) return &known->second;
    llvm::Expected<Settings> settings = SettingsFrom(**config);
    if (!settings) return Mistaken(llvm::toString(settings.takeError()));
    return &settings_.emplace(*config, std::move(*settings)).first->second;
  }

  // The same mistake in the configuration of many files is one mistake.
  const Settings* Mistaken(const std::string& words) {
    if (mistakes_.insert(words).second) Usage(words);
    return nullptr;
  }

  std::vector<const targets::Target*> TargetsFor(const Config& config,
                                                 const std::string& name) const {
    return targets_.empty() ? pipeline::TargetsOf(config, name) : targets_;
  }

  ExitStatus File(const std::string& operand) {
    const std::string path = operand == "-" ? stdin_name_ : operand;
    const std::string name = paths_.FromHere(path);
    const Settings* settings = SettingsFor(name);
    if (settings == nullptr || showing_config_) ++taken_;
    if (settings == nullptr) return ExitStatus::Usage;
    if (showing_config_) {
      env_.out << "# for " << support::Printable(name) << '\n'
               << pipeline::ShowConfig(settings->config);
      return ExitStatus::Ok;
    }
    if (IsExcluded(name, settings->config)) return ExitStatus::Ok;
    llvm::Expected<support::SourceBuffer> read = ReadOperand(operand, env_);
    if (!read) {
      ++taken_;
      return Complain(env_, read.takeError());
    }
    if (const auto status = IsOther(name, read->text())) return *status;
    ++taken_;
    support::SourceBuffer source(name, read->text().str());
    const std::vector<const targets::Target*> targets = TargetsFor(settings->config, name);
    Result result =
        LintForAll(source, targets, *settings, fixing_ ? Sift() : Count(source, *settings));
    if (fixing_) {
      const FixedText fixed = FixText(source, result, targets, *settings, options_.unsafe_fixes);
      if (diff_) {
        TellRefusal(source, result);
        PrintPatch(
            support::UnifiedDiff(name, {source.text().data(), source.text().size()}, fixed.text),
            WantsColor(options_, env_, env_.out), env_);
        changed_ |= fixed.text != source.text();
        return ExitStatus::Ok;
      }
      if (fixed.text != source.text()) {
        if (operand == "-") {
          return Usage("`-` cannot be written back; `--diff` prints what would change");
        }
        const ExitStatus status = WriteBack(*read, fixed.text, env_);
        if (status != ExitStatus::Ok) return status;
        tally_.totals.fixed += fixed.count;
        source = support::SourceBuffer(name, fixed.text);
      }
      result = LintForAll(source, targets, *settings, Count(source, *settings));
    }
    if (writing_baseline_) TellRefusal(source, result);
    std::optional<std::string> from_root;
    if (IsFile(operand)) from_root = paths_.FromRoot(path);
    Tell(source, std::move(from_root), targets, result);
    return ExitStatus::Ok;
  }

  // Standard input is one when it was given a name.
  bool IsFile(const std::string& operand) const {
    return operand != "-" || options_.stdin_filename.has_value();
  }

  // Where no findings are told, a policy that a kernel refuses must not look like a clean one.
  void TellRefusal(const support::SourceBuffer& source, const Result& result) {
    if (!result.error) return;
    refused_ = true;
    diagnostics::RenderOptions render;
    render.verdict = false;
    diagnostics::FileReport report;
    report.source = &source;
    report.error = result.error;
    report.diagnostics = result.findings;
    report.more = result.more;
    const auto renderer = diagnostics::MakeRenderer(diagnostics::Format::Text, env_.err, render);
    renderer->Render(report);
    renderer->Finish();
  }

  static bool IsRefusal(const Result& result, const Diagnostic& finding) {
    return result.error && finding.severity == Severity::Error;
  }

  // Takes out what the baseline lists, or lists in it all there is; counts the rest.
  Sift Count(const support::SourceBuffer& source, const Settings& settings) {
    return [this, &source, fail_on = FailOn(settings.config)](Result& result) {
      if (!baseline_path_.empty()) TakeOutKnown(source, result);
      tally_.CountErrors(result.more, fail_on);
      for (const Diagnostic& finding : result.findings) tally_.Count(finding, fail_on);
    };
  }

  void TakeOutKnown(const support::SourceBuffer& source, Result& result) {
    const std::vector<std::string> fingerprints = Fingerprints(source, result.findings);
    const std::string path = env_.files.Absolute(source.name());
    std::vector<bool> stays(result.findings.size(), true);
    for (std::size_t i = 0; i < stays.size(); ++i) {
      // That a kernel refuses the policy is never known and done with.
      if (IsRefusal(result, result.findings[i])) continue;
      if (writing_baseline_) {
        baseline_.Add(path, result.findings[i].descriptor->code, fingerprints[i]);
      } else if (baseline_.Has(path, fingerprints[i])) {
        ++tally_.totals.known;
        stays[i] = false;
      }
    }
    result.fingerprints = fingerprints;
    KeepIf(result.findings, stays);
    KeepIf(result.fingerprints, stays);
  }

  void Tell(const support::SourceBuffer& source, std::optional<std::string> path,
            std::span<const targets::Target* const> targets, Result& result) {
    ++tally_.totals.files;
    tally_.totals.silenced += result.silenced;
    for (const Diagnostic& finding : result.findings) {
      if (!fixing_) break;
      if (HasSafeFix(finding)) ++tally_.totals.left;
      if (IsRefusal(result, finding) && !finding.fixes.empty()) ++tally_.totals.repairs;
    }
    std::string names;
    for (const targets::Target* target : targets) {
      names += (names.empty() ? "" : ",") + std::string(target->name);
    }
    FileFindings file;
    file.fingerprints = baseline_path_.empty() ? Fingerprints(source, result.findings)
                                               : std::move(result.fingerprints);
    file.report.source = &source;
    file.report.path = std::move(path);
    file.report.target = names;
    file.report.error = result.error;
    file.report.name = result.identity.name;
    file.report.policy_version = result.identity.version;
    file.report.diagnostics = result.findings;
    file.report.fingerprints = file.fingerprints;
    file.report.more = result.more;
    if (tells_) outputs_.File(file);
  }

  // Who uploads a SARIF report lets the place it is sent to decide, unless the call says otherwise.
  std::string_view FailOn(const Config& config) const {
    if (options_.fail_on) return *options_.fail_on;
    if (outputs_.has_sarif()) return {};
    return config.lint.fail_on.empty() ? std::string_view("warning") : config.lint.fail_on;
  }

  // Not after something went wrong: the findings of a file that could not be read would be lost.
  ExitStatus WriteBaseline(ExitStatus status) {
    if (status != ExitStatus::Ok) {
      return Complain(env_, status, "`" + baseline_path_ + "` is not written");
    }
    if (llvm::Error error = env_.files.Write(baseline_path_, baseline_.Text())) {
      return Complain(env_, std::move(error));
    }
    return ExitStatus::Ok;
  }

  const LintOptions& options_;
  Environment& env_;
  OutputSet outputs_;
  pipeline::Configs configs_;
  pipeline::FilesOnce named_;
  pipeline::ReportPaths paths_;
  std::string today_;
  bool diff_ = false;
  bool fixing_ = false;
  bool statistics_ = false;
  bool showing_config_ = false;
  bool writing_baseline_ = false;
  bool tells_ = false;  // findings go to the outputs
  std::string stdin_name_;
  std::vector<const targets::Target*> targets_;
  std::vector<std::string> select_;
  std::vector<std::string> ignore_;
  std::map<const Config*, Settings> settings_;
  std::set<std::string> mistakes_;
  std::string baseline_path_;
  Baseline baseline_;
  Tally tally_;
  bool changed_ = false;        // for --diff: there is a difference
  bool in_directory_ = false;   // the file was found, not named
  std::size_t taken_ = 0;       // files that were not left out
  bool found_nothing_ = false;  // in a directory that was named
  bool refused_ = false;        // where no findings are told: a kernel refuses a policy
};

}  // namespace

ExitStatus RunLint(const LintOptions& options, Environment& env) {
  return Run(options, env).Do();
}

}  // namespace ipec::lint
