#pragma once

// A pass is a row of passes.def and a function in a file of its own.

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "compiler/analysis/compare.h"
#include "compiler/analysis/coverage.h"
#include "compiler/analysis/redundancy.h"
#include "compiler/policy/policy.h"

namespace ipec::optimize {

// Returns the changed policy, or nothing if there was nothing to do. The pass receives the policy
// as its coverage and must not keep a reference to it.
using PassFunction = std::optional<policy::Policy>(const analysis::Coverage& coverage);

struct Pass {
  std::string_view name;
  analysis::Keeps keeps;
  std::string_view summary;
  PassFunction* run;  // null: the pass only affects how text is written
};

// In the order of passes.def.
std::span<const Pass> AllPasses();
// Null if there is no such pass.
const Pass* FindPass(std::string_view name);

#define IPEC_PASS(function, name, keeps, summary) PassFunction function;
#include "compiler/optimize/passes.def"

// For passes: `policy` without the rules for which `drop` is true; nothing if there are none.
std::optional<policy::Policy> WithoutRules(const policy::Policy& policy,
                                           const std::function<bool(policy::RuleId)>& drop);

// For passes: the coverage's policy without the rules that FindRedundant returns.
std::optional<policy::Policy> WithoutRedundant(const analysis::Coverage& coverage,
                                               analysis::TakesOver takes_over);

}  // namespace ipec::optimize
