#pragma once

// A command is a table of options and a function from its options to an exit status. Its name and
// summary are in compiler/driver/commands.cpp, which lists all commands.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/command/options.h"
#include "compiler/support/file_system.h"
#include "compiler/support/programs.h"
#include "compiler/support/streams.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::command {

enum class ExitStatus : int {
  Ok = 0,
  Findings = 1,  // findings, a rejected policy, or a DENY in enforcing mode
  Usage = 2,     // wrong call, wrong configuration, malformed event
  Failure = 3,   // a file could not be read or written
};

// Everything a command may access. Only this opens files, runs programs, reads clocks or reads the
// environment.
struct Environment {
  support::FileSystem& files;
  support::ProgramRunner& programs;
  support::Output& out;
  support::Output& err;
  support::ByteSource& in;
  bool color_out = false;        // whether to color `out`, by the environment
  bool color_err = false;        // the same for `err`
  bool err_is_terminal = false;  // where progress is shown
};

struct Entry;

// A table of options, and a call of the function that they are for; made by Runs.
struct Runner {
  std::span<const Option> options;  // `--help` and `--color` are added to all
  ExitStatus (*run)(const Entry& entry, std::span<const std::string> arguments,
                    Environment& env) = nullptr;
};

struct Command {
  std::string_view operands;     // `FILE…`, for the usage line
  std::string_view description;  // for `ipec NAME --help`
  std::string_view example;      // a call and its output
  std::size_t least_operands = 0;
  std::size_t most_operands = SIZE_MAX;
  bool takes_numbers = false;  // `-74` is an operand, not an option
  Runner runner;
};

// A row of the table of commands.
struct Entry {
  std::string_view name;
  std::string_view summary;  // one line for `ipec --help`
  const Command* command;
};

// Fills `options` from the arguments. Returns a status if that ends the call: after an error, which
// it prints to `env.err` (with a suggestion for a misspelt option or choice), and after `--help`.
// `--name=value` and `--name value` are the same; `--` ends the options; `-` alone is an operand.
std::optional<ExitStatus> ParseArguments(const Entry& entry, std::span<const std::string> arguments,
                                         CommonOptions& options, Environment& env);

ExitStatus Run(const Entry& entry, std::span<const std::string> arguments, Environment& env);

// `run` is a function `ExitStatus (const Options&, Environment&)`.
template <auto run, typename Options, std::size_t count>
requires std::same_as<decltype(run), ExitStatus (*)(const Options&, Environment&)>
constexpr Runner Runs(const OptionTable<Options, count>& table) {
  return {table.rows,
          [](const Entry& entry, std::span<const std::string> arguments, Environment& env) {
            Options options;
            const std::optional<ExitStatus> ended = ParseArguments(entry, arguments, options, env);
            return ended ? *ended : run(options, env);
          }};
}

// Usage, description, options and example, formatted for 80 columns.
void PrintHelp(const Entry& entry, llvm::raw_ostream& out);

// Whether output to `stream`, which is `env.out` or `env.err`, is colored: decided by `--color`,
// else by the environment.
bool WantsColor(const CommonOptions& options, const Environment& env,
                const llvm::raw_ostream& stream);

// Errors in the call: prints one line to `env.err` that begins with `ipec: `.
ExitStatus Report(Environment& env, ExitStatus status, std::string_view words);
ExitStatus Report(Environment& env, llvm::Error error);  // with ExitStatus::Failure

// Reads an operand: a file, or standard input for `-`. The buffer's name is the path or `<stdin>`.
llvm::Expected<support::SourceBuffer> ReadOperand(const std::string& operand, Environment& env);

// The source of an operand, as a path that FileSystem can compare with other paths.
std::string PathOfOperand(const std::string& operand);

// Replaces the file that `read` came from with `text`. If the file has changed since, prints an
// error and writes nothing.
ExitStatus WriteBack(const support::SourceBuffer& read, std::string_view text, Environment& env);

// Prints a unified diff: without color unchanged, for `patch`; with color for a terminal, with
// control characters escaped so that they cannot move the cursor.
void PrintPatch(std::string_view patch, bool color, Environment& env);

// The worse of two results: a failure is worse than a finding.
ExitStatus Worse(ExitStatus a, ExitStatus b);

}  // namespace ipec::command
