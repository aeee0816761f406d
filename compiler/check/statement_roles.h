#pragma once

// The role of each word of a statement, and the words that begin another statement.

#include <span>
#include <vector>

#include "compiler/check/checker.h"

namespace ipec::check {

enum class Role : std::uint8_t {
  Default,
  Operation,
  Action,
  Property,
  Header,
  Template,  // a placeholder in place of one or several words
  Unknown,
};

// A word whose key is nearly correct plays the role of the correct one; the key is reported later.
Role MisspeltRole(const Checker& checker, const Word& word);

// Whether `key`, which is not `DEFAULT`, was meant to be.
bool IsNearlyDefault(llvm::StringRef key);

// Whether `line` begins as a statement does, or was meant to.
bool BeginsStatement(const Checker& checker, const syntax::Line& line);

// Whether `key`, which is neither `policy_name` nor `policy_version`, was meant to be one of them.
bool IsNearlyHeader(llvm::StringRef key);

// The words with which further statements begin: an operation or a DEFAULT after the action of the
// one before, if an action follows.
std::vector<std::size_t> FurtherStatements(std::span<const Role> roles);

// Whether two of these statements are DEFAULTs for the same operation.
bool RepeatDefaults(const Checker& checker, std::span<const Word> words,
                    std::span<const Role> roles, std::span<const std::size_t> begins);

// Notes the operations of a DEFAULT that cannot be read: they do not lack a DEFAULT.
void NoteBrokenDefault(Checker& checker, std::span<const Word> words);

}  // namespace ipec::check
