#pragma once

// Symbolic sets of cases. A case is a class of events: an operation, a root hash, the digest of a
// file, and facts (see differences.h).
//
// A set is a list of rules: the first rule that matches a case decides whether the set contains it.
// An operation has one more answer for the cases that no rule matches. So a set is as small as the
// policy that it comes from, although the number of cases is a product.
//
//   AllowedBy, DecidedBy   the cases that a policy allows, or that one statement decides
//   Add, Remove, Keep      union, difference and intersection with the cases that a rule matches
//   AddOthers, Complement
//   Missing, Common        difference and intersection of any two sets: their cases, grouped by the
//                          rules that decide in the two, counted, each group with a witness
//
// Sets are about events, not about what a kernel can see: a condition on a property that the kernel
// was built without matches the events that have it. AllowedBy and DecidedBy leave out the rules
// that such a kernel never matches.

#include <cstdint>
#include <vector>

#include "compiler/analysis/differences.h"
#include "compiler/policy/policy.h"

namespace ipec::analysis {

class CaseSet {
 public:
  // The empty set.
  explicit CaseSet(const policy::Semantics& semantics);

  // The cases of some operations that a policy allows; all of them have names.
  static CaseSet AllowedBy(const policy::Policy& policy, policy::OperationSet operations);
  // The cases that a rule of `policy` decides, or, for an invalid id, those that no rule does.
  static CaseSet DecidedBy(const policy::Policy& policy, Operation operation, RuleId rule);

  // The cases that a rule of `source` matches. `source` has the same dialect.
  void Add(const policy::Policy& source, RuleId rule);
  void Remove(const policy::Policy& source, RuleId rule);
  // Only those cases remain. Of a set of cases of the rule's operation.
  void Keep(const policy::Policy& source, RuleId rule);
  // The cases of `operation` that no rule of the list matches.
  void AddOthers(Operation operation);

  // The cases of some operations that the set does not contain.
  CaseSet Complement(policy::OperationSet operations) const;
  // No cases, and all cases of some operations, by the same rules: they distinguish the same cases.
  CaseSet Emptied() const;
  CaseSet Filled(policy::OperationSet operations) const;

  const policy::Semantics& semantics() const { return list_.semantics; }

  // A policy that allows the cases of the set and no others.
  policy::Policy ToPolicy() const;
  // The rule of AllowedBy's, DecidedBy's, Add's or Remove's policy that a rule of ToPolicy() is a
  // copy of. An invalid id has none.
  RuleId OriginOf(RuleId rule) const;

 private:
  struct Entry {
    policy::Rule rule;
    RuleId origin;
  };

  void SetAll(policy::Action action, policy::OperationSet operations);
  // Appends copies of the rule's conditions to those of the list.
  support::IdRange<policy::ConditionId> CopyConditions(const policy::Policy& source, RuleId rule);
  // In front of the list.
  void Prepend(const policy::Policy& source, RuleId rule, policy::Action action);

  policy::Policy list_;       // all but its rules
  std::vector<Entry> rules_;  // the last one is tried first
};

// The cases of `set` that `other` lacks, and those that it has: `before` and `after` are rules of
// the policies of the two sets. O(n log n).
Differences Missing(const CaseSet& set, const CaseSet& other);
Differences Common(const CaseSet& set, const CaseSet& other, policy::OperationSet operations);

// The number of cases in a result of Missing or Common.
std::uint64_t Count(const Differences& found);
// The number of cases of `set` that `other` lacks, and of all cases of `set`: faster than making
// groups.
std::uint64_t CountMissing(const CaseSet& set, const CaseSet& other);
std::uint64_t CountOf(const CaseSet& set);

}  // namespace ipec::analysis
