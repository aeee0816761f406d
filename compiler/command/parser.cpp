#include "compiler/command/parser.h"

#include <algorithm>
#include <array>
#include <optional>

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::command {
namespace {

constexpr std::array kCommon = {
    Option{"--color", "WHEN", "color the output: auto (the default), always or never", false,
           "auto|always|never"},
    Option{"--help", "", "print this help"},
};

std::vector<std::string_view> SplitChoices(std::string_view choices) {
  std::vector<std::string_view> list;
  while (!choices.empty()) {
    const std::size_t bar = choices.find('|');
    list.push_back(choices.substr(0, bar));
    choices = bar == std::string_view::npos ? std::string_view{} : choices.substr(bar + 1);
  }
  return list;
}

std::string Enumerate(std::span<const std::string_view> words) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? " or " : ", ";
    text += words[i];
  }
  return text;
}

std::string Quoted(std::string_view word) {
  return "`" + std::string(word) + "`";
}

}  // namespace

std::span<const Option> CommonOptions() {
  return kCommon;
}

bool Parser::Parse(std::span<const std::string> words) {
  bool options_ended = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (options_ended || IsOperand(word)) {
      arguments_.positional_.push_back(word);
    } else if (word == "--") {
      options_ended = true;
    } else if (!ParseOption(words, i)) {
      return false;
    }
  }
  return arguments_.Has("--help") || CheckOperands();
}

bool Parser::IsOperand(std::string_view word) const {
  if (word.size() < 2 || word[0] != '-') return true;
  return command_.takes_numbers &&
         word.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

bool Parser::ParseOption(std::span<const std::string> words, std::size_t& at) {
  const std::string& word = words[at];
  std::string name = word == "-h" ? "--help" : word;
  std::optional<std::string> value;
  if (word.starts_with("--")) {
    const std::size_t equals = word.find('=');
    name = name.substr(0, equals);
    if (equals != std::string::npos) value = word.substr(equals + 1);
  } else if (word.size() > 2) {
    // `-oFILE`, `-o=FILE`
    name = word.substr(0, 2);
    value = word.substr(word[2] == '=' ? 3 : 2);
  }
  const Option* option = Find(name);
  if (option == nullptr) {
    std::vector<std::string_view> names;
    for (const Option& known : command_.options) names.push_back(known.name);
    for (const Option& known : kCommon) names.push_back(known.name);
    const std::string& shown = word.starts_with("--") ? name : word;
    return Fail("unknown option " + Quoted(shown) + " for `ipec " + std::string(name_) + "`" +
                DidYouMean(shown, names));
  }
  if (option->metavar.empty()) {
    if (value) return Fail(Quoted(option->name) + " takes no value, got " + Quoted(*value));
    return Store(*option, {});
  }
  if (!value) {
    if (at + 1 == words.size()) {
      return Fail(Quoted(option->name) + " needs a value: `" + std::string(option->name) +
                  (option->name.size() > 2 ? "=" : " ") + std::string(option->metavar) + "`");
    }
    value = words[++at];
    taken_ = Quoted(option->name) + " took " + Quoted(*value);
  }
  return Store(*option, std::move(*value));
}

const Option* Parser::Find(std::string_view name) const {
  for (std::span<const Option> options : {command_.options, std::span<const Option>(kCommon)}) {
    for (const Option& option : options) {
      if (option.name == name) return &option;
    }
  }
  return nullptr;
}

bool Parser::Store(const Option& option, std::string value) {
  if (!option.choices.empty()) {
    const std::vector<std::string_view> choices = SplitChoices(option.choices);
    if (std::find(choices.begin(), choices.end(), value) == choices.end()) {
      return Fail(Quoted(option.name) + " is " + Enumerate(choices) + ", got " + Quoted(value) +
                  DidYouMean(value, choices));
    }
  }
  std::vector<std::string>& values = arguments_.values_[std::string(option.name)];
  if (!option.repeatable && !values.empty() && values.back() != value) {
    return Fail(Quoted(option.name) + " is given twice: " + Quoted(values.back()) + " and " +
                Quoted(value));
  }
  values.push_back(std::move(value));
  return true;
}

bool Parser::CheckOperands() {
  const std::size_t count = arguments_.positional_.size();
  const std::string usage = "`ipec " + std::string(name_) + "`";
  if (count < command_.least_operands) {
    return Fail(usage + " needs " + std::string(command_.operands) +
                (taken_.empty() ? "" : "; " + taken_));
  }
  const std::vector<std::string>& given = arguments_.positional_;
  if (std::count(given.begin(), given.end(), "-") > 1) {
    return Fail("`-` is standard input, which can be read only once");
  }
  if (count > command_.most_operands) {
    const std::string& extra = arguments_.positional_[command_.most_operands];
    if (command_.most_operands == 0) return Fail(usage + " takes no operand, got " + Quoted(extra));
    return Fail(usage + " takes " + std::string(command_.operands) + " and no more, got also " +
                Quoted(extra));
  }
  return true;
}

bool Parser::Fail(std::string words) {
  complaint_ = std::move(words);
  return false;
}

}  // namespace ipec::command
