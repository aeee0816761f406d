// textDocument/completion, completionItem/resolve.

#include "lsp/features/completion.h"
#include "lsp/plain_text.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

// CompletionItemKind of the protocol, in the order of CompletionKind.
constexpr int kKinds[] = {
    14,  // Keyword
    10,  // Property
    3,   // Operation: Function
    12,  // Value
    20,  // Algorithm: EnumMember
    21,  // Version: Constant
    15,  // Snippet
    18,  // Rule: Reference
};

struct Slot {
  EditorRange typed;
  EditorRange whole;
};

void WriteEdit(JsonWriter& json, const Call& call, const Slot& slot, const std::string& text) {
  json.attributeObject("textEdit", [&] {
    WriteText(json, "newText", text);
    if (call.client.insert_replace) {
      WriteRange(json, "insert", slot.typed);
      WriteRange(json, "replace", slot.whole);
    } else {
      WriteRange(json, "range", slot.typed);
    }
  });
}

void WriteItem(JsonWriter& json, const Call& call, const Slot& slot, const Completion& item) {
  json.object([&] {
    WriteText(json, "label", item.label);
    json.attribute("kind", kKinds[static_cast<std::size_t>(item.kind)]);
    if (!item.detail.empty()) WriteText(json, "detail", item.detail);
    if (!item.sort.empty()) WriteText(json, "sortText", item.sort);
    WriteText(json, "filterText", item.insert);
    const bool snippet = call.client.snippets && !item.snippet.empty();
    if (snippet) json.attribute("insertTextFormat", 2);
    WriteEdit(json, call, slot, snippet ? item.snippet : item.insert);
    if (item.goes_on && !call.settings.complete_again.empty()) {
      json.attributeObject("command", [&] {
        json.attribute("title", "");
        WriteText(json, "command", call.settings.complete_again);
      });
    }
    json.attributeObject("data", [&] {
      WriteText(json, "uri", call.snapshot->uri);
      WriteText(json, "key", item.documentation);
    });
  });
}

}  // namespace

namespace answers {

Reply Complete(const Call& call) {
  Positions positions = call.positions();
  const Completions found = CompleteAt(*call.snapshot, positions.OffsetOf(*call.asked.position));
  const Slot slot{positions.RangeOf(found.typed), positions.RangeOf(found.whole)};
  return {Written([&](JsonWriter& json) {
    json.object([&] {
      json.attribute("isIncomplete", false);
      json.attributeArray("items", [&] {
        for (const Completion& item : found.items) WriteItem(json, call, slot, item);
      });
    });
  })};
}

Reply ResolveCompletion(const Call& call) {
  const llvm::json::Object* const item =
      call.asked.raw == nullptr ? nullptr : call.asked.raw->value.getAsObject();
  if (item == nullptr)
    return Reply::Fail(ErrorCode::InvalidParams, "a completion item must be an object");
  llvm::json::Object resolved = *item;
  if (call.snapshot != nullptr) {
    std::string words = DocumentationOf(*call.snapshot, call.asked.key);
    if (!words.empty()) {
      if (!call.client.markdown_items) words = PlainText(words);
      resolved["documentation"] =
          llvm::json::Object{{"kind", call.client.markdown_items ? "markdown" : "plaintext"},
                             {"value", std::move(words)}};
    }
  }
  return {Written([&](JsonWriter& json) { json.value(std::move(resolved)); })};
}

}  // namespace answers
}  // namespace ipec::lsp
