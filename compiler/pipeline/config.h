#pragma once

// `ipec.toml`: what a project wants of `fmt`, `lint` and the language server. The file is looked
// for in the folder of each policy and upward from there; the nearest one counts, alone. config.cpp
// has the table of keys; a key, a type or a value it does not know is an error that says where,
// with a suggestion.
//
// Names of rules are not known here: whoever uses them checks them.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/support/file_system.h"
#include "compiler/targets/targets.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

using Pairs = std::vector<std::pair<std::string, std::string>>;

struct Config {
  std::string path;                  // of the file; empty: there is none
  std::string folder;                // of the file, from the root, with a slash
  std::string here;                  // the folder that paths count from, likewise
  std::vector<std::string> targets;  // empty: the default target
  Pairs target_of;                   // by patterns of files, as written; before `targets`

  struct Format {
    bool align = false;
    bool sort_properties = false;
    friend bool operator==(const Format&, const Format&) = default;
  } format;

  struct Lint {
    std::string ruleset;              // empty: the newest
    std::vector<std::string> select;  // codes, prefixes of codes, names, categories; or `all`
    std::vector<std::string> ignore;
    Pairs severity;       // by rule, as written: error, warning, info, style, off
    std::string fail_on;  // error, warning or info
    std::vector<std::string> unsuppressible;      // findings that no comment may silence
    std::vector<std::string> boot_policies;       // patterns of files that are built into a kernel
    std::vector<std::string> missing_properties;  // whose option is off in the project's kernel
    std::optional<std::int64_t> signature_bytes;  // what signing adds to a policy
    std::string today;                            // for expiry of suppressions; tests set it
    friend bool operator==(const Lint&, const Lint&) = default;
  } lint;

  friend bool operator==(const Config&, const Config&) = default;
};

// One key of the file, for `--show-config` and documentation.
struct ConfigKey {
  std::string_view name;  // `lint.fail-on`
  std::string_view type;  // what it takes
  std::string_view meaning;
};
std::vector<ConfigKey> ConfigKeys();

// Errors name the file, line and column.
llvm::Expected<Config> ParseConfig(const std::string& path, std::string_view text);

// The configuration as a complete file, defaults written out, that reads as the same configuration.
std::string ShowConfig(const Config& config);

// Whether a pattern of the configuration means the file at `path`: it fits its name, or the end of
// its path from the folder of the configuration on, so that it does not matter from where ipec
// runs.
bool Means(const Config& config, std::string_view pattern, const std::string& path);

// The dialects to judge a file for: that of the most specific pattern of `per-file-target` that
// means it (of equals, of the last one), else those the configuration names, else the default one.
std::vector<const targets::Target*> TargetsOf(const Config& config, const std::string& path);

// What to say of a name that no target has.
std::string UnknownTarget(std::string_view name);

// What one file gives.
struct ConfigFile {
  std::string path;   // as it is shown; empty: there is none
  std::string error;  // with place; empty: none
  Config config;      // the default one where there is an error
  friend bool operator==(const ConfigFile&, const ConfigFile&) = default;
};

// Finds and reads configurations, each once. A file that is wrong is the same error every time.
class Configs {
 public:
  explicit Configs(support::FileSystem& files) : files_(files) {}

  // For a policy at `path`, which need not exist; valid as long as this.
  const ConfigFile& FileFor(const std::string& path);
  llvm::Expected<const Config*> For(const std::string& path) { return Answer(FileFor(path)); }
  // One file for all, whatever stands elsewhere.
  const ConfigFile& FileAt(const std::string& path);
  llvm::Expected<const Config*> FromFile(const std::string& path) { return Answer(FileAt(path)); }

 private:
  const ConfigFile& InFolder(std::string_view folder);
  // What the directory itself has; null: nothing of that name.
  const ConfigFile* OwnOf(std::string_view folder);
  static llvm::Expected<const Config*> Answer(const ConfigFile& file);

  support::FileSystem& files_;
  std::map<std::string, const ConfigFile*, std::less<>> by_folder_;
  std::map<std::string, std::unique_ptr<ConfigFile>> by_path_;
};

}  // namespace ipec::pipeline
