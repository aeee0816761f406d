#pragma once

// All commands of the program, as listed in commands.cpp, and the dispatch from `main` to them.

#include <span>
#include <string>

#include "compiler/command/command.h"

namespace ipec::driver {

// The commands of this directory, each in NAME_command.cpp.
extern const command::Command kCheckCommand;
extern const command::Command kCompileCommand;
extern const command::Command kCompletionCommand;
extern const command::Command kDiffCommand;
extern const command::Command kEvalCommand;
extern const command::Command kExplainCommand;
extern const command::Command kFmtCommand;
extern const command::Command kHelpCommand;
extern const command::Command kMatrixCommand;
extern const command::Command kRenderCommand;
extern const command::Command kReplayCommand;
extern const command::Command kRolloutCommand;
extern const command::Command kScanCommand;
extern const command::Command kShowCommand;
extern const command::Command kSignCommand;
extern const command::Command kTargetsCommand;
extern const command::Command kTestCommand;
extern const command::Command kThumbprintCommand;
extern const command::Command kVerifyCommand;

std::span<const command::Entry> Commands();

// Null if there is no such command.
const command::Entry* FindCommand(std::string_view name);

// Prints an error for an unknown command, with a suggestion.
command::ExitStatus UnknownCommand(std::string_view name, command::Environment& env);

// The parts of `ipec --help` before and behind the list of commands.
extern const std::string_view kSummary;
extern const std::string_view kAfterCommands;

// `ipec --help`: all commands, the exit statuses, the common options.
void PrintOverview(llvm::raw_ostream& out);

// Runs `ipec ARGUMENTS…` and returns its exit status. An unwritable standard output is a failure.
command::ExitStatus Main(std::span<const std::string> arguments, command::Environment& env);

}  // namespace ipec::driver
