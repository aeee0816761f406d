// Formatting, and what all edits have in common.

#include "lsp/protocol/edits.h"

#include <algorithm>

#include "lsp/features/formatting.h"

namespace ipec::lsp {
namespace {

// The nearest boundary at or behind `offset`.
std::uint32_t Ceiling(llvm::StringRef text, std::uint32_t offset, Positions& positions) {
  while (offset < text.size() && positions.OffsetOf(positions.PlaceOf(offset)) != offset) ++offset;
  return offset;
}

std::uint32_t Floor(std::uint32_t offset, Positions& positions) {
  return positions.OffsetOf(positions.PlaceOf(offset));
}

// Of a layout: a file that ipec.toml excludes keeps its own.
Reply Edits(const Call& call, std::vector<diagnostics::TextEdit> edits) {
  if (call.snapshot->configured->excluded) return {};
  Positions positions = call.positions();
  edits = OnBoundaries(call.snapshot->source.text(), std::move(edits), positions);
  if (edits.empty() || !CanBeWritten(edits)) return {};
  return {
      Written([&](JsonWriter& json) { json.array([&] { WriteEdits(json, edits, positions); }); })};
}

}  // namespace

std::vector<diagnostics::TextEdit> OnBoundaries(std::string_view view,
                                                std::vector<diagnostics::TextEdit> edits,
                                                Positions& positions) {
  const llvm::StringRef text = view;
  std::vector<diagnostics::TextEdit> made;
  for (diagnostics::TextEdit& edit : edits) {
    if (!made.empty() &&
        Floor(edit.where.begin, positions) < Ceiling(text, made.back().where.end, positions)) {
      // They meet within one character: one edit of both.
      diagnostics::TextEdit& last = made.back();
      last.text += text.slice(last.where.end, edit.where.begin);
      last.text += edit.text;
      last.where.end = edit.where.end;
    } else {
      made.push_back(std::move(edit));
    }
  }
  for (diagnostics::TextEdit& edit : made) {
    const std::uint32_t begin = Floor(edit.where.begin, positions);
    const std::uint32_t end = Ceiling(text, edit.where.end, positions);
    edit.text.insert(0, text.slice(begin, edit.where.begin).str());
    edit.text += text.slice(edit.where.end, end);
    edit.where = {begin, end};
  }
  return made;
}

bool CanBeWritten(const std::vector<diagnostics::TextEdit>& edits) {
  return std::all_of(edits.begin(), edits.end(),
                     [](const diagnostics::TextEdit& edit) { return IsUtf8(edit.text); });
}

void WriteEdits(JsonWriter& json, const std::vector<diagnostics::TextEdit>& edits,
                Positions& positions, std::string_view annotation) {
  for (const diagnostics::TextEdit& edit : edits) {
    json.object([&] {
      WriteRange(json, "range", positions.RangeOf(edit.where));
      json.attribute("newText", edit.text);
      if (!annotation.empty()) json.attribute("annotationId", annotation);
    });
  }
}

void WriteWorkspaceEdit(JsonWriter& json, const Call& call,
                        const std::vector<diagnostics::TextEdit>& edits) {
  Positions positions = call.positions();
  const std::string& uri = call.snapshot->uri;
  json.object([&] {
    if (!call.client.versioned_edits) {
      json.attributeObject("changes", [&] {
        json.attributeArray(uri, [&] { WriteEdits(json, edits, positions); });
      });
      return;
    }
    json.attributeArray("documentChanges", [&] {
      json.object([&] {
        json.attributeObject("textDocument", [&] {
          json.attribute("uri", uri);
          WriteVersion(json, call.snapshot->version);
        });
        json.attributeArray("edits", [&] { WriteEdits(json, edits, positions); });
      });
    });
  });
}

namespace answers {

Reply Format(const Call& call, const DocumentParams& /*params*/) {
  return Edits(call, FormatDocument(*call.snapshot));
}

Reply FormatLines(const Call& call, const RangeParams& params) {
  return Edits(call, FormatRange(*call.snapshot, call.positions().SpanOf(params.range)));
}

Reply FormatTyped(const Call& call, const TypedParams& params) {
  if (params.typed != kFormatTrigger) return {};
  return Edits(call, FormatOnType(*call.snapshot, call.positions().OffsetOf(params.position)));
}

}  // namespace answers
}  // namespace ipec::lsp
