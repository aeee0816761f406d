// The results as annotations of GitHub's workflows: errors at tests that fail, notices at
// statements of the policy that are not covered.

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/suite/outputs.h"
#include "compiler/suite/result_lines.h"
#include "compiler/support/github.h"

namespace ipec::suite {
namespace {

using Level = support::GithubAnnotation::Level;
using Verdict = TestCase::Verdict;

class Github final : public TestOutput {
 public:
  Github(llvm::raw_ostream& out, const OutputOptions& options)
      : options_(options), annotations_(out) {}

  void Policy(const SuiteResult& result) override {
    const ResultLines lines(result, ResultLines::Names::FromRoot);
    for (const TestCase& test : result.report.tests) {
      if (test.verdict != Verdict::Passed || !test.notes.empty()) AddTest(result, lines, test);
    }
    for (const auto& [key, mutant] : result.report.mutants) {
      if (mutant.fate != MutantResult::Fate::Survived) continue;
      AddGap(result, lines, mutant.statement, "mutant survived",
             {"no test fails " + Describe(key, mutant, result.input.policy.source()),
              "this test kills it: " + mutant.test});
    }
    for (const CoveredStatement& statement : result.report.statements) {
      if (!options_.run.coverage || !statement.is_gap()) continue;
      AddGap(result, lines, statement.statement, "statement not covered",
             {"no tested event is decided here"});
    }
  }

  void NotTested(const UntestedPolicy& policy) override {
    annotations_.Add({Level::Error,
                      policy.from_root,
                      policy.at,
                      std::nullopt,
                      "ipec test: policy not tested",
                      {policy.reason}});
  }

  void Finish(const TestTotals&) override { annotations_.Finish("results"); }

 private:
  static std::string TitleFor(const TestCase& test) {
    switch (test.verdict) {
      case Verdict::Passed:
        return "ipec test: note";
      case Verdict::CannotFail:
        return "ipec test: claim cannot fail";
      case Verdict::Failed:
        break;
    }
    if (test.kind == TestCase::Kind::Claim) return "ipec test: claim refuted";
    return "ipec test: event test failed";
  }

  void AddTest(const SuiteResult& result, const ResultLines& lines, const TestCase& test) {
    const bool has_passed = test.verdict == Verdict::Passed;
    std::vector<std::string> message;
    if (!has_passed) message.push_back(test.message);
    // The list of all annotations does not show the line.
    message.push_back(test.name);
    for (std::string& line : lines.Evidence(test)) message.push_back(std::move(line));
    annotations_.Add({has_passed ? Level::Notice : Level::Error,
                      result.PathOf(test),
                      {test.line, test.column},
                      std::nullopt,
                      TitleFor(test),
                      std::move(message)});
  }

  void AddGap(const SuiteResult& result, const ResultLines& lines, const support::Span& statement,
              std::string_view title, std::vector<std::string> message) {
    annotations_.Add({Level::Notice, result.input.from_root.policy,
                      lines.map().PositionOf(statement.begin),
                      lines.map().PositionOf(statement.end), "ipec test: " + std::string(title),
                      std::move(message)});
  }

  const OutputOptions options_;
  support::GithubAnnotations annotations_;
};

}  // namespace

std::unique_ptr<TestOutput> MakeTestGithub(llvm::raw_ostream& out, const OutputOptions& options) {
  return std::make_unique<Github>(out, options);
}

}  // namespace ipec::suite
