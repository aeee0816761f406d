#pragma once

// What the files around a policy say: folders of the editor, ipec.toml, settings. For all threads.

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "compiler/support/file_system.h"
#include "lsp/protocol.h"
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

  // For the policy at `path`, which may be empty: then for one in the first folder.
  std::shared_ptr<const Configured> For(const std::string& path);

  // The policies in and below the folders, in order and each once.
  std::vector<std::string> Policies();

 private:
  std::unique_ptr<pipeline::Configs> NewConfigs() {
    return std::make_unique<pipeline::Configs>(files_);
  }
  std::shared_ptr<const Configured> Make(const pipeline::Config& config, std::string problem) const;

  support::FileSystem& files_;
  mutable std::mutex mutex_;
  std::vector<Folder> folders_;
  EditorSettings settings_;
  std::unique_ptr<pipeline::Configs> configs_;
  // By configuration: what was made of it.
  std::map<const pipeline::Config*, std::shared_ptr<const Configured>> made_;
};

}  // namespace ipec::lsp
