#include "lsp/workspace.h"

#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "compiler/pipeline/policy_files.h"
#include "lsp/uri.h"

namespace ipec::lsp {
namespace {

std::string Today() {
  const auto now = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now());
  const std::chrono::year_month_day date(now);
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
}

}  // namespace

void Workspace::SetFolders(std::vector<Folder> folders) {
  const std::lock_guard lock(mutex_);
  folders_ = std::move(folders);
}

void Workspace::ChangeFolders(const std::vector<Folder>& added,
                              const std::vector<Folder>& removed) {
  const std::lock_guard lock(mutex_);
  const auto is_removed = [&](const Folder& folder) {
    return std::any_of(removed.begin(), removed.end(),
                       [&](const Folder& gone) { return gone.uri == folder.uri; });
  };
  folders_.erase(std::remove_if(folders_.begin(), folders_.end(), is_removed), folders_.end());
  folders_.insert(folders_.end(), added.begin(), added.end());
}

void Workspace::SetSettings(EditorSettings settings) {
  const std::lock_guard lock(mutex_);
  settings_ = std::move(settings);
  made_.clear();
}

EditorSettings Workspace::settings() const {
  const std::lock_guard lock(mutex_);
  return settings_;
}

std::string Workspace::ConfigPath() const {
  const std::lock_guard lock(mutex_);
  return settings_.config.empty() ? std::string() : files_.Absolute(settings_.config);
}

void Workspace::Forget() {
  const std::lock_guard lock(mutex_);
  made_.clear();
  configs_ = NewConfigs();
}

std::shared_ptr<const Configured> Workspace::Make(const pipeline::Config& config,
                                                  std::string problem) const {
  auto made = std::make_shared<Configured>();
  const auto note = [&](std::string words) {
    if (made->problem.empty()) made->problem = std::move(words);
  };
  note(std::move(problem));
  llvm::Expected<lint::Settings> settings = lint::Resolve(config, {}, Today());
  if (!settings) {
    note(llvm::toString(settings.takeError()));
    settings = lint::Resolve({}, {}, Today());
  }
  made->settings = std::move(*settings);
  if (!settings_.lint) {
    std::fill(made->settings.severity.begin(), made->settings.severity.end(), std::nullopt);
  }
  const bool by_editor = !settings_.targets.empty();
  for (const std::string& name : by_editor ? settings_.targets : config.targets) {
    const targets::Target* const target = targets::FindTarget(name);
    if (target != nullptr) {
      made->targets.push_back(target);
    } else {
      note((by_editor ? "the editor's settings" : config.path) + ": unknown target `" + name +
           "`; see `ipec targets`");
    }
  }
  if (made->targets.empty()) made->targets.push_back(&targets::DefaultTarget());
  return made;
}

std::shared_ptr<const Configured> Workspace::For(const std::string& path) {
  const std::lock_guard lock(mutex_);
  std::string place = path;
  if (place.empty() && !folders_.empty()) place = PathOf(folders_[0].uri) + "/untitled.pol";
  static const pipeline::Config kNone;
  llvm::Expected<const pipeline::Config*> config =
      !settings_.config.empty() ? configs_->FromFile(settings_.config)
      : place.empty()           ? llvm::Expected<const pipeline::Config*>(&kNone)
                                : configs_->For(place);
  if (!config) return Make(kNone, llvm::toString(config.takeError()));
  std::shared_ptr<const Configured>& made = made_[*config];
  if (made == nullptr) made = Make(**config, {});
  return made;
}

std::vector<std::string> Workspace::Policies() {
  std::vector<Folder> folders;
  {
    const std::lock_guard lock(mutex_);
    folders = folders_;
  }
  std::set<std::string> seen;
  std::vector<std::string> paths;
  for (const Folder& folder : folders) {
    const std::string path = PathOf(folder.uri);
    if (path.empty() || files_.KindOf(path) != support::PathKind::Folder) continue;
    // What cannot be listed has no policies for us.
    for (std::string& found : pipeline::PoliciesOf(files_, path).paths) {
      if (seen.insert(found).second) paths.push_back(std::move(found));
    }
  }
  return paths;
}

}  // namespace ipec::lsp
