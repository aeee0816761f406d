// `ipec help`: the help of a command, and man pages.

#include <string>

#include "compiler/diagnostics/explain.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/help_topics.h"
#include "compiler/manual/man_page.h"
#include "lint/explained.h"
#include "llvm/ADT/StringRef.h"

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
  const std::string& what = options.operands[0];
  if (const TopicRow* const topic = FindTopic(what)) {
    const manual::Topic made = topic->make();
    env.out << (options.man ? manual::TopicPage(made, kRelease) : manual::TopicText(made));
    return ExitStatus::Ok;
  }
  const Entry* entry = FindCommand(what);
  if (entry == nullptr && !options.man) {
    if (const auto text = diagnostics::Explain(what, lint::Explained())) {
      env.out << *text << (llvm::StringRef(*text).endswith("\n") ? "" : "\n");
      return ExitStatus::Ok;
    }
  }
  if (entry == nullptr) return UnknownCommand(what, env);
  if (options.man) {
    env.out << manual::CommandPage(*entry, kRelease);
  } else {
    PrintHelp(*entry, env.out);
  }
  return ExitStatus::Ok;
}

}  // namespace

const Command kHelpCommand{
    .operands = "[COMMAND|TOPIC]",
    .description =
        "Prints the description of a command, its options and an example; without\n"
        "COMMAND, lists all commands. A TOPIC is ipe-policy, the language; ipec.toml, the\n"
        "configuration; ipec-runtime, the library for C; or a code, name or errno that\n"
        "`ipec explain` knows. With --man, prints a man page in mdoc; not of the last.",
    .example = "  $ ipec help check",
    .most_operands = 1,
    .runner = Runs<RunHelp>(kOptions),
};

}  // namespace ipec::driver
