#pragma once

// Which part of a statement each of its words plays, and with which of them another one begins.

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
  Template,  // a placeholder in place of a word, or of several
  Unknown,
};

// A word whose key is nearly right plays the role of the right one; that it is wrong is said later.
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

// Whether two of the statements that begin so are a DEFAULT for the same operation.
bool RepeatDefaults(const Checker& checker, std::span<const Word> words,
                    std::span<const Role> roles, std::span<const std::size_t> begins);

// Notes which defaults a DEFAULT that cannot be read was to set: they are not missing as well.
void NoteBrokenDefault(Checker& checker, std::span<const Word> words);

}  // namespace ipec::check
