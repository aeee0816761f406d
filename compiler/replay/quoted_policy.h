#pragma once

// Statements by the texts with which records quote them.
//
//   in   a policy as its target reads it, or no policy; the text in a record
//   out  sets of cases that the statement decides
//
// With the policy of the log: exactly the cases that the kernel decides by a statement with this
// text. Two statements may have one text; then the record can be about either. Without a policy:
// the cases that match all conditions in the text, or all cases of a DEFAULT.

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/analysis/case_set.h"
#include "compiler/pipeline/reading.h"
#include "compiler/support/keyed_hash.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::replay {

// The operation that the records of a target call so.
std::optional<policy::Operation> OperationOf(const targets::Target& target, llvm::StringRef name);

class QuotedPolicy {
 public:
  // `reading` must outlive this. `name` is that of messages: a file.
  QuotedPolicy(const pipeline::TargetReading& reading, std::string name);

  const policy::Policy& policy() const { return reading_.policy(); }
  const targets::Target& target() const { return reading_.target(); }
  const std::string& name() const { return name_; }

  // The rules that have this text, an invalid id for a DEFAULT; empty: no statement has it.
  std::vector<policy::RuleId> Find(policy::Operation operation, llvm::StringRef text) const;
  // The line of one of them.
  std::uint32_t LineOf(policy::Operation operation, policy::RuleId rule) const;

 private:
  const pipeline::TargetReading& reading_;
  std::string name_;
  // By the number of the operation and the text.
  std::unordered_map<std::string, std::vector<policy::RuleId>, support::KeyedTextHash> statements_;
};

// The statement in a record, read as one of a policy.
class QuotedStatement {
 public:
  QuotedStatement(const targets::Target& target, llvm::StringRef text);

  // Whether the text is a statement of the target.
  bool is_read() const { return is_one_line_ && reading_.first().accepted(); }
  bool is_default() const { return policy().rules.empty(); }
  const policy::Policy& policy() const { return reading_.first().policy(); }
  // The rule that is about an operation; invalid: none, or a DEFAULT.
  policy::RuleId RuleFor(policy::Operation operation) const;

 private:
  bool is_one_line_;
  pipeline::Reading reading_;
};

}  // namespace ipec::replay
