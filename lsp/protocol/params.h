#pragma once

// The parameters of requests and notifications: a struct for each, or for those that have the same.
// messages.def names the struct of each message; Read fills it.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "llvm/Support/Error.h"
#include "lsp/protocol/protocol.h"

namespace ipec::lsp {

using ParamsPtr = std::shared_ptr<const Params>;

// Parameters of every message.
struct CommonParams {
  std::string uri;                      // of the document; empty: it is about none
  std::optional<std::int64_t> version;  // of the document
  std::string progress;                 // workDoneToken as JSON; empty: no progress is wanted
};

// A message with nothing else that the server uses.
struct NoParams : CommonParams {};

struct DocumentParams : CommonParams {};

struct PositionParams : DocumentParams {
  EditorPlace position;
};

struct RangeParams : DocumentParams {
  EditorRange range;
};

struct ReferenceParams : PositionParams {
  bool include_declaration = false;
};

struct SelectionParams : DocumentParams {
  std::vector<EditorPlace> positions;
};

struct RenameParams : PositionParams {
  std::string new_name;
};

struct TypedParams : PositionParams {
  std::string typed;  // `ch`, the character before the position
};

struct ActionParams : RangeParams {
  std::vector<std::string> only;  // kinds of actions; empty: all
};

// An element of an earlier answer, sent back to be resolved. Its `data` has URI, version and key.
struct ItemParams : CommonParams {
  std::string key;
  ParamsPtr item;
};
struct ActionItemParams : ItemParams {};  // the URI is required

struct ResultParams : DocumentParams {
  std::string previous_result;  // previousResultId
};

struct KnownReport {
  std::string uri;
  std::string result;
};

struct WorkspaceReportParams : CommonParams {
  std::vector<KnownReport> previous;  // previousResultIds
  std::string partial;                // partialResultToken as JSON; empty: one whole answer
};

struct QueryParams : CommonParams {
  std::string query;
};

struct CommandParams : CommonParams {
  std::string command;
  ParamsPtr all;  // with the arguments
};

struct OpenParams : DocumentParams {
  std::string text;
};

struct ChangeParams : DocumentParams {
  std::vector<TextChange> changes;
};

struct SettingsParams : CommonParams {
  ParamsPtr all;
};

struct FilesParams : CommonParams {
  std::vector<std::string> files;  // URIs
};

struct FoldersParams : CommonParams {
  std::vector<Folder> added;
  std::vector<Folder> removed;
};

struct TokenParams : CommonParams {
  std::string token;  // of a request or of progress, as JSON
};

struct TraceParams : CommonParams {
  std::string value;
};

// Unknown fields are skipped. The error names the field that is missing or malformed.
llvm::Error Read(const ParamsPtr& from, NoParams& to);
llvm::Error Read(const ParamsPtr& from, DocumentParams& to);
llvm::Error Read(const ParamsPtr& from, PositionParams& to);
llvm::Error Read(const ParamsPtr& from, RangeParams& to);
llvm::Error Read(const ParamsPtr& from, ReferenceParams& to);
llvm::Error Read(const ParamsPtr& from, SelectionParams& to);
llvm::Error Read(const ParamsPtr& from, RenameParams& to);
llvm::Error Read(const ParamsPtr& from, TypedParams& to);
llvm::Error Read(const ParamsPtr& from, ActionParams& to);
llvm::Error Read(const ParamsPtr& from, ItemParams& to);
llvm::Error Read(const ParamsPtr& from, ActionItemParams& to);
llvm::Error Read(const ParamsPtr& from, ResultParams& to);
llvm::Error Read(const ParamsPtr& from, WorkspaceReportParams& to);
llvm::Error Read(const ParamsPtr& from, QueryParams& to);
llvm::Error Read(const ParamsPtr& from, CommandParams& to);
llvm::Error Read(const ParamsPtr& from, OpenParams& to);
llvm::Error Read(const ParamsPtr& from, ChangeParams& to);
llvm::Error Read(const ParamsPtr& from, SettingsParams& to);
llvm::Error Read(const ParamsPtr& from, FilesParams& to);
llvm::Error Read(const ParamsPtr& from, FoldersParams& to);
llvm::Error Read(const ParamsPtr& from, TokenParams& to);
llvm::Error Read(const ParamsPtr& from, TraceParams& to);

}  // namespace ipec::lsp
