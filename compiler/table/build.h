#pragma once

// From a policy to the bytes of its decision table (ipec/runtime/table.h says what they mean).
//
//   in   policy::Policy     as the checker or the optimizer left it, without errors
//        targets::Target    the dialect it was checked for
//        analysis::Coverage which rule decides what; computed here when not given
//   out  bytes that runtime::Load() accepts, and for which runtime::Evaluate() says of every event
//        what policy::Decide() says of it
//
// Deterministic: the same policy gives the same bytes. Linear in the policy; a digest rule takes
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

// Whether `bytes` begin as a table does, whole or damaged; no policy text and no signed file does.
bool LooksLikeTable(std::string_view bytes);

// The dialect's features as far as decisions and records go.
runtime::Features FeaturesOf(const targets::Target& target);

}  // namespace ipec::table
