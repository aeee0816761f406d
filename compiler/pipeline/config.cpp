#include "compiler/pipeline/config.h"

#include <algorithm>
#include <array>

#include "compiler/support/date.h"
#include "compiler/support/numbers.h"
#include "compiler/support/path_pattern.h"
#include "compiler/support/printable.h"
#include "compiler/support/suggest.h"
#include "compiler/support/toml.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {
namespace {

using Strings = std::vector<std::string>;
using support::TomlEntry;
using support::TomlKind;
using support::TomlTable;
using support::TomlValue;

// Checks of words: the error, or nothing.

std::string OneOf(std::string_view word, std::span<const std::string_view> words) {
  if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) return {};
  std::string list;
  for (const std::string_view known : words)
    list += (list.empty() ? "" : ", ") + std::string(known);
  const std::string_view nearest = support::Nearest(word, words);
  return "must be one of " + list + ", got `" + support::Abbreviated(word) + "`" +
         (nearest.empty() ? "" : "; did you mean `" + std::string(nearest) + "`?");
}

std::string CheckTarget(std::string_view word) {
  return targets::FindTarget(word) != nullptr ? std::string{} : "names an " + UnknownTarget(word);
}

std::string CheckPattern(std::string_view word) {
  if (word.empty()) return "must not contain an empty pattern";
  const std::optional<std::string_view> why = support::WhyItNeverMatches(word);
  if (!why) return {};
  return "has a pattern that never matches, `" + support::Abbreviated(word) +
         "`: " + std::string(*why);
}

std::string CheckExclude(std::string_view word) {
  if (word.starts_with('!')) {
    return "does not support exceptions (`!`); list the files to leave out";
  }
  return CheckPattern(word);
}

std::string CheckFailOn(std::string_view word) {
  constexpr std::string_view kLevels[] = {"error", "warning", "info"};
  return OneOf(word, kLevels);
}

std::string CheckLevel(std::string_view word) {
  constexpr std::string_view kLevels[] = {"error", "warning", "info", "style", "off"};
  return OneOf(word, kLevels);
}

std::string CheckDate(std::string_view word) {
  if (word.empty() || support::IsDate(word)) return {};
  return "must be a date like 2026-12-31, got `" + support::Abbreviated(word) + "`";
}

// A key and the place for its value. Exactly one of the places is set.
struct Row {
  std::string_view name;
  std::string_view meaning;
  bool& (*flag)(Config&) = nullptr;
  std::string& (*word)(Config&) = nullptr;
  Strings& (*words)(Config&) = nullptr;
  std::optional<std::int64_t>& (*number)(Config&) = nullptr;
  Pairs& (*table)(Config&) = nullptr;
  std::string (*check)(std::string_view) = nullptr;      // of each word, returns the error
  std::string (*check_key)(std::string_view) = nullptr;  // of each key of a table, likewise
};

#define IPEC_FIELD(field)        \
  [](Config & config) -> auto& { \
    return config.field;         \
  }

constexpr std::array kRows = {
    Row{.name = "target",
        .meaning = "the kernel dialects to check for; a single one may be a string",
        .words = IPEC_FIELD(targets),
        .check = CheckTarget},
    Row{.name = "per-file-target",
        .meaning =
            "from patterns of files (`*`, `?`, `**`) to the dialect of those files; the most "
            "specific one wins",
        .table = IPEC_FIELD(target_of),
        .check = CheckTarget,
        .check_key = CheckPattern},
    Row{.name = "exclude",
        .meaning = "patterns of files and directories to leave out, even if they are operands",
        .words = IPEC_FIELD(exclude),
        .check = CheckExclude},
    Row{.name = "format.align",
        .meaning = "align the columns of neighboring rules",
        .flag = IPEC_FIELD(format.align)},
    Row{.name = "format.sort-properties",
        .meaning = "sort properties by name; audit records quote them in the order written",
        .flag = IPEC_FIELD(format.sort_properties)},
    Row{.name = "lint.ruleset",
        .meaning = "pins the set of rules that are on by default; empty: the newest",
        .word = IPEC_FIELD(lint.ruleset)},
    Row{.name = "lint.select",
        .meaning = "rules to enable in addition to the default ones: codes, prefixes, names, "
                   "categories, `all`",
        .words = IPEC_FIELD(lint.select)},
    Row{.name = "lint.ignore",
        .meaning = "rules to disable, named in the same way",
        .words = IPEC_FIELD(lint.ignore)},
    Row{.name = "lint.severity",
        .meaning = "from rules to error, warning, info, style or off",
        .table = IPEC_FIELD(lint.severity),
        .check = CheckLevel},
    Row{.name = "lint.fail-on",
        .meaning =
            "the lowest severity that makes the exit status 1: error, warning (the default), info",
        .word = IPEC_FIELD(lint.fail_on),
        .check = CheckFailOn},
    Row{.name = "lint.unsuppressible",
        .meaning = "rules that no comment can suppress",
        .words = IPEC_FIELD(lint.unsuppressible)},
    Row{.name = "lint.boot-policies",
        .meaning =
            "patterns (`*`, `?`) of files that are built into a kernel or replaced after boot",
        .words = IPEC_FIELD(lint.boot_policies),
        .check = CheckPattern},
    Row{.name = "lint.missing-properties",
        .meaning = "properties whose option is disabled in the kernel that loads the policies",
        .words = IPEC_FIELD(lint.missing_properties)},
    Row{.name = "lint.signature-bytes",
        .meaning = "the number of bytes that signing adds to a policy, certificate included",
        .number = IPEC_FIELD(lint.signature_bytes)},
    Row{.name = "lint.today",
        .meaning = "the date for expiry of suppressions, for reproducible runs; empty: today",
        .word = IPEC_FIELD(lint.today),
        .check = CheckDate},
};
#undef IPEC_FIELD

std::string_view TypeOf(const Row& row) {
  if (row.flag != nullptr) return "true or false";
  if (row.word != nullptr) return "a string";
  if (row.words != nullptr) return "a list of strings";
  if (row.number != nullptr) return "a number";
  return "a table of strings";
}

class Reader {
 public:
  Reader(const std::string& path, std::string_view text, Config& config)
      : path_(path), text_(text), config_(config) {}

  // The first error, or nothing.
  std::string Read() {
    if (text_.size() > kLongestConfig) {
      return Place(kLongestConfig) +
             "the file is longer than 64 KiB, the most that is read: move settings of a directory "
             "into an ipec.toml there";
    }
    support::TomlDocument document = support::ReadToml(text_);
    if (document.mistake) return Place(document.mistake->where) + document.mistake->words;
    return ReadTable(document.root, {});
  }

 private:
  // Reads `table`, whose keys all begin with `prefix`.
  std::string ReadTable(const TomlTable& table, const std::string& prefix) {
    for (const TomlEntry& entry : table.entries) {
      const std::string name = prefix + entry.key;
      std::string wrong;
      if (const Row* row = Find(name)) {
        wrong = Set(*row, name, entry.value);
      } else if (entry.value.kind == TomlKind::Table && IsSection(name)) {
        wrong = ReadTable(*entry.value.table, name + ".");
      } else {
        wrong = Unknown(name, entry.where);
      }
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  std::string Place(std::uint32_t where) const {
    const support::Position at = support::LineMap({text_.data(), text_.size()}).PositionOf(where);
    return path_ + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
  }

  static const Row* Find(std::string_view name) {
    for (const Row& row : kRows) {
      if (row.name == name) return &row;
    }
    return nullptr;
  }

  static bool IsSection(const std::string& name) {
    for (const Row& row : kRows) {
      if (row.name.starts_with(name + ".")) return true;
    }
    return false;
  }

  std::string Unknown(const std::string& name, std::uint32_t where) const {
    const std::string_view nearest = Meant(name);
    return Place(where) + "unknown key `" + support::Abbreviated(name) + "`" +
           (nearest.empty() ? std::string("; `ipec lint --show-config` lists all keys")
                            : "; did you mean `" + std::string(nearest) + "`?");
  }

  // The key or section closest to `name`, or else the key whose last word is closest to that of
  // `name`: it is in the wrong section, or in none.
  static std::string_view Meant(std::string_view name) {
    std::vector<std::string_view> names;
    std::vector<std::string_view> last_words;
    for (const Row& row : kRows) {
      names.push_back(row.name);
      last_words.push_back(row.name.substr(row.name.rfind('.') + 1));
    }
    for (const Row& row : kRows) {
      if (const std::size_t dot = row.name.find('.'); dot != std::string_view::npos) {
        names.push_back(row.name.substr(0, dot));
      }
    }
    if (const std::string_view nearest = support::Nearest(name, names); !nearest.empty()) {
      return nearest;
    }
    const std::string_view word = support::Nearest(name.substr(name.rfind('.') + 1), last_words);
    const auto found = std::find(last_words.begin(), last_words.end(), word);
    return found == last_words.end() ? std::string_view() : kRows[found - last_words.begin()].name;
  }

  std::string Set(const Row& row, const std::string& name, const TomlValue& value) {
    if (row.word != nullptr) return ReadWord(row, name, value, row.word(config_));
    if (row.words != nullptr) return ReadWords(row, name, value);
    if (row.flag != nullptr) {
      if (value.kind != TomlKind::Boolean) return WrongType(row, name, value);
      row.flag(config_) = value.boolean;
    } else if (row.number != nullptr) {
      const bool fits = value.kind == TomlKind::Integer && value.integer >= 0;
      if (!fits) return WrongType(row, name, value);
      row.number(config_) = value.integer;
    } else {
      if (value.kind != TomlKind::Table) return WrongType(row, name, value);
      for (const TomlEntry& entry : value.table->entries) {
        std::string bad_key = row.check_key == nullptr ? std::string() : row.check_key(entry.key);
        if (!bad_key.empty()) return Subject(name, entry.where).append(bad_key);
        std::string& word = row.table(config_).emplace_back(entry.key, "").second;
        std::string wrong = ReadWord(row, name + "." + entry.key, entry.value, word);
        if (!wrong.empty()) return wrong;
      }
    }
    return {};
  }

  // A list, or a single word.
  std::string ReadWords(const Row& row, const std::string& name, const TomlValue& value) {
    Strings& words = row.words(config_);
    if (value.kind != TomlKind::Array) return ReadWord(row, name, value, words.emplace_back());
    for (const TomlValue& item : value.items) {
      std::string wrong = ReadWord(row, name, item, words.emplace_back());
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

  std::string ReadWord(const Row& row, const std::string& name, const TomlValue& value,
                       std::string& word) const {
    if (value.kind != TomlKind::String) return WrongType(row, name, value);
    word = value.text;
    std::string wrong = row.check == nullptr ? std::string{} : row.check(word);
    return wrong.empty() ? wrong : Subject(name, value.where) + wrong;
  }

  std::string WrongType(const Row& row, const std::string& name, const TomlValue& value) const {
    return Subject(name, value.where) + "must be " + std::string(TypeOf(row));
  }

  std::string Subject(const std::string& name, std::uint32_t where) const {
    return Place(where) + "`" + support::Abbreviated(name) + "` ";
  }

  const std::string& path_;
  std::string_view text_;
  Config& config_;
};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char byte : text) {
    const unsigned char code = support::ToByte(byte);
    if (code < 0x20 || code == 0x7F) {
      out += "\\u00" + llvm::utohexstr(code >> 4U) + llvm::utohexstr(code & 15U);
      continue;
    }
    if (byte == '"' || byte == '\\') out += '\\';
    out += byte;
  }
  return out + "\"";
}

std::string ValueOf(const Row& row, Config& config) {
  std::string text;
  if (row.flag != nullptr) return row.flag(config) ? "true" : "false";
  if (row.word != nullptr) return Quoted(row.word(config));
  if (row.number != nullptr) return std::to_string(row.number(config).value_or(0));
  if (row.words != nullptr) {
    for (const std::string& word : row.words(config)) {
      text += (text.empty() ? "" : ", ") + Quoted(word);
    }
    return "[" + text + "]";
  }
  for (const auto& [key, value] : row.table(config)) {
    text += (text.empty() ? "" : ", ") + Quoted(key) + " = " + Quoted(value);
  }
  return "{" + text + "}";
}

}  // namespace

std::vector<ConfigKey> ConfigKeys() {
  std::vector<ConfigKey> keys;
  keys.reserve(kRows.size());
  for (const Row& row : kRows) keys.push_back({row.name, TypeOf(row), row.meaning});
  return keys;
}

llvm::Expected<Config> ParseConfig(const std::string& path, std::string_view text) {
  Config config;
  config.path = path;
  const std::string wrong = Reader(path, text, config).Read();
  if (!wrong.empty()) return support::ErrorOf(wrong);
  return config;
}

std::string ShowConfig(const Config& config) {
  Config shown = config;
  std::string text = "# " + (config.path.empty() ? "no ipec.toml" : config.path) + "\n";
  std::string_view section;
  for (const Row& row : kRows) {
    const std::size_t dot = row.name.find('.');
    const std::string_view own =
        dot == std::string_view::npos ? std::string_view{} : row.name.substr(0, dot);
    if (own != section) text += "\n[" + std::string(own) + "]\n";
    section = own;
    text += "# " + std::string(TypeOf(row)) + ": " + std::string(row.meaning) + "\n";
    if (row.number != nullptr && !row.number(shown)) text += "# ";
    text += std::string(row.name.substr(dot == std::string_view::npos ? 0 : dot + 1)) + " = " +
            ValueOf(row, shown) + "\n";
  }
  return text;
}

std::string UnknownTarget(std::string_view name) {
  std::vector<std::string_view> names;
  for (const targets::Target& known : targets::AllTargets()) names.push_back(known.name);
  const std::string_view nearest = support::Nearest(name, names);
  return "unknown target `" + support::Abbreviated(name) + "`" +
         (nearest.empty() ? std::string("; see `ipec targets`")
                          : "; did you mean `" + std::string(nearest) + "`?");
}

}  // namespace ipec::pipeline
