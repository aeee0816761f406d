#pragma once

// All commands of the program, as listed in commands.def, and the dispatch from `main` to them.

#include <span>
#include <string>

#include "compiler/command/command.h"

// Only declared here: a command of another directory, such as lint, is found by the linker, so that
// nothing in compiler/ includes anything above it.
#define IPEC_COMMAND(id, in, name, summary)     \
  namespace ipec::in {                          \
  extern const command::Command k##id##Command; \
  }
#include "compiler/driver/commands.def"

namespace ipec::driver {

std::span<const command::Entry> Commands();

// Null if there is no such command.
const command::Entry* FindCommand(std::string_view name);

// Prints an error for an unknown command, with a suggestion.
command::ExitStatus UnknownCommand(std::string_view name, command::Environment& env);

// `ipec --help`: all commands, the exit statuses, the common options.
void PrintOverview(llvm::raw_ostream& out);

// Runs `ipec ARGUMENTS…` and returns its exit status. An unwritable standard output is a failure.
command::ExitStatus Main(std::span<const std::string> arguments, command::Environment& env);

}  // namespace ipec::driver
