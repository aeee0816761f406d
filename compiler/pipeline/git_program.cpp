#include "compiler/pipeline/git_program.h"

#include <iterator>
#include <optional>
#include <tuple>
#include <utility>

#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::pipeline {
namespace {

using support::ErrorOf;
using support::ProgramResult;
using support::Quoted;

// The variables of git that name a repository or a part of one are not for the repository that the
// policy is in; see README.md. Of a partial clone, git would fetch what is missing.
std::vector<std::pair<std::string, std::optional<std::string>>> Variables() {
  std::vector<std::pair<std::string, std::optional<std::string>>> variables = {
      {"LC_ALL", "C"},
      {"GIT_NO_LAZY_FETCH", "1"},
      {"GIT_ALLOW_PROTOCOL", "none"},
      {"GIT_TERMINAL_PROMPT", "0"},
      {"GIT_OPTIONAL_LOCKS", "0"}};
  for (const char* const name :
       {"GIT_DIR", "GIT_WORK_TREE", "GIT_IMPLICIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE",
        "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_PREFIX",
        "GIT_SHALLOW_FILE", "GIT_GRAFT_FILE", "GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS",
        "GIT_NOGLOB_PATHSPECS", "GIT_ICASE_PATHSPECS", "LANGUAGE"}) {
    variables.emplace_back(name, std::nullopt);
  }
  return variables;
}

}  // namespace

llvm::Expected<ProgramResult> Git::Run(std::vector<std::string> arguments,
                                       std::string input) const {
  support::ProgramCall call;
  call.program = "git";
  // A program that the repository names is not run.
  call.arguments = {"-C", directory_, "-c", "core.fsmonitor=false"};
  call.arguments.insert(call.arguments.end(), std::make_move_iterator(arguments.begin()),
                        std::make_move_iterator(arguments.end()));
  call.input = std::move(input);
  call.variables = Variables();
  return programs_->Run(call);
}

llvm::Expected<std::string> Git::Output(std::vector<std::string> arguments,
                                        std::string input) const {
  const std::string command = "git " + arguments.front();
  llvm::Expected<ProgramResult> result = Run(std::move(arguments), std::move(input));
  if (!result) return result.takeError();
  if (result->status == 0) return std::move(result->output);
  const llvm::StringRef messages = result->messages;
  const bool is_partial = messages.contains("promisor") || messages.contains("lazy fetching");
  return ErrorOf(
      Quoted(command) + " fails in " + Quoted(directory_) + ": " + MessageOf(*result) +
      (is_partial ? "; the repository is a partial clone that lacks these objects" : ""));
}

std::string MessageOf(const ProgramResult& result) {
  llvm::StringRef line;
  llvm::StringRef rest = result.messages;
  while (!rest.empty() && (line.empty() || line.startswith("warning: "))) {
    std::tie(line, rest) = rest.split('\n');
  }
  if (!line.consume_front("fatal: ")) line.consume_front("error: ");
  if (line.empty()) return "exit status " + std::to_string(result.status);
  return support::Abbreviated({line.data(), line.size()});
}

llvm::Expected<WorkTree> WorkTreeOf(const Git& git) {
  llvm::Expected<ProgramResult> result =
      git.Run({"rev-parse", "--is-shallow-repository", "--show-toplevel"});
  if (!result) return result.takeError();
  const std::string place = Quoted(git.directory());
  if (result->status != 0) {
    const llvm::StringRef messages = result->messages;
    if (messages.contains("not a git repository")) {
      return ErrorOf(place + " is not in a git repository");
    }
    if (messages.contains("must be run in a work tree")) {
      return ErrorOf(place + " is in a git repository without a work tree");
    }
    if (messages.contains("safe.directory")) {
      return ErrorOf("git does not read the repository of " + place +
                     ", which another user owns: allow it with `git config --global --add "
                     "safe.directory DIRECTORY`");
    }
    return ErrorOf("git cannot read the repository of " + place + ": " + MessageOf(*result));
  }
  llvm::StringRef output = result->output;
  output.consume_back("\n");
  const auto [shallow, root] = output.split('\n');
  return WorkTree{root.str(), shallow == "true"};
}

}  // namespace ipec::pipeline
