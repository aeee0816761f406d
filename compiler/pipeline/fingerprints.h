#pragma once

// Names of differences that are the same as long as the meaning of the difference is.
//
// A fingerprint is a hash of: the name of the policy, the direction, the operation, both statements
// (DEFAULT or rule, its properties in order, its action), the facts of the cases, and the rules of
// the operation that are tried before the two statements, since they take cases away. Layout, line
// numbers, comments and later statements do not count.

#include <memory>
#include <string>

#include "compiler/pipeline/reading.h"
#include "compiler/policy/policy.h"

namespace ipec::pipeline {

struct ChangedCases;
struct Decider;

// The statement of `rule`, or the DEFAULT of the operation if it is invalid.
Decider DeciderOf(const policy::Policy& policy, policy::Operation operation, policy::RuleId rule);

// Of the differences of two policies. Not for several threads at once.
class Fingerprints {
 public:
  // Without a policy before, `before` is an empty one, and its reading is null. All must outlive
  // this.
  Fingerprints(const policy::Policy& before, const TargetReading* reading_before,
               const policy::Policy& after, const TargetReading* reading_after);
  ~Fingerprints();

  // kFingerprintDigits hex digits. All calls together are linear in the rules.
  std::string Of(const ChangedCases& one);

 private:
  class EarlierRules;

  const policy::Policy& before_;
  const policy::Policy& after_;
  std::unique_ptr<EarlierRules> earlier_before_;
  std::unique_ptr<EarlierRules> earlier_after_;
  std::string text_;  // scratch space
};

}  // namespace ipec::pipeline
