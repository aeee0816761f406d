// The results as a comment for a pull request: a verdict, a table of policies, and details.

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/suite/outputs.h"
#include "compiler/suite/result_lines.h"
#include "compiler/support/markdown.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::suite {
namespace {

using support::MarkdownBlock;
using support::MarkdownCell;
using support::MarkdownCode;
using support::MarkdownSummary;
using Fate = MutantResult::Fate;
using Verdict = TestCase::Verdict;

std::string Counted(std::size_t number, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", number, number == 1 ? one : many);
}

std::string Words(const Ratio& ratio) {
  if (ratio.whole == 0) return "none";
  return fmt::format("{} of {} ({} %)", ratio.part, ratio.whole, ratio.percent());
}

std::string Block(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return MarkdownBlock(text);
}

std::string Details(const std::string& summary) {
  return "\n<details><summary>" + summary + "</summary>\n\n";
}
constexpr std::string_view kDetailsEnd = "\n</details>\n";

class Markdown final : public TestOutput {
 public:
  Markdown(llvm::raw_ostream& out, const OutputOptions& options) : out_(out), options_(options) {}

  void Policy(const SuiteResult& result) override {
    const ResultLines lines(result, ResultLines::Names::FromRoot);
    AddRow(result);
    for (const TestCase& test : result.report.tests) {
      if (test.verdict != Verdict::Passed) AddFailure(result, lines, test);
    }
    AddGaps(result, lines);
  }

  void NotTested(const UntestedPolicy& policy) override {
    failing_rows_.push_back("| " + MarkdownCell(policy.from_root) + " | not tested |" +
                            EmptyCells(1) + "\n");
    failures_.push_back(Details("Not tested: " + MarkdownSummary(policy.from_root)) +
                        MarkdownBlock(policy.reason) + std::string(kDetailsEnd));
  }

  void Finish(const TestTotals& totals) override {
    support::MarkdownComment comment(support::MarkdownMarker("test", totals.operands) +
                                     Verdict(totals));
    std::vector<std::string> rows = std::move(failing_rows_);
    rows.insert(rows.end(), passing_rows_.begin(), passing_rows_.end());
    const std::size_t shown = std::min(rows.size(), kMostRows);
    std::size_t more = rows.size() - shown;
    more += comment.AddList(TableHead(), std::span(rows).first(shown), "");
    std::vector<std::string> left;
    const auto leave_out = [&](std::size_t number, std::string_view one, std::string_view many) {
      if (number != 0) left.push_back(Counted(number, one, many));
    };
    leave_out(more, "more policy", "more policies");
    more = 0;
    for (const std::string& failure : failures_) more += comment.Add(failure) ? 0U : 1U;
    leave_out(more, "more failure", "more failures");
    more = 0;
    for (const List& list : survivors_) {
      more += comment.AddList(list.open, list.items, kDetailsEnd);
    }
    leave_out(more, "more mutant that survived", "more mutants that survived");
    more = 0;
    for (const List& list : uncovered_) {
      more += comment.AddList(list.open, list.items, kDetailsEnd);
    }
    leave_out(more, "more statement that is not covered", "more statements that are not covered");
    if (!left.empty()) comment.AddLast("\nand " + support::Listed(left) + "\n");
    out_ << comment.text();
  }

 private:
  // Failures are more useful than a long table.
  static constexpr std::size_t kMostRows = 100;

  struct List {
    std::string open;
    std::vector<std::string> items;
  };

  static std::string Verdict(const TestTotals& totals) {
    const std::size_t tests = totals.passed + totals.failed;
    std::vector<std::string> parts;
    const auto add = [&](std::string words) { parts.push_back(std::move(words)); };
    if (totals.failed != 0) {
      add(fmt::format("{} of {} failed", totals.failed, Counted(tests, "test", "tests")));
    } else if (tests != 0) {
      add(tests == 1 ? "1 test passed" : fmt::format("all {} tests passed", tests));
    }
    if (totals.not_tested != 0) add(CountedPolicies(totals.not_tested) + " could not be tested");
    const std::uint64_t survived = totals.kills.whole - totals.kills.part;
    if (survived != 0) add(Counted(survived, "mutant", "mutants") + " survived");
    if (totals.mutants_left_out) add("mutants were not tried where a test failed");
    if (totals.without_tests != 0) {
      add(CountedPolicies(totals.without_tests) +
          (totals.without_tests == 1 ? " has no tests" : " have no tests"));
    }
    return "**ipec test: " + llvm::join(parts, "; ") + ".**\n";
  }

  std::size_t MoreColumns() const {
    return (options_.run.coverage ? 2U : 0U) + (options_.run.mutants ? 1U : 0U);
  }

  std::string EmptyCells(std::size_t number) const {
    std::string cells;
    for (std::size_t i = 0; i < number + MoreColumns(); ++i) cells += " |";
    return cells;
  }

  std::string TableHead() const {
    std::string names = "| Policy | Passed | Failed |";
    if (options_.run.coverage) names += " Statements covered | Cases pinned |";
    if (options_.run.mutants) names += " Mutants killed |";
    std::string line = "|---|--:|--:|";
    for (std::size_t i = 0; i < MoreColumns(); ++i) line += "--:|";
    return "\n" + names + "\n" + line + "\n";
  }

  void AddRow(const SuiteResult& result) {
    const SuiteReport& report = result.report;
    const auto failed = std::count_if(
        report.tests.begin(), report.tests.end(),
        [](const TestCase& test) { return test.verdict != TestCase::Verdict::Passed; });
    std::string row = fmt::format("| {} | {} | {} |", MarkdownCell(result.input.from_root.policy),
                                  std::ssize(report.tests) - failed, failed);
    if (options_.run.coverage) {
      row += " " + Words(report.covered) + " | " + Words(report.all_pinned) + " |";
    }
    if (options_.run.mutants) {
      row += " " + (report.has_mutants ? Words(report.kills()) : std::string("not tried")) + " |";
    }
    (failed == 0 ? passing_rows_ : failing_rows_).push_back(row + "\n");
  }

  void AddFailure(const SuiteResult& result, const ResultLines& lines, const TestCase& test) {
    const std::string_view word = test.verdict == TestCase::Verdict::CannotFail ? "Cannot fail"
                                  : test.kind == TestCase::Kind::Claim          ? "Refuted"
                                                                                : "Failed";
    failures_.push_back(Details(fmt::format("{}: {} in {}", word, MarkdownSummary(test.name),
                                            MarkdownSummary(result.PathOf(test)))) +
                        Block(lines.Test(test)) + std::string(kDetailsEnd));
  }

  void AddGaps(const SuiteResult& result, const ResultLines& lines) {
    const SuiteReport& report = result.report;
    const std::string policy = MarkdownSummary(result.input.from_root.policy);
    List survivors;
    for (const auto& [key, mutant] : report.mutants) {
      if (mutant.fate != Fate::Survived) continue;
      const std::vector<std::string> text = lines.Survivor(key, mutant);
      survivors.items.push_back((survivors.items.empty() ? "" : "\n") + Block({text[0], text[1]}) +
                                "\nThis test kills it:\n\n" + MarkdownBlock(mutant.test));
    }
    survivors.open = Details(
        Counted(survivors.items.size(), "mutant survived", "mutants survived") + ": " + policy);
    if (!survivors.items.empty()) survivors_.push_back(std::move(survivors));
    List uncovered;
    for (const CoveredStatement& statement : report.statements) {
      if (!options_.run.coverage || !statement.is_gap()) continue;
      const llvm::StringRef text = result.input.policy.source().text(statement.statement);
      uncovered.items.push_back(
          fmt::format("- line {}: {}\n", statement.line, MarkdownCode({text.data(), text.size()})));
    }
    uncovered.open =
        Details(Counted(uncovered.items.size(), "statement decides", "statements decide") +
                " no tested event: " + policy);
    if (!uncovered.items.empty()) uncovered_.push_back(std::move(uncovered));
  }

  llvm::raw_ostream& out_;
  const OutputOptions options_;
  std::vector<std::string> failing_rows_;
  std::vector<std::string> passing_rows_;
  std::vector<std::string> failures_;
  std::vector<List> survivors_;
  std::vector<List> uncovered_;
};

}  // namespace

std::unique_ptr<TestOutput> MakeTestMarkdown(llvm::raw_ostream& out, const OutputOptions& options) {
  return std::make_unique<Markdown>(out, options);
}

}  // namespace ipec::suite
