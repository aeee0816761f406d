// textDocument/hover.

#include "lsp/features/hover.h"
#include "lsp/plain_text.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

void WriteMarkup(JsonWriter& json, llvm::StringRef key, bool markdown, std::string_view text) {
  json.attributeObject(key, [&] {
    json.attribute("kind", markdown ? "markdown" : "plaintext");
    json.attribute("value", markdown ? std::string(text) : PlainText(text));
  });
}

}  // namespace

namespace answers {

Reply Hover(const Call& call, const PositionParams& params) {
  Positions positions = call.positions();
  const std::optional<lsp::Hover> hover =
      HoverAt(*call.snapshot, positions.OffsetOf(params.position));
  if (!hover) return {};
  return {Written([&](JsonWriter& json) {
    json.object([&] {
      WriteMarkup(json, "contents", call.client.markdown_hover, hover->markdown);
      WriteRange(json, "range", positions.RangeOf(hover->span));
    });
  })};
}

}  // namespace answers
}  // namespace ipec::lsp
