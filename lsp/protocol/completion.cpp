// textDocument/completion, completionItem/resolve.

#include "lsp/features/completion.h"
#include "lsp/features/config_document.h"
#include "lsp/plain_text.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

// CompletionItemKind of the protocol, in the order of CompletionKind.
constexpr int kCompletionKinds[] = {
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
    json.attribute("newText", text);
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
    json.attribute("label", item.label);
    json.attribute("kind", kCompletionKinds[support::IndexOf(item.kind)]);
    if (!item.detail.empty()) json.attribute("detail", item.detail);
    if (!item.sort.empty()) json.attribute("sortText", item.sort);
    if (item.preselect) json.attribute("preselect", true);
    json.attribute("filterText", item.insert);
    const bool snippet = call.client.snippets && !item.snippet.empty();
    if (snippet) json.attribute("insertTextFormat", 2);
    WriteEdit(json, call, slot, snippet ? item.snippet : item.insert);
    if (item.goes_on && !call.settings.complete_again.empty()) {
      json.attributeObject("command", [&] {
        json.attribute("title", "");
        json.attribute("command", call.settings.complete_again);
      });
    }
    json.attributeObject("data", [&] {
      json.attribute("uri", call.snapshot->uri);
      json.attribute("key", item.documentation);
    });
  });
}

}  // namespace

namespace answers {

Reply Complete(const Call& call, const PositionParams& params) {
  Positions positions = call.positions();
  const std::uint32_t offset = positions.OffsetOf(params.position);
  const bool is_config = IsConfigName(call.snapshot->source.name());
  const Completions found = is_config ? CompleteConfig(call.snapshot->source.text(), offset)
                                      : CompleteAt(*call.snapshot, offset, [&] {
                                          return call.host.DigestsElsewhere(call.snapshot->uri);
                                        });
  const Slot slot{positions.RangeOf(found.typed), positions.RangeOf(found.whole)};
  return {Written([&](JsonWriter& json) {
    json.object([&] {
      json.attribute("isIncomplete", found.is_incomplete);
      json.attributeArray("items", [&] {
        for (const Completion& item : found.items) WriteItem(json, call, slot, item);
      });
    });
  })};
}

Reply ResolveCompletion(const Call& call, const ItemParams& params) {
  const JsonValue item = params.item == nullptr ? JsonValue() : params.item->value;
  if (!item.Is(JsonKind::Object)) {
    return Reply::Fail(ErrorCode::InvalidParams, "a completion item must be an object");
  }
  std::string words;
  if (call.snapshot != nullptr) words = DocumentationOf(*call.snapshot, params.key);
  if (!call.client.markdown_items) words = PlainText(words);
  return {Written([&](JsonWriter& json) {
    json.object([&] {
      for (const JsonValue member : item) {
        if (words.empty() || member.key() != "documentation") member.WriteMember(json);
      }
      if (words.empty()) return;
      json.attributeObject("documentation", [&] {
        json.attribute("kind", call.client.markdown_items ? "markdown" : "plaintext");
        json.attribute("value", words);
      });
    });
  })};
}

}  // namespace answers
}  // namespace ipec::lsp
