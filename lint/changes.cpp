// The change of a policy from its base, for the rules about it.

#include <algorithm>

#include "compiler/pipeline/change.h"
#include "compiler/pipeline/change_words.h"
#include "compiler/pipeline/reading.h"
#include "compiler/support/assert.h"
#include "lint/rule.h"

namespace ipec::lint {

std::span<const Diagnostic> Context::FindingsFromBase() {
  if (from_base_) return *from_base_;
  const auto& readings = base_->by_target();
  const auto before = std::find_if(
      readings.begin(), readings.end(),
      [&](const pipeline::TargetReading& reading) { return &reading.target() == &seen_.target(); });
  IPEC_CHECK(before != readings.end(), "the base was read for other targets");
  const pipeline::Change change(pipeline::ChangeSide{&*before, &base_->source()},
                                {&seen_, &source});
  return from_base_.emplace(FindingsOf(change));
}

std::span<Diagnostic> Context::ReportChanges() {
  if (base_ == nullptr) {
    ran_[running_->id] = false;
    return {};
  }
  const std::size_t before = out_->size();
  for (const Diagnostic& finding : FindingsFromBase()) {
    if (finding.descriptor->code != running_->descriptor.code) continue;
    Diagnostic& made = out_->emplace_back(finding);
    made.descriptor = &running_->descriptor;
    // One that is accepted is milder.
    made.severity = std::max(made.severity, running_->descriptor.severity);
  }
  return std::span(*out_).subspan(before);
}

}  // namespace ipec::lint
