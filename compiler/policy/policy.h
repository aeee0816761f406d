#pragma once

// The meaning of a policy, without its text: the result of checking and the input of every later
// step. Flat stores and ids, no pointers: a policy of 100,000 rules is a handful of vectors.
//
// Only the order of `rules` matters: the rules of one operation are tried in this order. Defaults
// have no order. Spans refer to the buffer that the policy was checked from; nothing here reads
// that buffer.

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/enum_set.h"
#include "compiler/support/ids.h"
#include "compiler/support/numbers.h"
#include "compiler/support/source.h"
#include "ipec/runtime/event.h"
#include "ipec/runtime/vocabulary.h"

namespace ipec::policy {

using runtime::Action;
using runtime::Match;
using runtime::Operation;
using runtime::Property;

using OperationSet = support::EnumSet<Operation>;
using PropertySet = support::EnumSet<Property>;
template <typename T>
using OperationMap = support::EnumMap<Operation, T, runtime::kOperationCount>;

using RuleId = support::Id<struct RuleTag>;
using ConditionId = support::Id<struct ConditionTag>;
using DigestId = support::Id<struct DigestTag>;
using RuleIds = support::IdRange<RuleId>;

// Differences between kernels in the meaning of a rule. The checker sets them from the target.
struct Semantics {
  // Digests have no algorithm: only length and bytes are compared.
  bool bare_digests = false;
  // `fsverity_signature=FALSE` requires a file with fs-verity, as `=TRUE` always does.
  bool fsverity_signature_needs_fsverity = false;
  // boot_verified requires the initramfs, which has no block device: it excludes dm-verity.
  bool boot_verified_excludes_dmverity = true;
  OperationSet operations;  // of the dialect; Unknown is never one of them
  // Properties that the kernel was built without. It accepts them in a policy, but a condition on
  // one never matches, whatever its value.
  PropertySet missing;

  constexpr bool Knows(Operation operation) const { return operations.Contains(operation); }
  friend bool operator==(const Semantics&, const Semantics&) = default;
};

struct Version {
  std::uint16_t major = 0;
  std::uint16_t minor = 0;
  std::uint16_t revision = 0;
  friend auto operator<=>(const Version&, const Version&) = default;  // NOLINT: no pointer
};

// `property=TRUE|FALSE` (uses `expected`) or `property=DIGEST` (uses `digest`).
struct Condition {
  Property property = Property::BootVerified;
  bool expected = true;
  DigestId digest;
};

struct Rule {
  Operation operation = Operation::Execute;
  Action action = Action::Deny;
  support::IdRange<ConditionId> conditions;  // in file order; all must match
  std::uint32_t line = 0;                    // from 1; unique among the rules of one operation
  support::Span statement;                   // without comment and line ending
};

struct Default {
  Action action = Action::Deny;
  std::uint32_t line = 0;
  support::Span statement;
};

// Digests by id, with their bytes back to back in one vector.
class DigestStore {
 public:
  DigestId Add(std::string_view algorithm, std::span<const std::uint8_t> bytes);
  // Makes room for `length` bytes of a new digest and returns them for the caller to fill.
  DigestId AddUninitialized(std::string_view algorithm, std::uint32_t length,
                            std::span<std::uint8_t>& bytes);

  // Valid until the next Add.
  runtime::Digest Get(DigestId id) const;
  std::uint32_t size() const { return support::ToU32(entries_.size()); }
  void Reserve(std::uint32_t digests, std::size_t bytes);

 private:
  struct Entry {
    std::uint32_t algorithm;
    std::uint32_t offset;
    std::uint32_t length;
  };
  std::vector<std::string> algorithms_;
  std::map<std::string, std::uint32_t, std::less<>> algorithm_numbers_;
  std::uint32_t last_algorithm_ = 0;
  std::vector<Entry> entries_;
  std::vector<std::uint8_t> bytes_;
};

struct Policy {
  std::string name;
  Version version;
  std::uint32_t header_line = 0;  // from 1, when the policy was read from text
  Semantics semantics;

  std::vector<Rule> rules;  // in file order; aliases are expanded to one rule per operation
  std::vector<Condition> conditions;
  DigestStore digests;

  std::optional<Default> global_default;
  OperationMap<std::optional<Default>> operation_defaults;

  const Rule& operator[](RuleId id) const { return rules[id.index]; }
  std::span<const Condition> ConditionsOf(const Rule& rule) const {
    return {conditions.data() + rule.conditions.first, rule.conditions.count};
  }
  // Every rule, in file order.
  RuleIds rule_ids() const { return {0, support::ToU32(rules.size())}; }
  // Of a policy that was read from text: the rules of each statement in file order, and those of
  // the statement that begins at an offset. A statement that names an alias has several, a DEFAULT
  // none.
  std::vector<RuleIds> Statements() const;
  RuleIds RulesAt(std::uint32_t begin) const { return RulesIn({begin, begin + 1}); }
  // The rules of all statements that begin in a part of the text.
  RuleIds RulesIn(support::Span part) const;
  bool IsFirstOfStatement(RuleId rule) const {
    return rule.index == 0 ||
           rules[rule.index - 1].statement.begin != rules[rule.index].statement.begin;
  }
  // The operation's own DEFAULT.
  const std::optional<Default>& DefaultOf(Operation operation) const {
    return operation_defaults[operation];
  }
  // The DEFAULT that decides what no rule of the operation does: its own, or else the global one.
  // Null where neither exists.
  const Default* DefaultFor(Operation operation) const;
  // The operations of the dialect that have no DEFAULT of their own.
  OperationSet OperationsWithoutDefault() const;
};

// Whether two digests are equal in this policy's dialect.
bool SameDigest(const Semantics& semantics, const runtime::Digest& a, const runtime::Digest& b);

}  // namespace ipec::policy
