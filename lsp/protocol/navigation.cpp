// From word to word: definition, references, highlights, links.

#include "lsp/features/navigation.h"
#include "lsp/features/highlight.h"
#include "lsp/features/links.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/protocol/json.h"
#include "lsp/uri.h"

namespace ipec::lsp {
namespace {

void WriteLocation(JsonWriter& json, const Snapshot& of, support::Span span, Positions& positions) {
  json.object([&] {
    json.attribute("uri", of.uri);
    WriteRange(json, "range", positions.RangeOf(span));
  });
}

// The URI of a path in a comment; empty: no such file.
std::string TargetOf(const Call& call, const std::string& path) {
  const std::string& own = call.snapshot->path;
  if (own.empty()) return {};
  const bool from_root = llvm::StringRef(path).startswith("/");
  const std::string full =
      call.host.files().Absolute(from_root ? path : own.substr(0, own.rfind('/') + 1) + path);
  return call.host.files().KindOf(full) == support::PathKind::File ? UriOf(full) : std::string();
}

}  // namespace

namespace answers {

Reply FindDefinition(const Call& call, const PositionParams& params) {
  Positions positions = call.positions();
  const Definition found = DefinitionAt(*call.snapshot, positions.OffsetOf(params.position));
  if (found.targets.empty()) return {};
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      for (const support::Span& target : found.targets) {
        if (!call.client.definition_links) {
          WriteLocation(json, *call.snapshot, target, positions);
          continue;
        }
        const EditorRange range = positions.RangeOf(target);
        json.object([&] {
          WriteRange(json, "originSelectionRange", positions.RangeOf(found.origin));
          json.attribute("targetUri", call.snapshot->uri);
          WriteRange(json, "targetRange", range);
          WriteRange(json, "targetSelectionRange", range);
        });
      }
    });
  })};
}

Reply FindReferences(const Call& call, const ReferenceParams& params) {
  Positions positions = call.positions();
  const std::uint32_t offset = positions.OffsetOf(params.position);
  const std::vector<support::Span> found =
      ReferencesAt(*call.snapshot, offset, params.include_declaration);
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      for (const support::Span& span : found) WriteLocation(json, *call.snapshot, span, positions);
      if (!IsDigestAt(*call.snapshot, offset)) return;
      for (const std::string& uri : call.host.Policies()) {
        if (call.cancelled->load()) return;
        if (uri == call.snapshot->uri) continue;
        const SnapshotPtr other = call.host.SnapshotOf(uri);
        if (other == nullptr || other->claims) continue;
        Positions places = call.positions(*other);
        for (const support::Span& span : ReferencesIn(*other, *call.snapshot, offset)) {
          WriteLocation(json, *other, span, places);
        }
      }
    });
  })};
}

Reply Highlight(const Call& call, const PositionParams& params) {
  Positions positions = call.positions();
  const std::vector<support::Span> found =
      HighlightsAt(*call.snapshot, positions.OffsetOf(params.position));
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      for (const support::Span& span : found) {
        json.object([&] {
          WriteRange(json, "range", positions.RangeOf(span));
          json.attribute("kind", 1);
        });
      }
    });
  })};
}

Reply Links(const Call& call, const DocumentParams& /*params*/) {
  Positions positions = call.positions();
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      for (const Link& link : LinksOf(*call.snapshot)) {
        const std::string target = link.is_path ? TargetOf(call, link.target) : link.target;
        if (target.empty()) continue;
        json.object([&] {
          WriteRange(json, "range", positions.RangeOf(link.span));
          json.attribute("target", target);
        });
      }
    });
  })};
}

}  // namespace answers
}  // namespace ipec::lsp
