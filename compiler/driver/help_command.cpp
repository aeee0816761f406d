#include "compiler/driver/commands.h"

namespace ipec::driver {
namespace {

using namespace command;

constexpr auto kOptions = Table<CommonOptions>();

ExitStatus RunHelp(const CommonOptions& options, Environment& env) {
  if (options.operands.empty()) {
    PrintOverview(env.out);
    return ExitStatus::Ok;
  }
  const Entry* entry = FindCommand(options.operands[0]);
  if (entry == nullptr) return UnknownCommand(options.operands[0], env);
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
    .most_operands = 1,
    .runner = Runs<RunHelp>(kOptions),
};

}  // namespace ipec::driver
