// From the text of an ipec.toml to its values.

#include <algorithm>

#include "compiler/pipeline/config_rows.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/toml.h"
#include "compiler/support/wording.h"

namespace ipec::pipeline {
namespace {

using support::ErrorOf;
using support::TomlEntry;
using support::TomlKind;
using support::TomlTable;
using support::TomlValue;

// A key, which may be of any length, in a message.
std::string ShownKey(std::string_view key) {
  return support::Quoted(support::Abbreviated(key));
}

class Reader {
 public:
  Reader(const std::string& path, std::string_view text, Config& config)
      : path_(path), text_(text), lines_({text.data(), text.size()}), config_(config) {}

  // Returns the first error.
  llvm::Error Read() {
    collects_ = false;
    return ReadAll();
  }

  // All of them, in file order.
  std::vector<ConfigMistake> ReadMistakes() {
    llvm::consumeError(ReadAll());
    std::stable_sort(
        mistakes_.begin(), mistakes_.end(),
        [](const ConfigMistake& a, const ConfigMistake& b) { return a.where < b.where; });
    return std::move(mistakes_);
  }

 private:
  llvm::Error ReadAll() {
    if (text_.size() > kLongestConfig) {
      return At(kLongestConfig,
                "the file is longer than 64 KiB, the most that is read: move settings of a "
                "directory into an ipec.toml there");
    }
    support::TomlDocument document = support::ReadToml(text_);
    if (document.mistake) {
      llvm::Error error = At(document.mistake->where, document.mistake->words);
      if (!collects_) return error;
      llvm::consumeError(std::move(error));
    }
    return ReadTable(document.root, {});
  }

  // Reads `table`, whose keys all begin with `prefix`.
  llvm::Error ReadTable(const TomlTable& table, const std::string& prefix) {
    for (const TomlEntry& entry : table.entries) {
      if (llvm::Error error = Go(ReadEntry(entry, prefix + entry.key))) return error;
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
    constexpr std::size_t kMostMistakes = 100;
    if (collects_ && mistakes_.size() < kMostMistakes) mistakes_.push_back({where, words});
    return ErrorOf(path_ + PlaceOf(where) + ": " + words);
  }

  // ":3:12"
  std::string PlaceOf(std::uint32_t where) const {
    const support::Position at = lines_.PositionOf(where);
    return ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  }

  static const Row* Find(std::string_view name) {
    for (const Row& row : ConfigRows()) {
      if (row.name == name) return &row;
    }
    return nullptr;
  }

  static bool IsSection(const std::string& name) {
    for (const Row& row : ConfigRows()) {
      if (row.name.starts_with(name + ".")) return true;
    }
    return false;
  }

  llvm::Error Unknown(const std::string& name, std::uint32_t where) const {
    const std::string_view nearest = Meant(name);
    return At(where, "unknown key " + ShownKey(name) + "; " +
                         (nearest.empty() ? "`ipec lint --show-config` lists all keys"
                                          : support::DidYouMean(nearest)));
  }

  // The key or section closest to `name`, or else the key whose last word is closest to that of
  // `name`: it is in the wrong section, or in none.
  static std::string_view Meant(std::string_view name) {
    std::vector<std::string_view> names;
    std::vector<std::string_view> last_words;
    for (const Row& row : ConfigRows()) {
      names.push_back(row.name);
      last_words.push_back(row.name.substr(row.name.rfind('.') + 1));
    }
    for (const Row& row : ConfigRows()) {
      if (const std::size_t dot = row.name.find('.'); dot != std::string_view::npos) {
        names.push_back(row.name.substr(0, dot));
      }
    }
    if (const std::string_view nearest = support::Nearest(name, names); !nearest.empty()) {
      return nearest;
    }
    const std::string_view word = support::Nearest(name.substr(name.rfind('.') + 1), last_words);
    const auto found = std::find(last_words.begin(), last_words.end(), word);
    return found == last_words.end()
               ? std::string_view()
               : ConfigRows()[support::ToSize(found - last_words.begin())].name;
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
        if (llvm::Error error = Go(Check(row.check_key, name, entry.key, entry.where)))
          return error;
        config_.places.Add(row.name, entry.key, PlaceOf(entry.where));
        std::string& word = row.table(config_).emplace_back(entry.key, "").second;
        if (llvm::Error error = Go(ReadWord(row, name + "." + entry.key, entry.value, word))) {
          return error;
        }
      }
    }
    return llvm::Error::success();
  }

  // The error, unless all are collected.
  llvm::Error Go(llvm::Error error) const {
    if (!collects_) return error;
    llvm::consumeError(std::move(error));
    return llvm::Error::success();
  }

  // A list, or a single word.
  llvm::Error ReadWords(const Row& row, const std::string& name, const TomlValue& value) {
    Strings& words = row.words(config_);
    if (value.kind != TomlKind::Array) return ReadWord(row, name, value, words.emplace_back());
    for (const TomlValue& item : value.items) {
      if (llvm::Error error = Go(ReadWord(row, name, item, words.emplace_back()))) return error;
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
    return About(name, value.where, "must be " + std::string(Describe(KeyTypeOf(row))));
  }

  llvm::Error About(const std::string& name, std::uint32_t where, const std::string& words) const {
    return At(where, ShownKey(name) + " " + words);
  }

  const std::string& path_;
  std::string_view text_;
  support::LineMap lines_;
  Config& config_;
  bool collects_ = true;
  mutable std::vector<ConfigMistake> mistakes_;
};

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

std::vector<ConfigMistake> MistakesIn(std::string_view text) {
  Config config;
  const std::string path;
  return Reader(path, text, config).ReadMistakes();
}

}  // namespace ipec::pipeline
