#pragma once

// From the name of a request to its answer: the table messages.def.

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "compiler/support/file_system.h"
#include "compiler/support/programs.h"
#include "lsp/features/digests.h"
#include "lsp/position.h"
#include "lsp/protocol/params.h"
#include "lsp/protocol/protocol.h"
#include "lsp/snapshot.h"
#include "lsp/token_store.h"

namespace ipec::lsp {

// Set when the answer is not needed any more.
using Cancelled = std::shared_ptr<std::atomic<bool>>;

// Services of the server for answers. For all threads.
class Host {
 public:
  virtual ~Host() = default;

  virtual support::FileSystem& files() = 0;
  virtual support::ProgramRunner& programs() = 0;
  // The policies of the workspace, open ones and those on disk, as URIs, in order.
  virtual std::vector<std::string> Policies() = 0;
  // An open document's newest snapshot, or one of the file on disk; null: there is no such file.
  virtual SnapshotPtr SnapshotOf(const std::string& uri) = 0;
  // The digests that the other policies of the workspace use. A file on disk is read once, until
  // the client reports a change of some file.
  virtual std::vector<UsedDigest> DigestsElsewhere(const std::string& uri) = 0;
  virtual TokenStore& tokens() = 0;
  virtual void Notify(std::string_view method, const Json& params) = 0;
  // Asks the client to show a document; it must be able to.
  virtual void Show(const std::string& uri, const std::optional<EditorRange>& range) = 0;
  // A token for progress that no request asked for, and which the user may cancel; empty: the
  // client does not show progress. It may be used from when IsShown returns true until EndProgress.
  virtual std::string NewProgress(const Cancelled& cancelled) = 0;
  virtual bool IsShown(const std::string& token) = 0;
  virtual void EndProgress(const std::string& token) = 0;
};

// The input of an answer, beside the request's parameters.
struct Call {
  const Client& client;
  PositionEncoding encoding = PositionEncoding::Utf16;
  const EditorSettings& settings;
  SnapshotPtr snapshot;  // of the document that the request names; null: the row needs none
  Cancelled cancelled;
  Host& host;

  Positions positions() const { return positions(*snapshot); }
  Positions positions(const Snapshot& of) const { return {of.source.text(), of.lines, encoding}; }
};

// The policy that a file of claims is about.
struct PolicyBeside {
  std::string uri;
  SnapshotPtr snapshot;  // null: there is none beside the file
};
// Of the document of the call: open, or on disk.
PolicyBeside FindPolicyBeside(const Call& call);

enum class About : std::uint8_t { Nothing, Sent, Newest };
enum class On : std::uint8_t { Worker, Analyst, Scanner };

// The parameters beside the document: `ipec lsp --check` tries all of them.
enum class Shape : std::uint8_t { Position, Range, Other };

struct RequestRow {
  std::string_view method;
  About about = About::Nothing;
  On on = On::Worker;
  Shape shape = Shape::Other;
  bool serves_config = false;  // of ipec.toml; other requests about it have no answer
  // Of the type that `answer` takes.
  llvm::Expected<std::shared_ptr<CommonParams>> (*read)(const ParamsPtr&) = nullptr;
  Reply (*answer)(const Call&, const CommonParams&) = nullptr;
};

std::span<const RequestRow> RequestRows();
// Null: there is no such request.
const RequestRow* FindRequest(std::string_view method);

namespace answers {
#define IPEC_REQUEST(method, id, Params, about, on) \
  Reply id(const Call& call, const Params& params);
#include "lsp/protocol/messages.def"
}  // namespace answers

}  // namespace ipec::lsp
