// The results for readers of JUnit's XML: a suite for each policy, a case for each test.

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/suite/outputs.h"
#include "compiler/suite/result_lines.h"
#include "compiler/support/numbers.h"
#include "compiler/support/wording.h"
#include "compiler/support/xml.h"

namespace ipec::suite {
namespace {

using support::Xml;
using Fate = MutantResult::Fate;
using Verdict = TestCase::Verdict;

std::size_t CountOf(const std::vector<TestCase>& tests, Verdict verdict) {
  return support::ToSize(std::count_if(
      tests.begin(), tests.end(), [&](const TestCase& test) { return test.verdict == verdict; }));
}

class Junit final : public TestOutput {
 public:
  Junit(llvm::raw_ostream& out, const OutputOptions& options) : out_(out), options_(options) {}

  void Policy(const SuiteResult& result) override {
    Begin();
    const ResultLines lines(result, ResultLines::Names::FromRoot);
    const std::vector<TestCase>& tests = result.report.tests;
    BeginSuite(result.input.from_root.policy, tests.size(), CountOf(tests, Verdict::Failed),
               CountOf(tests, Verdict::CannotFail));
    PrintProperties(result);
    std::map<std::string_view, std::size_t> names;
    for (const TestCase& test : tests) ++names[test.name];
    for (const TestCase& test : tests) PrintTest(result, lines, test, names[test.name] == 1);
    PrintText("    ", "system-out", GapsOf(result, lines));
    out_ << "  </testsuite>\n";
  }

  void NotTested(const UntestedPolicy& policy) override {
    Begin();
    BeginSuite(policy.from_root, 1, 0, 1);
    out_ << fmt::format(
        "    <testcase classname=\"{0}\" name=\"ipec test\" file=\"{0}\" line=\"{1}\">\n"
        "      <error type=\"not-tested\" message=\"{2}\">{0}: {2}</error>\n"
        "    </testcase>\n"
        "  </testsuite>\n",
        Xml(policy.from_root), policy.at.line, Xml(policy.reason));
  }

  void Finish(const TestTotals&) override {
    Begin();
    out_ << "</testsuites>\n";
  }

 private:
  void Begin() {
    if (has_begun_) return;
    has_begun_ = true;
    out_ << "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"ipec test\">\n";
  }

  void BeginSuite(std::string_view path, std::size_t tests, std::size_t failures,
                  std::size_t errors) {
    out_ << fmt::format(
        "  <testsuite name=\"{}\" tests=\"{}\" failures=\"{}\" errors=\"{}\" skipped=\"0\">\n",
        Xml(path), tests, failures, errors);
  }

  void PrintProperties(const SuiteResult& result) {
    const SuiteReport& report = result.report;
    const auto print = [&](const std::string& name, const std::string& value) {
      out_ << fmt::format("      <property name=\"{}\" value=\"{}\"/>\n", Xml(name), Xml(value));
    };
    const auto print_ratio = [&](const std::string& name, const Ratio& ratio) {
      print(name, fmt::format("{}/{}", ratio.part, ratio.whole));
    };
    out_ << "    <properties>\n";
    print("targets", support::Listed(result.input.target_names));
    if (options_.run.coverage) {
      print_ratio("coverage.statements", report.covered);
      print_ratio("coverage.cases", report.all_pinned);
      for (const PinnedCases& pinned : report.pinned) {
        std::string name = fmt::format("coverage.cases.{}", runtime::Name(pinned.operation));
        name += OnlyFor(result.input, pinned.targets);
        print_ratio(name, {pinned.pinned, pinned.cases});
      }
    }
    if (report.has_mutants) {
      print_ratio("mutants.killed", report.kills());
      print("mutants.equivalent", fmt::format("{}", report.CountOf(Fate::Equivalent)));
    }
    out_ << "    </properties>\n";
  }

  void PrintTest(const SuiteResult& result, const ResultLines& lines, const TestCase& test,
                 bool has_own_name) {
    // Readers know a case by its name.
    const std::string name =
        has_own_name ? test.name : fmt::format("{} (line {})", test.name, test.line);
    out_ << fmt::format("    <testcase classname=\"{}\" name=\"{}\" file=\"{}\" line=\"{}\"",
                        Xml(result.input.from_root.policy), Xml(name), Xml(result.PathOf(test)),
                        test.line);
    const std::vector<std::string> text = lines.Test(test);
    if (text.empty()) {
      out_ << "/>\n";
      return;
    }
    out_ << ">\n";
    if (test.verdict == Verdict::Passed) {
      PrintText("      ", "system-out", text);
    } else {
      const bool is_failure = test.verdict == Verdict::Failed;
      PrintText("      ", is_failure ? "failure" : "error", text,
                fmt::format(" type=\"{}\" message=\"{}\"",
                            is_failure ? WordFor(test) : "cannot-fail", Xml(test.message)));
    }
    out_ << "    </testcase>\n";
  }

  // Statements and cases that are not covered, and mutants that survive.
  std::vector<std::string> GapsOf(const SuiteResult& result, const ResultLines& lines) const {
    std::vector<std::string> text;
    if (options_.run.coverage) text = lines.Coverage();
    for (const auto& [key, mutant] : result.report.mutants) {
      if (mutant.fate != Fate::Survived) continue;
      for (std::string& line : lines.Survivor(key, mutant)) text.push_back(std::move(line));
    }
    return text;
  }

  void PrintText(std::string_view indent, std::string_view element,
                 const std::vector<std::string>& lines, std::string_view attributes = {}) {
    if (lines.empty()) return;
    out_ << fmt::format("{}<{}{}>", indent, element, attributes);
    for (const std::string& line : lines) out_ << Xml(line) << (&line == &lines.back() ? "" : "\n");
    out_ << fmt::format("</{}>\n", element);
  }

  llvm::raw_ostream& out_;
  const OutputOptions options_;
  bool has_begun_ = false;
};

}  // namespace

std::unique_ptr<TestOutput> MakeTestJunit(llvm::raw_ostream& out, const OutputOptions& options) {
  return std::make_unique<Junit>(out, options);
}

}  // namespace ipec::suite
