// From bytes to messages: JSON-RPC 2.0.

#include <array>

#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

namespace json = llvm::json;

// The reader of JSON calls itself for each level, and takes about a hundred bytes for a value: both
// are bounded here, so that no message takes the server down. No message of the protocol is near.
constexpr std::size_t kDeepest = 200;
constexpr std::size_t kMostValues = std::size_t{4} << 20;

std::string WhatIsTooMuch(std::string_view body) {
  std::size_t depth = 0;
  std::size_t values = 0;
  for (std::size_t i = 0; i < body.size(); ++i) {
    switch (body[i]) {
      case '"':
        for (++i; i < body.size() && body[i] != '"'; ++i) i += body[i] == '\\' ? 1 : 0;
        break;
      case '[':
      case '{':
        if (++depth > kDeepest) return "a message nested too deeply";
        break;
      case ']':
      case '}':
        depth -= depth > 0 ? 1 : 0;
        break;
      case ',':
        if (++values > kMostValues) return "a message with too many values";
        break;
      default:
        break;
    }
  }
  return {};
}

// Single bytes travel through the reader of JSON as characters that nobody uses.
constexpr unsigned kCarrier = 0x10FE00;

std::string CarryBytes(std::string_view body) {
  std::string carried;
  while (!body.empty()) {
    std::size_t good = 0;
    if (json::isUTF8(Ref(body), &good)) good = body.size();
    carried.append(body, 0, good);
    body.remove_prefix(good);
    if (body.empty()) break;
    const unsigned code = kCarrier + static_cast<std::uint8_t>(body[0]);
    carried += '\xF4';
    carried += '\x8F';
    carried += static_cast<char>(0x80U | (code >> 6U & 0x3FU));
    carried += static_cast<char>(0x80U | (code & 0x3FU));
    body.remove_prefix(1);
  }
  return carried;
}

bool HasCarriers(std::string_view body) {
  return body.find("\xF4\x8F\xBA") != std::string_view::npos ||
         body.find("\xF4\x8F\xBB") != std::string_view::npos;
}

Message Broken(ErrorCode code, std::string problem) {
  Message message;
  message.id = "null";
  message.error = code;
  message.problem = std::move(problem);
  return message;
}

// An id as it will be sent back; empty: it is none.
std::string IdText(const json::Value* id) {
  if (id == nullptr) return {};
  if (const auto number = id->getAsInteger()) return std::to_string(*number);
  if (const auto text = id->getAsString()) {
    return Written([&](JsonWriter& json) { WriteText(json, {text->data(), text->size()}); }).text;
  }
  return {};
}

}  // namespace

Message ReadMessage(std::string_view body) {
  if (std::string wrong = WhatIsTooMuch(body); !wrong.empty()) {
    return Broken(ErrorCode::InvalidRequest, std::move(wrong));
  }
  std::string repaired;
  bool has_bytes = false;
  if (!json::isUTF8(Ref(body))) {
    has_bytes = !HasCarriers(body);
    repaired = has_bytes ? CarryBytes(body) : json::fixUTF8(Ref(body));
    body = repaired;
  }
  llvm::Expected<json::Value> parsed = json::parse(Ref(body));
  if (!parsed) return Broken(ErrorCode::ParseError, llvm::toString(parsed.takeError()));
  json::Object* const object = parsed->getAsObject();
  if (object == nullptr) {
    return Broken(ErrorCode::InvalidRequest,
                  "a message must be an object; batches are not supported");
  }
  Message message;
  message.id = IdText(object->get("id"));
  const auto method = object->getString("method");
  const json::Value* const version = object->get("jsonrpc");
  const bool is_version_2 = version != nullptr && version->getAsString() == llvm::StringRef("2.0");
  const bool odd_id = object->get("id") != nullptr && message.id.empty() && method;
  if (!is_version_2 || odd_id) {
    Message broken = Broken(ErrorCode::InvalidRequest, odd_id ? "`id` must be a number or a string"
                                                              : "`jsonrpc` is not `2.0`");
    if (!message.id.empty()) broken.id = message.id;
    return broken;
  }
  const char* const payload = method ? "params" : "result";
  if (json::Value* const value = object->get(payload)) {
    auto params = std::make_shared<Params>();
    params->value = std::move(*value);
    params->has_bytes = has_bytes;
    message.params = std::move(params);
  }
  if (method) {
    message.method = method->str();
    message.kind = message.id.empty() ? MessageKind::Notification : MessageKind::Request;
  } else if (object->get("result") != nullptr || object->get("error") != nullptr) {
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
