#include "compiler/pipeline/config.h"

#include <algorithm>
#include <array>

#include "compiler/support/date.h"
#include "compiler/support/numbers.h"
#include "compiler/support/path_pattern.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/toml.h"
#include "compiler/support/wording.h"
#include "compiler/targets/meanings.h"
#include "compiler/targets/unknown_target.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {
namespace {

using Strings = std::vector<std::string>;
using support::ErrorOf;
using support::TomlEntry;
using support::TomlKind;
using support::TomlTable;
using support::TomlValue;

// `word`, which may be of any length, in a message.
std::string Shown(std::string_view word) {
  return support::Quoted(support::Abbreviated(word));
}

// Checks of words. The message of an error follows the name of the key.

llvm::Error OneOf(std::string_view word, std::span<const std::string_view> words) {
  if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) {
    return llvm::Error::success();
  }
  return ErrorOf("must be one of " + support::Listed(words) + ", got " + Shown(word) +
                 support::Suggest(word, words));
}

llvm::Error CheckTarget(std::string_view word) {
  if (targets::FindTarget(word) != nullptr) return llvm::Error::success();
  return ErrorOf("names an " + targets::UnknownTarget(word));
}

llvm::Error CheckProperty(std::string_view word) {
  if (const auto property = runtime::FindProperty(word)) {
    if (!targets::MeaningOf(*property).option.empty()) return llvm::Error::success();
    return ErrorOf("names " + Shown(word) + ", which every kernel with IPE has");
  }
  return ErrorOf(
      "names an unknown property " + Shown(word) +
      support::Suggest(word, runtime::kPropertyNames,
                       "; the properties are " + support::Listed(runtime::kPropertyNames)));
}

llvm::Error CheckKernelFile(std::string_view word) {
  return word.empty() ? ErrorOf("must not contain an empty name") : llvm::Error::success();
}

llvm::Error CheckPattern(std::string_view word) {
  if (word.empty()) return ErrorOf("must not contain an empty pattern");
  const std::optional<std::string_view> why = support::WhyItNeverMatches(word);
  if (!why) return llvm::Error::success();
  return ErrorOf("has a pattern that never matches, " + Shown(word) + ": " + std::string(*why));
}

llvm::Error CheckExclude(std::string_view word) {
  if (word.starts_with('!')) {
    return ErrorOf("does not support exceptions (`!`); list the files to leave out");
  }
  return CheckPattern(word);
}

llvm::Error CheckFailOn(std::string_view word) {
  constexpr std::string_view kLevels[] = {"error", "warning", "info"};
  return OneOf(word, kLevels);
}

llvm::Error CheckLevel(std::string_view word) {
  constexpr std::string_view kLevels[] = {"error", "warning", "info", "style", "off"};
  return OneOf(word, kLevels);
}

llvm::Error CheckDate(std::string_view word) {
  if (word.empty() || support::IsDate(word)) return llvm::Error::success();
  return ErrorOf("must be a date like 2026-12-31, got " + Shown(word));
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
  llvm::Error (*check)(std::string_view) = nullptr;      // of each word
  llvm::Error (*check_key)(std::string_view) = nullptr;  // of each key of a table
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
    Row{.name = "kernel",
        .meaning = "configurations of the kernels that load the policies, relative to this file: "
                   "they determine target and missing properties; `ipec show` prints them",
        .words = IPEC_FIELD(kernel_files),
        .check = CheckKernelFile},
    Row{.name = "inventory",
        .meaning = "the inventory of the image that the policies are for, from `ipec scan`, "
                   "relative to this file; empty: none",
        .word = IPEC_FIELD(inventory_file)},
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
    Row{.name = "diff.accepted",
        .meaning = "the file of accepted changes, relative to this file: a line "
                   "`Ipec-Accept: FINGERPRINT reason` for each; empty: none",
        .word = IPEC_FIELD(diff.accepted)},
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
    Row{.name = "lint.systemd-policies",
        .meaning = "patterns of texts NAME.pol that are signed as NAME.p7b, which systemd loads",
        .words = IPEC_FIELD(lint.systemd_policies),
        .check = CheckPattern},
    Row{.name = "lint.missing-properties",
        .meaning = "properties whose option is disabled in the kernel that loads the policies: a "
                   "rule with one never matches",
        .words = IPEC_FIELD(lint.missing_properties),
        .check = CheckProperty},
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
      : path_(path), text_(text), lines_({text.data(), text.size()}), config_(config) {}

  // Returns the first error.
  llvm::Error Read() {
    if (text_.size() > kLongestConfig) {
      return At(kLongestConfig,
                "the file is longer than 64 KiB, the most that is read: move settings of a "
                "directory into an ipec.toml there");
    }
    support::TomlDocument document = support::ReadToml(text_);
    if (document.mistake) return At(document.mistake->where, document.mistake->words);
    return ReadTable(document.root, {});
  }

 private:
  // Reads `table`, whose keys all begin with `prefix`.
  llvm::Error ReadTable(const TomlTable& table, const std::string& prefix) {
    for (const TomlEntry& entry : table.entries) {
      if (llvm::Error error = ReadEntry(entry, prefix + entry.key)) return error;
    }
    return llvm::Error::success();
  }

  llvm::Error ReadEntry(const TomlEntry& entry, const std::string& name) {
    if (const Row* row = Find(name)) return Set(*row, name, entry.value);
    if (entry.value.kind == TomlKind::Table && IsSection(name)) {
      return ReadTable(*entry.value.table, name + ".");
    }
    if (IsSection(name)) return About(name, entry.value.where, "must be a table");
    return Unknown(name, entry.where);
  }

  llvm::Error At(std::uint32_t where, const std::string& words) const {
    return ErrorOf(path_ + PlaceOf(where) + ": " + words);
  }

  // ":3:12"
  std::string PlaceOf(std::uint32_t where) const {
    const support::Position at = lines_.PositionOf(where);
    return ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
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

  llvm::Error Unknown(const std::string& name, std::uint32_t where) const {
    const std::string_view nearest = Meant(name);
    return At(where, "unknown key " + Shown(name) + "; " +
                         (nearest.empty() ? "`ipec lint --show-config` lists all keys"
                                          : support::DidYouMean(nearest)));
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

  llvm::Error Set(const Row& row, const std::string& name, const TomlValue& value) {
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
        if (llvm::Error error = Check(row.check_key, name, entry.key, entry.where)) return error;
        config_.places.Add(row.name, entry.key, PlaceOf(entry.where));
        std::string& word = row.table(config_).emplace_back(entry.key, "").second;
        if (llvm::Error error = ReadWord(row, name + "." + entry.key, entry.value, word)) {
          return error;
        }
      }
    }
    return llvm::Error::success();
  }

  // A list, or a single word.
  llvm::Error ReadWords(const Row& row, const std::string& name, const TomlValue& value) {
    Strings& words = row.words(config_);
    if (value.kind != TomlKind::Array) return ReadWord(row, name, value, words.emplace_back());
    for (const TomlValue& item : value.items) {
      if (llvm::Error error = ReadWord(row, name, item, words.emplace_back())) return error;
    }
    return llvm::Error::success();
  }

  llvm::Error ReadWord(const Row& row, const std::string& name, const TomlValue& value,
                       std::string& word) const {
    if (value.kind != TomlKind::String) {
      return row.table != nullptr ? About(name, value.where, "must be a string")
                                  : WrongType(row, name, value);
    }
    word = value.text;
    config_.places.Add(name, word, PlaceOf(value.where));
    return Check(row.check, name, word, value.where);
  }

  llvm::Error Check(llvm::Error (*check)(std::string_view), const std::string& name,
                    std::string_view word, std::uint32_t where) const {
    if (check == nullptr) return llvm::Error::success();
    llvm::Error error = check(word);
    return error ? About(name, where, llvm::toString(std::move(error))) : llvm::Error::success();
  }

  llvm::Error WrongType(const Row& row, const std::string& name, const TomlValue& value) const {
    return About(name, value.where, "must be " + std::string(TypeOf(row)));
  }

  llvm::Error About(const std::string& name, std::uint32_t where, const std::string& words) const {
    return At(where, Shown(name) + " " + words);
  }

  const std::string& path_;
  std::string_view text_;
  support::LineMap lines_;
  Config& config_;
};

// As a string of TOML.
std::string TomlString(std::string_view text) {
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
  if (row.flag != nullptr) return row.flag(config) ? "true" : "false";
  if (row.word != nullptr) return TomlString(row.word(config));
  if (row.number != nullptr) return std::to_string(row.number(config).value_or(0));
  Strings items;
  if (row.words != nullptr) {
    for (const std::string& word : row.words(config)) items.push_back(TomlString(word));
    return "[" + support::Listed(items) + "]";
  }
  for (const auto& [key, value] : row.table(config)) {
    items.push_back(TomlString(key) + " = " + TomlString(value));
  }
  return "{" + support::Listed(items) + "}";
}

}  // namespace

void WordPlaces::Add(std::string_view key, std::string_view word, const std::string& place) {
  places_[std::string(key)].try_emplace(std::string(word), place);
}

std::string_view WordPlaces::Find(std::string_view key, std::string_view word) const {
  const auto places = places_.find(key);
  if (places == places_.end()) return {};
  const auto found = places->second.find(word);
  return found == places->second.end() ? std::string_view() : found->second;
}

llvm::Expected<Config> ParseConfig(const std::string& path, std::string_view text) {
  Config config;
  config.path = path;
  if (llvm::Error error = Reader(path, text, config).Read()) return error;
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

}  // namespace ipec::pipeline
