// The change of a policy from its base, for the rules about it.

#include <algorithm>

#include "compiler/pipeline/change.h"
#include "compiler/pipeline/change_words.h"
#include "compiler/pipeline/reading.h"
#include "compiler/support/assert.h"
#include "lint/rule.h"

namespace ipec::lint {

std::span<const Context::Changed> Context::ChangesFromBase() {
  if (from_base_) return *from_base_;
  const auto& readings = base_->by_target();
  const auto before = std::find_if(
      readings.begin(), readings.end(),
      [&](const pipeline::TargetReading& reading) { return &reading.target() == &seen_.target(); });
  IPEC_CHECK(before != readings.end(), "the base was read for other targets");
  pipeline::ChangeOptions options;
  options.acceptances = acceptances_;
  const pipeline::Change change(pipeline::ChangeSide{&*before, &base_->source()}, {&seen_, &source},
                                options);
  // The findings about differences come first, in the same order.
  std::vector<Diagnostic> findings = FindingsOf(change);
  std::vector<Changed>& changes = from_base_.emplace();
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const bool is_accepted = i < change.differences().size() && change.AcceptanceOf(i) != nullptr;
    // The kernel itself allows an event that no DEFAULT decides.
    if (findings[i].where.empty()) findings[i].where = HeaderSpan("policy_name");
    changes.push_back({std::move(findings[i]), is_accepted});
  }
  return changes;
}

std::span<Diagnostic> Context::ReportChanges() {
  if (base_ == nullptr) {
    ran_[running_->id] = false;
    return {};
  }
  const std::size_t before = out_->size();
  for (const bool accepted : {false, true}) {
    accepted_ = 0;
    for (const Changed& change : ChangesFromBase()) {
      if (change.finding.descriptor->code != running_->descriptor.code) continue;
      if (change.is_accepted != accepted) continue;
      Diagnostic& made = out_->emplace_back(change.finding);
      made.descriptor = &running_->descriptor;
      ++accepted_;
    }
  }
  return std::span(*out_).subspan(before);
}

}  // namespace ipec::lint
