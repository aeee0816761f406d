#pragma once

// JSON helpers for the files of this directory.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/support/json_tree.h"
#include "compiler/support/json_writer.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/Error.h"
#include "lsp/protocol/protocol.h"

namespace ipec::lsp {

using support::JsonKind;
using support::JsonValue;
using support::JsonWriter;

struct Params {
  std::shared_ptr<const support::JsonTree> tree;
  JsonValue value;
};

// The text of a string; empty if the value is not one.
std::string TextOf(JsonValue value);
// The number if the value is one of 32 bits without a sign.
std::optional<std::uint32_t> NumberOf(JsonValue value);
// The value if it is an array, else an absent one.
JsonValue ArrayOf(JsonValue value);
// A number or a string as JSON, in one spelling; empty if the value is neither.
std::string TokenOf(JsonValue value);
// `{"start": …, "end": …}`; nothing if the value is not one.
std::optional<EditorRange> RangeOf(JsonValue value);
// Workspace folders.
std::vector<Folder> FoldersOf(JsonValue value);

// The reply to a request that cannot be fulfilled.
Reply Failed(llvm::Error error);

// Writes one value.
Json Written(llvm::function_ref<void(JsonWriter&)> write);

bool IsUtf8(std::string_view text);

void WriteRaw(JsonWriter& json, std::string_view key, const std::string& value);

// `version`: null for a document that is not open.
void WriteVersion(JsonWriter& json, std::optional<std::int64_t> version);

void WriteRange(JsonWriter& json, std::string_view key, const EditorRange& range);
void WritePositionValue(JsonWriter& json, const EditorPlace& place);
void WritePosition(JsonWriter& json, std::string_view key, const EditorPlace& place);

}  // namespace ipec::lsp
