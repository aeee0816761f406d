#include "compiler/driver/commands.h"

#include <algorithm>
#include <array>
#include <cerrno>

#include "compiler/support/numbers.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "lint/lint_command.h"
#include "lsp/lsp_command.h"

namespace ipec::driver {
namespace {

using command::Entry;
using command::Environment;
using command::ExitStatus;

// In the order of `ipec --help`.
constexpr std::array kCommands = {
    Entry{"check", "report what the kernel of a target would reject, and why", &kCheckCommand},
    Entry{"lint", "report what a kernel accepts but a careful reviewer would not",
          &lint::kLintCommand},
    Entry{"fmt", "format policies", &kFmtCommand},
    Entry{"lsp", "serve an editor over standard input and output", &lsp::kLspCommand},
    Entry{"compile", "compile a policy to a decision table, or to other forms", &kCompileCommand},
    Entry{"render", "render a template with the values of an image", &kRenderCommand},
    Entry{"eval", "decide events as a kernel with this policy would", &kEvalCommand},
    Entry{"diff", "print what a change of a policy means", &kDiffCommand},
    Entry{"test", "test policies by claims and events", &kTestCommand},
    Entry{"matrix", "print how a policy decides at each place of a machine, and if it starts",
          &kMatrixCommand},
    Entry{"replay", "print what a policy would decide in the records of a log", &kReplayCommand},
    Entry{"scan", "print the volumes and files of an image, with their digests", &kScanCommand},
    Entry{"sign", "sign a policy, with a key or in two steps", &kSignCommand},
    Entry{"verify", "report what a kernel makes of a signed policy, and who signed it",
          &kVerifyCommand},
    Entry{"rollout", "print how a kernel answers loads, updates and activations", &kRolloutCommand},
    Entry{"thumbprint", "print the digest with which a kernel records a policy",
          &kThumbprintCommand},
    Entry{"explain", "explain a finding or an errno, offline", &kExplainCommand},
    Entry{"show", "print what a file is to IPE", &kShowCommand},
    Entry{"targets", "list the kernel dialects and what each supports", &kTargetsCommand},
    Entry{"completion", "print the script that completes calls in a shell", &kCompletionCommand},
    Entry{"help", "print the help or the man page of a command", &kHelpCommand},
};

ExitStatus Dispatch(std::span<const std::string> arguments, Environment& env) {
  if (arguments.empty()) {
    PrintOverview(env.err);
    return ExitStatus::Usage;
  }
  const std::string& name = arguments[0];
  if (name == "--help" || name == "-h") {
    PrintOverview(env.out);
    return ExitStatus::Ok;
  }
  if (name == "--version" || name == "-V") {
    env.out << "ipec " IPEC_VERSION "\n";
    return ExitStatus::Ok;
  }
  const Entry* entry = FindCommand(name);
  if (entry == nullptr) return UnknownCommand(name, env);
  return command::Run(*entry, arguments.subspan(1), env);
}

// The error of standard output as a readable message.
std::string OutputErrorMessage(std::error_code error) {
  if (error.value() == EPIPE) return "standard output was closed by its reader (broken pipe)";
  if (error.value() == EBADF) return "standard output is closed";
  return "standard output cannot be written: " + support::Describe(error);
}

}  // namespace

std::span<const Entry> Commands() {
  return kCommands;
}

const Entry* FindCommand(std::string_view name) {
  const auto* found = std::find_if(kCommands.begin(), kCommands.end(),
                                   [&](const Entry& entry) { return entry.name == name; });
  return found == kCommands.end() ? nullptr : found;
}

ExitStatus UnknownCommand(std::string_view name, Environment& env) {
  std::string words = "unknown command " + support::Quoted(name);
  if (name.starts_with('-')) {
    words = "unknown option " + support::Quoted(name) + "; options of a command follow its name";
  } else if (name.find_first_of("./") != std::string_view::npos) {
    words += "; to check a policy: " + support::Quoted("ipec check " + std::string(name));
  } else {
    std::vector<std::string_view> names(kCommands.size());
    std::transform(kCommands.begin(), kCommands.end(), names.begin(),
                   [](const Entry& entry) { return entry.name; });
    words += support::Suggest(name, names);
  }
  command::Report(env, ExitStatus::Usage, words);
  env.err << "try `ipec --help`\n";
  return ExitStatus::Usage;
}

const std::string_view kSummary =
    "compiler, linter, formatter and language server for Linux IPE policies";

const std::string_view kAfterCommands =
    "`ipec COMMAND --help` prints options and an example; `ipec --version` the version.\n"
    "`-` is standard input.\n\n"
    "Color: --color=always or --color=never decides; else NO_COLOR turns color off;\n"
    "else FORCE_COLOR, or CLICOLOR_FORCE other than 0, turns it on; else CLICOLOR=0\n"
    "turns it off. Without these a terminal gets color, unless TERM is `dumb` or not\n"
    "set. A variable that is set to nothing counts as not set.\n\n"
    "Exit status: 0 success; 1 findings, a rejected policy or a DENY; 2 a usage error\n"
    "or a malformed event; 3 a file could not be read or written.\n";

void PrintOverview(llvm::raw_ostream& out) {
  out << "ipec: " << kSummary << "\n\nUsage: ipec COMMAND [OPTION]… [OPERAND]…\n\nCommands:\n";
  std::size_t width = 0;
  for (const Entry& entry : kCommands) width = std::max(width, entry.name.size());
  for (const Entry& entry : kCommands) {
    out << "  " << entry.name;
    out.indent(support::ToU32(width - entry.name.size() + 2)) << entry.summary << '\n';
  }
  out << '\n' << kAfterCommands;
}

ExitStatus Main(std::span<const std::string> arguments, Environment& env) {
  const ExitStatus status = Dispatch(arguments, env);
  env.out.flush();
  // A message that could not be written must not look like success.
  if (!env.out.error()) return env.err.error() ? ExitStatus::Failure : status;
  env.err << "ipec: " << OutputErrorMessage(env.out.error()) << '\n';
  return ExitStatus::Failure;
}

}  // namespace ipec::driver
