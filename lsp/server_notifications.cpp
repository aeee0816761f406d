// The handlers of notifications.

#include <algorithm>

#include "compiler/pipeline/git_repository.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "lsp/features/config_document.h"
#include "lsp/protocol/diagnostics.h"
#include "lsp/server.h"
#include "lsp/uri.h"

namespace ipec::lsp {

void Server::Initialized(const NoParams& /*params*/) {
  if (client_.watches_files) {
    Ask("client/registerCapability", WatchRegistration(), Expected::Nothing);
    WatchConfig();
  }
  if (client_.configuration) {
    Ask("workspace/configuration", ConfigurationItems(), Expected::Settings);
  }
}

void Server::DidOpen(const OpenParams& params) {
  RereadConfigs({params.uri});
  const std::shared_ptr<const Configured> configured = workspace_.For(PathOf(params.uri));
  PublishConfigProblems();
  ShowProblem(*configured);
  WatchConfig();
  documents_.Open(params.uri, params.version, params.text, configured);
  Touch(params.uri);
}

void Server::DidChange(const ChangeParams& params) {
  if (!documents_.IsOpen(params.uri))
    return Log(support::Quoted(params.uri) + " is changed, but not open");
  const Version before = documents_.VersionOf(params.uri);
  // Neovim sends one version more than once: its undo changes several places in one step.
  if (params.version && before && *params.version < *before) {
    Log(support::Quoted(params.uri) + ": version " + std::to_string(*params.version) +
        " follows version " + std::to_string(*before));
  }
  documents_.Change(params.uri, params.version, params.changes, encoding_);
  Touch(params.uri);
}

void Server::DidClose(const DocumentParams& params) {
  ForgetDigests();
  if (!documents_.Close(params.uri))
    return Log(support::Quoted(params.uri) + " is closed, but not open");
  tokens_.Forget(params.uri);
  Touch(params.uri);
}

void Server::DidSave(const DocumentParams& params) {
  ForgetDigests();
  // The file now equals the editor's text, but an ipec.toml may have been saved before.
  RereadConfigs({params.uri});
  // Claims are about the text of another document.
  const std::vector<std::string> open = documents_.Uris();
  const bool has_claims = std::any_of(
      open.begin(), open.end(), [](const std::string& uri) { return pipeline::IsClaimsName(uri); });
  if (has_claims && client_.refresh_lenses) {
    Ask("workspace/codeLens/refresh", {}, Expected::Nothing);
  }
}

void Server::DidChangeSettings(const SettingsParams& params) {
  // A client that can be asked sends no settings, or old ones.
  if (client_.configuration) {
    return Ask("workspace/configuration", ConfigurationItems(), Expected::Settings);
  }
  TakeSettings(params.all.get());
}

void Server::TakeSettings(const Params* params) {
  EditorSettings settings = first_settings_;
  ReadSettings(params, settings);
  // A client that cannot watch files sends a notification after it has changed one.
  if (settings == workspace_.settings()) return RereadConfigs(documents_.Uris());
  workspace_.SetSettings(std::move(settings));
  workspace_.Forget();
  WatchConfig();
  Reconfigure();
}

void Server::WatchConfig() {
  std::vector<std::string> paths = workspace_.NamedPaths();
  if (std::string config = workspace_.ConfigPath(); !config.empty()) {
    paths.push_back(std::move(config));
  }
  if (!client_.watches_files || paths == watched_paths_) return;
  if (!watched_paths_.empty()) {
    Ask("client/unregisterCapability", ConfigUnwatch(), Expected::Nothing);
  }
  watched_paths_ = std::move(paths);
  if (watched_paths_.empty()) return;
  Ask("client/registerCapability", ConfigWatch(watched_paths_, client_.relative_patterns),
      Expected::Nothing);
}

void Server::PublishConfigProblems() {
  std::map<std::string, std::vector<ConfigProblem>> by_uri;
  // Of an open one the mistakes in its text are those that the editor shows.
  std::map<std::string, std::string> opened;
  for (const std::string& uri : documents_.Uris()) {
    const std::string path = PathOf(uri);
    if (!IsConfigName(path)) continue;
    if (const EditionPtr edition = documents_.Current(uri)) {
      opened[path] = edition->Get()->source.text().str();
    }
  }
  config_errors_.clear();
  for (const auto& [path, text] : opened) config_errors_.insert(path);
  for (ConfigProblem& problem :
       workspace_.ConfigProblems(opened, /*of_opened=*/!client_.pulls_diagnostics)) {
    if (problem.severity == diagnostics::Severity::Error) config_errors_.insert(problem.path);
    by_uri[UriOf(problem.path)].push_back(std::move(problem));
  }
  std::map<std::string, std::string> published;
  for (const auto& [uri, problems] : by_uri) {
    const Json params = ConfigDiagnostics(uri, problems);
    published[uri] = params.text;
    const auto last = config_problems_.find(uri);
    if (last != config_problems_.end() && last->second == params.text) continue;
    Notify("textDocument/publishDiagnostics", params);
  }
  for (const auto& [uri, params] : config_problems_) {
    if (published.count(uri) != 0) continue;
    Notify("textDocument/publishDiagnostics", NoDiagnostics(uri));
  }
  config_problems_ = std::move(published);
}

void Server::DidChangeFiles(const FilesParams& params) {
  ForgetDigests();
  std::vector<std::string> others = workspace_.NamedPaths();
  others.push_back(workspace_.ConfigPath());
  for (const std::string& uri : params.files) {
    const std::string path = PathOf(uri);
    if (llvm::StringRef(path).endswith("/ipec.toml") ||
        (!path.empty() && llvm::is_contained(others, path))) {
      workspace_.Forget();
      return Reconfigure();
    }
  }
  if (client_.refresh_diagnostics) Ask("workspace/diagnostic/refresh", {}, Expected::Nothing);
}

void Server::DidRenameFiles(const NoParams& /*params*/) {
  ForgetDigests();
  // A renamed directory takes its ipec.toml along, so names do not tell whether one is concerned.
  workspace_.Forget();
  Reconfigure();
}

void Server::DidChangeFolders(const FoldersParams& params) {
  ForgetDigests();
  workspace_.ChangeFolders(params.added, params.removed);
  workspace_.Forget();
  Reconfigure();
}

void Server::CancelProgress(const TokenParams& params) {
  const std::lock_guard lock(mutex_);
  const auto found = progresses_.find(params.token);
  if (found != progresses_.end()) found->second.cancelled->store(true);
}

void Server::Cancel(const TokenParams& params) {
  const std::lock_guard lock(mutex_);
  const auto [begin, end] = running_.equal_range(params.token);
  for (auto at = begin; at != end; ++at) at->second->store(true);
}

void Server::SetTrace(const TraceParams& params) {
  traces_ = !params.value.empty() && params.value != "off";
}

void Server::Touch(const std::string& uri) {
  if (IsConfigName(PathOf(uri))) return PublishConfigProblems();
  // A client that pulls diagnostics would show pushed ones twice.
  if (client_.pulls_diagnostics) return;
  {
    const std::lock_guard lock(mutex_);
    if (!touched_.insert(uri).second) return;
  }
  analyst_->Post([this, uri] { Publish(uri); });
}

void Server::Publish(const std::string& uri) {
  {
    const std::lock_guard lock(mutex_);
    touched_.erase(uri);
  }
  if (writer_.broken()) return;
  const EditionPtr edition = documents_.Current(uri);
  if (edition == nullptr) {
    return Notify("textDocument/publishDiagnostics", NoDiagnostics(uri));
  }
  const SnapshotPtr snapshot = edition->Get();
  if (edition->abandoned()) return;
  const Json params = PublishedDiagnostics(*snapshot, client_, encoding_);
  // An edit came in between and has marked the document again.
  if (edition->abandoned()) return;
  Notify("textDocument/publishDiagnostics", params);
}

void Server::RereadConfigs(const std::vector<std::string>& uris) {
  std::vector<std::string> paths(uris.size());
  std::transform(uris.begin(), uris.end(), paths.begin(),
                 [](const std::string& uri) { return PathOf(uri); });
  if (workspace_.RereadConfigs(paths)) Reconfigure();
}

void Server::Reconfigure() {
  std::set<std::string> problems;
  std::vector<std::pair<std::string, std::shared_ptr<const Configured>>> configured;
  for (const std::string& uri : documents_.Uris()) {
    configured.emplace_back(uri, workspace_.For(PathOf(uri)));
    const std::optional<std::string>& problem = configured.back().second->problem;
    if (problem) problems.insert(*problem);
  }
  PublishConfigProblems();
  for (const auto& [uri, own] : configured) ShowProblem(*own);
  WatchConfig();
  for (const auto& [uri, own] : configured) {
    if (documents_.Configure(uri, own)) Touch(uri);
  }
  // Forget fixed problems so that they are reported if they return.
  shown_problems_ = std::move(problems);
  if (client_.refresh_diagnostics) Ask("workspace/diagnostic/refresh", {}, Expected::Nothing);
  if (client_.refresh_tokens) Ask("workspace/semanticTokens/refresh", {}, Expected::Nothing);
  if (client_.refresh_hints) Ask("workspace/inlayHint/refresh", {}, Expected::Nothing);
  if (client_.refresh_lenses) Ask("workspace/codeLens/refresh", {}, Expected::Nothing);
}

}  // namespace ipec::lsp
