#pragma once

// A command is a table of options and a function from arguments to an exit status. Its name and
// summary are in compiler/driver/commands.def, which lists all commands.

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/file_system.h"
#include "compiler/support/streams.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::command {

enum class ExitStatus : int {
  Ok = 0,
  Findings = 1,  // findings, a rejected policy, or a DENY in enforcing mode
  Usage = 2,     // wrong call, wrong configuration, malformed event
  Failure = 3,   // a file could not be read or written
};

// Everything a command may access. Only this opens files, reads clocks or reads the environment.
struct Environment {
  support::FileSystem& files;
  support::Output& out;
  support::Output& err;
  support::ByteSource& in;
  bool color_out = false;  // whether to color `out`, by the environment
  bool color_err = false;  // the same for `err`
};

// One option of a command: `--target=T`. Flags have no metavariable.
struct Option {
  std::string_view name;     // with dashes: `--target`, `-o`
  std::string_view metavar;  // empty: a flag
  std::string_view help;     // one line
  bool repeatable = false;
  std::string_view choices = {};  // `text|json|sarif`; empty: anything
};

// The arguments of one call, sorted with the table of options.
class Arguments {
 public:
  bool Has(std::string_view option) const { return values_.find(option) != values_.end(); }
  // The value of the option, or `fallback`.
  std::string_view Get(std::string_view option, std::string_view fallback = {}) const;
  std::span<const std::string> All(std::string_view option) const;
  std::span<const std::string> positional() const { return positional_; }

 private:
  friend class Parser;
  std::map<std::string, std::vector<std::string>, std::less<>> values_;
  std::vector<std::string> positional_;
};

struct Command {
  std::string_view operands;        // `FILE…`, for the usage line
  std::string_view description;     // for `ipec NAME --help`
  std::string_view example;         // a call and its output
  std::span<const Option> options;  // `--help` and `--color` are added to all
  std::size_t least_operands = 0;
  std::size_t most_operands = SIZE_MAX;
  bool takes_numbers = false;  // `-74` is an operand, not an option
  ExitStatus (*run)(const Arguments&, Environment&) = nullptr;
};

// A row of commands.def.
struct Entry {
  std::string_view name;
  std::string_view summary;  // one line for `ipec --help`
  const Command* command;
};

// Parses the arguments, prints errors to `env.err` (with a suggestion for a misspelt option or
// choice), prints the help on request, and runs the command. `--name=value` and `--name value` are
// the same; `--` ends the options; `-` alone is an operand.
ExitStatus Run(const Entry& entry, std::span<const std::string> arguments, Environment& env);

// Usage, description, options and example, formatted for 80 columns.
void PrintHelp(const Entry& entry, llvm::raw_ostream& out);

// Whether output to `stream`, which is `env.out` or `env.err`, is colored: decided by `--color`,
// else by the environment.
bool WantsColor(const Arguments& arguments, const Environment& env,
                const llvm::raw_ostream& stream);

// "; did you mean `NAME`?", or nothing if no word of the list is close.
std::string DidYouMean(std::string_view misspelt, std::span<const std::string_view> words);

// Errors in the call: prints one line to `env.err` that begins with `ipec: `.
ExitStatus Complain(Environment& env, ExitStatus status, std::string_view words);
ExitStatus Complain(Environment& env, llvm::Error error);  // with ExitStatus::Failure

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
