#pragma once

// `ipec.toml`: the settings of a project for `fmt`, `lint`, `diff` and the language server.
// config_files.h finds the file, and config.cpp has the table of keys. An unknown key, type or
// value is an error with its place and a suggestion.
//
// Names of lint rules are unknown here: the linter checks them.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/pipeline/inventory_file.h"
#include "compiler/pipeline/kernel_file.h"
#include "compiler/targets/targets.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// The places of the words in the text of a configuration. Two configurations with the same settings
// are equal, whatever their places.
class WordPlaces {
 public:
  void Add(std::string_view key, std::string_view word, const std::string& place);
  // ":3:12", the line and column of the first such word of a key: `lint.ignore`; of a table, the
  // key of an entry. Empty if the text has no such word.
  std::string_view Find(std::string_view key, std::string_view word) const;
  friend bool operator==(const WordPlaces&, const WordPlaces&) { return true; }

 private:
  using Places = std::map<std::string, std::string, std::less<>>;  // by word
  std::map<std::string, Places, std::less<>> places_;              // by key
};

struct Config {
  std::string path;                  // of the file; empty: there is none
  std::string directory;             // directory of the file: absolute, with a trailing slash
  std::string here;                  // the directory that paths are relative to, in the same form
  std::vector<std::string> targets;  // empty: the default target
  Pairs target_of;                   // by file pattern, as written; takes precedence over `targets`
  std::vector<std::string> kernel_files;  // configurations of kernels, relative to `directory`
  std::vector<Kernel> kernels;            // the same, read by Configs
  std::string inventory_file;             // of the image, relative to `directory`; empty: none
  SharedInventory inventory;              // the same, read by Configs
  std::vector<std::string> exclude;       // patterns of files and directories to leave out

  struct Format {
    bool align = false;
    bool sort_properties = false;
    friend bool operator==(const Format&, const Format&) = default;
  } format;

  struct Diff {
    std::string accepted;  // the file of `Ipec-Accept` lines, relative to `directory`; empty: none
    friend bool operator==(const Diff&, const Diff&) = default;
  } diff;

  struct Lint {
    std::string ruleset;              // empty: the newest
    std::vector<std::string> select;  // codes, prefixes of codes, names, categories; or `all`
    std::vector<std::string> ignore;
    Pairs severity;       // by rule, as written: error, warning, info, style, off
    std::string fail_on;  // error, warning or info
    std::vector<std::string> unsuppressible;      // findings that no comment can suppress
    std::vector<std::string> boot_policies;       // patterns of files that are built into a kernel
    std::vector<std::string> systemd_policies;    // patterns of texts that are signed as NAME.p7b
    std::vector<std::string> missing_properties;  // those with a disabled option in the kernel
    std::optional<std::int64_t> signature_bytes;  // bytes that signing adds to a policy
    std::string today;                            // for expiry of suppressions; tests set it
    friend bool operator==(const Lint&, const Lint&) = default;
  } lint;

  // Of words that the linter checks, for its errors.
  WordPlaces places;

  friend bool operator==(const Config&, const Config&) = default;
};

// The longest text of a configuration. No project writes more; a value takes a hundred times its
// text in memory, and each file is compared with each pattern.
inline constexpr std::size_t kLongestConfig = std::size_t{64} << 10;

// Errors name the file, line and column.
llvm::Expected<Config> ParseConfig(const std::string& path, std::string_view text);

// The configuration as a complete file, including defaults; parsing it gives the same
// configuration.
std::string ShowConfig(const Config& config);

// Whether a pattern of the configuration matches the file at `path`: either its name, or the end of
// its path below the directory of the configuration, independent of the working directory.
bool MatchesPath(const Config& config, std::string_view pattern, const std::string& path);

// Whether `exclude` leaves out the file at `path`, or a directory that holds it.
bool IsExcluded(const Config& config, const std::string& path);

// The targets to check a file for: `chosen` ones if there are any, else that of the most specific
// matching pattern of `per-file-target` (of equals, the last one), else those of `targets`, else
// the default one. A file of claims has the target of the policy of the same name, or else that of
// a pattern that matches the claims. On each of `kernels`, or else on those of the configuration,
// whose own targets replace the default one; each without the properties that the configuration
// lists as missing. Each once.
std::vector<const targets::Target*> TargetsOf(const Config& config, const std::string& path,
                                              std::span<const targets::Target* const> chosen = {},
                                              std::span<const Kernel> kernels = {});

// A name for each of these `targets`, which TargetsOf returned for the same arguments: if there are
// several kernels, their files, `a.config, b.config (linux-6.12)`, else targets::Describe.
std::vector<std::string> NamesOf(std::span<const targets::Target* const> targets,
                                 const Config& config, const std::string& path,
                                 std::span<const targets::Target* const> chosen = {},
                                 std::span<const Kernel> kernels = {});

// The error: TargetsOf would need the target of a kernel whose release has none.
llvm::Error CheckTargets(const Config& config, const std::string& path,
                         std::span<const targets::Target* const> chosen = {},
                         std::span<const Kernel> kernels = {});

}  // namespace ipec::pipeline
