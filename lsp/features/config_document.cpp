#include "lsp/features/config_document.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/pipeline/config.h"
#include "compiler/pipeline/config_keys.h"
#include "compiler/support/wording.h"
#include "lint/rule.h"
#include "lint/setting_mistakes.h"
#include "lint/settings.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lsp {
namespace {

using pipeline::ConfigKey;
using pipeline::KeyType;
using pipeline::KeyWords;
using support::Span;

const ConfigKey* FindKey(std::string_view name) {
  const auto& keys = pipeline::ConfigKeys();
  const auto found = std::find_if(keys.begin(), keys.end(),
                                  [&](const ConfigKey& key) { return key.name == name; });
  return found == keys.end() ? nullptr : &*found;
}

// The key or section at a place, however broken the text is.
struct ConfigPlace {
  std::string section;  // of the last header: `lint`
  std::string key;      // `lint.ignore`; of an entry of a table, that of the table
  bool in_header = false;
  bool in_value = false;
  bool in_entry_key = false;  // of a table
  char quote = 0;             // the open one
  bool in_comment = false;
  std::uint32_t word = 0;        // the beginning of the word, behind a quote
  std::uint32_t line_begin = 0;  // of the key or the header
  std::set<std::string> keys;    // that the text above has
};

class Scanner {
 public:
  Scanner(std::string_view text, std::uint32_t offset) : text_(text), offset_(offset) {}

  ConfigPlace Scan() {
    for (at_ = 0; at_ < offset_; ++at_) Take(text_[at_]);
    Name();
    return std::move(place_);
  }

 private:
  bool IsTable(std::string_view name) const {
    const ConfigKey* const key = FindKey(name);
    return key != nullptr && key->type == KeyType::Table;
  }

  // The key of the place.
  void Name() {
    if (IsTable(place_.section)) {
      place_.in_entry_key = !place_.in_value && !place_.in_header;
      place_.key = place_.section;
    } else if (place_.in_value) {
      place_.key = Full(name_);
      if (IsTable(place_.key)) place_.in_entry_key = entry_key_;
    } else {
      place_.key = Full(std::string(text_.substr(place_.word, offset_ - place_.word)));
    }
  }

  std::string Full(const std::string& name) const {
    return place_.section.empty() ? name : place_.section + "." + name;
  }

  void EndLine() {
    place_.quote = 0;
    place_.in_comment = false;
    place_.in_header = false;
    if (depth_ == 0) {
      place_.in_value = false;
      name_.clear();
    }
    place_.line_begin = place_.word = at_ + 1;
  }

  void Take(char byte) {
    if (byte == '\n' || byte == '\r') return EndLine();
    if (place_.in_comment) return;
    if (place_.quote != 0) {
      if (byte == place_.quote) {
        place_.quote = 0;
        place_.word = at_ + 1;
      }
      return;
    }
    if (byte == '#') {
      place_.in_comment = true;
    } else if (byte == '"' || byte == '\'') {
      place_.quote = byte;
      place_.word = at_ + 1;
    } else if (place_.in_value) {
      TakeOfValue(byte);
    } else {
      TakeOfKey(byte);
    }
  }

  void TakeOfKey(char byte) {
    const llvm::StringRef before = llvm::StringRef(text_).slice(place_.line_begin, at_).trim(" \t");
    if (byte == '[' && before.empty()) {
      place_.in_header = true;
      place_.word = at_ + 1;
    } else if (byte == ']' && place_.in_header) {
      place_.section = llvm::StringRef(text_).slice(place_.word, at_).trim(" \t").str();
      place_.keys.insert(place_.section);
      place_.in_header = false;
      place_.line_begin = place_.word = at_ + 1;
    } else if (byte == '=') {
      name_ = before.trim("\"'").str();
      place_.keys.insert(Full(name_));
      place_.in_value = true;
      entry_key_ = false;
      depth_ = 0;
      place_.word = at_ + 1;
    } else if (byte == ' ' || byte == '\t') {
      place_.word = at_ + 1;
    }
  }

  void TakeOfValue(char byte) {
    constexpr llvm::StringLiteral kBetween = "[]{}=, \t";
    if (!kBetween.contains(byte)) return;
    place_.word = at_ + 1;
    if (byte == '[' || byte == '{') ++depth_;
    if ((byte == ']' || byte == '}') && depth_ > 0) --depth_;
    if (byte == '{' || byte == ',') entry_key_ = true;
    if (byte == '=') entry_key_ = false;
  }

  const std::string_view text_;
  const std::uint32_t offset_;
  std::uint32_t at_ = 0;
  ConfigPlace place_;
  std::string name_;
  std::size_t depth_ = 0;
  bool entry_key_ = false;
};

std::vector<std::string_view> WordsFor(KeyWords words) {
  std::vector<std::string_view> found = pipeline::WordsOf(words);
  if (words == KeyWords::Ruleset)
    found.assign(std::begin(lint::kRulesets), std::end(lint::kRulesets));
  if (words != KeyWords::Rule) return found;
  for (const lint::Rule& rule : lint::AllRules()) found.push_back(rule.descriptor.name);
  std::set<std::string_view> categories;
  for (const lint::Rule& rule : lint::AllRules()) categories.insert(Name(rule.category));
  found.insert(found.end(), categories.begin(), categories.end());
  found.push_back("all");
  return found;
}

class ConfigCompleter {
 public:
  ConfigCompleter(std::string_view text, std::uint32_t offset)
      : text_(text), place_(Scanner(text, offset).Scan()) {
    made_.typed = made_.whole = {place_.word, offset};
    while (made_.whole.end < text.size() && IsOfWord(text[made_.whole.end])) ++made_.whole.end;
  }

  Completions Complete() {
    if (place_.in_comment) return std::move(made_);
    if (place_.in_header) {
      Headers("");
    } else if (place_.in_value || place_.in_entry_key) {
      Values();
    } else {
      Keys();
      if (place_.quote == 0) Headers("[");
    }
    if (!made_.items.empty()) made_.items.front().preselect = true;
    return std::move(made_);
  }

 private:
  static bool IsOfWord(char byte) {
    return llvm::isAlnum(byte) || byte == '-' || byte == '_' || byte == '.';
  }

  Completion& Add(std::string label, CompletionKind kind, std::string_view detail,
                  std::string_view key) {
    Completion& item = made_.items.emplace_back();
    item.insert = item.label = std::move(label);
    item.kind = kind;
    item.detail = detail;
    item.sort = fmt::format("{:03}", made_.items.size());
    if (!key.empty()) item.documentation = "config:" + std::string(key);
    return item;
  }

  // Each section, and each table that has its own.
  void Headers(std::string_view bracket) {
    std::set<std::string_view> seen;
    for (const ConfigKey& key : pipeline::ConfigKeys()) {
      const bool is_table = key.type == KeyType::Table;
      const std::size_t dot = key.name.find('.');
      if (!is_table && dot == std::string_view::npos) continue;
      const std::string_view name = is_table ? key.name : key.name.substr(0, dot);
      if (place_.keys.count(std::string(name)) != 0 || !seen.insert(name).second) continue;
      Completion& item = Add(fmt::format("{}{}", bracket, name), CompletionKind::Keyword,
                             is_table ? key.meaning : "a section", is_table ? key.name : "");
      if (!bracket.empty()) item.insert = item.label += ']';
    }
  }

  void Keys() {
    for (const ConfigKey& key : pipeline::ConfigKeys()) {
      const std::size_t dot = key.name.find('.');
      const std::string_view section =
          dot == std::string_view::npos ? std::string_view() : key.name.substr(0, dot);
      if (section != place_.section || place_.keys.count(std::string(key.name)) != 0) continue;
      const std::string_view own = key.name.substr(dot == std::string_view::npos ? 0 : dot + 1);
      Completion& item =
          Add(std::string(own), CompletionKind::Property, Describe(key.type), key.name);
      item.insert += " = ";
      item.snippet = item.insert + std::string(SnippetFor(key.type));
      item.goes_on = true;
    }
  }

  static std::string_view SnippetFor(KeyType type) {
    switch (type) {
      case KeyType::Flag:
        return "${1|true,false|}";
      case KeyType::Word:
        return "\"$1\"";
      case KeyType::Words:
        return "[\"$1\"]";
      case KeyType::Number:
        return "$1";
      case KeyType::Table:
        return "{$1}";
    }
    return {};
  }

  void Values() {
    const ConfigKey* const key = FindKey(place_.key);
    if (key == nullptr) return;
    if (key->type == KeyType::Flag) {
      for (const char* word : {"true", "false"})
        Add(word, CompletionKind::Value, key->meaning, key->name);
      return;
    }
    const bool is_rule =
        key->words == KeyWords::Rule || (place_.in_entry_key && key->words == KeyWords::Level);
    if (place_.in_entry_key && !is_rule) return;  // patterns of files
    for (const std::string_view word : WordsFor(is_rule ? KeyWords::Rule : key->words)) {
      const bool quoted = place_.quote == 0 && !place_.in_entry_key;
      const lint::Rule* const rule = is_rule ? lint::FindRule(word) : nullptr;
      Add(quoted ? fmt::format("\"{}\"", word) : std::string(word),
          rule == nullptr ? CompletionKind::Value : CompletionKind::Rule,
          rule == nullptr ? key->meaning : rule->descriptor.code, "");
      made_.items.back().documentation =
          rule == nullptr ? "config:" + std::string(key->name) : "rule:" + std::string(word);
    }
  }

  const std::string_view text_;
  const ConfigPlace place_;
  Completions made_;
};

// From the place of a mistake to the end of the word there.
Span WordAt(std::string_view text, std::uint32_t where) {
  const llvm::StringRef rest =
      llvm::StringRef(text).drop_front(std::min<std::size_t>(where, text.size()));
  std::size_t size = 0;
  if (!rest.empty() && (rest[0] == '"' || rest[0] == '\'')) {
    size = std::min(rest.find(rest[0], 1), rest.find_first_of("\r\n"));
    size = size == llvm::StringRef::npos ? rest.size() : size + 1;
  } else {
    size = std::min(rest.find_first_of(" \t\r\n,]}=#"), rest.size());
  }
  const std::uint32_t begin = support::ToU32(text.size() - rest.size());
  return {begin, begin + support::ToU32(std::min(size, rest.size()))};
}

}  // namespace

bool IsConfigName(std::string_view name) {
  return name == "ipec.toml" || name.ends_with("/ipec.toml");
}

std::vector<ConfigFault> FaultsIn(std::string_view text) {
  std::vector<ConfigFault> faults;
  for (pipeline::ConfigMistake& mistake : pipeline::MistakesIn(text)) {
    faults.push_back({WordAt(text, mistake.where), std::move(mistake.words)});
  }
  if (!faults.empty()) return faults;
  llvm::Expected<pipeline::Config> config = pipeline::ParseConfig("ipec.toml", text);
  if (!config) {
    llvm::consumeError(config.takeError());
    return faults;
  }
  const support::LineMap lines(text);
  for (const std::string& error : lint::MistakesIn(*config)) {
    llvm::StringRef words = error;
    words.consume_front("ipec.toml:");
    std::uint32_t line = 1;
    std::uint32_t column = 1;
    if (!words.consumeInteger(10, line) && words.consume_front(":") &&
        !words.consumeInteger(10, column)) {
      words.consume_front(": ");
    }
    const std::uint32_t begin = lines.LineSpan(text, line).begin + column - 1;
    faults.push_back({WordAt(text, begin), words.str()});
  }
  return faults;
}

Completions CompleteConfig(std::string_view text, std::uint32_t offset) {
  return ConfigCompleter(text, offset).Complete();
}

std::optional<Hover> HoverConfig(std::string_view text, std::uint32_t offset) {
  std::uint32_t end = std::min(offset, support::ToU32(text.size()));
  const auto is_of_key = [](char byte) {
    return llvm::isAlnum(byte) || byte == '-' || byte == '.';
  };
  while (end < text.size() && is_of_key(text[end])) ++end;
  std::uint32_t begin = std::min(offset, end);
  while (begin > 0 && is_of_key(text[begin - 1])) --begin;
  const ConfigPlace place = Scanner(text, end).Scan();
  if (place.in_comment) return std::nullopt;
  const std::string name =
      place.in_header ? std::string(text.substr(begin, end - begin)) : place.key;
  std::string markdown = DocOfConfigKey(name);
  if (markdown.empty()) return std::nullopt;
  return Hover{{begin, end}, std::move(markdown)};
}

std::string DocOfConfigKey(std::string_view name) {
  const ConfigKey* const key = FindKey(name);
  if (key == nullptr) return {};
  return fmt::format("**`{}`** – {}\n\n{}.\n", key->name, Describe(key->type), key->meaning);
}

}  // namespace ipec::lsp
