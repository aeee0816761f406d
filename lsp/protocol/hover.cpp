// textDocument/hover.

#include "lsp/features/hover.h"
#include "compiler/pipeline/file_kind.h"
#include "lsp/features/claim_lenses.h"
#include "lsp/features/records.h"
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

// Whether the claim at `offset` holds for the policy beside the file, and the reasons.
std::string ResultAt(const Call& call, std::uint32_t offset) {
  const PolicyBeside policy = FindPolicyBeside(call);
  for (const ClaimLens& lens : ClaimLensesOf(*call.snapshot, policy.snapshot.get())) {
    if (offset < lens.span.begin || offset > lens.span.end) continue;
    const std::string result = "\n---\n\n**Result** – " + lens.title + "\n";
    return lens.reasons.empty() ? result : result + "\n" + lens.reasons;
  }
  return {};
}

}  // namespace

namespace answers {

Reply Hover(const Call& call, const PositionParams& params) {
  Positions positions = call.positions();
  const std::uint32_t offset = positions.OffsetOf(params.position);
  std::optional<lsp::Hover> hover =
      pipeline::IsLogName(call.snapshot->source.name())
          ? HoverRecord(*call.snapshot, offset, FindPolicyBeside(call).snapshot.get())
          : HoverAt(*call.snapshot, offset);
  if (!hover) return {};
  if (call.snapshot->claims) hover->markdown += ResultAt(call, offset);
  return {Written([&](JsonWriter& json) {
    json.object([&] {
      WriteMarkup(json, "contents", call.client.markdown_hover, hover->markdown);
      WriteRange(json, "range", positions.RangeOf(hover->span));
    });
  })};
}

}  // namespace answers
}  // namespace ipec::lsp
