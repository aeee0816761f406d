// The results as human-readable text, in the form of compilers.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "compiler/suite/outputs.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::suite {
namespace {

using support::Printable;
using Fate = MutantResult::Fate;
using Verdict = TestCase::Verdict;

// Of the statements that one finding is about.
constexpr std::size_t kMostShown = 10;

std::string_view Word(const TestCase& test) {
  if (test.verdict == Verdict::CannotFail) return "error";
  return test.kind == TestCase::Kind::Claim ? "refuted" : "failed";
}

class Text final : public TestOutput {
 public:
  Text(llvm::raw_ostream& out, const RunOptions& options) : out_(out), options_(options) {}

  void Policy(const SuiteResult& result) override {
    const support::SourceBuffer& source = result.input.policy.source();
    const support::LineMap lines(source.text());
    name_ = Printable(source.name());
    lines_ = &lines;
    result_ = &result;
    for (const TestCase& test : result.report.tests) {
      if (test.verdict != Verdict::Passed || !test.notes.empty()) PrintTest(test);
    }
    PrintCounts();
    if (options_.coverage) PrintCoverage();
    if (options_.mutants) PrintMutants();
  }

  void Finish(const TestTotals& totals) override {
    if (totals.policies + totals.without_tests < 2) return;
    out_ << fmt::format("{} {}: {} passed, {} failed", totals.policies,
                        totals.policies == 1 ? "policy" : "policies", totals.passed, totals.failed);
    if (totals.without_tests != 0) {
      out_ << fmt::format("; {} {} no tests", totals.without_tests,
                          totals.without_tests == 1 ? "policy has" : "policies have");
    }
    out_ << '\n';
  }

 private:
  std::string Place(const support::SourceBuffer& source, std::uint32_t line,
                    std::uint32_t column) const {
    return fmt::format("{}:{}:{}: ", Printable(source.name()), line, column);
  }

  std::string OnlyFor(const std::vector<std::size_t>& targets) const {
    if (targets.size() == result_->input.target_names.size()) return {};
    std::vector<std::string> names;
    for (const std::size_t target : targets) names.push_back(result_->input.target_names[target]);
    return " (only for " + support::Listed(names, "and") + ")";
  }

  void PrintTest(const TestCase& test) {
    const bool is_claim = test.kind == TestCase::Kind::Claim;
    const support::SourceBuffer& source =
        is_claim ? *result_->input.claims : *result_->input.events;
    const std::string place = Place(source, test.line, test.column);
    if (test.verdict != Verdict::Passed) {
      out_ << fmt::format("{}{}: {}{}\n", place, Word(test),
                          is_claim ? "" : Printable(test.name) + ": ", Printable(test.message));
      if (is_claim) out_ << fmt::format("{:>5} | {}\n", test.line, Printable(test.name));
    }
    const std::size_t shown = std::min(test.against.size(), kMostShown);
    for (std::size_t i = 0; i < shown; ++i) PrintEvidence(test, test.against[i], i);
    if (shown != test.against.size()) {
      out_ << fmt::format("{}note: and {} more statements\n", place, test.against.size() - shown);
    }
    for (const std::string& note : test.notes) {
      out_ << fmt::format("{}note: {}\n", place, Printable(note));
    }
  }

  void PrintEvidence(const TestCase& test, const Evidence& evidence, std::size_t number) {
    const support::SourceBuffer& source = result_->input.policy.source();
    const bool is_claim = test.kind == TestCase::Kind::Claim;
    const std::string_view done = evidence.action == policy::Action::Allow ? "allowed" : "denied";
    std::string words(done);
    if (is_claim && number != 0) {
      words =
          fmt::format("{} is {} for {}", runtime::Name(evidence.operation), done, evidence.where);
    }
    if (!evidence.statement) {
      out_ << fmt::format("{}: note: {}, because no DEFAULT decides{}{}\n", name_, words,
                          CasesOf(evidence), OnlyFor(evidence.targets));
    } else {
      const support::Position at = lines_->PositionOf(evidence.statement->begin);
      out_ << fmt::format("{}note: {} by {}line {}{}{}\n", Place(source, at.line, at.column), words,
                          evidence.match == policy::Match::Rule ? "" : "the DEFAULT in ",
                          evidence.line, CasesOf(evidence), OnlyFor(evidence.targets));
      const llvm::StringRef text = source.text(*evidence.statement);
      out_ << fmt::format("{:>5} | {}\n", evidence.line, Printable({text.data(), text.size()}));
    }
    if (is_claim) out_ << fmt::format("{}: note: for example {}\n", name_, evidence.event);
  }

  static std::string CasesOf(const Evidence& evidence) {
    if (evidence.of == 0) return {};
    return fmt::format("; {} of {} cases", evidence.cases, evidence.of);
  }

  void PrintCounts() {
    const std::vector<TestCase>& tests = result_->report.tests;
    const auto failed = std::count_if(tests.begin(), tests.end(), [](const TestCase& test) {
      return test.verdict != Verdict::Passed;
    });
    out_ << fmt::format("{}: {}: {}\n", name_, Counted(tests),
                        failed == 0 ? "passed" : fmt::format("{} failed", failed));
  }

  void PrintCoverage() {
    const SuiteReport& report = result_->report;
    for (const CoveredStatement& statement : report.statements) {
      if (statement.events != 0 || !statement.can_decide) continue;
      const support::Position at = lines_->PositionOf(statement.statement.begin);
      out_ << fmt::format("{}not covered: no tested event is decided here\n",
                          Place(result_->input.policy.source(), at.line, at.column));
    }
    out_ << fmt::format("{}: coverage: {} of {} statements decide a tested event ({} %)\n", name_,
                        report.covered.part, report.covered.whole, report.covered.percent());
    std::vector<std::string_view> open;
    for (const PinnedCases& pinned : report.pinned) {
      if (pinned.pinned == 0) {
        open.push_back(runtime::Name(pinned.operation));
      } else if (pinned.pinned != pinned.cases) {
        PrintPinned(pinned);
      }
    }
    if (!open.empty()) {
      out_ << fmt::format("{}: coverage: no claim pins a case of {}\n", name_,
                          support::Listed(open, "or"));
    }
    out_ << fmt::format("{}: coverage: {} of {} cases are pinned by claims ({} %)\n", name_,
                        report.all_pinned.part, report.all_pinned.whole,
                        report.all_pinned.percent());
  }

  void PrintPinned(const PinnedCases& pinned) {
    const std::string_view operation = runtime::Name(pinned.operation);
    out_ << fmt::format("{}: coverage: {} of {} {} cases are pinned by claims ({} %){}\n", name_,
                        pinned.pinned, pinned.cases, operation,
                        Ratio{pinned.pinned, pinned.cases}.percent(), OnlyFor(pinned.targets));
    for (std::size_t i = 0; i < pinned.open.size(); ++i) {
      if (i == kMostShown) {
        out_ << fmt::format("{}: note: and those of {} more statements\n", name_,
                            pinned.open.size() - i);
        break;
      }
      const Evidence& open = pinned.open[i];
      const support::SourceBuffer& source = result_->input.policy.source();
      const support::Position at =
          open.statement ? lines_->PositionOf(open.statement->begin) : support::Position();
      out_ << fmt::format("{}note: not pinned: {} for {}\n", Place(source, at.line, at.column),
                          operation, open.where);
    }
  }

  void PrintMutants() {
    const SuiteReport& report = result_->report;
    if (!report.has_mutants) {
      out_ << fmt::format("{}: mutants are not tried, because a test fails\n", name_);
      return;
    }
    const support::SourceBuffer& source = result_->input.policy.source();
    for (const auto& [key, mutant] : report.mutants) {
      if (mutant.fate != Fate::Survived) continue;
      const support::Position at = lines_->PositionOf(mutant.statement.begin);
      const llvm::StringRef text = source.text(mutant.statement);
      out_ << fmt::format(
          "{}survived: no test fails {}\n{:>5} | {}\n{}: note: this test kills it: "
          "{}\n",
          Place(source, at.line, at.column), Printable(Describe(key, mutant, source)), key.line,
          Printable({text.data(), text.size()}), name_, mutant.test);
    }
    out_ << fmt::format("{}: mutants: {} killed, {} survived, {} equivalent ({} % killed)\n", name_,
                        report.CountOf(Fate::Killed), report.CountOf(Fate::Survived),
                        report.CountOf(Fate::Equivalent), report.kills().percent());
  }

  llvm::raw_ostream& out_;
  const RunOptions options_;
  std::string name_;
  const support::LineMap* lines_ = nullptr;
  const SuiteResult* result_ = nullptr;
};

}  // namespace

std::unique_ptr<TestOutput> MakeTestText(llvm::raw_ostream& out, const RunOptions& options) {
  return std::make_unique<Text>(out, options);
}

}  // namespace ipec::suite
