#pragma once

// All commands of the program, as commands.def lists them, and the way from `main` to them.

#include <span>
#include <string>

#include "compiler/command/command.h"

// Only declared here: a command of another folder, say lint, is found by the linker, so that
// nothing in compiler/ includes anything above it.
#define IPEC_COMMAND(id, in, name, summary)     \
  namespace ipec::in {                          \
  extern const command::Command k##id##Command; \
  }
#include "compiler/driver/commands.def"

namespace ipec::driver {

std::span<const command::Entry> Commands();

// Null when there is no such command.
const command::Entry* FindCommand(std::string_view name);

// Complains about an unknown command, with a suggestion.
command::ExitStatus UnknownCommand(std::string_view name, command::Environment& env);

// `ipec --help`: all commands, the exit statuses, the common options.
void PrintOverview(llvm::raw_ostream& out);

// What `ipec ARGUMENTS…` does, and its exit status. A standard output that cannot be written is a
// failure like any other.
command::ExitStatus Main(std::span<const std::string> arguments, command::Environment& env);

}  // namespace ipec::driver
