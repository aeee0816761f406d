#pragma once

// Lines of text that name an alias. Such a line is several statements, one for each operation. If a
// pass removes some of them, the others are written as a line each, and their text may be longer
// than the line was. In this case none of them is removed.

#include <cstdint>
#include <utility>
#include <vector>

#include "compiler/policy/policy.h"
#include "compiler/support/keyed_hash.h"
#include "compiler/targets/targets.h"
#include "llvm/ADT/DenseMap.h"

namespace ipec::optimize {

// Whether one line with the alias has the meaning of the rules from `at` on. Rules of different
// operations do not affect each other, so they may have any order.
bool IsAliasRun(const policy::Policy& policy, std::size_t at, const targets::Alias& alias);
// Whether one line with the alias has the meaning of the DEFAULTs of its operations.
bool AreAliasDefaults(const policy::Policy& policy, const targets::Alias& alias);

class AliasLines {
 public:
  // Of the text that EmitText writes for `policy`. Linear.
  AliasLines(const policy::Policy& policy, const targets::Target& target);

  // Restores the removed statements of a line if the text would be longer without them. `after` is
  // `before` without some of its rules and DEFAULTs. Statements that a pass may remove may also be
  // kept.
  void PutBack(const policy::Policy& before, policy::Policy& after) const;

 private:
  // Operation and line of the source, which never change for a rule.
  using Key = std::pair<std::uint32_t, std::uint32_t>;
  struct Left {
    std::uint32_t before = 0;
    std::uint32_t after = 0;
    std::size_t name_bytes = 0;  // of the operations that are left
  };

  static Key KeyOf(const policy::Rule& rule);
  // The number of the rule's line; UINT32_MAX: it names no alias.
  std::uint32_t LineOf(const policy::Rule& rule) const;
  bool IsLonger(const targets::Alias& alias, const Left& left, std::size_t rest_bytes) const;
  void PutBackRules(const policy::Policy& before, policy::Policy& after) const;
  void PutBackDefaults(const policy::Policy& before, policy::Policy& after) const;
  std::size_t BytesWithoutName(const policy::Policy& policy, const policy::Rule& rule) const;

  const targets::Target& target_;
  std::vector<const targets::Alias*> lines_;
  llvm::DenseMap<Key, std::uint32_t, support::KeyedNumbers<Key>> line_of_;
};

}  // namespace ipec::optimize
