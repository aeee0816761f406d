// From JSON to the parameters of requests and notifications.

#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "lsp/protocol/json.h"
#include "lsp/protocol/params.h"

namespace ipec::lsp {
namespace {

using llvm::Error;
using support::ErrorOf;

Error Missing(const std::string& field) {
  return ErrorOf(support::Quoted(field) + " is missing");
}

Error Malformed(const std::string& field) {
  return ErrorOf(support::Quoted(field) + " is malformed");
}

JsonValue RootOf(const ParamsPtr& from) {
  return from == nullptr ? JsonValue() : from->value;
}

// For messages that require a field.
Error ReadObject(const ParamsPtr& from, CommonParams& to) {
  const JsonValue root = RootOf(from);
  if (root.exists() && !root.Is(JsonKind::Object)) return ErrorOf("`params` is not an object");
  to.progress = TokenOf(root["workDoneToken"]);
  return Error::success();
}

std::optional<EditorPlace> PlaceOf(JsonValue value) {
  const auto line = NumberOf(value["line"]);
  const auto character = NumberOf(value["character"]);
  if (!line || !character) return {};
  return EditorPlace{*line, *character};
}

std::optional<TextChange> ChangeOf(JsonValue value) {
  const auto text = value["text"].String();
  if (!text) return {};
  TextChange change;
  change.text = *text;
  const JsonValue range = value["range"];
  if (!range.exists() || range.Is(JsonKind::Null)) return change;
  change.range = RangeOf(range);
  if (!change.range) return {};
  return change;
}

// Of the item's `data`.
void ReadItem(const ParamsPtr& from, ItemParams& to) {
  const JsonValue data = RootOf(from)["data"];
  to.uri = TextOf(data["uri"]);
  to.version = data["version"].Integer();
  to.key = TextOf(data["key"]);
  to.item = from;
}

// The parts that several messages have.
Error ReadDocument(const ParamsPtr& from, DocumentParams& to) {
  if (Error error = ReadObject(from, to)) return error;
  const JsonValue document = RootOf(from)["textDocument"];
  to.uri = TextOf(document["uri"]);
  to.version = document["version"].Integer();
  return to.uri.empty() ? Missing("textDocument.uri") : Error::success();
}

Error ReadPosition(const ParamsPtr& from, PositionParams& to) {
  if (Error error = ReadDocument(from, to)) return error;
  const std::optional<EditorPlace> place = PlaceOf(RootOf(from)["position"]);
  if (!place) return Missing("position");
  to.position = *place;
  return Error::success();
}

Error ReadRange(const ParamsPtr& from, RangeParams& to) {
  if (Error error = ReadDocument(from, to)) return error;
  const std::optional<EditorRange> range = RangeOf(RootOf(from)["range"]);
  if (!range) return Missing("range");
  to.range = *range;
  return Error::success();
}

}  // namespace

std::optional<EditorRange> RangeOf(JsonValue value) {
  const auto start = PlaceOf(value["start"]);
  const auto end = PlaceOf(value["end"]);
  if (!start || !end) return {};
  return EditorRange{*start, *end};
}

Error Read(const ParamsPtr& from, NoParams& to) {
  to.progress = TokenOf(RootOf(from)["workDoneToken"]);
  return Error::success();
}

Error Read(const ParamsPtr& from, DocumentParams& to) {
  return ReadDocument(from, to);
}

Error Read(const ParamsPtr& from, PositionParams& to) {
  return ReadPosition(from, to);
}

Error Read(const ParamsPtr& from, RangeParams& to) {
  return ReadRange(from, to);
}

Error Read(const ParamsPtr& from, ReferenceParams& to) {
  to.include_declaration = RootOf(from)["context"]["includeDeclaration"].Boolean().value_or(false);
  return ReadPosition(from, to);
}

Error Read(const ParamsPtr& from, SelectionParams& to) {
  if (Error error = ReadDocument(from, to)) return error;
  const JsonValue positions = ArrayOf(RootOf(from)["positions"]);
  if (!positions.exists()) return Missing("positions");
  for (const JsonValue one : positions) {
    const std::optional<EditorPlace> place = PlaceOf(one);
    if (!place) return Malformed("positions");
    to.positions.push_back(*place);
  }
  return Error::success();
}

Error Read(const ParamsPtr& from, RenameParams& to) {
  if (Error error = ReadPosition(from, to)) return error;
  const auto name = RootOf(from)["newName"].String();
  if (!name) return Missing("newName");
  to.new_name = *name;
  return Error::success();
}

Error Read(const ParamsPtr& from, TypedParams& to) {
  to.typed = TextOf(RootOf(from)["ch"]);
  return ReadPosition(from, to);
}

Error Read(const ParamsPtr& from, ActionParams& to) {
  for (const JsonValue kind : ArrayOf(RootOf(from)["context"]["only"])) {
    if (const auto name = kind.String()) to.only.emplace_back(*name);
  }
  return ReadRange(from, to);
}

Error Read(const ParamsPtr& from, ItemParams& to) {
  ReadItem(from, to);
  return Error::success();
}

Error Read(const ParamsPtr& from, ActionItemParams& to) {
  if (Error error = ReadObject(from, to)) return error;
  ReadItem(from, to);
  return to.uri.empty() ? Missing("data.uri") : Error::success();
}

Error Read(const ParamsPtr& from, ResultParams& to) {
  to.previous_result = TextOf(RootOf(from)["previousResultId"]);
  return ReadDocument(from, to);
}

Error Read(const ParamsPtr& from, WorkspaceReportParams& to) {
  const JsonValue root = RootOf(from);
  to.progress = TokenOf(root["workDoneToken"]);
  to.partial = TokenOf(root["partialResultToken"]);
  for (const JsonValue one : ArrayOf(root["previousResultIds"])) {
    to.previous.push_back({TextOf(one["uri"]), TextOf(one["value"])});
  }
  return Error::success();
}

Error Read(const ParamsPtr& from, QueryParams& to) {
  if (Error error = ReadObject(from, to)) return error;
  const auto query = RootOf(from)["query"].String();
  if (!query) return Missing("query");
  to.query = *query;
  return Error::success();
}

Error Read(const ParamsPtr& from, CommandParams& to) {
  if (Error error = ReadObject(from, to)) return error;
  to.command = TextOf(RootOf(from)["command"]);
  to.all = from;
  return to.command.empty() ? Missing("command") : Error::success();
}

Error Read(const ParamsPtr& from, OpenParams& to) {
  if (Error error = ReadDocument(from, to)) return error;
  const auto text = RootOf(from)["textDocument"]["text"].String();
  if (!text) return Missing("textDocument.text");
  to.text = *text;
  return Error::success();
}

Error Read(const ParamsPtr& from, ChangeParams& to) {
  if (Error error = ReadDocument(from, to)) return error;
  const JsonValue changes = ArrayOf(RootOf(from)["contentChanges"]);
  if (!changes.exists()) return Malformed("contentChanges");
  for (const JsonValue one : changes) {
    std::optional<TextChange> change = ChangeOf(one);
    if (!change) return Malformed("contentChanges");
    to.changes.push_back(std::move(*change));
  }
  return Error::success();
}

Error Read(const ParamsPtr& from, SettingsParams& to) {
  to.all = from;
  return Error::success();
}

Error Read(const ParamsPtr& from, FilesParams& to) {
  for (const JsonValue one : ArrayOf(RootOf(from)["changes"])) {
    to.files.push_back(TextOf(one["uri"]));
  }
  return Error::success();
}

Error Read(const ParamsPtr& from, FoldersParams& to) {
  const JsonValue event = RootOf(from)["event"];
  to.added = FoldersOf(event["added"]);
  to.removed = FoldersOf(event["removed"]);
  return Error::success();
}

Error Read(const ParamsPtr& from, TokenParams& to) {
  const JsonValue root = RootOf(from);
  to.token = TokenOf(root["id"].exists() ? root["id"] : root["token"]);
  return Error::success();
}

Error Read(const ParamsPtr& from, TraceParams& to) {
  to.value = TextOf(RootOf(from)["value"]);
  return Error::success();
}

}  // namespace ipec::lsp
