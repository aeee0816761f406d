#pragma once

// Words of a command line, sorted by a command's table of options.

#include <span>
#include <string>
#include <string_view>

#include "compiler/command/command.h"

namespace ipec::command {

// The options that every command has.
std::span<const Option> CommonOptions();

class Parser {
 public:
  explicit Parser(const Entry& entry) : name_(entry.name), command_(*entry.command) {}

  // False when something is wrong with the call; complaint() then says what.
  bool Parse(std::span<const std::string> words);

  const Arguments& arguments() const { return arguments_; }
  const std::string& complaint() const { return complaint_; }

 private:
  // The option that `word` begins, with the part after `=` or glued to `-o`; false: a complaint.
  bool ParseOption(std::span<const std::string> words, std::size_t& at);
  const Option* Find(std::string_view name) const;
  bool Store(const Option& option, std::string value);
  bool CheckOperands();
  // Whether the word is an operand whatever it begins with: `-`, and `-74` for who takes numbers.
  bool IsOperand(std::string_view word) const;
  bool Fail(std::string words);

  std::string_view name_;
  const Command& command_;
  Arguments arguments_;
  std::string taken_;  // the last option that took the next word for its value, and that word
  std::string complaint_;
};

}  // namespace ipec::command
