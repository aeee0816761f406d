// The shape of a document: folding ranges.

#include "lsp/dispatch.h"
#include "lsp/features/folding.h"
#include "lsp/protocol_json.h"

namespace ipec::lsp::answers {

Reply Folding(const Call& call) {
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      for (const Fold& fold : FoldsOf(*call.snapshot)) {
        json.object([&] {
          json.attribute("startLine", fold.first - 1);
          json.attribute("endLine", fold.last - 1);
          json.attribute("kind", fold.kind == FoldKind::Comment ? "comment" : "region");
        });
      }
    });
  })};
}

}  // namespace ipec::lsp::answers
