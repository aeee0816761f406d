// textDocument/hover.

#include "lsp/features/hover.h"
#include "compiler/pipeline/file_kind.h"
#include "lsp/features/claim_lenses.h"
#include "lsp/features/config_document.h"
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

std::optional<Hover> HoverOf(const Call& call, std::uint32_t offset) {
  const Snapshot& snapshot = *call.snapshot;
  if (IsConfigName(snapshot.source.name())) return HoverConfig(snapshot.source.text(), offset);
  if (pipeline::IsLogName(snapshot.source.name())) {
    return HoverRecord(snapshot, offset, FindPolicyBeside(call).snapshot.get());
  }
  return HoverAt(snapshot, offset);
}

}  // namespace

namespace answers {

Reply Hover(const Call& call, const PositionParams& params) {
  Positions positions = call.positions();
  const std::uint32_t offset = positions.OffsetOf(params.position);
  std::optional<lsp::Hover> hover = HoverOf(call, offset);
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
