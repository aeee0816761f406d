#include "compiler/pipeline/config.h"

#include <algorithm>
#include <array>

#include <toml++/toml.h>

#include "compiler/support/path_pattern.h"
#include "compiler/support/suggest.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Path.h"

namespace ipec::pipeline {
namespace {

using Strings = std::vector<std::string>;

// Checks of words: what is wrong with one, or nothing.

std::string OneOf(std::string_view word, std::span<const std::string_view> words) {
  if (word.empty() || std::find(words.begin(), words.end(), word) != words.end()) return {};
  std::string list;
  for (const std::string_view known : words)
    list += (list.empty() ? "" : ", ") + std::string(known);
  const std::string_view nearest = support::Nearest(word, words);
  return "takes " + list + ", got `" + std::string(word) + "`" +
         (nearest.empty() ? "" : "; did you mean `" + std::string(nearest) + "`?");
}

std::string CheckTarget(std::string_view word) {
  return targets::FindTarget(word) != nullptr ? std::string{} : "names an " + UnknownTarget(word);
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
  constexpr std::string_view kShape = "0000-00-00";
  bool fits = word.size() == kShape.size();
  for (std::size_t i = 0; fits && i < kShape.size(); ++i) {
    fits = kShape[i] == '-' ? word[i] == '-' : llvm::isDigit(word[i]);
  }
  return fits || word.empty() ? std::string{}
                              : "takes a date like 2026-12-31, got `" + std::string(word) + "`";
}

// A key and where its value goes. Exactly one of the places is set.
struct Row {
  std::string_view name;
  std::string_view meaning;
  bool& (*flag)(Config&) = nullptr;
  std::string& (*word)(Config&) = nullptr;
  Strings& (*words)(Config&) = nullptr;
  std::optional<std::int64_t>& (*number)(Config&) = nullptr;
  std::map<std::string, std::string>& (*table)(Config&) = nullptr;
  std::string (*check)(std::string_view) = nullptr;  // of each word, what is wrong with it
};

#define IPEC_FIELD(field)        \
  [](Config & config) -> auto& { \
    return config.field;         \
  }

constexpr std::array kRows = {
    Row{.name = "target",
        .meaning = "the kernel dialects to judge for; a single one may be a string",
        .words = IPEC_FIELD(targets),
        .check = CheckTarget},
    Row{.name = "per-file-target",
        .meaning = "from patterns of files (`*`, `?`, `**`) to the dialect of those files",
        .table = IPEC_FIELD(target_of),
        .check = CheckTarget},
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
        .meaning = "from rules to error, warning, info, style or off",
        .table = IPEC_FIELD(lint.severity),
        .check = CheckLevel},
    Row{.name = "lint.fail-on",
        .meaning =
            "the mildest finding that makes the exit status 1: error, warning (the default), info",
        .word = IPEC_FIELD(lint.fail_on),
        .check = CheckFailOn},
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
    const std::string_view nearest = Meant(name);
    return Place(path_, at) + "unknown key `" + name + "`" +
           (nearest.empty() ? std::string("; `ipec lint --show-config` lists all keys")
                            : "; did you mean `" + std::string(nearest) + "`?");
  }

  // The key or section nearest to `name`, or else the key whose last word is nearest to that of
  // `name`: it stands in a wrong section, or in none.
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
    return found == last_words.end()
               ? std::string_view()
               : kRows[static_cast<std::size_t>(found - last_words.begin())].name;
  }

  std::string Set(const Row& row, const std::string& name, const toml::node& value) {
    std::string wrong = Place(path_, value.source().begin);
    wrong.append("`").append(name).append("` takes ").append(TypeOf(row));
    if (row.flag != nullptr) {
      const auto flag = value.value_exact<bool>();
      if (!flag) return wrong;
      row.flag(config_) = *flag;
    } else if (row.word != nullptr) {
      return ReadWord(row, name, value, row.word(config_));
    } else if (row.number != nullptr) {
      const auto number = value.value_exact<std::int64_t>();
      if (!number || *number < 0) return wrong;
      row.number(config_) = *number;
    } else if (row.words != nullptr) {
      Strings words;
      const toml::array* array = value.as_array();
      for (std::size_t i = 0; i < (array != nullptr ? array->size() : 1); ++i) {
        std::string said =
            ReadWord(row, name, array != nullptr ? (*array)[i] : value, words.emplace_back());
        if (!said.empty()) return said;
      }
      row.words(config_) = std::move(words);
    } else {
      const toml::table* table = value.as_table();
      if (table == nullptr) return wrong;
      for (const auto& [key, word] : *table) {
        const std::string own(key.str());
        std::string shown = name;
        shown.append(".").append(own);
        std::string said = ReadWord(row, shown, word, row.table(config_)[own]);
        if (!said.empty()) return said;
      }
    }
    return {};
  }

  std::string ReadWord(const Row& row, const std::string& name, const toml::node& value,
                       std::string& word) const {
    const std::string place = Place(path_, value.source().begin) + "`" + name + "` ";
    const auto text = value.value_exact<std::string>();
    if (!text) return place + "takes " + std::string(TypeOf(row));
    word = *text;
    std::string wrong = row.check == nullptr ? std::string{} : row.check(word);
    return wrong.empty() ? wrong : place + wrong;
  }

  const std::string& path_;
  Config& config_;
};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char byte : text) {
    const auto code = static_cast<unsigned char>(byte);
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
    text += "# " + std::string(TypeOf(row)) + ": " + std::string(row.meaning) + "\n";
    if (row.number != nullptr && !row.number(shown)) text += "# ";
    text += std::string(row.name.substr(dot == std::string_view::npos ? 0 : dot + 1)) + " = " +
            ValueOf(row, shown) + "\n";
  }
  return text;
}

bool Means(const Config& config, std::string_view pattern, const std::string& path) {
  std::string_view from_folder = path;
  llvm::SmallString<128> whole(path.starts_with('/') ? "" : config.here);
  if (!config.folder.empty()) {
    whole += path;
    llvm::sys::path::remove_dots(whole, /*remove_dot_dot=*/true, llvm::sys::path::Style::posix);
    from_folder = {whole.data(), whole.size()};
    if (from_folder.starts_with(config.folder)) from_folder.remove_prefix(config.folder.size());
  }
  const std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  return support::MatchesPattern(pattern, name) ||
         support::MatchesPattern("**/" + std::string(pattern), from_folder);
}

std::vector<const targets::Target*> TargetsOf(const Config& config, const std::string& path) {
  for (const auto& [pattern, target] : config.target_of) {
    if (Means(config, pattern, path)) return {targets::FindTarget(target)};
  }
  if (config.targets.empty()) return {&targets::DefaultTarget()};
  std::vector<const targets::Target*> found;
  found.reserve(config.targets.size());
  for (const std::string& wanted : config.targets) found.push_back(targets::FindTarget(wanted));
  return found;
}

std::string UnknownTarget(std::string_view name) {
  std::vector<std::string_view> names;
  for (const targets::Target& known : targets::AllTargets()) names.push_back(known.name);
  const std::string_view nearest = support::Nearest(name, names);
  return "unknown target `" + std::string(name) + "`" +
         (nearest.empty() ? std::string("; see `ipec targets`")
                          : "; did you mean `" + std::string(nearest) + "`?");
}

const Configs::Read& Configs::InFolder(const std::string& folder) {
  if (const auto known = by_folder_.find(folder); known != by_folder_.end()) return *known->second;
  const std::string path = folder == "/" ? "/ipec.toml" : folder + "/ipec.toml";
  const Read* read = nullptr;
  const support::PathKind kind = files_.KindOf(path);
  // A link that leads nowhere is a mistake: the file of a folder above would be a wrong one.
  if (kind == support::PathKind::File || kind == support::PathKind::Dangling) {
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
      const std::string own = files_.Absolute(path);
      read->config.folder = own.substr(0, own.rfind('/') + 1);
      const std::string here = files_.Absolute(".");
      read->config.here = here.ends_with('/') ? here : here + "/";
    } else {
      read->error = llvm::toString(config.takeError());
    }
  }
  return Answer(*read);
}

}  // namespace ipec::pipeline
