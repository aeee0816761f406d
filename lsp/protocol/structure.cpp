// The shape of a document: symbols, folding and selection ranges.

#include <algorithm>

#include "lsp/features/folding.h"
#include "lsp/features/selection.h"
#include "lsp/features/symbols.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

// SymbolKind of the protocol, in the order of SymbolKind.
constexpr int kKinds[] = {
    3,   // Policy: Namespace
    24,  // Operation: Event
    14,  // Default: Constant
    8,   // Rule: Field
};

// The most symbols of a workspace that one answer has.
constexpr std::size_t kMostSymbols = 1000;

int KindNumber(SymbolKind kind) {
  return kKinds[support::IndexOf(kind)];
}

void WriteTree(JsonWriter& json, const Symbol& symbol, Positions& positions) {
  json.object([&] {
    json.attribute("name", symbol.name);
    if (!symbol.detail.empty()) json.attribute("detail", symbol.detail);
    json.attribute("kind", KindNumber(symbol.kind));
    WriteRange(json, "range", positions.RangeOf(symbol.span));
    WriteRange(json, "selectionRange", positions.RangeOf(symbol.selection));
    if (symbol.children.empty()) return;
    json.attributeArray("children", [&] {
      for (const Symbol& child : symbol.children) WriteTree(json, child, positions);
    });
  });
}

void WriteFlat(JsonWriter& json, const std::string& uri, std::string_view name,
               std::string_view container, SymbolKind kind, const EditorRange& range) {
  json.object([&] {
    json.attribute("name", name);
    json.attribute("kind", KindNumber(kind));
    json.attributeObject("location", [&] {
      json.attribute("uri", uri);
      WriteRange(json, "range", range);
    });
    if (!container.empty()) json.attribute("containerName", container);
  });
}

void WriteFlatTree(JsonWriter& json, const std::string& uri, const Symbol& symbol,
                   std::string_view container, Positions& positions) {
  WriteFlat(json, uri, symbol.name, container, symbol.kind, positions.RangeOf(symbol.span));
  for (const Symbol& child : symbol.children) {
    WriteFlatTree(json, uri, child, symbol.name, positions);
  }
}

// From the inside out; `parent` stands within its child.
void WriteSelection(JsonWriter& json, const std::vector<support::Span>& spans, std::size_t at,
                    Positions& positions) {
  json.object([&] {
    WriteRange(json, "range", positions.RangeOf(spans[at]));
    if (at + 1 == spans.size()) return;
    json.attributeBegin("parent");
    WriteSelection(json, spans, at + 1, positions);
    json.attributeEnd();
  });
}

}  // namespace

namespace answers {

Reply Folding(const Call& call, const DocumentParams& /*params*/) {
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

Reply DocumentSymbols(const Call& call, const DocumentParams& /*params*/) {
  Positions positions = call.positions();
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      for (const Symbol& symbol : SymbolsOf(*call.snapshot)) {
        if (call.client.nested_symbols) {
          WriteTree(json, symbol, positions);
        } else {
          WriteFlatTree(json, call.snapshot->uri, symbol, {}, positions);
        }
      }
    });
  })};
}

Reply WorkspaceSymbols(const Call& call, const QueryParams& params) {
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      std::size_t room = kMostSymbols;
      for (const std::string& uri : call.host.Policies()) {
        if (room == 0 || call.cancelled->load()) break;
        const SnapshotPtr snapshot = call.host.SnapshotOf(uri);
        if (snapshot == nullptr) continue;
        Positions positions = call.positions(*snapshot);
        for (const FoundSymbol& found : FindSymbols(*snapshot, params.query, room)) {
          WriteFlat(json, uri, found.name, found.container, found.kind,
                    positions.RangeOf(found.span));
          --room;
        }
      }
    });
  })};
}

Reply Selections(const Call& call, const SelectionParams& params) {
  Positions positions = call.positions();
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      for (const EditorPlace& place : params.positions) {
        WriteSelection(json, SelectionsAt(*call.snapshot, positions.OffsetOf(place)), 0, positions);
      }
    });
  })};
}

}  // namespace answers
}  // namespace ipec::lsp
