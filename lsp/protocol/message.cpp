// From bytes to messages: JSON-RPC 2.0.

#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

Message Broken(ErrorCode code, std::string words) {
  Message message;
  message.id = "null";
  message.error = {code, std::move(words)};
  return message;
}

}  // namespace

Message ReadMessage(std::string_view body) {
  auto tree = support::JsonTree::Parse(std::string(body), support::JsonText::Lenient);
  if (!tree) {
    const bool too_big = tree.errorIsA<support::JsonTooBig>();
    return Broken(too_big ? ErrorCode::InvalidRequest : ErrorCode::ParseError,
                  llvm::toString(tree.takeError()));
  }
  const JsonValue object = (*tree)->root();
  if (!object.Is(JsonKind::Object)) {
    return Broken(ErrorCode::InvalidRequest,
                  "a message must be an object; batches are not supported");
  }
  Message message;
  message.id = TokenOf(object["id"]);
  const auto method = object["method"].String();
  const bool odd_id = object["id"].exists() && message.id.empty() && method;
  if (object["jsonrpc"].String() != "2.0" || odd_id) {
    Message broken = Broken(ErrorCode::InvalidRequest, odd_id ? "`id` must be a number or a string"
                                                              : "`jsonrpc` is not `2.0`");
    if (!message.id.empty()) broken.id = message.id;
    return broken;
  }
  if (const JsonValue value = object[method ? "params" : "result"]; value.exists()) {
    message.params = std::make_shared<const Params>(Params{*tree, value});
  }
  if (method) {
    message.method = *method;
    message.kind = message.id.empty() ? MessageKind::Notification : MessageKind::Request;
  } else if (object["result"].exists() || object["error"].exists()) {
    message.kind = MessageKind::Response;
  } else {
    Message broken =
        Broken(ErrorCode::InvalidRequest, "a message must have a `method` or a `result`");
    if (!message.id.empty()) broken.id = message.id;
    return broken;
  }
  return message;
}

}  // namespace ipec::lsp
