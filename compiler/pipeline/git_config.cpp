#include "compiler/pipeline/git_config.h"

#include "compiler/support/path_pattern.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::pipeline {
namespace {

using support::FileSystem;

// As many as git follows.
constexpr int kDeepestInclude = 10;

class ConfigReader {
 public:
  explicit ConfigReader(std::string_view text) : rest_(text.data(), text.size()) {
    rest_.consume_front("\xEF\xBB\xBF");
  }

  // The next setting; false at the end of what can be understood.
  bool Next(std::string& name, std::string& value) {
    while (true) {
      rest_ = rest_.ltrim(" \t\r\n\v\f");
      if (rest_.empty()) return false;
      if (rest_[0] == '#' || rest_[0] == ';') {
        rest_ = rest_.drop_until([](char byte) { return byte == '\n'; });
      } else if (rest_[0] == '[') {
        if (!ReadSection()) return false;
      } else {
        return ReadSetting(name, value);
      }
    }
  }

 private:
  static bool IsOfKey(char byte) { return llvm::isAlnum(byte) || byte == '-'; }

  // `[section]`, `[section "Subsection"]` or `[section.subsection]`.
  bool ReadSection() {
    rest_ = rest_.drop_front();
    section_.clear();
    while (!rest_.empty() && (IsOfKey(rest_[0]) || rest_[0] == '.')) {
      section_ += llvm::toLower(rest_[0]);
      rest_ = rest_.drop_front();
    }
    if (rest_.startswith(" ") || rest_.startswith("\t")) {
      rest_ = rest_.ltrim(" \t");
      if (!rest_.consume_front("\"")) return false;
      section_ += '.';
      while (!rest_.empty() && rest_[0] != '"') {
        if (rest_[0] == '\n') return false;
        if (rest_[0] == '\\') rest_ = rest_.drop_front();
        if (rest_.empty()) return false;
        section_ += rest_[0];
        rest_ = rest_.drop_front();
      }
      if (!rest_.consume_front("\"")) return false;
    }
    return rest_.consume_front("]");
  }

  // `key`, which is true, or `key = value`.
  bool ReadSetting(std::string& name, std::string& value) {
    const llvm::StringRef key = rest_.take_while(IsOfKey);
    if (key.empty() || !llvm::isAlpha(key[0])) return false;
    rest_ = rest_.drop_front(key.size()).ltrim(" \t");
    name = section_ + "." + key.lower();
    value = "true";
    if (rest_.empty() || rest_[0] == '\n' || rest_.startswith("\r\n")) return true;
    return rest_.consume_front("=") && ReadValue(value);
  }

  bool ReadValue(std::string& value) {
    value.clear();
    rest_ = rest_.ltrim(" \t");
    bool quoted = false;
    std::size_t kept = 0;  // what is not whitespace before a comment or the end
    for (; !rest_.empty() && rest_[0] != '\n'; rest_ = rest_.drop_front()) {
      const char byte = rest_[0];
      if (rest_.startswith("\r\n")) continue;
      if (byte == '"') {
        quoted = !quoted;
        kept = value.size();
        continue;
      }
      if (!quoted && (byte == '#' || byte == ';')) {
        rest_ = rest_.drop_until([](char end) { return end == '\n'; });
        break;
      }
      if (byte == '\\') {
        rest_ = rest_.drop_front();
        if (rest_.startswith("\r\n")) rest_ = rest_.drop_front();
        if (rest_.empty()) return false;
        if (rest_[0] == '\n') continue;  // the value continues on the next line
        const std::size_t which = llvm::StringRef("ntb\"\\").find(rest_[0]);
        if (which == llvm::StringRef::npos) return false;
        value += "\n\t\b\"\\"[which];
        kept = value.size();
        continue;
      }
      if (!quoted && value.empty() && llvm::isSpace(byte)) continue;
      value += byte;
      if (quoted || !llvm::isSpace(byte)) kept = value.size();
    }
    value.resize(kept);
    return !quoted;
  }

  llvm::StringRef rest_;
  std::string section_;
};

bool IsTrue(const std::string& value) {
  const llvm::StringRef word(value);
  return word.equals_insensitive("true") || word.equals_insensitive("yes") ||
         word.equals_insensitive("on") || word == "1";
}

std::string DirectoryOf(const std::string& path) {
  return path.substr(0, path.rfind('/') + 1);
}

// `~/x` is below the user's home, any other path that is not from the root below `directory`.
std::string PathIn(FileSystem& files, const std::string& path, const std::string& directory) {
  if (path == "~" || path.starts_with("~/")) return files.Variable("HOME") + path.substr(1);
  return path.starts_with('/') ? path : directory + path;
}

class SettingsReader {
 public:
  SettingsReader(FileSystem& files, const std::string& git_dir)
      : files_(files), git_dir_(git_dir) {}

  void Read(const std::string& path) {
    if (depth_ > kDeepestInclude || files_.KindOf(path) != support::PathKind::File) return;
    llvm::Expected<std::string> text = files_.Read(path);
    if (!text) {
      llvm::consumeError(text.takeError());
      return;
    }
    ++depth_;
    ReadGitConfig(
        *text, [&](const std::string& name, const std::string& value) { Take(name, value, path); });
    --depth_;
  }

  const GitSettings& settings() const { return settings_; }

 private:
  void Take(const std::string& name, const std::string& value, const std::string& path) {
    if (name == "core.excludesfile") settings_.excludes_file = value;
    if (name == "core.ignorecase") settings_.ignores_case = IsTrue(value);
    if (name == "extensions.worktreeconfig") settings_.worktree_config = IsTrue(value);
    if (name == "extensions.objectformat") settings_.hash_size = value == "sha256" ? 32 : 20;
    const bool is_included =
        name == "include.path" || (name.starts_with("includeif.") && name.ends_with(".path") &&
                                   Holds(name.substr(10, name.size() - 15), path));
    if (is_included) Read(PathIn(files_, value, DirectoryOf(path)));
  }

  // Whether a condition of `includeIf` holds that is about the repository's place; others do not.
  bool Holds(const std::string& condition, const std::string& path) const {
    llvm::StringRef rest = condition;
    const bool any_case = rest.consume_front("gitdir/i:");
    if (!any_case && !rest.consume_front("gitdir:")) return false;
    std::string pattern = rest.str();
    if (rest.consume_front("./")) {
      pattern = DirectoryOf(path) + rest.str();
    } else if (rest.startswith("~/")) {
      pattern = PathIn(files_, pattern, {});
    } else if (!rest.startswith("/")) {
      pattern = "**/" + pattern;
    }
    if (pattern.ends_with('/')) pattern += "**";
    return any_case ? support::MatchesPatternInAnyCase(pattern, git_dir_)
                    : support::MatchesPattern(pattern, git_dir_);
  }

  FileSystem& files_;
  const std::string& git_dir_;
  GitSettings settings_;
  int depth_ = 0;
};

// `$XDG_CONFIG_HOME/git/NAME`, by default below `~/.config`; empty without a home.
std::string UsersFile(FileSystem& files, const char* name) {
  const std::string home = files.Variable("HOME");
  std::string config = files.Variable("XDG_CONFIG_HOME");
  if (config.empty() && !home.empty()) config = home + "/.config";
  return config.empty() ? config : config + "/git/" + name;
}

}  // namespace

void ReadGitConfig(std::string_view text,
                   llvm::function_ref<void(const std::string&, const std::string&)> take) {
  ConfigReader reader(text);
  std::string name;
  std::string value;
  while (reader.Next(name, value)) take(name, value);
}

GitSettings GitSettingsOf(FileSystem& files, const std::string& git_dir,
                          const std::string& common_dir) {
  SettingsReader reader(files, git_dir);
  if (!IsTrue(files.Variable("GIT_CONFIG_NOSYSTEM"))) {
    const std::string system = files.Variable("GIT_CONFIG_SYSTEM");
    reader.Read(system.empty() ? "/etc/gitconfig" : system);
  }
  if (const std::string global = files.Variable("GIT_CONFIG_GLOBAL"); !global.empty()) {
    reader.Read(global);
  } else {
    if (const std::string users = UsersFile(files, "config"); !users.empty()) reader.Read(users);
    const std::string home = files.Variable("HOME");
    if (!home.empty()) reader.Read(home + "/.gitconfig");
  }
  reader.Read(common_dir + "/config");
  if (reader.settings().worktree_config) reader.Read(git_dir + "/config.worktree");
  return reader.settings();
}

std::string ExcludesFileOf(FileSystem& files, const GitSettings& settings,
                           const std::string& root) {
  if (!settings.excludes_file) return UsersFile(files, "ignore");
  if (settings.excludes_file->empty()) return {};
  return PathIn(files, *settings.excludes_file, root + "/");
}

}  // namespace ipec::pipeline
