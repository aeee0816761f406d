#pragma once

// What the files around a policy say: folders of the editor, ipec.toml, settings. For all threads.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "compiler/support/file_system.h"
#include "lsp/protocol/protocol.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

class Workspace {
 public:
  explicit Workspace(support::FileSystem& files) : files_(files), configs_(NewConfigs()) {}

  support::FileSystem& files() { return files_; }

  void SetFolders(std::vector<Folder> folders);
  void ChangeFolders(const std::vector<Folder>& added, const std::vector<Folder>& removed);
  void SetSettings(EditorSettings settings);
  EditorSettings settings() const;
  // The file that the setting `config` names, from the root; empty: it names none.
  std::string ConfigPath() const;
  // Reads configurations again.
  void Forget();
  // The same, if one that counts for the policies at these paths is no longer what it was; whether
  // it did.
  bool LookAgain(const std::vector<std::string>& paths);

  // For the policy at `path`, which may be empty: then for one in the first folder.
  std::shared_ptr<const Configured> For(const std::string& path);

  // The policies in and below the folders, in order and each once.
  std::vector<std::string> Policies();

 private:
  std::unique_ptr<pipeline::Configs> NewConfigs() {
    return std::make_unique<pipeline::Configs>(files_);
  }
  // Where a policy is taken to be: one without a path in the first folder.
  std::string PlaceOf(const std::string& path) const;
  const pipeline::ConfigFile& FileFor(pipeline::Configs& configs, const std::string& path) const;
  using Targets = std::vector<const targets::Target*>;
  // What one configuration comes to.
  struct Resolved {
    pipeline::Config config;
    lint::Settings settings;
    std::string problem;
    std::map<Targets, std::shared_ptr<const Configured>> made;
  };
  // Of a file that is wrong: what it said when it was right last.
  Resolved& Resolve(const pipeline::ConfigFile& file);
  Targets TargetsFor(const pipeline::Config& config, const std::string& path,
                     std::string& problem) const;

  support::FileSystem& files_;
  mutable std::mutex mutex_;
  std::vector<Folder> folders_;
  EditorSettings settings_;
  std::unique_ptr<pipeline::Configs> configs_;
  std::map<const pipeline::ConfigFile*, Resolved> resolved_;
  std::map<std::string, pipeline::Config> last_good_;  // by path of the file
};

}  // namespace ipec::lsp
