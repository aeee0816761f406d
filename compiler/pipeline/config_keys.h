#pragma once

// The table of keys of `ipec.toml`, and all mistakes in one: for editors.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ipec::pipeline {

enum class KeyType : std::uint8_t { Flag, Word, Words, Number, Table };

// The words that a value may be.
enum class KeyWords : std::uint8_t { Any, Target, Property, Level, FailOn, Rule, Ruleset };

struct ConfigKey {
  std::string_view name;  // `lint.severity`
  std::string_view meaning;
  KeyType type = KeyType::Word;
  KeyWords words = KeyWords::Any;  // of the values
};

// In the order of the table.
const std::vector<ConfigKey>& ConfigKeys();

std::string_view Describe(KeyType type);  // "a list of strings"

// Those that do not depend on the linter's rules; empty: any.
std::vector<std::string_view> WordsOf(KeyWords words);

struct ConfigMistake {
  std::uint32_t where = 0;  // in the text
  std::string words;
};

// All mistakes in the text itself, in file order; the first is the error of ParseConfig. Files that
// it names are not read, and names of lint rules are not checked.
std::vector<ConfigMistake> MistakesIn(std::string_view text);

}  // namespace ipec::pipeline
