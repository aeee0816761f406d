// `ipec help`: the help of a command, and man pages.

#include "compiler/driver/commands.h"
#include "compiler/manual/man_page.h"

namespace ipec::driver {
namespace {

using namespace command;

struct HelpOptions : CommonOptions {
  bool man = false;
};

constexpr auto kOptions =
    Table<HelpOptions>(Flag<&HelpOptions::man>("--man", "print the man page, for `man -l -`"));

constexpr manual::Release kRelease = {IPEC_VERSION, IPEC_DATE};

ExitStatus RunHelp(const HelpOptions& options, Environment& env) {
  if (options.operands.empty()) {
    if (options.man) {
      env.out << manual::ProgramPage(Commands(), kSummary, kAfterCommands, kRelease);
    } else {
      PrintOverview(env.out);
    }
    return ExitStatus::Ok;
  }
  const Entry* entry = FindCommand(options.operands[0]);
  if (entry == nullptr) return UnknownCommand(options.operands[0], env);
  if (options.man) {
    env.out << manual::CommandPage(*entry, kRelease);
  } else {
    PrintHelp(*entry, env.out);
  }
  return ExitStatus::Ok;
}

}  // namespace

const Command kHelpCommand{
    .operands = "[COMMAND]",
    .description =
        "Prints the description of a command, its options and an example; without\n"
        "COMMAND, lists all commands. With --man, prints a man page in mdoc.",
    .example = "  $ ipec help check",
    .most_operands = 1,
    .runner = Runs<RunHelp>(kOptions),
};

}  // namespace ipec::driver
