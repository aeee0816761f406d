// textDocument/codeAction, codeAction/resolve, textDocument/prepareRename, textDocument/rename.

#include <algorithm>

#include "lsp/features/actions.h"
#include "lsp/features/rename.h"
#include "lsp/protocol/diagnostics.h"
#include "lsp/protocol/edits.h"

namespace ipec::lsp {
namespace {

using diagnostics::TextEdit;

// In the order of ActionKind.
constexpr std::string_view kKinds[] = {"quickfix", "refactor.rewrite", "source.fixAll.ipec"};

// Whether a client that asks for `only` these kinds, or kinds above them, wants this one.
bool Wants(const std::vector<std::string>& only, std::string_view kind) {
  return only.empty() || std::any_of(only.begin(), only.end(), [&](const std::string& wanted) {
           return wanted.empty() || kind == wanted || kind.starts_with(wanted + ".");
         });
}

std::vector<TextEdit> EditsOf(const Call& call, std::string_view id) {
  Positions positions = call.positions();
  return OnBoundaries(call.snapshot->source.text(), ResolveAction(*call.snapshot, id), positions);
}

void WriteAction(JsonWriter& json, const Call& call, const CodeAction& action,
                 Positions& positions) {
  json.object([&] {
    json.attribute("title", action.title);
    json.attribute("kind", kKinds[support::IndexOf(action.kind)]);
    if (action.preferred) json.attribute("isPreferred", true);
    if (action.finding) {
      json.attributeArray("diagnostics", [&] {
        WriteFinding(json, call.snapshot->findings()[*action.finding], *call.snapshot, call.client,
                     positions);
      });
    }
    if (!call.client.resolves_actions) {
      json.attributeBegin("edit");
      WriteWorkspaceEdit(json, call, EditsOf(call, action.id));
      json.attributeEnd();
      return;
    }
    json.attributeObject("data", [&] {
      json.attribute("uri", call.snapshot->uri);
      WriteVersion(json, call.snapshot->version);
      json.attribute("key", action.id);
    });
  });
}

}  // namespace

namespace answers {

Reply ActionsFor(const Call& call, const ActionParams& params) {
  Positions positions = call.positions();
  const support::Span range = positions.SpanOf(params.range);
  // Edits of a text that is not UTF-8 cannot be sent as JSON, so they are not offered.
  const bool can_edit = IsUtf8(call.snapshot->source.text());
  return {Written([&](JsonWriter& json) {
    json.array([&] {
      // A client that knows no actions but commands is not offered any.
      if (!call.client.code_action_literals) return;
      for (const CodeAction& action : ActionsIn(*call.snapshot, range)) {
        if (!Wants(params.only, kKinds[support::IndexOf(action.kind)])) continue;
        if (!can_edit && !CanBeWritten(EditsOf(call, action.id))) continue;
        WriteAction(json, call, action, positions);
      }
    });
  })};
}

Reply ResolveActionFor(const Call& call, const ActionItemParams& params) {
  const JsonValue action = params.item == nullptr ? JsonValue() : params.item->value;
  if (!action.Is(JsonKind::Object)) {
    return Reply::Fail(ErrorCode::InvalidParams, "an action must be an object");
  }
  if (params.version != call.snapshot->version) {
    return Reply::Fail(ErrorCode::ContentModified, "the document has changed since");
  }
  const std::vector<TextEdit> edits = EditsOf(call, params.key);
  if (!CanBeWritten(edits)) {
    return Reply::Fail(ErrorCode::RequestFailed, "the text there is not UTF-8");
  }
  return {Written([&](JsonWriter& json) {
    json.object([&] {
      for (const JsonValue member : action) {
        if (member.key() != "edit") member.WriteMember(json);
      }
      json.attributeBegin("edit");
      WriteWorkspaceEdit(json, call, edits);
      json.attributeEnd();
    });
  })};
}

Reply PrepareRename(const Call& call, const PositionParams& params) {
  Positions positions = call.positions();
  llvm::Expected<Renamable> found =
      RenamableAt(*call.snapshot, positions.OffsetOf(params.position));
  if (!found) return Failed(found.takeError());
  return {Written([&](JsonWriter& json) {
    json.object([&] {
      WriteRange(json, "range", positions.RangeOf(found->span));
      json.attribute("placeholder", found->name);
    });
  })};
}

Reply Rename(const Call& call, const RenameParams& params) {
  Positions positions = call.positions();
  llvm::Expected<Renamed> renamed =
      RenameAt(*call.snapshot, positions.OffsetOf(params.position), params.new_name);
  if (!renamed) return Failed(renamed.takeError());
  // Comments are renamed where the client can ask whether they should be.
  if (!call.client.annotated_edits || !call.client.versioned_edits ||
      renamed->in_comments.empty()) {
    return {Written([&](JsonWriter& json) { WriteWorkspaceEdit(json, call, renamed->edits); })};
  }
  return {Written([&](JsonWriter& json) {
    json.object([&] {
      json.attributeArray("documentChanges", [&] {
        json.object([&] {
          json.attributeObject("textDocument", [&] {
            json.attribute("uri", call.snapshot->uri);
            WriteVersion(json, call.snapshot->version);
          });
          json.attributeArray("edits", [&] {
            WriteEdits(json, renamed->edits, positions);
            WriteEdits(json, renamed->in_comments, positions, "comments");
          });
        });
      });
      json.attributeObject("changeAnnotations", [&] {
        json.attributeObject("comments", [&] {
          json.attribute("label", "the name in comments");
          json.attribute("needsConfirmation", true);
        });
      });
    });
  })};
}

}  // namespace answers
}  // namespace ipec::lsp
