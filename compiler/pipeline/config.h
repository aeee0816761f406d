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
#include <vector>

#include "compiler/support/file_system.h"
#include "compiler/targets/targets.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

struct Config {
  std::string path;                              // of the file; empty: there is none
  std::string folder;                            // of the file, from the root, with a slash
  std::string here;                              // the folder that paths count from, likewise
  std::vector<std::string> targets;              // empty: the default target
  std::map<std::string, std::string> target_of;  // by patterns of files, before `targets`

  struct Format {
    bool align = false;
    bool sort_properties = false;
    friend bool operator==(const Format&, const Format&) = default;
  } format;

  struct Lint {
    std::string ruleset;              // empty: the newest
    std::vector<std::string> select;  // codes, prefixes of codes, names, categories; or `all`
    std::vector<std::string> ignore;
    std::map<std::string, std::string> severity;  // by rule: error, warning, info, style, off
    std::string fail_on;                          // error, warning or info
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

// The dialects to judge a file for: those the configuration names, else the default one.
std::vector<const targets::Target*> TargetsOf(const Config& config, const std::string& path);

// What to say of a name that no target has.
std::string UnknownTarget(std::string_view name);

// Finds and reads configurations, each once. A file that is wrong is the same error every time.
class Configs {
 public:
  explicit Configs(support::FileSystem& files) : files_(files) {}

  // For a policy at `path`, which need not exist; valid as long as this.
  llvm::Expected<const Config*> For(const std::string& path);
  // From one file for all, whatever stands elsewhere.
  llvm::Expected<const Config*> FromFile(const std::string& path);

 private:
  struct Read {
    Config config;
    std::string error;  // empty: none
  };
  const Read& InFolder(const std::string& folder);
  static llvm::Expected<const Config*> Answer(const Read& read);

  support::FileSystem& files_;
  std::map<std::string, const Read*> by_folder_;
  std::map<std::string, std::unique_ptr<Read>> by_path_;
};

}  // namespace ipec::pipeline
