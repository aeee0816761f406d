#pragma once

// The optimizer: from a policy to a smaller one with the same meaning.
//
// Runs the passes of passes.def that preserve what `keeps` requires, until none of them changes
// anything. Each change is compared with the policy before it, over all classes of events. A
// difference is a bug in ipec and stops the program; a change that cannot be compared in reasonable
// time is discarded.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "compiler/optimize/alias_lines.h"
#include "compiler/optimize/pass.h"

namespace ipec::optimize {

using analysis::Keeps;

struct Options {
  Keeps keeps = Keeps::Audit;
  // Names of passes that are disabled.
  std::span<const std::string> disabled;
  // For text: where a pass would remove a part of a line and make the text longer, it stays whole.
  // Null: only the policy counts. They must be those of the policy that is optimized.
  const AliasLines* lines = nullptr;
  // Called with the policy after each pass's first run, and after each later run that changed it.
  std::function<void(const Pass&, const policy::Policy&)> after;
};

// Whether the pass is enabled.
bool Runs(const Pass& pass, const Options& options);

// A policy with its coverage, which the next pass, the proof and the writer of tables need. It is
// not a pipeline::Reading, because that is made from a text, and a policy between two passes has
// none. It does not move, because the coverage refers to the policy.
struct AnalyzedPolicy {
  explicit AnalyzedPolicy(policy::Policy made) : policy(std::move(made)), coverage(policy) {}
  AnalyzedPolicy(const AnalyzedPolicy&) = delete;
  AnalyzedPolicy& operator=(const AnalyzedPolicy&) = delete;

  policy::Policy policy;
  analysis::Coverage coverage;
};

// `policy` must be one that its kernel accepts; the result is one too.
std::unique_ptr<AnalyzedPolicy> Optimize(policy::Policy policy, const Options& options);

}  // namespace ipec::optimize
