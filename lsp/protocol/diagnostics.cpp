// textDocument/publishDiagnostics, textDocument/diagnostic, workspace/diagnostic.

#include "lsp/protocol/diagnostics.h"

#include <map>

#include "lint/rule.h"
#include "llvm/Support/xxhash.h"
#include "lsp/features/config_document.h"
#include "lsp/protocol/json.h"
#include "lsp/uri.h"

namespace ipec::lsp {
namespace {

using diagnostics::Diagnostic;
using diagnostics::Note;
using diagnostics::Severity;

int SeverityNumber(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return 1;
    case Severity::Warning:
      return 2;
    case Severity::Information:
      return 3;
    case Severity::Style:
      return 4;
  }
  return 1;
}

bool IsUnnecessary(const Diagnostic& finding) {
  const lint::Rule* const rule = lint::FindRule(*finding.descriptor);
  return rule != nullptr && rule->shown == lint::Shown::Unnecessary;
}

// A client that pulls diagnostics has no capabilities for their parts: it supports all of them.
Client CapableOf(const Client& client) {
  if (!client.pulls_diagnostics) return client;
  Client all = client;
  all.related_information = all.code_description = all.diagnostic_tags = all.diagnostic_data = true;
  return all;
}

void WriteNotes(JsonWriter& json, const Diagnostic& finding, const std::string& uri,
                Positions& positions) {
  json.attributeArray("relatedInformation", [&] {
    for (const Note& note : finding.notes) {
      if (!note.has_place) continue;
      json.object([&] {
        json.attributeObject("location", [&] {
          json.attribute("uri", uri);
          WriteRange(json, "range", positions.RangeOf(note.where));
        });
        json.attribute("message", note.message);
      });
    }
  });
}

// Of an ipec.toml.
void WriteFaults(JsonWriter& json, const Snapshot& snapshot, Positions& positions) {
  json.array([&] {
    for (const ConfigFault& fault : FaultsIn(snapshot.source.text())) {
      json.object([&] {
        WriteRange(json, "range", positions.RangeOf(fault.where));
        json.attribute("severity", SeverityNumber(Severity::Error));
        json.attribute("source", "ipec");
        json.attribute("message", fault.words);
      });
    }
  });
}

void WriteFindings(JsonWriter& json, const Snapshot& snapshot, const Client& client,
                   PositionEncoding encoding) {
  Positions positions(snapshot.source.text(), snapshot.lines, encoding);
  if (IsConfigName(snapshot.source.name())) return WriteFaults(json, snapshot, positions);
  json.array([&] {
    for (const Diagnostic& finding : snapshot.findings()) {
      WriteFinding(json, finding, snapshot, client, positions);
    }
    if (snapshot.lint().more == 0) return;
    json.object([&] {
      WriteRange(json, "range", {});
      json.attribute("severity", SeverityNumber(Severity::Information));
      json.attribute("source", "ipec");
      json.attribute("message", std::to_string(snapshot.lint().more) + " more are not shown");
    });
  });
}

// A report of the pull model: full, or unchanged since `previous`.
void WriteReport(JsonWriter& json, const Call& call, const Snapshot& snapshot,
                 const std::string& previous) {
  const Json items =
      Written([&](JsonWriter& list) { WriteFindings(list, snapshot, call.client, call.encoding); });
  const std::string id = std::to_string(llvm::xxHash64(items.text));
  json.attribute("kind", id == previous ? "unchanged" : "full");
  json.attribute("resultId", id);
  if (id != previous) WriteRaw(json, "items", items.text);
}

Json WorkspaceReport(const Call& call, const std::string& uri, const Snapshot& snapshot,
                     const std::string& previous) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      json.attribute("uri", uri);
      WriteVersion(json, snapshot.version);
      WriteReport(json, call, snapshot, previous);
    });
  });
}

// For a document that was closed or deleted: no findings, and no previous result.
Json EmptyReport(const std::string& uri) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      json.attribute("uri", uri);
      WriteVersion(json, std::nullopt);
      json.attribute("kind", "full");
      json.attributeArray("items", [] {});
    });
  });
}

// Of the newest text; nothing: there is no such document. Empty: it is edited without a pause, and
// its earlier report still holds.
std::optional<Json> NewestReport(const Call& call, const std::string& uri,
                                 const std::string& previous) {
  constexpr int kMostAttempts = 4;
  for (int attempt = 0; attempt < kMostAttempts; ++attempt) {
    const SnapshotPtr snapshot = call.host.SnapshotOf(uri);
    if (snapshot == nullptr) return std::nullopt;
    Json report = WorkspaceReport(call, uri, *snapshot, previous);
    if (!snapshot->incomplete()) return report;
  }
  return Json{""};
}

// The same for all ways in which editors write the URI of one file.
std::string KeyOf(const std::string& uri) {
  const std::string path = PathOf(uri);
  return path.empty() ? uri : path;
}

Json Items(const std::vector<Json>& values) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      json.attributeArray("items", [&] {
        for (const Json& value : values) json.raw(value.text);
      });
    });
  });
}

// Reports the progress of a scan, if the client asked for it.
class Progress {
 public:
  Progress(const Call& call, const WorkspaceReportParams& params, std::size_t of)
      : host_(call.host), of_(of) {
    token_ = params.progress;
    if (token_.empty() && params.previous.empty() && of > kFewestForProgress) {
      token_ = call.host.NewProgress(call.cancelled);
      is_ours_ = !token_.empty();
    } else if (!token_.empty()) {
      Begin();
    }
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  ~Progress() {
    if (begun_) {
      host_.Notify("$/progress",
                   ProgressEnd(token_, std::to_string(done_) + " of " + std::to_string(of_)));
    }
    if (is_ours_) host_.EndProgress(token_);
  }
  void Step() {
    ++done_;
    // The client may still be thinking about it, or may have said no.
    if (is_ours_ && !begun_ && host_.IsShown(token_)) Begin();
    if (!begun_ || done_ * 10 / of_ == (done_ - 1) * 10 / of_) return;
    host_.Notify("$/progress", ProgressReport(token_, done_, of_));
  }

 private:
  void Begin() {
    begun_ = true;
    host_.Notify("$/progress", ProgressBegin(token_, "ipec: policies"));
  }

  static constexpr std::size_t kFewestForProgress = 100;  // files
  Host& host_;
  std::size_t of_;
  std::size_t done_ = 0;
  std::string token_;
  bool is_ours_ = false;
  bool begun_ = false;
};

}  // namespace

void WriteFinding(JsonWriter& json, const Diagnostic& finding, const Snapshot& snapshot,
                  const Client& says, Positions& positions) {
  const Client client = CapableOf(says);
  json.object([&] {
    WriteRange(json, "range", positions.RangeOf(finding.where));
    json.attribute("severity", SeverityNumber(finding.severity));
    json.attribute("code", finding.descriptor->code);
    if (client.code_description) {
      json.attributeObject("codeDescription", [&] {
        json.attribute("href", ExplanationUri(finding.descriptor->code));
      });
    }
    json.attribute("source", "ipec");
    bool placed = false;
    std::string message = finding.message;
    for (const Note& note : finding.notes) {
      placed |= note.has_place;
      if (!note.has_place || !client.related_information) message += "\nnote: " + note.message;
    }
    json.attribute("message", message);
    if (IsUnnecessary(finding) && client.diagnostic_tags)
      json.attributeArray("tags", [&] { json.value(1); });
    if (placed && client.related_information) WriteNotes(json, finding, snapshot.uri, positions);
    if (client.diagnostic_data) {
      json.attributeObject("data", [&] {
        json.attribute("name", finding.descriptor->name);
        json.attributeArray("fixes", [&] {
          for (const diagnostics::Fix& fix : finding.fixes) json.value(fix.title);
        });
      });
    }
  });
}

std::string ExplanationUri(std::string_view code) {
  return "ipec:explain/" + std::string(code) + ".md";
}

Json PublishedDiagnostics(const Snapshot& snapshot, const Client& client,
                          PositionEncoding encoding) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      json.attribute("uri", snapshot.uri);
      if (client.diagnostic_versions && snapshot.version) WriteVersion(json, snapshot.version);
      json.attributeBegin("diagnostics");
      WriteFindings(json, snapshot, client, encoding);
      json.attributeEnd();
    });
  });
}

Json NoDiagnostics(const std::string& uri) {
  return Written([&](JsonWriter& json) {
    json.object([&] {
      json.attribute("uri", uri);
      json.attributeArray("diagnostics", [] {});
    });
  });
}

Json ConfigDiagnostics(const std::string& uri, const std::vector<ConfigProblem>& problems) {
  return Written([&](JsonWriter& json) {
    const auto write = [&](const ConfigProblem& problem) {
      json.object([&] {
        const EditorPlace start{problem.line - 1, problem.column - 1};
        WriteRange(json, "range", {start, {start.line, start.character + problem.length}});
        json.attribute("severity", problem.severity == diagnostics::Severity::Error ? 1 : 2);
        json.attribute("source", "ipec");
        json.attribute("message", problem.words);
      });
    };
    json.object([&] {
      json.attribute("uri", uri);
      json.attributeArray("diagnostics", [&] {
        for (const ConfigProblem& problem : problems) write(problem);
      });
    });
  });
}

namespace answers {

Reply Diagnose(const Call& call, const ResultParams& params) {
  return {Written([&](JsonWriter& json) {
    json.object([&] { WriteReport(json, call, *call.snapshot, params.previous_result); });
  })};
}

Reply DiagnoseWorkspace(const Call& call, const WorkspaceReportParams& params) {
  std::map<std::string, KnownReport> previous;
  for (const KnownReport& known : params.previous) previous[KeyOf(known.uri)] = known;
  std::vector<Json> reports;
  const auto tell = [&](Json report) {
    if (params.partial.empty()) return reports.push_back(std::move(report));
    call.host.Notify("$/progress", PartialResult(params.partial, Items({std::move(report)})));
  };
  const std::vector<std::string> uris = call.host.Policies();
  Progress progress(call, params, uris.size());
  for (const std::string& uri : uris) {
    if (call.cancelled->load()) return {Items(reports)};
    const auto known = previous.find(KeyOf(uri));
    const std::string id = known == previous.end() ? std::string() : known->second.result;
    const std::optional<Json> report = NewestReport(call, uri, id);
    progress.Step();
    if (!report) continue;
    if (!report->text.empty()) tell(*report);
    if (known != previous.end()) previous.erase(known);
  }
  for (const auto& [key, known] : previous) tell(EmptyReport(known.uri));
  return {Items(reports)};
}

}  // namespace answers
}  // namespace ipec::lsp
