#include "compiler/command/parser.h"

#include <algorithm>
#include <array>
#include <optional>

#include "compiler/support/numbers.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"

namespace ipec::command {
namespace {

using support::ErrorOf;
using support::Listed;
using support::Quoted;
using support::Suggest;

constexpr Choice<ColorWhen> kColors[] = {
    {"auto", ColorWhen::Auto}, {"always", ColorWhen::Always}, {"never", ColorWhen::Never}};

constexpr auto kCommon = Table<CommonOptions>(
    OneOf<&CommonOptions::color, kColors>("--color", "WHEN",
                                          "color the output: auto (the default), always or never"),
    Flag<&CommonOptions::help>("--help", "print this help"));

}  // namespace

std::span<const Option> CommonRows() {
  return kCommon.rows;
}

llvm::Error Parser::Parse(std::span<const std::string> words) {
  bool options_ended = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (options_ended || IsOperand(word)) {
      options_.operands.push_back(word);
    } else if (word == "--") {
      options_ended = true;
    } else if (llvm::Error error = ParseOption(words, i)) {
      return error;
    }
  }
  return options_.help ? llvm::Error::success() : CheckOperands();
}

bool Parser::IsOperand(std::string_view word) const {
  if (word.size() < 2 || word[0] != '-') return true;
  return command_.takes_numbers &&
         word.find_first_not_of("0123456789", 1) == std::string_view::npos;
}

llvm::Error Parser::ParseOption(std::span<const std::string> words, std::size_t& at) {
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
  if (option == nullptr) return Unknown(word.starts_with("--") ? name : word);
  if (option->metavar.empty()) {
    if (value) return ErrorOf(Quoted(option->name) + " takes no value, got " + Quoted(*value));
    return Store(*option, {});
  }
  if (!value && option->value_is_optional) return Store(*option, {});
  if (!value) {
    if (at + 1 == words.size()) {
      return ErrorOf(Quoted(option->name) + " needs a value: " +
                     Quoted(std::string(option->name) + (option->name.size() > 2 ? "=" : " ") +
                            std::string(option->metavar)));
    }
    value = words[++at];
    taken_ = Quoted(option->name) + " took " + Quoted(*value);
  }
  return Store(*option, *value);
}

const Option* Parser::Find(std::string_view name) const {
  for (std::span<const Option> options : {command_.runner.options, CommonRows()}) {
    for (const Option& option : options) {
      if (option.name == name) return &option;
    }
  }
  return nullptr;
}

llvm::Error Parser::Unknown(std::string_view name) const {
  std::vector<std::string_view> names;
  for (std::span<const Option> options : {command_.runner.options, CommonRows()}) {
    for (const Option& known : options) names.push_back(known.name);
  }
  return ErrorOf("unknown option " + Quoted(name) + " for " + Quoted("ipec " + std::string(name_)) +
                 Suggest(name, names));
}

llvm::Error Parser::Store(const Option& option, const std::string& value) {
  const std::span<const std::string_view> choices = option.choices;
  const auto choice = std::find(choices.begin(), choices.end(), value);
  if (!choices.empty() && choice == choices.end()) {
    return ErrorOf(Quoted(option.name) + " must be " + Listed(choices, "or") + ", got " +
                   Quoted(value) + Suggest(value, choices));
  }
  const auto [given, is_first] = given_.try_emplace(&option, value);
  if (!option.repeatable && !is_first && given->second != value) {
    return ErrorOf(Quoted(option.name) + " is given twice: " + Quoted(given->second) + " and " +
                   Quoted(value));
  }
  option.store(options_, value, support::ToSize(choice - choices.begin()));
  return llvm::Error::success();
}

llvm::Error Parser::CheckOperands() const {
  const std::vector<std::string>& given = options_.operands;
  const std::string usage = Quoted("ipec " + std::string(name_));
  if (given.size() < command_.least_operands) {
    return ErrorOf(usage + " needs " + std::string(command_.operands) +
                   (taken_.empty() ? "" : "; " + taken_));
  }
  if (std::count(given.begin(), given.end(), "-") > 1) {
    return ErrorOf("`-` is standard input, which can be read only once");
  }
  if (given.size() > command_.most_operands) {
    const std::string extra = Quoted(given[command_.most_operands]);
    if (command_.most_operands == 0) return ErrorOf(usage + " takes no operand, got " + extra);
    return ErrorOf(usage + " takes " + std::string(command_.operands) + " and no more, got also " +
                   extra);
  }
  return llvm::Error::success();
}

}  // namespace ipec::command
