#include "compiler/pipeline/config.h"

#include <array>

#include <toml++/toml.h>

#include "compiler/support/suggest.h"

namespace ipec::pipeline {
namespace {

using Strings = std::vector<std::string>;

// A key and where its value goes. Exactly one of the places is set.
struct Row {
  std::string_view name;
  std::string_view meaning;
  bool& (*flag)(Config&) = nullptr;
  std::string& (*word)(Config&) = nullptr;
  Strings& (*words)(Config&) = nullptr;
  std::optional<std::int64_t>& (*number)(Config&) = nullptr;
  std::map<std::string, std::string>& (*table)(Config&) = nullptr;
};

#define IPEC_FIELD(field)        \
  [](Config & config) -> auto& { \
    return config.field;         \
  }

constexpr std::array kRows = {
    Row{.name = "target",
        .meaning = "the kernel dialects to judge for; a single one may be a string",
        .words = IPEC_FIELD(targets)},
    Row{.name = "format.align",
        .meaning = "columns of neighbouring rules under each other",
        .flag = IPEC_FIELD(format.align)},
    Row{.name = "format.sort-properties",
        .meaning = "properties by name; audit records quote them in the order written",
        .flag = IPEC_FIELD(format.sort_properties)},
    Row{.name = "lint.ruleset",
        .meaning = "the set of rules that is on by default, pinned; empty: the newest",
        .word = IPEC_FIELD(lint.ruleset)},
    Row{.name = "lint.select",
        .meaning =
            "rules to apply besides the default ones: codes, prefixes, names, categories, `all`",
        .words = IPEC_FIELD(lint.select)},
    Row{.name = "lint.ignore",
        .meaning = "rules not to apply, named likewise",
        .words = IPEC_FIELD(lint.ignore)},
    Row{.name = "lint.severity",
        .meaning = "a table from rules to error, warning, info, style or off",
        .table = IPEC_FIELD(lint.severity)},
    Row{.name = "lint.fail-on",
        .meaning =
            "the mildest finding that makes the exit status 1: error, warning (the default), info",
        .word = IPEC_FIELD(lint.fail_on)},
    Row{.name = "lint.unsuppressible",
        .meaning = "rules that no comment may silence",
        .words = IPEC_FIELD(lint.unsuppressible)},
    Row{.name = "lint.boot-policies",
        .meaning =
            "patterns (`*`, `?`) of files that are built into a kernel or replaced after boot",
        .words = IPEC_FIELD(lint.boot_policies)},
    Row{.name = "lint.missing-properties",
        .meaning = "properties whose option is off in the kernel that loads the policies",
        .words = IPEC_FIELD(lint.missing_properties)},
    Row{.name = "lint.signature-bytes",
        .meaning = "how many bytes signing adds to a policy, certificate included",
        .number = IPEC_FIELD(lint.signature_bytes)},
    Row{.name = "lint.today",
        .meaning =
            "the date by which suppressions expire, for reproducible runs; empty: the clock's",
        .word = IPEC_FIELD(lint.today)},
};
#undef IPEC_FIELD

std::string_view TypeOf(const Row& row) {
  if (row.flag != nullptr) return "true or false";
  if (row.word != nullptr) return "a string";
  if (row.words != nullptr) return "a list of strings";
  if (row.number != nullptr) return "a number";
  return "a table of strings";
}

std::string Place(const std::string& path, const toml::source_position& at) {
  return path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column) + ": ";
}

class Reader {
 public:
  Reader(const std::string& path, Config& config) : path_(path), config_(config) {}

  // Goes through `table`, whose keys all begin with `prefix`; the first mistake, or nothing.
  std::string ReadTable(const toml::table& table, const std::string& prefix) {
    for (const auto& [key, value] : table) {
      const std::string name = prefix + std::string(key.str());
      std::string wrong;
      if (const Row* row = Find(name)) {
        wrong = Set(*row, name, value);
      } else if (value.is_table() && IsSection(name)) {
        wrong = ReadTable(*value.as_table(), name + ".");
      } else {
        wrong = Unknown(name, key.source().begin);
      }
      if (!wrong.empty()) return wrong;
    }
    return {};
  }

 private:
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

  std::string Unknown(const std::string& name, const toml::source_position& at) const {
    std::vector<std::string_view> names;
    for (const Row& row : kRows) names.push_back(row.name);
    const std::string_view nearest = support::Nearest(name, names);
    return Place(path_, at) + "unknown key `" + name + "`" +
           (nearest.empty() ? std::string("; `ipec lint --show-config` lists all keys")
                            : "; did you mean `" + std::string(nearest) + "`?");
  }

  std::string Set(const Row& row, const std::string& name, const toml::node& value) {
    const std::string wrong =
        Place(path_, value.source().begin) + "`" + name + "` takes " + std::string(TypeOf(row));
    if (row.flag != nullptr) {
      const auto flag = value.value_exact<bool>();
      if (!flag) return wrong;
      row.flag(config_) = *flag;
    } else if (row.word != nullptr) {
      const auto word = value.value_exact<std::string>();
      if (!word) return wrong;
      row.word(config_) = *word;
    } else if (row.number != nullptr) {
      const auto number = value.value_exact<std::int64_t>();
      if (!number || *number < 0) return wrong;
      row.number(config_) = *number;
    } else if (row.words != nullptr) {
      if (!ReadWords(value, row.words(config_))) return wrong;
    } else {
      const toml::table* table = value.as_table();
      if (table == nullptr) return wrong;
      for (const auto& [key, word] : *table) {
        const auto text = word.value_exact<std::string>();
        if (!text) return wrong;
        row.table(config_)[std::string(key.str())] = *text;
      }
    }
    return {};
  }

  static bool ReadWords(const toml::node& value, Strings& words) {
    if (const auto word = value.value_exact<std::string>()) {
      words = {*word};
      return true;
    }
    const toml::array* array = value.as_array();
    if (array == nullptr) return false;
    words.clear();
    for (const toml::node& element : *array) {
      const auto word = element.value_exact<std::string>();
      if (!word) return false;
      words.push_back(*word);
    }
    return true;
  }

  const std::string& path_;
  Config& config_;
};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char byte : text) {
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
  for (const Row& row : kRows) keys.push_back({row.name, TypeOf(row), row.meaning});
  return keys;
}

llvm::Expected<Config> ParseConfig(const std::string& path, std::string_view text) {
  Config config;
  config.path = path;
  try {
    const toml::table table = toml::parse(text, path);
    const std::string wrong = Reader(path, config).ReadTable(table, {});
    if (!wrong.empty()) return support::ErrorOf(wrong);
  } catch (const toml::parse_error& error) {
    return support::ErrorOf(Place(path, error.source().begin) + std::string(error.description()));
  }
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
    text += "# " + std::string(row.meaning) + "\n";
    if (row.number != nullptr && !row.number(shown)) text += "# ";
    text += std::string(row.name.substr(dot == std::string_view::npos ? 0 : dot + 1)) + " = " +
            ValueOf(row, shown) + "\n";
  }
  return text;
}

const Configs::Read& Configs::InFolder(const std::string& folder) {
  if (const auto known = by_folder_.find(folder); known != by_folder_.end()) return *known->second;
  const std::string path = folder == "/" ? "/ipec.toml" : folder + "/ipec.toml";
  const Read* read = nullptr;
  if (files_.KindOf(path) == support::PathKind::File) {
    // As people write it, where it is below the current folder.
    const std::string here = files_.Absolute(".") + "/";
    const std::string shown = path.starts_with(here) ? path.substr(here.size()) : path;
    llvm::consumeError(FromFile(shown).takeError());
    read = by_path_.at(shown).get();
  } else if (folder == "/" || folder.find('/') == std::string::npos) {
    read = by_path_.try_emplace("", std::make_unique<Read>()).first->second.get();
  } else {
    const std::size_t slash = folder.rfind('/');
    read = &InFolder(slash == 0 ? "/" : folder.substr(0, slash));
  }
  return *by_folder_.emplace(folder, read).first->second;
}

llvm::Expected<const Config*> Configs::Answer(const Read& read) {
  if (!read.error.empty()) return support::ErrorOf(read.error);
  return &read.config;
}

llvm::Expected<const Config*> Configs::For(const std::string& path) {
  const std::string absolute = files_.Absolute(path);
  const std::size_t slash = absolute.rfind('/');
  return Answer(
      InFolder(slash == 0 || slash == std::string::npos ? "/" : absolute.substr(0, slash)));
}

llvm::Expected<const Config*> Configs::FromFile(const std::string& path) {
  auto& read = by_path_[path];
  if (!read) {
    read = std::make_unique<Read>();
    llvm::Expected<std::string> text = files_.Read(path);
    llvm::Expected<Config> config =
        text ? ParseConfig(path, *text) : llvm::Expected<Config>(text.takeError());
    if (config) {
      read->config = std::move(*config);
    } else {
      read->error = llvm::toString(config.takeError());
    }
  }
  return Answer(*read);
}

}  // namespace ipec::pipeline
