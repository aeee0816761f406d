#include "compiler/pipeline/reading.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "compiler/analysis/compare.h"
#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "compiler/syntax/parse.h"

namespace ipec::pipeline {

TargetReading::TargetReading(const syntax::Document& document, const targets::Target& target,
                             const check::Options& options)
    : document_(document),
      target_(target),
      result_(check::CheckDocument(document, target, options, sink_)) {}

Identity TargetReading::identity() const {
  Identity identity;
  if (!policy().name.empty()) identity.name = policy().name;
  if (has_header()) {
    const policy::Version& version = policy().version;
    identity.version = fmt::format("{}.{}.{}", version.major, version.minor, version.revision);
  }
  return identity;
}

const analysis::Coverage& TargetReading::coverage() const {
  std::call_once(covered_, [this] { coverage_.emplace(policy()); });
  return *coverage_;
}

const analysis::Reachability& TargetReading::reachability() const {
  std::call_once(reached_, [this] { reachability_.emplace(coverage()); });
  return *reachability_;
}

std::vector<const targets::Target*> Distinct(Targets targets) {
  std::vector<const targets::Target*> distinct;
  for (const targets::Target* target : targets) {
    if (std::find(distinct.begin(), distinct.end(), target) == distinct.end()) {
      distinct.push_back(target);
    }
  }
  return distinct;
}

Reading::Reading(support::SourceBuffer source, Targets targets, const check::Options& options)
    : source_(std::make_unique<const support::SourceBuffer>(std::move(source))),
      targets_(Distinct(targets)) {
  IPEC_CHECK(!targets_.empty(), "a text is read without a target");
  for (const targets::Target* target : targets_) {
    const syntax::Lexis lexis = check::LexisOf(*target);
    auto& document = documents_[support::IndexOf(lexis)];
    if (!document) {
      document = std::make_unique<const syntax::Document>(syntax::Parse(source_->text(), lexis));
    }
    by_target_.emplace_back(*document, *target, options);
  }
}

Reading::Reading(support::SourceBuffer source, const targets::Target& target,
                 const check::Options& options)
    : Reading(std::move(source), std::array{&target}, options) {}

namespace {

// Of two policies that one kernel accepts, without their headers.
MeaningChange CompareDecisions(const analysis::Coverage& before, const analysis::Coverage& after) {
  const policy::Policy& old_policy = before.policy();
  const policy::Policy& new_policy = after.policy();
  // It decides operations that the target does not know, those of later kernels too.
  const auto global_action = [](const policy::Policy& policy) {
    return policy.global_default ? std::optional(policy.global_default->action) : std::nullopt;
  };
  if (global_action(old_policy) != global_action(new_policy)) return MeaningChange::Decisions;
  const auto same = [&](analysis::Keeps keeps) { return !analysis::Compare(keeps, before, after); };
  if (same(analysis::Keeps::Audit)) return MeaningChange::None;
  return same(analysis::Keeps::Decision) ? MeaningChange::Records : MeaningChange::Decisions;
}

// Of two policies that one kernel accepts.
MeaningChange CompareAccepted(const analysis::Coverage& before, const analysis::Coverage& after) {
  const policy::Policy& old_policy = before.policy();
  const policy::Policy& new_policy = after.policy();
  if (old_policy.name != new_policy.name || old_policy.version != new_policy.version) {
    return MeaningChange::Header;
  }
  return CompareDecisions(before, after);
}

}  // namespace

MeaningChange CompareMeaning(const policy::Policy& before, const TargetReading& after) {
  return after.accepted() ? CompareAccepted(analysis::Coverage(before), after.coverage())
                          : MeaningChange::Verdict;
}

MeaningChange CompareMeaning(const TargetReading& before, const TargetReading& after) {
  IPEC_CHECK(&before.target() == &after.target(), "readings for different targets compared");
  if (before.error() != after.error()) return MeaningChange::Verdict;
  return before.accepted() ? CompareAccepted(before.coverage(), after.coverage())
                           : MeaningChange::None;
}

MeaningChange CompareMeaning(const Reading& before, const Reading& after) {
  IPEC_CHECK(before.by_target().size() == after.by_target().size(),
             "readings for different targets compared");
  MeaningChange gravest = MeaningChange::None;
  for (std::size_t i = 0; i < before.by_target().size(); ++i) {
    gravest = std::max(gravest, CompareMeaning(before.by_target()[i], after.by_target()[i]));
  }
  return gravest;
}

bool IsNextVersion(const TargetReading& before, const TargetReading& after) {
  IPEC_CHECK(&before.target() == &after.target(), "readings for different targets compared");
  return before.accepted() && after.accepted() && before.policy().name == after.policy().name &&
         before.policy().version < after.policy().version &&
         CompareDecisions(before.coverage(), after.coverage()) == MeaningChange::None;
}

std::string_view Describe(MeaningChange change) {
  switch (change) {
    case MeaningChange::None:
      return "nothing would change";
    case MeaningChange::Records:
      return "audit records would change";
    case MeaningChange::Decisions:
      return "what the policy decides would change";
    case MeaningChange::Header:
      return "the policy's name or version would change";
    case MeaningChange::Verdict:
      return "the kernel's verdict would change";
  }
  return {};
}

}  // namespace ipec::pipeline
