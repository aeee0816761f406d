#pragma once

// Parses the words of a command line with a command's table of options.

#include <map>
#include <span>
#include <string>
#include <string_view>

#include "compiler/command/command.h"

namespace ipec::command {

// The options that every command has.
std::span<const Option> CommonRows();

class Parser {
 public:
  // `options` has the type that the command's table is for.
  Parser(const Entry& entry, CommonOptions& options)
      : name_(entry.name), command_(*entry.command), options_(options) {}

  // The error says what is wrong with the call.
  llvm::Error Parse(std::span<const std::string> words);

 private:
  // Parses the option that `words[at]` begins, and its value: after `=`, directly after `-o`, or
  // the next word.
  llvm::Error ParseOption(std::span<const std::string> words, std::size_t& at);
  const Option* Find(std::string_view name) const;
  llvm::Error Unknown(std::string_view name) const;
  llvm::Error Store(const Option& option, const std::string& value);
  llvm::Error CheckOperands() const;
  // Whether the word is always an operand: `-`, and `-74` for commands that take numbers.
  bool IsOperand(std::string_view word) const;

  std::string_view name_;
  const Command& command_;
  CommonOptions& options_;
  std::map<const Option*, std::string> given_;  // the last value of each option
  std::string taken_;  // the last option that used the next word as its value, and that word
};

}  // namespace ipec::command
