#pragma once

// Optimizing: a policy in, a smaller one that means the same out.
//
// Runs the passes of passes.def that keep what is to be kept, until none changes anything. Each
// change is compared with the policy before it over all classes of events. A difference is a
// mistake of ours and stops the program; a change that cannot be compared in reasonable time is
// given up.

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "compiler/optimize/pass.h"

namespace ipec::optimize {

using analysis::Keeps;

struct Options {
  Keeps keeps = Keeps::Audit;
  // Names of passes that are not to run.
  std::span<const std::string> disabled;
  // Called with the policy after each pass's first run, and after each later one that changed it.
  std::function<void(const Pass&, const policy::Policy&)> after;
};

// Whether the pass is to run at all.
bool Runs(const Pass& pass, const Options& options);

// A policy and what covers it, which whoever reads the result wants next. Stays where it is made.
struct Covered {
  explicit Covered(policy::Policy made) : policy(std::move(made)), coverage(policy) {}
  Covered(const Covered&) = delete;
  Covered& operator=(const Covered&) = delete;

  policy::Policy policy;
  analysis::Coverage coverage;
};

// `policy` is one that its kernel accepts, and so is the result.
std::unique_ptr<Covered> OptimizeCovered(policy::Policy policy, const Options& options);
policy::Policy Optimize(policy::Policy policy, const Options& options);

}  // namespace ipec::optimize
