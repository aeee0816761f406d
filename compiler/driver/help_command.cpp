#include "compiler/driver/commands.h"

namespace ipec::driver {
namespace {

using namespace command;

ExitStatus RunHelp(const Arguments& arguments, Environment& env) {
  if (arguments.positional().empty()) {
    PrintOverview(env.out);
    return ExitStatus::Ok;
  }
  const Entry* entry = FindCommand(arguments.positional()[0]);
  if (entry == nullptr) return UnknownCommand(arguments.positional()[0], env);
  PrintHelp(*entry, env.out);
  return ExitStatus::Ok;
}

}  // namespace

const Command kHelpCommand{
    .operands = "[COMMAND]",
    .description =
        "Prints the description of a command, its options and an example; without\n"
        "COMMAND, lists all commands.",
    .example = "  $ ipec help check",
    .options = {},
    .most_operands = 1,
    .run = RunHelp,
};

}  // namespace ipec::driver
