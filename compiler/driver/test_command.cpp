// `ipec test`: whether policies keep what their claims promise, and decide events as expected.

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/command/file_targets.h"
#include "compiler/command/read_policy.h"
#include "compiler/diagnostics/render.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/test_files.h"
#include "compiler/driver/test_outputs.h"
#include "compiler/driver/test_thresholds.h"
#include "compiler/pipeline/claims_reading.h"
#include "compiler/pipeline/git_repository.h"
#include "compiler/pipeline/policy_files.h"
#include "compiler/suite/outputs.h"
#include "compiler/support/source.h"
#include "compiler/support/wording.h"
#include "llvm/Support/GlobPattern.h"

namespace ipec::driver {
namespace {

using namespace command;
using support::Quoted;

struct TestOptions : CommonOptions {
  std::vector<std::string> targets;
  std::vector<std::string> kernels;
  std::vector<std::string> coverage;
  std::vector<std::string> thresholds;
  std::vector<std::string> outputs;
  std::optional<std::string> run;
  bool mutants = false;
};

constexpr auto kOptions = Table<TestOptions>(
    Value<&TestOptions::targets>("--target", "T", "the kernel dialect"),
    Value<&TestOptions::kernels>("--kernel", "CONFIG",
                                 "the configuration of a kernel: target, missing properties"),
    OptionalValue<&TestOptions::coverage>(
        "--coverage", "lcov:FILE|cobertura:FILE",
        "print which statements and cases the tests cover, or write it to a file"),
    Flag<&TestOptions::mutants>("--mutants",
                                "try small changes of the policy: print those that no test "
                                "notices"),
    Value<&TestOptions::thresholds>("--threshold", "WHAT:N",
                                    "fail below N percent: of `cases`, `rules` or `mutants`"),
    Value<&TestOptions::run>("--run", "GLOB", "only the tests with such a name"),
    WithWords(Value<&TestOptions::outputs>("--output", "FORMAT[:FILE]",
                                           "text, json, junit, github or markdown"),
              TestOutputs::Names));

class Run {
 public:
  Run(const TestOptions& options, Environment& env)
      : options_(options),
        env_(env),
        targets_(env),
        outputs_(env, options.operands),
        operands_(options.operands.empty() ? std::vector<std::string>{"."} : options.operands) {}

  ExitStatus Do() {
    if (!Prepare()) return ExitStatus::Usage;
    const FoundSuites found = FindSuites(operands_, targets_, env_);
    if (llvm::Error error = CheckOverwriting(found)) return Usage(std::move(error));
    outputs_.Begin(run_, WantsColor(options_, env_, env_.out));
    totals_.operands = llvm::join(operands_, " ");
    totals_.without_tests = found.without_tests.size();
    ExitStatus status = ExitStatus::Ok;
    for (const FoundSuites::Problem& problem : found.problems) {
      status = Worse(status, Fail(problem.status, problem.path, problem.words));
    }
    for (const SuiteFiles& files : found.suites) status = Worse(status, Test(files));
    if (status == ExitStatus::Ok && totals_.passed + totals_.failed == 0) {
      return command::Report(env_, ExitStatus::Usage, NothingFound());
    }
    status = Worse(status, outputs_.Finish(totals_));
    if (totals_.failed != 0) status = Worse(status, ExitStatus::Findings);
    return Worse(status, thresholds_.Check(totals_, env_));
  }

 private:
  // Returns false after an error in the call.
  bool Prepare() {
    const auto fail = [&](std::string_view words) {
      command::Report(env_, ExitStatus::Usage, words);
      return false;
    };
    if (!targets_.Choose(options_.targets, options_.kernels, options_.operands)) return false;
    if (llvm::Error error = outputs_.Add(options_.outputs, options_.coverage)) {
      return fail(llvm::toString(std::move(error)));
    }
    run_.coverage = !options_.coverage.empty();
    run_.mutants = options_.mutants;
    for (const std::string& word : options_.thresholds) {
      if (llvm::Error error = thresholds_.Add(word, run_)) {
        return fail(llvm::toString(std::move(error)));
      }
    }
    if (!options_.run) return true;
    if (run_.coverage || run_.mutants) {
      return fail("`--run` leaves tests out, so it cannot be combined with coverage or mutants");
    }
    llvm::Expected<llvm::GlobPattern> pattern = llvm::GlobPattern::create(*options_.run);
    if (!pattern) {
      return fail(Quoted("--run=" + *options_.run) + ": " + llvm::toString(pattern.takeError()));
    }
    pattern_ = std::move(*pattern);
    return true;
  }

  std::string NothingFound() const {
    if (options_.run) return "no test has a name that matches " + Quoted(*options_.run);
    return "nothing to test: a policy NAME.pol is tested by the claims in NAME.claims and by the "
           "events with `expect` in NAME.jsonl beside it";
  }

  // A file that is read must not be written to.
  llvm::Error CheckOverwriting(const FoundSuites& found) {
    for (const std::string& kernel : options_.kernels) {
      if (llvm::Error error = outputs_.CheckReading(kernel)) return error;
    }
    for (const SuiteFiles& files : found.suites) {
      const std::string& config = targets_.ConfigOf(files.policy);
      if (llvm::Error error = outputs_.CheckReading(config)) return error;
      for (const std::string& path : files.Near()) {
        if (llvm::Error error = outputs_.CheckReading(path)) return error;
      }
    }
    for (const std::string& policy : found.without_tests) {
      if (llvm::Error error = outputs_.CheckReading(policy)) return error;
    }
    return llvm::Error::success();
  }

  ExitStatus Test(const SuiteFiles& files) {
    llvm::Expected<NamedTargets> targets = targets_.For(files.policy);
    if (!targets) return Fail(ExitStatus::Usage, files.policy, targets.takeError());
    llvm::Expected<pipeline::PolicyFile> file = ReadPolicyFile(files.policy, env_);
    if (!file) return Fail(ExitStatus::Failure, files.policy, file.takeError());
    const bool is_text = file->content.kind == content::Kind::Text;
    if (!is_text && (file->content.kind != content::Kind::Signed || file->IsRejectedMessage())) {
      if (files.in_directory) return ExitStatus::Ok;  // of another program
      return Fail(ExitStatus::Failure, files.policy,
                  content::NotTextError(file->content, files.policy, "test"));
    }
    const pipeline::Reading policy(
        support::SourceBuffer(pipeline::Shown(files.policy), file->text.text().str()),
        targets->targets);
    if (IsRejected(policy, files.policy)) return ExitStatus::Findings;
    return TestPolicy(files, policy, *targets);
  }

  // Prints the findings of the first target that rejects the policy.
  bool IsRejected(const pipeline::Reading& policy, const std::string& path) {
    for (const pipeline::TargetReading& reading : policy.by_target()) {
      if (reading.accepted()) continue;
      AddUntested(path, "rejected: ", policy.source(), reading.diagnostics().list());
      PrintFindings(policy.source(), reading.target(), reading.diagnostics().list(),
                    reading.diagnostics().more());
      return true;
    }
    return false;
  }

  void PrintFindings(const support::SourceBuffer& source, const targets::Target& target,
                     std::span<const diagnostics::Diagnostic> findings, std::size_t more) {
    diagnostics::RenderOptions options;
    options.color = WantsColor(options_, env_, env_.err);
    options.verdict = false;
    const auto renderer = diagnostics::MakeRenderer(diagnostics::Format::Text, env_.err, options);
    diagnostics::FileReport report;
    report.source = &source;
    report.target = target.name;
    report.diagnostics = findings;
    report.more = more;
    renderer->Render(report);
    renderer->Finish();
  }

  // Prints an error about a file, because of which a policy is not tested.
  ExitStatus Fail(ExitStatus status, const std::string& path, const std::string& words) {
    AddUntested(path, words, {});
    return command::Report(env_, status, words);
  }
  ExitStatus Fail(ExitStatus status, const std::string& path, llvm::Error error) {
    return Fail(status, path, llvm::toString(std::move(error)));
  }

  // A file of events with a malformed line.
  ExitStatus Malformed(const std::string& path, llvm::Error error) {
    llvm::handleAllErrors(std::move(error), [&](const suite::MalformedTest& line) {
      AddUntested(path, "malformed: " + line.words(), line.at());
      command::Report(env_, ExitStatus::Usage,
                      fmt::format("{}:{}:{}: {}", pipeline::Shown(path), line.at().line,
                                  line.at().column, line.words()));
    });
    return ExitStatus::Usage;
  }

  // A file with findings: the first error is the reason.
  void AddUntested(const std::string& path, std::string_view verdict,
                   const support::SourceBuffer& source,
                   std::span<const diagnostics::Diagnostic> findings) {
    const auto error = std::find_if(findings.begin(), findings.end(), [](const auto& finding) {
      return finding.severity == diagnostics::Severity::Error;
    });
    if (error == findings.end()) return AddUntested(path, std::string(verdict), {});
    AddUntested(path, std::string(verdict) + error->message,
                support::LineMap(source.text()).PositionOf(error->where.begin));
  }

  void AddUntested(const std::string& path, const std::string& reason, support::Position at) {
    ++totals_.not_tested;
    outputs_.NotTested(path, reason, at);
  }

  ExitStatus TestPolicy(const SuiteFiles& files, const pipeline::Reading& policy,
                        const NamedTargets& targets) {
    suite::SuiteInput input{policy, nullptr, nullptr, {}, {}, targets.names};
    input.from_root.policy = outputs_.FromRoot(files.policy);
    support::SourceBuffer claims;
    support::SourceBuffer events;
    if (!files.claims.empty()) {
      const ExitStatus status = ReadClaims(files.claims, targets, claims, input);
      if (status != ExitStatus::Ok) return status;
    }
    if (!files.events.empty()) {
      const ExitStatus status = ReadEvents(files.events, targets, events, input);
      if (status != ExitStatus::Ok) return status;
    }
    const suite::SuiteReport report = suite::MakeReport(input, run_, [&](std::string_view name) {
      return !pattern_ || pattern_->match({name.data(), name.size()});
    });
    if (report.tests.empty()) {
      ++totals_.without_tests;
      return ExitStatus::Ok;
    }
    ++totals_.policies;
    for (const suite::TestCase& test : report.tests) {
      ++(test.verdict == suite::TestCase::Verdict::Passed ? totals_.passed : totals_.failed);
    }
    totals_.covered += report.covered;
    totals_.pinned += report.all_pinned;
    totals_.kills += report.kills();
    totals_.mutants_left_out |= run_.mutants && !report.has_mutants;
    outputs_.Policy({input, report});
    return ExitStatus::Ok;
  }

  ExitStatus ReadClaims(const std::string& path, const NamedTargets& targets,
                        support::SourceBuffer& claims, suite::SuiteInput& input) {
    llvm::Expected<support::SourceBuffer> read = ReadOperand(path, env_);
    if (!read) return Fail(ExitStatus::Failure, path, read.takeError());
    claims = support::SourceBuffer(pipeline::Shown(path), read->text().str());
    input.claims = &claims;
    input.from_root.claims = outputs_.FromRoot(path);
    const pipeline::ClaimsReading reading(support::SourceBuffer(claims.name(), claims.text().str()),
                                          targets.targets);
    if (!reading.well_formed()) {
      const auto findings = JoinedFindings(reading, targets.names);
      AddUntested(path, "malformed: ", claims, findings);
      PrintFindings(claims, reading.first().target(), findings, 0);
      return ExitStatus::Usage;
    }
    for (const pipeline::TargetClaims& target : reading.by_target()) {
      input.claims_by_target.push_back(target.claims());
    }
    return ExitStatus::Ok;
  }

  ExitStatus ReadEvents(const std::string& path, const NamedTargets& targets,
                        support::SourceBuffer& events, suite::SuiteInput& input) {
    llvm::Expected<support::SourceBuffer> read = ReadOperand(path, env_);
    if (!read) return Fail(ExitStatus::Failure, path, read.takeError());
    events = support::SourceBuffer(pipeline::Shown(path), read->text().str());
    input.events = &events;
    input.from_root.events = outputs_.FromRoot(path);
    for (const targets::Target* const target : targets.targets) {
      auto tests = suite::ReadEventTests(events, event::DialectOf(*target));
      if (!tests) return Malformed(path, tests.takeError());
      input.events_by_target.push_back(std::move(*tests));
    }
    return ExitStatus::Ok;
  }

  ExitStatus Usage(llvm::Error error) {
    return command::Report(env_, ExitStatus::Usage, llvm::toString(std::move(error)));
  }

  const TestOptions& options_;
  Environment& env_;
  FileTargets targets_;
  TestOutputs outputs_;
  const std::vector<std::string> operands_;
  suite::RunOptions run_;
  TestThresholds thresholds_;
  std::optional<llvm::GlobPattern> pattern_;
  suite::TestTotals totals_;
};

ExitStatus RunTest(const TestOptions& options, Environment& env) {
  return Run(options, env).Do();
}

}  // namespace

const Command kTestCommand{
    .operands = "[FILE|DIR…]",
    .description =
        "Tests policies: NAME.pol by the claims in NAME.claims and by the events in NAME.jsonl\n"
        "beside it. A claim is about every event; if one contradicts it, the statement that\n"
        "decides, the number of cases and an event are printed:\n"
        "  never  op=KMODULE dmverity_signature=FALSE   no event that fits is allowed\n"
        "  always op=EXECUTE boot_verified=TRUE         every event that fits is allowed\n"
        "  only   op=EXECUTE boot_verified=TRUE         what is allowed fits one of these\n"
        "`op=*` stands for all operations. An event is a test if it has `\"expect\":\"ALLOW\"` or\n"
        "`\"DENY\"`; it may have a `name`, the `rule` that must decide it, and a reason, `why`.\n"
        "--coverage counts the statements that decide a tested event, and the cases (classes of\n"
        "events that the rules can distinguish) that claims pin: a policy that decides one of\n"
        "them otherwise contradicts a claim. A threshold is about all tested policies together.\n"
        "A directory, by default the current one, means the policies in and below it; FILE is a\n"
        "policy, or one of the files beside it. Targets are those of ipec.toml.\n"
        "Exit status 1: a test or a threshold fails, or a policy is rejected; 2: there is nothing\n"
        "to test, or a claim or an event is malformed.",
    .example =
        "  $ echo 'never op=EXECUTE dmverity_signature=FALSE' > device.claims\n"
        "  $ ipec test device.pol\n"
        "  device.pol: 1 claim: passed",
    .least_operands = 0,
    .runner = Runs<RunTest>(kOptions),
};

}  // namespace ipec::driver
