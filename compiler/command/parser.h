#pragma once

// The words of a command line, sorted with a command's table of options.

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

  // Returns false if the call is wrong; complaint() then has the message.
  bool Parse(std::span<const std::string> words);

  const Arguments& arguments() const { return arguments_; }
  const std::string& complaint() const { return complaint_; }

 private:
  // Parses the option that `word` begins and its value after `=` or directly after `-o`; false:
  // complaint() is set.
  bool ParseOption(std::span<const std::string> words, std::size_t& at);
  const Option* Find(std::string_view name) const;
  bool Store(const Option& option, std::string value);
  bool CheckOperands();
  // Whether the word is always an operand: `-`, and `-74` for commands that take numbers.
  bool IsOperand(std::string_view word) const;
  bool Fail(std::string words);

  std::string_view name_;
  const Command& command_;
  Arguments arguments_;
  std::string taken_;  // the last option that used the next word as its value, and that word
  std::string complaint_;
};

}  // namespace ipec::command
