#include "compiler/suite/result_lines.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::suite {

using support::Printable;
using Verdict = TestCase::Verdict;

namespace {

// Of the statements that one finding is about.
constexpr std::size_t kMostShown = 10;

std::string CasesOf(const Evidence& evidence) {
  if (evidence.of == 0) return {};
  return fmt::format("; {} of {} cases", evidence.cases, evidence.of);
}

}  // namespace

std::string_view WordFor(const TestCase& test) {
  if (test.verdict == Verdict::CannotFail) return "error";
  return test.kind == TestCase::Kind::Claim ? "refuted" : "failed";
}

std::string CountedPolicies(std::size_t number) {
  return fmt::format("{} {}", number, number == 1 ? "policy" : "policies");
}

std::string OnlyFor(const SuiteInput& input, const std::vector<std::size_t>& targets) {
  if (targets.size() == input.target_names.size()) return {};
  std::vector<std::string> names;
  names.reserve(targets.size());
  for (const std::size_t target : targets) names.push_back(input.target_names[target]);
  return " (only for " + support::Listed(names, "and") + ")";
}

ResultLines::ResultLines(const SuiteResult& result, Names names)
    : result_(result),
      names_(names),
      map_(result.input.policy.source().text()),
      policy_(Printable(names == Names::AsRead ? result.input.policy.source().name()
                                               : result.input.from_root.policy)) {}

std::vector<std::string> ResultLines::Test(const TestCase& test) const {
  std::vector<std::string> lines;
  const bool is_claim = test.kind == TestCase::Kind::Claim;
  if (test.verdict != Verdict::Passed) {
    lines.push_back(fmt::format("{}{}: {}{}", TestPlace(test), WordFor(test),
                                is_claim ? "" : Printable(test.name) + ": ",
                                Printable(test.message)));
    if (is_claim) lines.push_back(fmt::format("{:>5} | {}", test.line, Printable(test.name)));
  }
  for (std::string& line : Evidence(test)) lines.push_back(std::move(line));
  return lines;
}

std::vector<std::string> ResultLines::Evidence(const TestCase& test) const {
  std::vector<std::string> lines;
  const std::size_t shown = std::min(test.against.size(), kMostShown);
  for (std::size_t i = 0; i < shown; ++i) AddEvidence(test, i, lines);
  if (shown != test.against.size()) {
    lines.push_back(fmt::format("{}note: and {}", TestPlace(test), MoreThan(test.against, shown)));
  }
  for (const std::string& note : test.notes) {
    lines.push_back(fmt::format("{}note: {}", TestPlace(test), Printable(note)));
  }
  return lines;
}

void ResultLines::AddEvidence(const TestCase& test, std::size_t number,
                              std::vector<std::string>& lines) const {
  const suite::Evidence& evidence = test.against[number];
  const bool is_claim = test.kind == TestCase::Kind::Claim;
  const bool allows = evidence.action == policy::Action::Allow;
  const std::string only = OnlyFor(result_.input, evidence.targets);
  if (!evidence.statement) {
    lines.push_back(fmt::format("{}: note: allowed, because no DEFAULT decides{}{}", policy_,
                                CasesOf(evidence), only));
  } else {
    const std::string by = fmt::format(
        "{}line {}", evidence.match == policy::Match::Rule ? "" : "the DEFAULT in ", evidence.line);
    // The message is about the first one.
    const std::string words =
        is_claim && number != 0
            ? fmt::format("{} {} {} for {}", by, allows ? "allows" : "denies",
                          runtime::Name(evidence.operation), Printable(evidence.where))
            : fmt::format("{} by {}", allows ? "allowed" : "denied", by);
    lines.push_back(fmt::format("{}note: {}{}{}", PolicyPlace(*evidence.statement), words,
                                CasesOf(evidence), only));
    lines.push_back(Quote(evidence.line, *evidence.statement));
  }
  if (is_claim) lines.push_back(fmt::format("{}: note: for example {}", policy_, evidence.event));
}

std::vector<std::string> ResultLines::Survivor(const MutantKey& key,
                                               const MutantResult& mutant) const {
  return {fmt::format("{}survived: no test fails {}", PolicyPlace(mutant.statement),
                      Printable(Describe(key, mutant, result_.input.policy.source()))),
          Quote(key.line, mutant.statement),
          fmt::format("{}: note: this test kills it{}: {}", policy_,
                      OnlyFor(result_.input, mutant.targets), mutant.test)};
}

std::vector<std::string> ResultLines::Coverage() const {
  const SuiteReport& report = result_.report;
  std::vector<std::string> lines;
  std::size_t gaps = 0;
  for (const CoveredStatement& statement : report.statements) {
    if (!statement.is_gap() || ++gaps > kMostShown) continue;
    lines.push_back(PolicyPlace(statement.statement) +
                    "not covered: no tested event is decided here");
  }
  if (gaps > kMostShown) {
    lines.push_back(fmt::format("{}: not covered: {}", policy_,
                                support::NumberOf(gaps - kMostShown, "more statement")));
  }
  lines.push_back(fmt::format("{}: coverage: {} of {} statements decide a tested event ({} %)",
                              policy_, report.covered.part, report.covered.whole,
                              report.covered.percent()));
  std::vector<std::string_view> open;
  for (const PinnedCases& pinned : report.pinned) {
    if (pinned.pinned == 0) {
      open.push_back(runtime::Name(pinned.operation));
    } else if (pinned.pinned != pinned.cases) {
      AddPinned(pinned, lines);
    }
  }
  if (!open.empty()) {
    lines.push_back(fmt::format("{}: coverage: no claim pins a case of {}", policy_,
                                support::Listed(open, "or")));
  }
  lines.push_back(fmt::format("{}: coverage: {} of {} cases are pinned by claims ({} %)", policy_,
                              report.all_pinned.part, report.all_pinned.whole,
                              report.all_pinned.percent()));
  return lines;
}

void ResultLines::AddPinned(const PinnedCases& pinned, std::vector<std::string>& lines) const {
  const std::string_view operation = runtime::Name(pinned.operation);
  lines.push_back(fmt::format("{}: coverage: {} of {} {} cases are pinned by claims ({} %){}",
                              policy_, pinned.pinned, pinned.cases, operation,
                              Ratio{pinned.pinned, pinned.cases}.percent(),
                              OnlyFor(result_.input, pinned.targets)));
  const std::size_t shown = std::min(pinned.open.size(), kMostShown);
  for (const suite::Evidence& open : std::span(pinned.open).first(shown)) {
    const std::string place = open.statement ? PolicyPlace(*open.statement) : policy_ + ": ";
    lines.push_back(
        fmt::format("{}note: not pinned: {} for {}", place, operation, Printable(open.where)));
  }
  if (shown != pinned.open.size()) {
    lines.push_back(
        fmt::format("{}: note: not pinned: and {}", policy_, MoreThan(pinned.open, shown)));
  }
}

std::string ResultLines::PolicyPlace(const support::Span& statement) const {
  const support::Position at = map_.PositionOf(statement.begin);
  return fmt::format("{}:{}:{}: ", policy_, at.line, at.column);
}

std::string ResultLines::TestPlace(const TestCase& test) const {
  const std::string& name =
      names_ == Names::AsRead ? result_.SourceOf(test).name() : result_.PathOf(test);
  return fmt::format("{}:{}:{}: ", Printable(name), test.line, test.column);
}

std::string ResultLines::Quote(std::uint32_t line, const support::Span& statement) const {
  const llvm::StringRef text = result_.input.policy.source().text(statement);
  return fmt::format("{:>5} | {}", line, Printable({text.data(), text.size()}));
}

}  // namespace ipec::suite
