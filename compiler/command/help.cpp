#include <algorithm>

#include "compiler/command/command.h"
#include "compiler/command/parser.h"
#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::command {
namespace {

// `--target=T`, `-o OUT`, `--permissive`
std::string Spelling(const Option& option) {
  std::string text(option.name);
  if (option.metavar.empty()) return text;
  if (option.value_is_optional) return text + "[=" + std::string(option.metavar) + "]";
  text += option.name.size() > 2 ? '=' : ' ';
  return text + std::string(option.metavar);
}

// Counts characters, not bytes: UTF-8 continuation bytes have no width.
std::size_t Width(std::string_view text) {
  return text.size() -
         support::ToSize(std::count_if(text.begin(), text.end(), support::ContinuesCharacter));
}

void PrintOptions(std::span<const Option> options, std::size_t width, llvm::raw_ostream& out) {
  for (const Option& option : options) {
    const std::string spelling = Spelling(option);
    out << "  " << spelling;
    out.indent(support::ToU32(width - Width(spelling) + 2)) << option.help;
    if (option.repeatable) out << " (repeatable)";
    out << '\n';
  }
}

}  // namespace

void PrintHelp(const Entry& entry, llvm::raw_ostream& out) {
  const Command& command = *entry.command;
  out << "Usage: ipec " << entry.name << " [OPTION]…";
  if (!command.operands.empty()) out << ' ' << command.operands;
  out << "\n\n" << command.description << "\n\nOptions:\n";
  std::size_t width = 0;
  for (std::span<const Option> options : {command.runner.options, CommonRows()}) {
    for (const Option& option : options) width = std::max(width, Width(Spelling(option)));
  }
  PrintOptions(command.runner.options, width, out);
  PrintOptions(CommonRows(), width, out);
  out << "\nExample:\n" << command.example << '\n';
}

}  // namespace ipec::command
