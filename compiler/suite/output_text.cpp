// The results as human-readable text, in the form of compilers.

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/suite/outputs.h"
#include "compiler/suite/result_lines.h"
#include "compiler/support/printable.h"

namespace ipec::suite {
namespace {

using Fate = MutantResult::Fate;

class Text final : public TestOutput {
 public:
  Text(llvm::raw_ostream& out, const OutputOptions& options) : out_(out), options_(options) {}

  void Policy(const SuiteResult& result) override {
    const ResultLines lines(result, ResultLines::Names::AsRead);
    const std::string name = support::Printable(result.input.policy.source().name());
    const std::vector<TestCase>& tests = result.report.tests;
    for (const TestCase& test : tests) Print(lines.Test(test));
    const auto failed = std::count_if(tests.begin(), tests.end(), [](const TestCase& test) {
      return test.verdict != TestCase::Verdict::Passed;
    });
    out_ << fmt::format("{}: {}: {}\n", name, Counted(tests),
                        failed == 0 ? "passed" : fmt::format("{} failed", failed));
    if (options_.run.coverage) Print(lines.Coverage());
    if (options_.run.mutants) PrintMutants(result.report, lines, name);
  }

  // The reason is printed where it is found.
  void NotTested(const UntestedPolicy&) override {}

  void Finish(const TestTotals& totals) override {
    if (totals.policies + totals.without_tests + totals.not_tested < 2) return;
    out_ << fmt::format("{}: {} passed, {} failed", CountedPolicies(totals.policies), totals.passed,
                        totals.failed);
    if (totals.without_tests != 0) {
      out_ << "; " << CountedPolicies(totals.without_tests)
           << (totals.without_tests == 1 ? " has no tests" : " have no tests");
    }
    if (totals.not_tested != 0) {
      out_ << "; " << CountedPolicies(totals.not_tested) << " could not be tested";
    }
    out_ << '\n';
  }

 private:
  void Print(const std::vector<std::string>& lines) {
    for (const std::string& line : lines) out_ << (options_.color ? Colored(line) : line) << '\n';
  }

  // With the word behind the place in color.
  static std::string Colored(const std::string& line) {
    constexpr std::pair<std::string_view, std::string_view> kStyles[] = {
        {"refuted:", "\033[1;31m"},  {"failed:", "\033[1;31m"},      {"error:", "\033[1;31m"},
        {"survived:", "\033[1;35m"}, {"not covered:", "\033[1;35m"}, {"note:", "\033[1;36m"},
    };
    // The first of them: later ones are in texts from files.
    const std::pair<std::string_view, std::string_view>* found = nullptr;
    std::size_t at = std::string::npos;
    for (const auto& row : kStyles) {
      const std::size_t place = line.find(fmt::format(": {} ", row.first));
      if (place >= at) continue;
      at = place;
      found = &row;
    }
    if (found == nullptr) return line;
    return fmt::format("{}: {}{}\033[0m{}", line.substr(0, at), found->second, found->first,
                       line.substr(at + 2 + found->first.size()));
  }

  void PrintMutants(const SuiteReport& report, const ResultLines& lines, const std::string& name) {
    if (!report.has_mutants) {
      out_ << fmt::format("{}: mutants are not tried, because a test fails\n", name);
      return;
    }
    for (const auto& [key, mutant] : report.mutants) {
      if (mutant.fate == Fate::Survived) Print(lines.Survivor(key, mutant));
    }
    out_ << fmt::format("{}: mutants: {} killed, {} survived, {} equivalent ({} % killed)\n", name,
                        report.CountOf(Fate::Killed), report.CountOf(Fate::Survived),
                        report.CountOf(Fate::Equivalent), report.kills().percent());
  }

  llvm::raw_ostream& out_;
  const OutputOptions options_;
};

}  // namespace

std::unique_ptr<TestOutput> MakeTestText(llvm::raw_ostream& out, const OutputOptions& options) {
  return std::make_unique<Text>(out, options);
}

}  // namespace ipec::suite
