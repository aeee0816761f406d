#include "lsp/features/claim_lenses.h"

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

std::string TitleOf(const suite::TestCase& test) {
  std::string title = "holds";
  if (test.verdict == Verdict::CannotFail) title = test.message;
  if (test.verdict == Verdict::Failed) {
    title = "refuted: " + test.message;
    if (!test.against.empty()) {
      const suite::Evidence& first = test.against.front();
      if (first.line != 0) title += fmt::format(", by line {}", first.line);
      title += fmt::format(" ({} of {} cases); for example {}", first.cases, first.of, first.event);
    }
  }
  for (const std::string& note : test.notes) title += "; " + note;
  return support::Printable(title);
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
  if (!obstacle.empty()) return {{all.front().statement, support::Printable(obstacle), {}}};
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
    ClaimLens lens{proved[i].statement, TitleOf(test), {}};
    if (!test.against.empty()) lens.decides = test.against.front().statement;
    lenses.push_back(std::move(lens));
  }
  return lenses;
}

}  // namespace ipec::lsp
