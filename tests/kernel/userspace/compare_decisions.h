#pragma once

// Whether a policy that both sides read in the same way has the same decisions and records, over
// all classes of events that its rules can distinguish (an even sample if there are too many).

#include <optional>
#include <string_view>

#include "compare.h"
#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"
#include "judge.h"

namespace ipec::kernel_test {

// `seed` is any text: paths, device names and commands of the events are taken from it.
std::optional<Disagreement> CompareDecisions(const JudgePolicy& judged,
                                             const policy::Policy& policy,
                                             const targets::Target& target, std::string_view seed);

}  // namespace ipec::kernel_test
