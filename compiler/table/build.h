#pragma once

// From a policy to the bytes of its decision table (format: ipec/runtime/table.h).
//
//   in   policy::Policy     from the checker or the optimizer, without errors
//        targets::Target    the dialect it was checked for
//        analysis::Coverage which rule decides which events; computed here if not given
//   out  bytes that runtime::Load() accepts and for which runtime::Evaluate() decides every event
//        as policy::Decide() does
//
// Deterministic: the same policy gives the same bytes. Linear in the policy: a digest rule takes
// the length of its digest and about 13 bytes more.

#include <string>
#include <string_view>

#include "compiler/analysis/coverage.h"
#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/policy.h"

namespace ipec::table {

std::string Build(const analysis::Coverage& coverage, const targets::Target& target);
std::string Build(const policy::Policy& policy, const targets::Target& target);

// Whether `bytes` begin like a table, intact or damaged. Policy texts and signed files never do.
bool LooksLikeTable(std::string_view bytes);

// The features of the dialect that affect decisions or records.
runtime::Features FeaturesOf(const targets::Target& target);

}  // namespace ipec::table
