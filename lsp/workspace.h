#pragma once

// The environment of a policy: the editor's directories, ipec.toml, settings. Thread-safe.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/pipeline/config_files.h"
#include "compiler/support/file_system.h"
#include "lsp/protocol/protocol.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

// An error in an ipec.toml, or a note on a kernel that it names.
struct ConfigProblem {
  std::string path;          // from the root
  std::uint32_t line = 1;    // from 1
  std::uint32_t column = 1;  // in bytes, from 1
  std::uint32_t length = 0;  // of the word, in bytes
  diagnostics::Severity severity = diagnostics::Severity::Error;
  std::string words;
};

class Workspace {
 public:
  explicit Workspace(support::FileSystem& files) : files_(files), configs_(NewConfigs()) {}

  support::FileSystem& files() { return files_; }

  void SetFolders(std::vector<Folder> folders);
  void ChangeFolders(const std::vector<Folder>& added, const std::vector<Folder>& removed);
  void SetSettings(EditorSettings settings);
  EditorSettings settings() const;
  // The file that the setting `config` names, from the root; empty if there is none.
  std::string ConfigPath() const;
  // Reads the configurations again.
  void Forget();
  // The same, if a configuration of the policies at these paths has changed; returns whether it
  // did.
  bool RereadConfigs(const std::vector<std::string>& paths);

  // The configuration of the policy at `path`; if empty, of one in the first directory.
  std::shared_ptr<const Configured> For(const std::string& path);

  // Also of those that are open: their texts by path. Without `of_opened`, mistakes in these texts
  // are left out.
  std::vector<ConfigProblem> ConfigProblems(const std::map<std::string, std::string>& opened,
                                            bool of_opened) const;
  // The kernels and inventories that they name, from the root.
  std::vector<std::string> NamedPaths() const;

  // The policies and files of claims in and below the directories, in order and each once.
  std::vector<std::string> Policies();

 private:
  std::unique_ptr<pipeline::Configs> NewConfigs() {
    return std::make_unique<pipeline::Configs>(files_);
  }
  // The assumed path of a policy: without a path, it is in the first directory.
  std::string PlaceOf(const std::string& path) const;
  const pipeline::ConfigFile& FileFor(pipeline::Configs& configs, const std::string& path) const;
  using Targets = std::vector<const targets::Target*>;
  // The result of one configuration.
  struct Resolved {
    pipeline::Config config;
    lint::Settings settings;
    std::optional<std::string> problem;
    bool lacks_kernel = false;
    // By targets, and whether their kernel is unknown.
    std::map<std::pair<Targets, bool>, std::shared_ptr<const Configured>> made;
  };
  // For a malformed file: its content when it was last correct.
  Resolved& Resolve(const pipeline::ConfigFile& file);
  // Of the targets in the settings, those that exist; the default one if none of them does.
  Targets Chosen() const;
  // The first name in the settings that is not that of a target.
  std::optional<std::string> UnknownTarget() const;

  support::FileSystem& files_;
  mutable std::mutex mutex_;
  std::vector<Folder> folders_;
  EditorSettings settings_;
  std::unique_ptr<pipeline::Configs> configs_;
  std::map<const pipeline::ConfigFile*, Resolved> resolved_;
  std::map<std::string, pipeline::Config> last_good_;  // by path of the file
};

}  // namespace ipec::lsp
