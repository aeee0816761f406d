// From values to messages.

#include <utility>

#include "compiler/support/numbers.h"
#include "llvm/Support/ConvertUTF.h"
#include "lsp/protocol/json.h"
#include "lsp/uri.h"

namespace ipec::lsp {

Reply Failed(llvm::Error error) {
  return Reply::Fail(ErrorCode::RequestFailed, llvm::toString(std::move(error)));
}

std::string TextOf(JsonValue value) {
  return std::string(value.String().value_or(""));
}

std::optional<std::uint32_t> NumberOf(JsonValue value) {
  const std::optional<std::int64_t> number = value.Integer();
  if (!number || !std::in_range<std::uint32_t>(*number)) return std::nullopt;
  return support::ToU32(*number);
}

JsonValue ArrayOf(JsonValue value) {
  return value.Is(JsonKind::Array) ? value : JsonValue();
}

std::string TokenOf(JsonValue value) {
  if (const auto number = value.Integer()) return std::to_string(*number);
  if (!value.String()) return {};
  return Written([&](JsonWriter& json) { value.Write(json); }).text;
}

Json Written(llvm::function_ref<void(JsonWriter&)> write) {
  Json made;
  made.text.clear();
  JsonWriter writer(made.text);
  write(writer);
  return made;
}

bool IsUtf8(std::string_view view) {
  const llvm::StringRef text = view;
  const auto* begin = reinterpret_cast<const llvm::UTF8*>(text.data());
  return llvm::isLegalUTF8String(&begin, begin + text.size()) != 0;
}

void WriteVersion(JsonWriter& json, std::optional<std::int64_t> version) {
  json.attributeBegin("version");
  if (version) {
    json.value(*version);
  } else {
    json.value(nullptr);
  }
  json.attributeEnd();
}

void WriteRaw(JsonWriter& json, std::string_view key, const std::string& value) {
  json.attributeBegin(key);
  json.raw(value);
  json.attributeEnd();
}

void WritePositionValue(JsonWriter& json, const EditorPlace& place) {
  json.object([&] {
    json.attribute("line", place.line);
    json.attribute("character", place.character);
  });
}

void WritePosition(JsonWriter& json, std::string_view key, const EditorPlace& place) {
  json.attributeBegin(key);
  WritePositionValue(json, place);
  json.attributeEnd();
}

void WriteRange(JsonWriter& json, std::string_view key, const EditorRange& range) {
  json.attributeObject(key, [&] {
    WritePosition(json, "start", range.start);
    WritePosition(json, "end", range.end);
  });
}

std::string WriteReply(const std::string& id, const Reply& reply) {
  return Written([&](JsonWriter& json) {
           json.object([&] {
             json.attribute("jsonrpc", "2.0");
             WriteRaw(json, "id", id);
             if (!reply.error) {
               WriteRaw(json, "result", reply.result.text);
               return;
             }
             json.attributeObject("error", [&] {
               json.attribute("code", static_cast<int>(reply.error->code));
               json.attribute("message", reply.error->message);
               if (reply.error->code == ErrorCode::ServerCancelled) {
                 json.attributeObject("data", [&] { json.attribute("retriggerRequest", true); });
               }
             });
           });
         })
      .text;
}

std::string WriteNotification(std::string_view method, const Json& params) {
  return Written([&](JsonWriter& json) {
           json.object([&] {
             json.attribute("jsonrpc", "2.0");
             json.attribute("method", method);
             WriteRaw(json, "params", params.text);
           });
         })
      .text;
}

std::string WriteRequest(std::string_view method, std::int64_t id, const Json& params) {
  return Written([&](JsonWriter& json) {
           json.object([&] {
             json.attribute("jsonrpc", "2.0");
             json.attribute("id", id);
             json.attribute("method", method);
             // JSON-RPC knows parameters that are an object or a list, or none.
             if (params.text != "null") WriteRaw(json, "params", params.text);
           });
         })
      .text;
}

Json ShowMessage(bool is_error, std::string_view words) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      json.attribute("type", is_error ? 1 : 2);
      json.attribute("message", words);
    });
  });
}

Json ShowDocument(const std::string& uri, const std::optional<EditorRange>& range) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      json.attribute("uri", uri);
      json.attribute("takeFocus", true);
      if (range) WriteRange(json, "selection", *range);
    });
  });
}

Json LogMessage(std::string_view words) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      json.attribute("type", 2);
      json.attribute("message", words);
    });
  });
}

Json LogTrace(std::string_view words) {
  return Written([&](JsonWriter& json) { json.object([&] { json.attribute("message", words); }); });
}

namespace {

constexpr llvm::StringRef kConfigWatch = "ipec/watch-config";

// `watchers` writes the elements of a list.
Json Registration(llvm::StringRef id, llvm::function_ref<void(JsonWriter&)> watchers) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      json.attributeArray("registrations", [&] {
        json.object([&] {
          json.attribute("id", id);
          json.attribute("method", "workspace/didChangeWatchedFiles");
          json.attributeObject("registerOptions",
                               [&] { json.attributeArray("watchers", [&] { watchers(json); }); });
        });
      });
    });
  });
}

// A pattern that only this text fits.
std::string PatternOf(std::string_view text) {
  std::string pattern;
  for (const char c : text) {
    const bool special = llvm::StringRef("*?[]{}").contains(c);
    pattern += special ? std::string("[") + c + "]" : std::string(1, c);
  }
  return pattern;
}

}  // namespace

Json WatchRegistration() {
  return Registration("ipec/watch", [](JsonWriter& json) {
    for (const char* pattern : {"**/ipec.toml", "**/*.{pol,ipe,policy,claims}"}) {
      json.object([&] { json.attribute("globPattern", pattern); });
    }
  });
}

Json ConfigWatch(const std::vector<std::string>& paths, bool relative_patterns) {
  return Registration(kConfigWatch, [&](JsonWriter& json) {
    for (const std::string& path : paths) {
      json.object([&] {
        if (!relative_patterns) return json.attribute("globPattern", PatternOf(path));
        // This is the only way to name a file outside of the workspace folders.
        const std::size_t slash = path.rfind('/');
        const std::string directory = path.substr(0, slash);
        json.attributeObject("globPattern", [&] {
          json.attribute("baseUri", UriOf(directory.empty() ? "/" : directory));
          json.attribute("pattern", PatternOf(path.substr(slash + 1)));
        });
      });
    }
  });
}

Json ConfigUnwatch() {
  return Written([](JsonWriter& json) {
    json.object([&] {
      // Spelled like this in the protocol.
      json.attributeArray("unregisterations", [&] {
        json.object([&] {
          json.attribute("id", kConfigWatch);
          json.attribute("method", "workspace/didChangeWatchedFiles");
        });
      });
    });
  });
}

Json ConfigurationItems() {
  return Written([](JsonWriter& json) {
    json.object([&] {
      json.attributeArray("items",
                          [&] { json.object([&] { json.attribute("section", "ipec"); }); });
    });
  });
}

Json ProgressToken(const std::string& token) {
  return Written([&](JsonWriter& json) { json.object([&] { WriteRaw(json, "token", token); }); });
}

namespace {

Json Progress(const std::string& token, llvm::StringRef kind,
              llvm::function_ref<void(JsonWriter&)> rest) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      WriteRaw(json, "token", token);
      json.attributeObject("value", [&] {
        json.attribute("kind", kind);
        rest(json);
      });
    });
  });
}

}  // namespace

Json ProgressBegin(const std::string& token, std::string_view title) {
  return Progress(token, "begin", [&](JsonWriter& json) {
    json.attribute("title", title);
    json.attribute("cancellable", true);
    json.attribute("percentage", 0);
  });
}

Json ProgressReport(const std::string& token, std::size_t done, std::size_t of) {
  return Progress(token, "report", [&](JsonWriter& json) {
    json.attribute("message", std::to_string(done) + " of " + std::to_string(of));
    json.attribute("percentage", of == 0 ? 100 : done * 100 / of);
  });
}

Json ProgressEnd(const std::string& token, std::string_view words) {
  return Progress(token, "end", [&](JsonWriter& json) { json.attribute("message", words); });
}

Json PartialResult(const std::string& token, const Json& value) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      WriteRaw(json, "token", token);
      WriteRaw(json, "value", value.text);
    });
  });
}

}  // namespace ipec::lsp
