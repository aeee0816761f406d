#include "lsp/features/claim_lenses.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/pipeline/git_repository.h"
#include "compiler/suite/report.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::lsp {
namespace {

using Verdict = suite::TestCase::Verdict;

std::string NameIn(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

// The groups of cases that one lens names.
constexpr std::size_t kMostReasons = 10;

std::string TitleOf(const suite::TestCase& test) {
  switch (test.verdict) {
    case Verdict::Passed:
      return test.notes.empty() ? "holds" : "holds, with a note";
    case Verdict::CannotFail:
      return "cannot fail";
    case Verdict::Failed:
      break;
  }
  if (test.against.empty()) return "refuted, with an `only` claim above";
  const suite::Evidence& first = test.against.front();
  std::string title = "refuted: no DEFAULT decides";
  if (first.statement) {
    title = fmt::format("refuted by {}line {}",
                        first.match == policy::Match::Rule ? "" : "the DEFAULT in ", first.line);
  }
  const std::size_t more = suite::CountStatements(test.against) - 1;
  return more == 0 ? title : fmt::format("{} and {} more", title, more);
}

std::string ReasonsOf(const suite::TestCase& test) {
  std::string text;
  if (!test.message.empty()) text += fmt::format("- {}\n", support::Printable(test.message));
  for (std::size_t i = 0; i < std::min(test.against.size(), kMostReasons); ++i) {
    const suite::Evidence& one = test.against[i];
    const std::string by = one.statement ? fmt::format("line {}", one.line) : "no statement";
    text += fmt::format("- {} {} {}: {} of {} cases, for example `{}`\n", by,
                        one.action == policy::Action::Allow ? "allows" : "denies",
                        runtime::Name(one.operation), one.cases, one.of, one.event);
  }
  if (test.against.size() > kMostReasons) {
    text += fmt::format("- and {}\n", suite::MoreThan(test.against, kMostReasons));
  }
  for (const std::string& note : test.notes) {
    text += fmt::format("- {}\n", support::Printable(note));
  }
  return text;
}

// The reason why nothing is proved; empty: the policy can be tested.
std::string Obstacle(const Snapshot& claims, const Snapshot* policy) {
  if (policy == nullptr) {
    const std::vector<std::string> beside = pipeline::PoliciesBeside(claims.source.name());
    return fmt::format("not proved: there is no policy {} beside it",
                       support::Quoted(NameIn(beside.front())));
  }
  for (const pipeline::TargetReading& one : policy->reading.by_target()) {
    if (one.accepted()) continue;
    return fmt::format("not proved: {} rejects {}", one.target().name,
                       support::Quoted(NameIn(policy->source.name())));
  }
  return {};
}

}  // namespace

std::vector<ClaimLens> ClaimLensesOf(const Snapshot& claims, const Snapshot* policy) {
  const std::vector<policy::Claim>& all = claims.claims->first().claims().claims;
  if (!claims.claims->well_formed()) return {};
  const std::string obstacle = Obstacle(claims, policy);
  if (!obstacle.empty()) return {{all.front().statement, support::Printable(obstacle), {}, {}}};
  // For the targets of the policy, which may be others.
  const pipeline::ClaimsReading reading(
      support::SourceBuffer(claims.source.name(), claims.source.text().str()),
      policy->reading.targets());
  if (!reading.well_formed()) return {};
  suite::SuiteInput input{policy->reading, &claims.source, nullptr, {}, {}, {}};
  for (std::size_t i = 0; i < reading.by_target().size(); ++i) {
    input.claims_by_target.push_back(reading.by_target()[i].claims());
    input.target_names.push_back(Describe(reading.by_target()[i].target()));
  }
  const suite::SuiteReport report =
      suite::MakeReport(input, {}, [](std::string_view) { return true; });
  std::vector<ClaimLens> lenses;
  const std::vector<policy::Claim>& proved = reading.first().claims().claims;
  for (std::size_t i = 0; i < report.tests.size(); ++i) {
    const suite::TestCase& test = report.tests[i];
    ClaimLens lens{proved[i].statement, TitleOf(test), ReasonsOf(test), {}};
    if (!test.against.empty()) lens.decides = test.against.front().statement;
    lenses.push_back(std::move(lens));
  }
  return lenses;
}

}  // namespace ipec::lsp
