// workspace/executeCommand.

#include "compiler/diagnostics/explain.h"
#include "ipec/runtime/vocabulary.h"
#include "lint/explained.h"
#include "lsp/features/evaluate.h"
#include "lsp/features/table_text.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

namespace json = llvm::json;

// `{"uri": …, …}`, or the URI and what else there is one after the other.
struct CommandArguments {
  std::string first;  // the URI, or what is to be explained
  std::string event;  // as JSON
  const json::Object* object = nullptr;
};

CommandArguments ReadArguments(const Asked& asked) {
  CommandArguments read;
  const json::Object* const params =
      asked.raw == nullptr ? nullptr : asked.raw->value.getAsObject();
  const json::Array* const list = params == nullptr ? nullptr : params->getArray("arguments");
  if (list == nullptr || list->empty()) return read;
  const json::Value* event = list->size() > 1 ? &(*list)[1] : nullptr;
  if (const auto text = list->front().getAsString()) read.first = text->str();
  if (const json::Object* const object = list->front().getAsObject()) {
    read.object = object;
    if (const auto uri = object->getString("uri")) read.first = uri->str();
    if (object->get("event") != nullptr) event = object->get("event");
  }
  if (event == nullptr) return read;
  const auto text = event->getAsString();
  read.event = text ? text->str() : Written([&](JsonWriter& out) { out.value(*event); }).text;
  return read;
}

bool Flag(const CommandArguments& arguments, llvm::StringRef name) {
  return arguments.object != nullptr && arguments.object->getBoolean(name).getValueOr(false);
}

Reply NoSuchDocument(const std::string& uri) {
  return Reply::Fail(ErrorCode::InvalidParams,
                     uri.empty() ? "`arguments` must begin with a URI or an object with a URI"
                                 : "`" + uri + "` is not open, and there is no such file");
}

Reply Text(const std::string& text) {
  return {Written([&](JsonWriter& out) { out.object([&] { WriteText(out, "text", text); }); })};
}

Reply Evaluate(const Call& call, const CommandArguments& arguments) {
  const SnapshotPtr snapshot = call.host.SnapshotOf(arguments.first);
  if (snapshot == nullptr) return NoSuchDocument(arguments.first);
  const EvaluateOptions options{Flag(arguments, "successAudit"), Flag(arguments, "permissive")};
  const Evaluated answer = EvaluateEvent(*snapshot, arguments.event, options);
  if (!answer.problem.empty()) {
    return Reply::Fail(ErrorCode::RequestFailed,
                       answer.column == 0
                           ? answer.problem
                           : "column " + std::to_string(answer.column) + ": " + answer.problem);
  }
  Positions positions = call.positions(*snapshot);
  return {Written([&](JsonWriter& out) {
    out.object([&] {
      WriteText(out, "decision", runtime::Name(answer.decision));
      out.attribute("granted", answer.granted);
      WriteText(out, "match", answer.match);
      if (answer.line == 0) {
        out.attribute("rule", nullptr);
      } else {
        out.attributeObject("rule", [&] {
          out.attribute("line", answer.line);
          WriteText(out, "text", answer.rule);
          if (answer.statement) WriteRange(out, "range", positions.RangeOf(*answer.statement));
        });
      }
      if (answer.audit) {
        WriteText(out, "audit", *answer.audit);
      } else {
        out.attribute("audit", nullptr);
      }
    });
  })};
}

Reply ShowTable(const Call& call, const CommandArguments& arguments) {
  const SnapshotPtr snapshot = call.host.SnapshotOf(arguments.first);
  if (snapshot == nullptr) return NoSuchDocument(arguments.first);
  const TableText table = TableOf(*snapshot);
  if (!table.problem.empty()) return Reply::Fail(ErrorCode::RequestFailed, table.problem);
  return Text(table.text);
}

Reply Explain(const Call& call, const CommandArguments& arguments) {
  static_cast<void>(call);
  const std::optional<std::string> text = diagnostics::Explain(arguments.first, lint::Explained());
  if (text) return Text(*text);
  return Reply::Fail(ErrorCode::InvalidParams, "unknown name `" + arguments.first + "`");
}

}  // namespace

namespace answers {

Reply ExecuteCommand(const Call& call) {
  const CommandArguments arguments = ReadArguments(call.asked);
#define IPEC_EDITOR_COMMAND(name, id) \
  if (call.asked.command == (name)) return id(call, arguments);
#include "lsp/protocol/editor_commands.def"
  return Reply::Fail(ErrorCode::InvalidParams, "unknown command `" + call.asked.command + "`");
}

}  // namespace answers
}  // namespace ipec::lsp
