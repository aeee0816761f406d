#pragma once

// The server: reads messages, keeps documents, and schedules requests.
//
//   the reader    this thread: reads messages, applies edits and notifications in order, and passes
//                 requests on together with the text they are about; never waits for the others
//   the worker    answers requests that take less than a keystroke
//   the analyst   computes and publishes diagnostics; drops those that a newer edit made stale
//   the scanner   reads the workspace
//
// They share only immutable snapshots and small stores with locks.

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>

#include "compiler/command/command.h"
#include "lsp/documents.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/tasks.h"
#include "lsp/transport.h"
#include "lsp/workspace.h"

namespace ipec::lsp {

class Server final : public Host {
 public:
  // `client`: the process ID of the client, 0 if unknown; `initialize` may name another.
  Server(support::FileSystem& files, support::ProgramRunner& programs, support::ByteSource& in,
         support::Output& out, llvm::raw_ostream& err, std::int64_t client = 0);

  // Runs until `exit`, the end of input or the end of the client: Ok after a `shutdown`, else
  // Findings, as the protocol requires.
  command::ExitStatus Run();

  support::FileSystem& files() override { return workspace_.files(); }
  support::ProgramRunner& programs() override { return programs_; }
  std::vector<std::string> Policies() override;
  SnapshotPtr SnapshotOf(const std::string& uri) override;
  std::vector<UsedDigest> DigestsElsewhere(const std::string& uri) override;
  TokenStore& tokens() override { return tokens_; }
  void Notify(std::string_view method, const Json& params) override;
  void Show(const std::string& uri, const std::optional<EditorRange>& range) override;
  std::string NewProgress(const Cancelled& cancelled) override;
  bool IsShown(const std::string& token) override;
  void EndProgress(const std::string& token) override;

 private:
  enum class State : std::uint8_t { Fresh, Running, ShutDown, Gone };
  enum class Expected : std::uint8_t { Nothing, Settings };  // an answer to the server
  struct Progress {
    Cancelled cancelled;
    bool shown = false;  // the client knows about it
  };

  void Handle(Message message);
  void HandleRequest(Message& message);
  void HandleNotification(const Message& message);
  void HandleResponse(const Message& message);
  void HandleProgressCreated(const Message& message);
  void Initialize(const Message& message);
  void Answer(const std::string& id, const Reply& reply);
  void Dispatch(const Message& message, const RequestRow& row,
                std::shared_ptr<const CommonParams> params);
  Reply Run(const RequestRow& row, const CommonParams& params, EditionPtr edition,
            const Cancelled& cancelled);
  void Ask(std::string_view method, const Json& params, Expected expected);
  void Log(std::string_view words);
  // The client is this process: the server exits when the client does.
  void EndWith(std::int64_t client);

  // Reads the parameters of a notification and hands them on.
  template <typename P>
  void Take(const Message& message, void (Server::*take)(const P&));
#define IPEC_NOTIFICATION(method, id, Params) void id(const Params& params);
#include "lsp/protocol/messages.def"

  // Publishes the diagnostics of a document soon.
  void Touch(const std::string& uri);
  void Publish(const std::string& uri);
  void ForgetDigests();
  void TakeSettings(const Params* params);
  void Reconfigure();
  // Does so if the configuration of one of these documents has changed: not all clients can watch
  // files, and some watch fewer than they claim.
  void RereadConfigs(const std::vector<std::string>& uris);
  // Watches the file that the setting `config` names, and those that
  // configurations name, no others.
  void WatchConfig();
  // Publishes what is wrong in configurations, as diagnostics of these files.
  void PublishConfigProblems();
  // Shows a problem to the user, once.
  void ShowProblem(const Configured& configured);

  Workspace workspace_;
  support::ProgramRunner& programs_;
  MessageReader reader_;
  MessageWriter writer_;
  llvm::raw_ostream& err_;
  Documents documents_;
  TokenStore tokens_;

  State state_ = State::Fresh;
  Client client_;
  PositionEncoding encoding_ = PositionEncoding::Utf16;
  std::atomic<bool> traces_ = false;
  std::int64_t last_request_ = 0;
  std::map<std::string, Expected> expected_;
  std::set<std::string> shown_problems_;
  std::set<std::string>
      config_errors_;              // the ipec.toml with errors among their diagnostics, or open
  EditorSettings first_settings_;  // of `initialize`: defaults for later ones
  std::vector<std::string> watched_paths_;
  std::map<std::string, std::string> config_problems_;  // by URI: the parameters last published

  std::mutex mutex_;  // for the members below
  std::multimap<std::string, Cancelled> running_;
  std::map<std::string, Progress> progresses_;  // by token
  std::set<std::string> touched_;               // to be published, not begun
  std::int64_t last_progress_ = 0;
  // Of files that are not open, by URI; null: not read.
  std::shared_ptr<const std::map<std::string, std::vector<UsedDigest>>> digests_;

  std::unique_ptr<TaskQueue> worker_;
  std::unique_ptr<TaskQueue> analyst_;
  std::unique_ptr<TaskQueue> scanner_;  // null until needed
};

}  // namespace ipec::lsp
