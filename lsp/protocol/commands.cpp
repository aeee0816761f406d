// workspace/executeCommand.

#include "compiler/diagnostics/explain.h"
#include "compiler/pipeline/git_base.h"
#include "compiler/support/wording.h"
#include "ipec/runtime/vocabulary.h"
#include "lint/explained.h"
#include "lsp/features/compare.h"
#include "lsp/features/evaluate.h"
#include "lsp/features/policy_in.h"
#include "lsp/features/table_text.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/protocol/json.h"
#include "lsp/uri.h"

namespace ipec::lsp {
namespace {

// `{"uri": …, …}`, or the URI and what else there is one after the other.
struct CommandArguments {
  std::string first;  // the URI, or what is to be explained
  std::string event;  // as JSON
  JsonValue object;
};

CommandArguments ReadArguments(const CommandParams& params) {
  CommandArguments read;
  const JsonValue list =
      params.all == nullptr ? JsonValue() : ArrayOf(params.all->value["arguments"]);
  auto at = list.begin();
  if (at == list.end()) return read;
  const JsonValue first = *at;
  ++at;
  JsonValue event = at == list.end() ? JsonValue() : *at;
  read.first = TextOf(first);
  if (first.Is(JsonKind::Object)) {
    read.object = first;
    read.first = TextOf(first["uri"]);
    if (first["event"].exists()) event = first["event"];
  }
  if (!event.exists()) return read;
  const auto text = event.String();
  read.event = text ? std::string(*text) : Written([&](JsonWriter& out) { event.Write(out); }).text;
  return read;
}

bool Flag(const CommandArguments& arguments, std::string_view name) {
  return arguments.object[name].Boolean().value_or(false);
}

Reply NoSuchDocument(const std::string& uri) {
  return Reply::Fail(ErrorCode::InvalidParams,
                     uri.empty()
                         ? "`arguments` must begin with a URI or an object with a URI"
                         : support::Quoted(uri) + " is not open, and there is no such file");
}

Reply Text(const std::string& text) {
  return {Written([&](JsonWriter& out) { out.object([&] { out.attribute("text", text); }); })};
}

Reply Evaluate(const Call& call, const CommandArguments& arguments) {
  const SnapshotPtr snapshot = call.host.SnapshotOf(arguments.first);
  if (snapshot == nullptr) return NoSuchDocument(arguments.first);
  const EvaluateOptions options{Flag(arguments, "successAudit"), Flag(arguments, "permissive")};
  llvm::Expected<Evaluated> answer = EvaluateEvent(*snapshot, arguments.event, options);
  if (!answer) return Failed(answer.takeError());
  Positions positions = call.positions(*snapshot);
  return {Written([&](JsonWriter& out) {
    out.object([&] {
      out.attribute("decision", runtime::Name(answer->decision));
      out.attribute("granted", answer->granted);
      out.attribute("match", answer->match);
      if (answer->line == 0) {
        out.attribute("rule", nullptr);
      } else {
        out.attributeObject("rule", [&] {
          out.attribute("line", answer->line);
          out.attribute("text", answer->rule);
          if (answer->statement) WriteRange(out, "range", positions.RangeOf(*answer->statement));
        });
      }
      if (answer->audit) {
        out.attribute("audit", *answer->audit);
      } else {
        out.attribute("audit", nullptr);
      }
    });
  })};
}

Reply ShowTable(const Call& call, const CommandArguments& arguments) {
  const SnapshotPtr snapshot = call.host.SnapshotOf(arguments.first);
  if (snapshot == nullptr) return NoSuchDocument(arguments.first);
  llvm::Expected<std::string> table = TableOf(*snapshot);
  return table ? Text(*table) : Failed(table.takeError());
}

// `{"uri": …, "range": …}`: what a lens above a claim names.
Reply ShowStatement(const Call& call, const CommandArguments& arguments) {
  const SnapshotPtr snapshot = call.host.SnapshotOf(arguments.first);
  if (snapshot == nullptr) return NoSuchDocument(arguments.first);
  const auto range = RangeOf(arguments.object["range"]);
  if (call.client.shows_documents) call.host.Show(arguments.first, range);
  return {Written([&](JsonWriter& out) {
    out.object([&] {
      out.attribute("uri", arguments.first);
      if (range) WriteRange(out, "range", *range);
    });
  })};
}

// `{"uri": …, "revision": …}`: with the policy as it was in a revision of git, by default HEAD.
Reply Compare(const Call& call, const CommandArguments& arguments) {
  const SnapshotPtr snapshot = call.host.SnapshotOf(arguments.first);
  if (snapshot == nullptr) return NoSuchDocument(arguments.first);
  const std::string& path = snapshot->path;
  if (path.empty()) {
    return Reply::Fail(ErrorCode::RequestFailed, "only a file has an earlier version in git");
  }
  const std::string name = TextOf(arguments.object["revision"]);
  auto revision = pipeline::ParseRevision("git:" + (name.empty() ? "HEAD" : name));
  if (!revision) return Failed(revision.takeError());
  pipeline::GitBase git(call.host.files(), call.host.programs(), **revision);
  auto found = git.For(path, /*is_directory=*/false, std::span(&path, 1));
  if (!found) return Failed(found.takeError());
  const pipeline::BaseFile& base = found->files.front();
  std::optional<support::SourceBuffer> before;
  if (base.state != pipeline::BaseFile::State::New) before.emplace(base.name, base.bytes);
  llvm::Expected<std::string> text = CompareWith(*snapshot, std::move(before));
  return text ? Text(*text) : Failed(text.takeError());
}

// `{"uri": …}`: the targets and the ipec.toml that apply to a policy.
Reply Status(const Call& call, const CommandArguments& arguments) {
  const SnapshotPtr snapshot = call.host.SnapshotOf(arguments.first);
  if (snapshot == nullptr) return NoSuchDocument(arguments.first);
  const Configured& configured = *snapshot->configured;
  return {Written([&](JsonWriter& out) {
    out.object([&] {
      out.attributeArray("targets", [&] {
        for (std::size_t i = 0; i < configured.targets.size(); ++i) {
          out.value(configured.NameOf(i));
        }
      });
      out.attribute("fromSettings", configured.has_own_targets);
      if (configured.config_path.empty()) {
        out.attribute("config", nullptr);
      } else {
        out.attribute("config", UriOf(configured.config_path));
      }
    });
  })};
}

// `{"uri": …}`: the policy in a signed or compiled file.
Reply ShowPolicy(const Call& call, const CommandArguments& arguments) {
  const std::string path = PathOf(arguments.first);
  if (path.empty() || call.host.files().KindOf(path) != support::PathKind::File) {
    return NoSuchDocument(arguments.first);
  }
  llvm::Expected<std::string> bytes = call.host.files().Read(path);
  if (!bytes) return Failed(bytes.takeError());
  llvm::Expected<std::string> text = PolicyIn(path, std::move(*bytes));
  return text ? Text(*text) : Failed(text.takeError());
}

Reply Explain(const Call& /*call*/, const CommandArguments& arguments) {
  const std::optional<std::string> text = diagnostics::Explain(arguments.first, lint::Explained());
  if (text) return Text(*text);
  return Reply::Fail(ErrorCode::InvalidParams, "unknown name " + support::Quoted(arguments.first));
}

}  // namespace

namespace answers {

Reply ExecuteCommand(const Call& call, const CommandParams& params) {
  const CommandArguments arguments = ReadArguments(params);
#define IPEC_EDITOR_COMMAND(name, id) \
  if (params.command == (name)) return id(call, arguments);
#include "lsp/protocol/editor_commands.def"
  return Reply::Fail(ErrorCode::InvalidParams,
                     "unknown command " + support::Quoted(params.command));
}

}  // namespace answers
}  // namespace ipec::lsp
