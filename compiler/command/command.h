#pragma once

// What a command is: a table of options and a function from arguments to an exit status. Its name
// and its one line stand in compiler/driver/commands.def, which lists all of them.

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
  Findings = 1,  // findings, a refused policy, or a DENY in enforcing mode
  Usage = 2,     // wrong call, wrong configuration, malformed event
  Failure = 3,   // a file could not be read or written
};

// What a command may touch. Nothing else opens files, reads clocks or looks at the environment.
struct Environment {
  support::FileSystem& files;
  support::Output& out;
  llvm::raw_ostream& err;
  support::ByteSource& in;
  bool color_terminal = false;  // standard output is a terminal and NO_COLOR is not set
};

// One option of a command: `--target=T`. Flags have no metavariable.
struct Option {
  std::string_view name;     // with dashes: `--target`, `-o`
  std::string_view metavar;  // empty: a flag
  std::string_view help;     // one line
  bool repeatable = false;
  std::string_view choices = {};  // `text|json|sarif`; empty: anything
};

// The arguments of one call, sorted by the table of options.
class Arguments {
 public:
  bool Has(std::string_view option) const { return values_.find(option) != values_.end(); }
  // The value given, or `fallback`.
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
  std::string_view description;     // what it does, for `ipec NAME --help`
  std::string_view example;         // a call and what it prints
  std::span<const Option> options;  // those of all commands (`--help`, `--color`) are added
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

// Parses, complains to `env.err` with a suggestion when an option or choice is misspelt, prints the
// help when asked to, runs. `--name=value` and `--name value` are the same; `--` ends the options;
// `-` alone is an operand.
ExitStatus Run(const Entry& entry, std::span<const std::string> arguments, Environment& env);

// Usage, description, options and example, laid out for 80 columns.
void PrintHelp(const Entry& entry, llvm::raw_ostream& out);

// Whether output is to be coloured: what `--color` says, else what the terminal says.
bool WantsColor(const Arguments& arguments, const Environment& env);

// "; did you mean `NAME`?", or nothing when no word of the list is near.
std::string DidYouMean(std::string_view misspelt, std::span<const std::string_view> words);

// Complaints about the call: one line to `env.err` that begins with `ipec: `.
ExitStatus Complain(Environment& env, ExitStatus status, std::string_view words);
ExitStatus Complain(Environment& env, llvm::Error error);  // with ExitStatus::Failure

// The bytes of an operand: a file, or standard input for `-`. The buffer's name is the path or
// `<stdin>`.
llvm::Expected<support::SourceBuffer> ReadOperand(const std::string& operand, Environment& env);

// Where the bytes of an operand come from, as a path that FileSystem can compare with others.
std::string PathOfOperand(const std::string& operand);

// Replaces the file that `read` came from by `text`; complains and writes nothing where the file is
// no longer what was read.
ExitStatus WriteBack(const support::SourceBuffer& read, std::string_view text, Environment& env);

// A unified diff on standard output: as it is, for `patch`; with colour it is for people, and
// nothing in it can move a cursor.
void PrintPatch(std::string_view patch, bool color, Environment& env);

// The worse of two outcomes: what could not be done weighs more than what was found.
ExitStatus Worse(ExitStatus a, ExitStatus b);

}  // namespace ipec::command
