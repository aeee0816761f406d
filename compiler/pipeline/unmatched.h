#pragma once

// Rules that do not match: the conditions that cause it, and the only words for it.
// `ipec eval --trace` prints them for an event, `ipec replay --why` for the cases that a record can
// have been.
//
//   `dmverity_signature=TRUE` does not match: the file is not on a dm-verity volume
//   `dmverity_signature=TRUE` does not match in any of the cases
//   `dmverity_signature=TRUE` never matches: this kernel is built without the property

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/analysis/case_set.h"
#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/event.h"

namespace ipec::pipeline {

// The state of an event due to which a condition does not match: the rows of unmatched.def.
enum class Obstacle : std::uint8_t {
#define IPEC_OBSTACLE(id, name, words) id,
#include "compiler/pipeline/unmatched.def"
};
std::string_view Name(Obstacle obstacle);  // "no-volume"

// The obstacle for a condition on `property` that does not match the event. Its value need not be
// known: the event has the other one. `is_missing`: the kernel was built without the property.
Obstacle ObstacleFor(runtime::Property property, bool is_missing, const runtime::Event& event);

// "the file is not on a dm-verity volume", "the root hash of the volume is sha256:af0175fb…".
// `has_initramfs`: boot_verified means the initramfs (Semantics::boot_verified_excludes_dmverity).
std::string WordsFor(Obstacle obstacle, const runtime::Event& event, bool has_initramfs);

// The word of a recorded rule that is its condition with this index: `boot_verified=TRUE`. Empty if
// there is none.
std::string_view ConditionIn(std::string_view recorded_rule, std::uint32_t index);

// "`boot_verified=TRUE` does not match: the file is not on the initramfs". The condition is one of
// a recorded rule; a digest in it is shortened.
std::string WordsFor(std::string_view condition, Obstacle obstacle, const runtime::Event& event,
                     bool has_initramfs);

// How many of some cases a condition does not match.
enum class Extent : std::uint8_t { Never, All, Some };

struct Unmatched {
  std::uint32_t index = 0;  // of the condition, in the order of the rule
  std::string condition;    // as records quote it
  Extent extent = Extent::All;
};

// The conditions of `rule` that do not match some of the cases in the union of `sets`, in the order
// of the rule. Empty: each of them matches all cases, and so does the rule. The sets have cases of
// the rule's operation only. O(n log n) in their size, for each condition.
std::vector<Unmatched> UnmatchedIn(std::span<const analysis::CaseSet> sets,
                                   const policy::Policy& policy, const targets::Target& target,
                                   policy::RuleId rule);

// "`dmverity_signature=TRUE` does not match in some of the cases".
std::string WordsFor(const Unmatched& unmatched);
// The same of a rule. It names the conditions that are enough to see that the rule decides none of
// the cases: those of Extent::Never or All if there are any, else all.
std::string WordsFor(std::span<const Unmatched> unmatched);

}  // namespace ipec::pipeline
