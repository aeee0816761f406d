#pragma once

// The words and files that complete a call of the program: the answers to a shell.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/command/command.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::manual {

enum class ValueKind : std::uint8_t {
  Nothing,  // a shell cannot know it
  Words,    // those of the option alone
  Files,
  Directories,
  Targets,
  Operations,
  Findings,  // their codes and names
  Commands,
  Shells,
};

// A row of values.def. Null if there is none.
struct ValueRow {
  std::string_view metavar;
  ValueKind kind;
  std::string_view patterns;  // separated by spaces
};
const ValueRow* FindValue(std::string_view metavar);

// The metavariables of an operand line: `NEW [LOG…]` has NEW and LOG; of options, `lcov:FILE` and
// `cobertura:FILE`.
std::vector<std::string_view> MetavarsIn(std::string_view words);

struct Offer {
  std::string word;  // the whole word of the call; one that ends with `=` needs a value
  std::string_view help;
};

struct Completion {
  enum class Paths : std::uint8_t { None, Files, Directories };

  std::vector<Offer> offers;  // those that begin with the word that is written
  Paths paths = Paths::None;
  // The part of the word before the path: `--output=json:`.
  std::string before_path;
  std::string patterns;  // of the files that are offered if there are any, separated by spaces
};

// The words of Targets, Operations, Findings, Commands and Shells, each with a line of help.
using WordsOf = llvm::function_ref<std::vector<Offer>(ValueKind)>;

// `words` follow the name of the program; the last one is being written, and may be empty.
Completion Complete(std::span<const command::Entry> commands, std::span<const std::string> words,
                    WordsOf words_of);

// The same as lines for a script: `WORD<tab>HELP`, or `WORD` alone, and at last, if paths are
// offered, `:files<tab>BEFORE<tab>PATTERNS` or `:directories<tab>BEFORE`.
std::string CompletionText(const Completion& completion);

}  // namespace ipec::manual
