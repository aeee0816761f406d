#pragma once

// Reads TOML 1.0 from any bytes: returns the values, or the first error with its place.
//
// Made for untrusted files. Time and memory depend only on the size of the text: nesting is limited
// to kDeepestToml levels, keys are found with search trees, no error stops the program. Numbers
// with a fraction, dates and times are checked, but only their kind is stored, since no key of ipec
// has such a value.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ipec::support {

inline constexpr std::size_t kDeepestToml = 64;

enum class TomlKind : std::uint8_t { String, Integer, Float, Boolean, Time, Array, Table };

struct TomlTable;

struct TomlValue {
  TomlKind kind = TomlKind::Table;
  bool boolean = false;
  bool of_tables = false;   // an array written as `[[key]]`
  std::uint32_t where = 0;  // its first byte
  std::int64_t integer = 0;
  std::string text;                  // of a string: its value
  std::vector<TomlValue> items;      // of an array
  std::unique_ptr<TomlTable> table;  // of a table
};

struct TomlEntry {
  std::string key;
  std::uint32_t where = 0;  // the first byte of the key
  TomlValue value;
};

struct TomlTable {
  // How the table was created, which decides how it can be extended.
  enum class Origin : std::uint8_t {
    Implied,  // by `[it.key]`
    Header,   // by `[it]`
    Dotted,   // by `it.key = value`
    Inline,   // by `= {…}`
  };

  std::vector<TomlEntry> entries;  // as written
  Origin origin = Origin::Implied;
  std::uint32_t section = 0;  // of a Dotted one: the header above it

  TomlEntry* Find(std::string_view key);
  // The key must not be in the table yet.
  TomlEntry& Add(std::string key, std::uint32_t where, TomlValue value);

 private:
  std::map<std::string, std::size_t, std::less<>> by_key_;
};

struct TomlMistake {
  std::uint32_t where = 0;
  std::string words;
};

struct TomlDocument {
  TomlTable root;
  std::optional<TomlMistake> mistake;  // if there is one, `root` has the values before it
};

// `text` must be shorter than 4 GiB.
TomlDocument ReadToml(std::string_view text);

// A value written without quotes or brackets; nothing: `word` is not one.
std::optional<TomlValue> ReadTomlWord(std::string_view word);

}  // namespace ipec::support
