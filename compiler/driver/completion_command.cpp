// `ipec completion`: scripts for shells, and the answers to them.

#include <utility>

#include "compiler/diagnostics/explain.h"
#include "compiler/driver/commands.h"
#include "compiler/manual/complete.h"
#include "compiler/manual/shells.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/vocabulary.h"
#include "lint/explained.h"

namespace ipec::driver {
namespace {

using namespace command;

using manual::Offer;
using manual::ValueKind;

constexpr auto kOptions = Table<CommonOptions>();

// The question of the scripts: the words of the call, up to the one that is being written.
constexpr std::string_view kWords = "words";

void AddFindings(std::vector<Offer>& offers) {
  const auto add = [&](std::string_view code, std::string_view name) {
    offers.push_back({std::string(code), name});
    offers.push_back({std::string(name), code});
  };
  for (const diagnostics::Descriptor* row : diagnostics::AllDescriptors())
    add(row->code, row->name);
  for (const diagnostics::Explained& row : lint::Explained()) {
    add(row.descriptor->code, row.descriptor->name);
  }
}

std::vector<Offer> WordsOf(ValueKind kind) {
  std::vector<Offer> offers;
  switch (kind) {
    case ValueKind::Targets:
      for (const targets::Target& target : targets::AllTargets()) {
        offers.push_back({std::string(target.name), target.summary});
      }
      break;
    case ValueKind::Operations:
      for (const runtime::Operation operation : runtime::kOperations) {
        if (operation == runtime::Operation::Unknown) continue;
        offers.push_back({std::string(runtime::Name(operation)), {}});
      }
      break;
    case ValueKind::Findings:
      AddFindings(offers);
      break;
    case ValueKind::Commands:
      for (const Entry& entry : Commands()) {
        offers.push_back({std::string(entry.name), entry.summary});
      }
      break;
    case ValueKind::Shells:
      for (const manual::Shell& shell : manual::Shells()) {
        offers.push_back({std::string(shell.name), {}});
      }
      break;
    default:
      break;
  }
  return offers;
}

ExitStatus RunCompletion(const CommonOptions& options, Environment& env) {
  const std::string& name = options.operands[0];
  if (name == kWords) {
    const auto words = std::span(options.operands).subspan(1);
    env.out << CompletionText(manual::Complete(Commands(), words, WordsOf));
    return ExitStatus::Ok;
  }
  const manual::Shell* const shell = manual::FindShell(name);
  if (shell == nullptr || options.operands.size() > 1) {
    std::vector<std::string_view> names;
    for (const manual::Shell& one : manual::Shells()) names.push_back(one.name);
    if (shell != nullptr) return Report(env, ExitStatus::Usage, "name one shell");
    return Report(env, ExitStatus::Usage,
                  "unknown shell " + support::Quoted(name) + "; there are " +
                      support::Listed(names, "and") + support::Suggest(name, names));
  }
  env.out << shell->script;
  return ExitStatus::Ok;
}

}  // namespace

const Command kCompletionCommand{
    .operands = "SHELL",
    .description =
        "Prints a script that completes calls of ipec in bash, zsh or fish. The script\n"
        "asks `ipec completion words -- WORD…` for the words at a place of a call, so\n"
        "it stays valid when ipec is updated. A package installs the scripts; else put\n"
        "them where a shell looks:\n"
        "  ~/.local/share/bash-completion/completions/ipec   (bash)\n"
        "  ~/.zfunc/_ipec   (zsh, with `fpath+=~/.zfunc` before `compinit`)\n"
        "  ~/.config/fish/completions/ipec.fish   (fish)",
    .example = "  $ eval \"$(ipec completion bash)\"",
    .least_operands = 1,
    .runner = Runs<RunCompletion>(kOptions),
};

}  // namespace ipec::driver
