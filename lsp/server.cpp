#include "lsp/server.h"

#include <cstdlib>
#include <optional>

#include "compiler/support/processes.h"
#include "compiler/support/wording.h"
#include "lsp/features/config_document.h"
#include "lsp/protocol/diagnostics.h"
#include "lsp/uri.h"

namespace ipec::lsp {
namespace {

// Of progress that the server makes known, by its number.
std::string OwnToken(const std::string& number) {
  return "\"ipec/" + number + "\"";
}

}  // namespace

Server::Server(support::FileSystem& files, support::ProgramRunner& programs,
               support::ByteSource& in, support::Output& out, llvm::raw_ostream& err,
               std::int64_t client)
    : workspace_(files), programs_(programs), reader_(in), writer_(out), err_(err) {
  if (client > 0) EndWith(client);
}

void Server::EndWith(std::int64_t client) {
  reader_.WaitOnlyWhile([client] { return support::ProcessExists(client); });
}

command::ExitStatus Server::Run() {
  worker_ = std::make_unique<TaskQueue>();
  analyst_ = std::make_unique<TaskQueue>();
  bool shut_down = false;
  while (state_ != State::Gone) {
    const MessageReader::State state = reader_.Next();
    shut_down = state_ == State::ShutDown;
    if (state == MessageReader::State::End) {
      if (reader_.problem()) err_ << "ipec: " << *reader_.problem() << '\n';
      break;
    }
    if (state == MessageReader::State::Malformed) {
      Answer("null", Reply::Fail(ErrorCode::ParseError, *reader_.problem()));
      continue;
    }
    Handle(ReadMessage(reader_.body()));
  }
  // Other processes may hold the ends of the pipes without reading, so nothing waits for them.
  if (reader_.gave_up()) std::_Exit(static_cast<int>(command::ExitStatus::Findings));
  if (scanner_ != nullptr) {
    // A scan can take long, and its result is no longer needed.
    const std::lock_guard lock(mutex_);
    for (const auto& [id, cancelled] : running_) cancelled->store(true);
  }
  // Requests are answered first; then there is no client.
  worker_->Finish();
  if (scanner_ != nullptr) scanner_->Finish();
  analyst_->Finish();
  return shut_down && state_ == State::Gone ? command::ExitStatus::Ok
                                            : command::ExitStatus::Findings;
}

void Server::Handle(Message message) {
  switch (message.kind) {
    case MessageKind::Broken:
      return Answer(message.id, {{}, std::move(message.error)});
    case MessageKind::Response:
      return HandleResponse(message);
    case MessageKind::Notification:
      return HandleNotification(message);
    case MessageKind::Request:
      return HandleRequest(message);
  }
}

void Server::HandleRequest(Message& message) {
  if (traces_) Notify("$/logTrace", LogTrace("request " + support::Quoted(message.method)));
  if (state_ == State::Fresh) {
    if (message.method == "initialize") return Initialize(message);
    return Answer(message.id, Reply::Fail(ErrorCode::ServerNotInitialized,
                                          "the first request must be `initialize`"));
  }
  if (state_ == State::ShutDown) {
    return Answer(message.id, Reply::Fail(ErrorCode::InvalidRequest,
                                          "only `exit` is accepted after `shutdown`"));
  }
  if (message.method == "initialize") {
    return Answer(message.id,
                  Reply::Fail(ErrorCode::InvalidRequest, "`initialize` was already called"));
  }
  if (message.method == "shutdown") {
    state_ = State::ShutDown;
    worker_->Post([this, id = message.id] { Answer(id, {}); });
    return;
  }
  const RequestRow* const row = FindRequest(message.method);
  if (row == nullptr) {
    return Answer(message.id, Reply::Fail(ErrorCode::MethodNotFound,
                                          "unknown request " + support::Quoted(message.method)));
  }
  llvm::Expected<std::shared_ptr<CommonParams>> params = row->read(message.params);
  if (!params) {
    return Answer(message.id,
                  Reply::Fail(ErrorCode::InvalidParams, llvm::toString(params.takeError())));
  }
  (*params)->uri = documents_.SpellingOf((*params)->uri);
  Dispatch(message, *row, std::move(*params));
}

void Server::Dispatch(const Message& message, const RequestRow& row,
                      std::shared_ptr<const CommonParams> params) {
  auto cancelled = std::make_shared<std::atomic<bool>>(false);
  {
    const std::lock_guard lock(mutex_);
    running_.emplace(message.id, cancelled);
    if (!params->progress.empty()) progresses_[params->progress] = {cancelled, /*shown=*/true};
  }
  EditionPtr edition = documents_.Current(params->uri);
  if (row.on == On::Scanner && scanner_ == nullptr) scanner_ = std::make_unique<TaskQueue>();
  TaskQueue& queue = row.on == On::Worker    ? *worker_
                     : row.on == On::Analyst ? *analyst_
                                             : *scanner_;
  queue.Post([this, id = message.id, &row, params = std::move(params), edition = std::move(edition),
              cancelled = std::move(cancelled)] {
    if (!writer_.broken()) Answer(id, Run(row, *params, edition, cancelled));
    const std::lock_guard lock(mutex_);
    progresses_.erase(params->progress);
    const auto [begin, end] = running_.equal_range(id);
    for (auto at = begin; at != end; ++at) {
      if (at->second != cancelled) continue;
      running_.erase(at);
      break;
    }
  });
}

Reply Server::Run(const RequestRow& row, const CommonParams& params, EditionPtr edition,
                  const Cancelled& cancelled) {
  const auto stopped = [] { return Reply::Fail(ErrorCode::RequestCancelled, "cancelled"); };
  const bool newest = row.about == About::Newest;
  SnapshotPtr first;
  // If an edit or a setting makes a result stale while it is computed, it is computed again. After
  // continuous edits, the client must ask again, so that other requests are answered too.
  constexpr int kMostAttempts = 4;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    if (cancelled->load()) return stopped();
    if (newest || attempt > 0) edition = documents_.Current(params.uri);
    SnapshotPtr snapshot;
    if (edition != nullptr) {
      snapshot = edition->Get();
    } else if (row.about != About::Nothing) {
      snapshot = SnapshotOf(params.uri);
      if (snapshot == nullptr) {
        return Reply::Fail(ErrorCode::InvalidParams,
                           support::Quoted(params.uri) + " is not open, and there is no such file");
      }
    }
    if (snapshot != nullptr && IsConfigName(snapshot->source.name()) && !row.serves_config) {
      return {};
    }
    // The places in the answer are those of the previous text.
    if (first == nullptr) first = snapshot;
    if (!newest && snapshot != first && snapshot->source.text() != first->source.text()) break;
    const EditorSettings settings = workspace_.settings();
    const Call call{client_, encoding_, settings, snapshot, cancelled, *this};
    Reply reply = row.answer(call, params);
    if (cancelled->load()) return stopped();
    if (snapshot == nullptr || !snapshot->incomplete()) return reply;
  }
  return Reply::Fail(newest ? ErrorCode::ServerCancelled : ErrorCode::ContentModified,
                     "the document has changed since");
}

template <typename P>
void Server::Take(const Message& message, void (Server::*take)(const P&)) {
  P params;
  if (llvm::Error error = Read(message.params, params)) {
    return Log(message.method + ": " + llvm::toString(std::move(error)));
  }
  params.uri = documents_.SpellingOf(params.uri);
  (this->*take)(params);
}

void Server::HandleNotification(const Message& message) {
  if (message.method == "exit") {
    state_ = State::Gone;
    return;
  }
  // As the protocol requires, notifications before `initialize` and after `shutdown` are dropped.
  if (state_ != State::Running) return;
  if (traces_) Notify("$/logTrace", LogTrace("notification " + support::Quoted(message.method)));
#define IPEC_NOTIFICATION(name, id, params) \
  if (message.method == (name)) return Take<params>(message, &Server::id);
#include "lsp/protocol/messages.def"
  if (!message.method.starts_with("$/"))
    Log("unknown notification " + support::Quoted(message.method));
}

void Server::HandleResponse(const Message& message) {
  if (llvm::StringRef(message.id).startswith("-")) return HandleProgressCreated(message);
  const auto found = expected_.find(message.id);
  if (found == expected_.end()) return;
  const Expected expected = found->second;
  expected_.erase(found);
  if (expected == Expected::Settings && message.params != nullptr) {
    TakeSettings(message.params.get());
  }
}

void Server::Initialize(const Message& message) {
  InitializeParams params = ReadInitialize(message.params.get());
  client_ = std::move(params.client);
  if (!client_.encodings.empty()) encoding_ = client_.encodings.front();
  traces_ = !params.trace.empty() && params.trace != "off";
  workspace_.SetFolders(std::move(params.folders));
  first_settings_ = params.settings;
  workspace_.SetSettings(std::move(params.settings));
  if (params.process > 0) EndWith(params.process);
  state_ = State::Running;
  Answer(message.id, {InitializeResult(client_, encoding_, IPEC_VERSION)});
}

void Server::Answer(const std::string& id, const Reply& reply) {
  writer_.Write(WriteReply(id, reply));
}

void Server::Notify(std::string_view method, const Json& params) {
  writer_.Write(WriteNotification(method, params));
}

void Server::Show(const std::string& uri, const std::optional<EditorRange>& range) {
  std::int64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = ++last_progress_;
  }
  // A separate id, because this is not the reader's thread. The response is of no interest.
  writer_.Write(WriteRequest("window/showDocument", -number, ShowDocument(uri, range)));
}

void Server::Ask(std::string_view method, const Json& params, Expected expected) {
  const std::int64_t id = ++last_request_;
  expected_[std::to_string(id)] = expected;
  writer_.Write(WriteRequest(method, id, params));
}

void Server::Log(std::string_view words) {
  Notify("window/logMessage", LogMessage(words));
}

void Server::ShowProblem(const Configured& configured) {
  const std::optional<std::string>& problem = configured.problem;
  if (!problem) return;
  // One of an existing ipec.toml is a diagnostic at its place.
  const std::string& path = configured.config_path;
  if (config_errors_.count(path) != 0 && files().KindOf(path) == support::PathKind::File) return;
  if (shown_problems_.insert(*problem).second) {
    Notify("window/showMessage", ShowMessage(/*is_error=*/true, *problem));
  }
}

std::vector<std::string> Server::Policies() {
  std::set<std::string> seen;
  std::vector<std::string> uris;
  for (const std::string& uri : documents_.Uris()) {
    const std::string path = PathOf(uri);
    if (IsConfigName(path)) continue;
    if (!path.empty()) seen.insert(path);
    uris.push_back(uri);
  }
  for (const std::string& path : workspace_.Policies()) {
    if (seen.count(path) == 0) uris.push_back(UriOf(path));
  }
  return uris;
}

SnapshotPtr Server::SnapshotOf(const std::string& uri) {
  if (const EditionPtr edition = documents_.Current(uri)) return edition->Get();
  const std::string path = PathOf(uri);
  if (path.empty() || files().KindOf(path) != support::PathKind::File) return nullptr;
  llvm::Expected<std::string> text = files().Read(path);
  if (!text) {
    llvm::consumeError(text.takeError());
    return nullptr;
  }
  return MakeSnapshot(uri, path, std::nullopt, std::move(*text), workspace_.For(path));
}

void Server::ForgetDigests() {
  const std::lock_guard lock(mutex_);
  digests_ = nullptr;
}

std::vector<UsedDigest> Server::DigestsElsewhere(const std::string& uri) {
  constexpr std::size_t kMostFiles = 500;
  std::shared_ptr<const std::map<std::string, std::vector<UsedDigest>>> known;
  {
    const std::lock_guard lock(mutex_);
    known = digests_;
  }
  if (known == nullptr) {
    std::map<std::string, std::vector<UsedDigest>> read;
    for (const std::string& path : workspace_.Policies()) {
      if (read.size() == kMostFiles) break;
      const SnapshotPtr snapshot = SnapshotOf(UriOf(path));
      if (snapshot != nullptr && !snapshot->claims) read[UriOf(path)] = DigestsOf(*snapshot);
    }
    known = std::make_shared<const std::map<std::string, std::vector<UsedDigest>>>(std::move(read));
    const std::lock_guard lock(mutex_);
    digests_ = known;
  }
  std::vector<UsedDigest> found;
  const auto add = [&](const std::vector<UsedDigest>& more) {
    found.insert(found.end(), more.begin(), more.end());
  };
  for (const std::string& open : documents_.Uris()) {
    if (open == uri || IsConfigName(open)) continue;
    const SnapshotPtr snapshot = SnapshotOf(open);
    if (snapshot != nullptr && !snapshot->claims) add(DigestsOf(*snapshot));
  }
  for (const auto& [file, digests] : *known) {
    if (!documents_.IsOpen(file)) add(digests);
  }
  return found;
}

std::string Server::NewProgress(const Cancelled& cancelled) {
  if (!client_.progress) return {};
  std::int64_t number = 0;
  std::string token;
  {
    const std::lock_guard lock(mutex_);
    number = ++last_progress_;
    token = OwnToken(std::to_string(number));
    progresses_[token] = {cancelled, /*shown=*/false};
  }
  // A separate id, because this is not the reader's thread.
  writer_.Write(WriteRequest("window/workDoneProgress/create", -number, ProgressToken(token)));
  return token;
}

void Server::HandleProgressCreated(const Message& message) {
  const std::lock_guard lock(mutex_);
  const auto found = progresses_.find(OwnToken(message.id.substr(1)));
  // An error response has no result.
  if (found != progresses_.end()) found->second.shown = message.params != nullptr;
}

bool Server::IsShown(const std::string& token) {
  const std::lock_guard lock(mutex_);
  const auto found = progresses_.find(token);
  return found != progresses_.end() && found->second.shown;
}

void Server::EndProgress(const std::string& token) {
  const std::lock_guard lock(mutex_);
  progresses_.erase(token);
}

}  // namespace ipec::lsp
