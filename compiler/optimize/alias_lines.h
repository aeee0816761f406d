#pragma once

// Lines of text that name an alias: which statements they stand for, and what becomes of them when
// a pass removes some of these. What is left is written out, a line for each operation, and may be
// longer than the line was: then nothing of it is removed.

#include <cstdint>
#include <utility>
#include <vector>

#include "compiler/policy/policy.h"
#include "compiler/support/keyed_hash.h"
#include "compiler/targets/targets.h"
#include "llvm/ADT/DenseMap.h"

namespace ipec::optimize {

// Whether the rules from `at` on are what one line with the alias says. Rules of different
// operations do not affect each other, so their order is free.
bool IsAliasRun(const policy::Policy& policy, std::size_t at, const targets::Alias& alias);
// Whether the DEFAULTs of the alias's operations are what one line with it says.
bool AreAliasDefaults(const policy::Policy& policy, const targets::Alias& alias);

class AliasLines {
 public:
  // Of the text that EmitText writes for `policy`. Linear.
  AliasLines(const policy::Policy& policy, const targets::Target& target);

  // Puts back what a pass removed of a line, where the text would be longer without. `after` is
  // `before` without some of its rules and DEFAULTs. Keeping what a pass may remove is as right as
  // removing it.
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
