#pragma once

// JSON-RPC and the Language Server Protocol 3.17 as values: messages that came, read; and messages
// to send, written. Only this directory knows JSON; this header and params.h do not include it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "lsp/position.h"

namespace ipec::lsp {

enum class ErrorCode : int {
  ParseError = -32700,
  InvalidRequest = -32600,
  MethodNotFound = -32601,
  InvalidParams = -32602,
  InternalError = -32603,
  ServerNotInitialized = -32002,
  RequestCancelled = -32800,
  ContentModified = -32801,
  ServerCancelled = -32802,  // only of diagnostics that are pulled: the client asks again
  RequestFailed = -32803,
};

// One JSON value, written.
struct Json {
  std::string text = "null";
};

struct ResponseError {
  ErrorCode code;
  std::string message;
};

// The answer to a request.
struct Reply {
  Json result;
  std::optional<ResponseError> error = {};  // instead of the result

  static Reply Fail(ErrorCode code, std::string message) {
    return {{}, ResponseError{code, std::move(message)}};
  }
};

// The parameters of a message, as JSON.
struct Params;

enum class MessageKind : std::uint8_t { Request, Notification, Response, Broken };

struct Message {
  MessageKind kind = MessageKind::Broken;
  std::string id;  // as JSON: `1` or `"a"`; of a broken message `null`
  std::string method;
  std::shared_ptr<const Params> params;  // of a response its result; may be null
  std::optional<ResponseError> error;    // of a broken message
};

// Never fails: text that is not a message becomes a broken one. Single bytes that are not UTF-8,
// which some clients send, are kept.
Message ReadMessage(std::string_view body);

// The capabilities of the client: see capabilities.def.
struct Client {
#define IPEC_CAPABILITY(id, path) bool id = false;
#include "lsp/protocol/capabilities.def"
  std::vector<PositionEncoding> encodings;  // in order of preference; empty: UTF-16
};

struct Folder {
  std::string uri;
  std::string name;
};

// The settings of the editor's user: `ipec.target`, ….
struct EditorSettings {
  std::vector<std::string> targets;  // empty: what ipec.toml says
  std::string config;                // an ipec.toml for all files; empty: the nearest
  bool lint = true;
  bool inlay_hints = false;
  bool code_lens = false;
  std::string complete_again;  // the client's own command that opens the list of completions
  friend bool operator==(const EditorSettings&, const EditorSettings&) = default;
};

struct InitializeParams {
  Client client;
  std::vector<Folder> folders;
  EditorSettings settings;
  std::string trace;
  std::int64_t process = 0;  // of the client; 0: it says none
};

struct TextChange {
  std::optional<EditorRange> range;  // none: the whole text
  std::string text;
};

InitializeParams ReadInitialize(const Params* params);
// `settings` of didChangeConfiguration, or the answer to workspace/configuration; what is not said
// stays. `{"ipec.lint.enable": …}` is `{"ipec": {"lint": {"enable": …}}}`.
void ReadSettings(const Params* params, EditorSettings& settings);

// Whole messages.
std::string WriteReply(const std::string& id, const Reply& reply);
std::string WriteNotification(std::string_view method, const Json& params);
std::string WriteRequest(std::string_view method, std::int64_t id, const Json& params);

// Parameters of what the server sends by itself.
Json InitializeResult(const Client& client, PositionEncoding encoding, std::string_view version);
Json ShowMessage(bool is_error, std::string_view words);
Json ShowDocument(const std::string& uri, const std::optional<EditorRange>& range);
Json LogMessage(std::string_view words);
Json LogTrace(std::string_view words);
Json WatchRegistration();
// For these files and no others; and the end of that.
Json ConfigWatch(const std::vector<std::string>& paths, bool relative_patterns);
Json ConfigUnwatch();
Json ConfigurationItems();
Json ProgressToken(const std::string& token);
Json ProgressBegin(const std::string& token, std::string_view title);
Json ProgressReport(const std::string& token, std::size_t done, std::size_t of);
Json ProgressEnd(const std::string& token, std::string_view words);
Json PartialResult(const std::string& token, const Json& value);

}  // namespace ipec::lsp
