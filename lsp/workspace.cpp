#include "lsp/workspace.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "compiler/pipeline/policy_files.h"
#include "compiler/support/date.h"
#include "compiler/targets/unknown_target.h"
#include "lint/signed_file.h"
#include "lsp/features/config_document.h"
#include "lsp/uri.h"

namespace ipec::lsp {

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
  resolved_.clear();
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
  resolved_.clear();
  configs_ = NewConfigs();
}

bool Workspace::RereadConfigs(const std::vector<std::string>& paths) {
  const std::lock_guard lock(mutex_);
  std::unique_ptr<pipeline::Configs> fresh = NewConfigs();
  const bool same = std::all_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return FileFor(*configs_, path) == FileFor(*fresh, path);
  });
  if (same) return false;
  resolved_.clear();
  configs_ = std::move(fresh);
  return true;
}

std::string Workspace::PlaceOf(const std::string& path) const {
  return path.empty() && !folders_.empty() ? PathOf(folders_[0].uri) + "/untitled.pol" : path;
}

const pipeline::ConfigFile& Workspace::FileFor(pipeline::Configs& configs,
                                               const std::string& path) const {
  static const pipeline::ConfigFile kNone;
  if (!settings_.config.empty()) return configs.FileAt(settings_.config);
  const std::string place = PlaceOf(path);
  return place.empty() ? kNone : configs.FileFor(place);
}

Workspace::Resolved& Workspace::Resolve(const pipeline::ConfigFile& file) {
  const auto [at, is_new] = resolved_.try_emplace(&file);
  Resolved& resolved = at->second;
  if (!is_new) return resolved;
  resolved.config = file.config;
  resolved.problem = file.error;
  llvm::Expected<lint::Settings> settings = lint::Resolve(resolved.config, {}, support::Today());
  if (!settings) resolved.problem = llvm::toString(settings.takeError());
  if (!resolved.problem) {
    // A removed configuration is not used as a previous one.
    if (file.path.empty()) last_good_.clear();
    last_good_[file.path] = resolved.config;
  } else {
    // No kernel of this file was ever read: any findings would be about another one.
    const auto last = last_good_.find(file.path);
    resolved.lacks_kernel = !file.kernel_paths.empty() && last == last_good_.end();
    // The file may be half edited, and findings should not disappear and return meanwhile.
    resolved.config = last == last_good_.end() ? pipeline::Config() : last->second;
    settings = lint::Resolve(resolved.config, {}, support::Today());
  }
  resolved.settings = llvm::cantFail(std::move(settings));
  if (!settings_.lint) resolved.settings.severity = {};
  return resolved;
}

Workspace::Targets Workspace::Chosen() const {
  Targets chosen;
  for (const std::string& name : settings_.targets) {
    if (const targets::Target* const target = targets::FindTarget(name)) chosen.push_back(target);
  }
  if (chosen.empty() && !settings_.targets.empty()) chosen.push_back(&targets::DefaultTarget());
  return chosen;
}

std::optional<std::string> Workspace::UnknownTarget() const {
  const auto& names = settings_.targets;
  const auto found = std::find_if(names.begin(), names.end(), [](const std::string& name) {
    return targets::FindTarget(name) == nullptr;
  });
  return found == names.end() ? std::nullopt : std::optional(*found);
}

std::shared_ptr<const Configured> Workspace::For(const std::string& path) {
  const std::lock_guard lock(mutex_);
  const pipeline::ConfigFile& file = FileFor(*configs_, path);
  Resolved& resolved = Resolve(file);
  std::optional<std::string> problem = resolved.problem;
  bool lacks_kernel = resolved.lacks_kernel;
  if (const auto unknown = UnknownTarget(); unknown && !problem) {
    problem = "the editor's settings: " + targets::UnknownTarget(*unknown);
  }
  if (!problem && settings_.targets.empty()) {
    llvm::Error error = pipeline::CheckTargets(resolved.config, PlaceOf(path));
    if (error) {
      problem = llvm::toString(std::move(error));
      lacks_kernel = true;
    }
  }
  const Targets chosen = Chosen();
  Targets targets = pipeline::TargetsOf(resolved.config, PlaceOf(path), chosen);
  std::shared_ptr<const Configured>& made = resolved.made[{targets, lacks_kernel}];
  if (made == nullptr) {
    std::vector<std::string> names =
        pipeline::NamesOf(targets, resolved.config, PlaceOf(path), chosen);
    made = std::make_shared<const Configured>(Configured{
        resolved.settings, std::move(targets), std::move(names), std::move(problem), lacks_kernel,
        file.path.empty() ? std::string() : files_.Absolute(file.path), !chosen.empty()});
  }
  const bool excluded = pipeline::IsExcluded(resolved.config, PlaceOf(path));
  const bool signed_beside = lint::IsSignedBeside(files_, path);
  if (!excluded && !signed_beside) return made;
  auto own = std::make_shared<Configured>(*made);
  own->excluded = excluded;
  own->settings.signed_beside = signed_beside;
  return own;
}

namespace {

// Takes `PATH:LINE:COLUMN: ` off the start of a message about the file at `path`.
ConfigProblem ProblemAt(const std::string& path, const std::string& shown_path,
                        llvm::StringRef words) {
  ConfigProblem problem;
  problem.path = path;
  if (words.consume_front(shown_path) && words.consume_front(":")) {
    std::uint32_t line = 0;
    std::uint32_t column = 0;
    if (!words.consumeInteger(10, line) && words.consume_front(":") &&
        !words.consumeInteger(10, column)) {
      problem.line = line;
      problem.column = column;
    }
    words.consume_front(": ");
  }
  problem.words = words.trim().str();
  return problem;
}

}  // namespace

std::vector<ConfigProblem> Workspace::ConfigProblems(
    const std::map<std::string, std::string>& opened, bool of_opened) const {
  const std::lock_guard lock(mutex_);
  std::vector<ConfigProblem> problems;
  // Returns the number of mistakes in the text.
  const auto add_faults = [&](const std::string& path, std::string_view text, bool are_shown) {
    const support::LineMap lines(text);
    const std::vector<ConfigFault> faults = FaultsIn(text);
    for (const ConfigFault& fault : faults) {
      if (!are_shown) break;
      const support::Position at = lines.PositionOf(fault.where.begin);
      problems.push_back({path, at.line, at.column, support::ToU32(fault.where.size()),
                          diagnostics::Severity::Error, fault.words});
    }
    return faults.size();
  };
  std::set<std::string> seen;
  for (const auto& [file, resolved] : resolved_) {
    if (file->path.empty()) continue;
    const std::string path = files_.Absolute(file->path);
    seen.insert(path);
    const auto text = opened.find(path);
    std::size_t faults = 0;
    if (text != opened.end()) {
      faults = add_faults(path, text->second, of_opened);
    } else if (resolved.problem) {
      llvm::Expected<std::string> read = files_.Read(path);
      if (read) {
        faults = add_faults(path, *read, true);
      } else {
        llvm::consumeError(read.takeError());
      }
    }
    if (file->error) {
      // A file that it names is wrong.
      if (faults == 0) problems.push_back(ProblemAt(path, file->path, *file->error));
      continue;
    }
    for (std::size_t i = 0; i < file->config.kernels.size(); ++i) {
      const std::string_view place =
          file->config.places.Find("kernel", file->config.kernel_files[i]);
      for (const std::string& note : NotesOn(file->config.kernels[i])) {
        problems.push_back(
            ProblemAt(path, file->path, fmt::format("{}{}: {}", file->path, place, note)));
        problems.back().severity = diagnostics::Severity::Warning;
      }
    }
  }
  for (const auto& [path, text] : opened) {
    if (of_opened && seen.count(path) == 0) add_faults(path, text, true);
  }
  std::stable_sort(problems.begin(), problems.end(),
                   [](const ConfigProblem& a, const ConfigProblem& b) { return a.path < b.path; });
  return problems;
}

std::vector<std::string> Workspace::NamedPaths() const {
  const std::lock_guard lock(mutex_);
  std::set<std::string> paths;
  for (const auto& [file, resolved] : resolved_) {
    paths.insert(file->kernel_paths.begin(), file->kernel_paths.end());
    if (!file->inventory_path.empty()) paths.insert(file->inventory_path);
  }
  return {paths.begin(), paths.end()};
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
    if (path.empty() || files_.KindOf(path) != support::PathKind::Directory) continue;
    // A directory that cannot be listed has no policies for the server.
    for (std::string& found :
         pipeline::PoliciesAndClaimsOf(files_, path, llvm::consumeError).paths) {
      if (For(found)->excluded) continue;
      if (seen.insert(found).second) paths.push_back(std::move(found));
    }
  }
  return paths;
}

}  // namespace ipec::lsp
