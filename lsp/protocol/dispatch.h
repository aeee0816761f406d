#pragma once

// From the name of a request to its answer: the table messages.def.

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "lsp/position.h"
#include "lsp/protocol/protocol.h"
#include "lsp/snapshot.h"
#include "lsp/token_store.h"

namespace ipec::lsp {

// Set when nobody wants the answer any more.
using Cancelled = std::shared_ptr<std::atomic<bool>>;

// What an answer may ask of the server. For all threads.
class Host {
 public:
  virtual ~Host() = default;

  virtual support::FileSystem& files() = 0;
  // The policies of the workspace, open ones and those on disk, as URIs, in order.
  virtual std::vector<std::string> Policies() = 0;
  // An open document's newest snapshot, or one of the file on disk; null: there is no such file.
  virtual SnapshotPtr SnapshotOf(const std::string& uri) = 0;
  virtual TokenStore& tokens() = 0;
  virtual void Notify(std::string_view method, const Json& params) = 0;
  // A token for progress that nobody asked for, which the user may cancel; empty: the client shows
  // none. It may be used as soon as the client has agreed, which IsShown tells, and until
  // EndProgress.
  virtual std::string NewProgress(const Cancelled& cancelled) = 0;
  virtual bool IsShown(const std::string& token) = 0;
  virtual void EndProgress(const std::string& token) = 0;
};

// One request.
struct Call {
  const Asked& asked;
  const Client& client;
  PositionEncoding encoding = PositionEncoding::Utf16;
  const EditorSettings& settings;
  SnapshotPtr snapshot;  // of asked.uri when the request was sent; null: the row needs none
  Cancelled cancelled;
  Host& host;

  Positions positions() const { return positions(*snapshot); }
  Positions positions(const Snapshot& of) const { return {of.source.text(), of.lines, encoding}; }
  std::uint32_t offset() const { return positions().OffsetOf(*asked.position); }
};

enum class On : std::uint8_t { Worker, Analyst, Scanner };

struct RequestRow {
  std::string_view method;
  unsigned needs;
  On on;
  Reply (*answer)(const Call&);
};

std::span<const RequestRow> RequestRows();
// Null: there is no such request.
const RequestRow* FindRequest(std::string_view method);

namespace answers {
#define IPEC_REQUEST(method, id, needs, on) Reply id(const Call& call);
#define IPEC_NOTIFICATION(method, id, needs)
#include "lsp/protocol/messages.def"
}  // namespace answers

}  // namespace ipec::lsp
