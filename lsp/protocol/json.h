#pragma once

// What the protocol*.cpp files share of JSON.

#include <functional>
#include <optional>
#include <string>

#include "lsp/protocol/llvm_json.h"
#include "lsp/protocol/protocol.h"

namespace ipec::lsp {

struct Params {
  llvm::json::Value value = nullptr;
  bool has_bytes = false;  // single bytes were taken through as characters, see ReadMessage
};

using JsonWriter = llvm::json::OStream;

// Writes one value.
Json Written(llvm::function_ref<void(JsonWriter&)> write);

inline llvm::StringRef Ref(std::string_view text) {
  return {text.data(), text.size()};
}

// What is not UTF-8 is replaced: JSON has no way to say it.
void WriteText(JsonWriter& json, std::string_view text);
void WriteText(JsonWriter& json, llvm::StringRef key, std::string_view text);
void WriteRaw(JsonWriter& json, llvm::StringRef key, const std::string& value);

// `version`: null for a document that is not open.
void WriteVersion(JsonWriter& json, std::optional<std::int64_t> version);

void WriteRange(JsonWriter& json, llvm::StringRef key, const EditorRange& range);
void WriteRangeValue(JsonWriter& json, const EditorRange& range);
void WritePosition(JsonWriter& json, llvm::StringRef key, const EditorPlace& place);

}  // namespace ipec::lsp
