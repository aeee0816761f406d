#include "lsp/protocol/check.h"

#include <algorithm>
#include <set>

#include "compiler/support/streams.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/xxhash.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

constexpr std::size_t kMostProblems = 20;
constexpr std::string_view kCommandRequest = "workspace/executeCommand";

// A client that can do everything.
Client FullClient() {
  Client client;
#define IPEC_CAPABILITY(id, path) client.id = true;
#include "lsp/protocol/capabilities.def"
  return client;
}

// A workspace of this one document.
class OneDocument final : public Host {
 public:
  OneDocument(support::FileSystem& files, SnapshotPtr snapshot)
      : files_(files), snapshot_(std::move(snapshot)) {}

  support::FileSystem& files() override { return files_; }
  support::ProgramRunner& programs() override { return programs_; }
  std::vector<std::string> Policies() override { return {snapshot_->uri}; }
  SnapshotPtr SnapshotOf(const std::string& uri) override {
    return uri == snapshot_->uri ? snapshot_ : nullptr;
  }
  std::vector<UsedDigest> DigestsElsewhere(const std::string& /*uri*/) override { return {}; }
  TokenStore& tokens() override { return tokens_; }
  void Notify(std::string_view /*method*/, const Json& /*params*/) override {}
  void Show(const std::string& /*uri*/, const std::optional<EditorRange>& /*range*/) override {}
  std::string NewProgress(const Cancelled& /*cancelled*/) override { return {}; }
  bool IsShown(const std::string& token) override { return !token.empty(); }
  void EndProgress(const std::string& /*token*/) override {}

 private:
  // No program runs.
  class NoPrograms final : public support::ProgramRunner {
   public:
    llvm::Expected<support::ProgramResult> Run(const support::ProgramCall& /*call*/) override {
      return support::ErrorOf("no program is run here");
    }
  };

  support::FileSystem& files_;
  NoPrograms programs_;
  SnapshotPtr snapshot_;
  TokenStore tokens_;
};

class Checker {
 public:
  Checker(support::FileSystem& files, const SnapshotPtr& snapshot, PositionEncoding encoding,
          CheckResult& result)
      : snapshot_(snapshot),
        encoding_(encoding),
        result_(result),
        host_(files, snapshot),
        positions_(snapshot->source.text(), snapshot->lines, encoding),
        again_(snapshot->source.text(), snapshot->lines, encoding) {
    settings_.inlay_hints = true;
    settings_.code_lens = true;
  }

  void Run() {
    for (const RequestRow& row : RequestRows()) {
      row_ = &row;
      place_.reset();
      range_.reset();
      if (row.method.ends_with("/resolve")) continue;  // asked with what the others answer
      if (row.method == kCommandRequest) {
        AskCommands();
      } else if (row.shape == Shape::Position) {
        AskEverywhere();
      } else if (row.shape == Shape::Range) {
        AskRanges();
      } else {
        AskPlace("");
      }
    }
    Resolve("completionItem/resolve", items_);
    Resolve("codeAction/resolve", actions_);
  }

 private:
  template <typename Visit>
  void ForEachPlace(Visit visit) {
    const std::uint32_t size = snapshot_->source.size();
    std::optional<EditorPlace> last;
    for (std::uint32_t offset = 0; offset <= size; ++offset) {
      const EditorPlace place = positions_.PlaceOf(offset);
      if (last == place) continue;
      last = place;
      visit(place);
    }
  }

  void AskEverywhere() {
    for (const char* const typed : {"\n", "="}) {
      ForEachPlace([&](EditorPlace place) {
        place_ = place;
        AskPlace(typed);
      });
      if (row_->method != "textDocument/onTypeFormatting") return;
    }
  }

  void AskRanges() {
    if (row_->method == "textDocument/codeAction") {
      ForEachPlace([&](EditorPlace place) { AskRange({place, place}); });
    }
    const std::uint32_t lines = snapshot_->lines.line_count();
    for (std::uint32_t line = 0; line < lines; ++line) AskRange({{line, 0}, {line + 1, 0}});
    AskRange({{0, 0}, {lines, 0}});
    AskRange({{0, 1}, {lines / 2, 7}});
  }

  void AskRange(const EditorRange& range) {
    range_ = range;
    AskPlace("");
  }

  // All that any request has; each reads what it needs.
  void AskPlace(std::string_view typed) {
    Ask(Written([&](JsonWriter& json) {
      json.object([&] {
        json.attributeObject("textDocument", [&] { json.attribute("uri", snapshot_->uri); });
        if (place_) {
          WritePosition(json, "position", *place_);
          json.attributeArray("positions", [&] { WritePositionValue(json, *place_); });
          json.attributeObject(
              "context", [&] { json.attribute("includeDeclaration", place_->character % 2 == 0); });
        }
        if (range_) WriteRange(json, "range", *range_);
        json.attribute("ch", typed);
        json.attribute("newName", "renamed");
        json.attribute("query", "");
      });
    }));
  }

  void AskCommands() {
    for (const char* const command : {"ipec.showTable", "ipec.evaluate", "ipec.explain"}) {
      Ask(Written([&](JsonWriter& json) {
        json.object([&] {
          json.attribute("command", command);
          json.attributeArray("arguments", [&] {
            if (llvm::StringRef(command) == "ipec.explain") return json.value("IPE0201");
            json.value(snapshot_->uri);
            json.object([&] { json.attribute("op", "EXECUTE"); });
          });
        });
      }));
    }
  }

  void Resolve(std::string_view method, const std::set<std::string>& values) {
    row_ = FindRequest(method);
    if (row_ == nullptr) return;
    for (const std::string& text : values) Ask({text});
  }

  JsonValue Parse(const std::string& text, std::shared_ptr<const support::JsonTree>& tree) {
    auto parsed = support::JsonTree::Parse(text, support::JsonText::Strict);
    if (!parsed) {
      Problem(llvm::toString(parsed.takeError()));
      return {};
    }
    tree = std::move(*parsed);
    return tree->root();
  }

  void Ask(const Json& json) {
    ++result_.requests;
    auto params = std::make_shared<Params>();
    params->value = Parse(json.text, params->tree);
    llvm::Expected<std::shared_ptr<CommonParams>> request = row_->read(params);
    if (!request) return Problem(llvm::toString(request.takeError()));
    const Call call{client_, encoding_, settings_, snapshot_, cancelled_, host_};
    const Reply reply = row_->answer(call, **request);
    result_.answers = llvm::xxHash64(reply.result.text) ^ (result_.answers * 0x9E3779B97F4A7C15U);
    if (reply.error) {
      // Renaming is rejected where there is nothing to rename; an event may be of another dialect.
      if (!row_->method.ends_with("ename") && row_->method != kCommandRequest) {
        Problem(reply.error->message);
      }
      return;
    }
    // Most answers have been seen at the place before.
    if (!seen_.insert(std::string(row_->method) + reply.result.text).second) return;
    std::shared_ptr<const support::JsonTree> tree;
    const JsonValue value = Parse(reply.result.text, tree);
    Walk(value);
    Collect(value);
    if (row_->method.starts_with("textDocument/semanticTokens")) CheckTokens(value["data"]);
    if (row_->method.ends_with("ormatting")) CheckEdits(value);
  }

  void Collect(JsonValue value) {
    const auto keep = [&](JsonValue list, std::set<std::string>& into) {
      for (const JsonValue item : ArrayOf(list)) {
        into.insert(Written([&](JsonWriter& json) { item.Write(json); }).text);
      }
    };
    if (row_->method == "textDocument/codeAction") keep(value, actions_);
    if (row_->method == "textDocument/completion") keep(value["items"], items_);
  }

  std::optional<EditorPlace> PlaceIn(JsonValue object) {
    const std::optional<std::uint32_t> line = NumberOf(object["line"]);
    const std::optional<std::uint32_t> character = NumberOf(object["character"]);
    if (!line || !character) return std::nullopt;
    const EditorPlace place{*line, *character};
    if (again_.PlaceOf(again_.OffsetOf(place)) != place) {
      Problem("the place " + std::to_string(*line) + ":" + std::to_string(*character) +
              " is outside the text or within a character");
    }
    return place;
  }

  void Walk(JsonValue value) {
    const JsonValue start = value["start"];
    const JsonValue end = value["end"];
    if (start.Is(JsonKind::Object) && end.Is(JsonKind::Object)) {
      const auto first = PlaceIn(start);
      const auto last = PlaceIn(end);
      if (!first || !last || *last < *first) Problem("a malformed range");
      return;
    }
    PlaceIn(value);
    CheckEdits(value["edits"]);
    for (const JsonValue inner : value) Walk(inner);
  }

  void CheckEdits(JsonValue edits) {
    std::vector<support::Span> spans;
    for (const JsonValue edit : ArrayOf(edits)) {
      const JsonValue range = edit["range"];
      if (!range["start"].Is(JsonKind::Object) || !range["end"].Is(JsonKind::Object)) {
        return Problem("an edit without a range");
      }
      const auto first = PlaceIn(range["start"]);
      const auto last = PlaceIn(range["end"]);
      if (first && last) spans.push_back({again_.OffsetOf(*first), again_.OffsetOf(*last)});
    }
    std::sort(spans.begin(), spans.end(), [](const support::Span& a, const support::Span& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    for (std::size_t i = 1; i < spans.size(); ++i) {
      if (spans[i].begin < spans[i - 1].end) Problem("edits that overlap");
    }
  }

  void CheckTokens(JsonValue data) {
    std::vector<std::uint32_t> numbers;
    for (const JsonValue one : ArrayOf(data)) {
      numbers.push_back(NumberOf(one).value_or(0));
    }
    if (numbers.size() % 5 != 0) return Problem("tokens that do not have five numbers each");
    EditorPlace at;
    EditorPlace end;
    for (std::size_t i = 0; i < numbers.size(); i += 5) {
      const std::uint32_t length = numbers[i + 2];
      at.character = numbers[i] == 0 ? at.character + numbers[i + 1] : numbers[i + 1];
      at.line += numbers[i];
      if (at < end) Problem("tokens that overlap");
      end = {at.line, at.character + length};
      if (length == 0) Problem("an empty token");
      for (const EditorPlace& place : {at, end}) {
        if (again_.PlaceOf(again_.OffsetOf(place)) != place) Problem("a token outside its line");
      }
    }
  }

  void Problem(const std::string& words) {
    if (result_.problems.size() == kMostProblems) {
      ++result_.more;
      return;
    }
    std::string text(row_->method);
    text += " in ";
    text += Name(encoding_);
    if (place_) {
      text += " at " + std::to_string(place_->line) + ":" + std::to_string(place_->character);
    }
    if (range_) {
      text += " for " + std::to_string(range_->start.line) + ":" +
              std::to_string(range_->start.character);
    }
    result_.problems.push_back(text + ": " + words);
  }

  const SnapshotPtr snapshot_;
  const PositionEncoding encoding_;
  CheckResult& result_;
  OneDocument host_;
  Positions positions_;
  Positions again_;
  const Client client_ = FullClient();
  EditorSettings settings_;
  Cancelled cancelled_ = std::make_shared<std::atomic<bool>>(false);
  const RequestRow* row_ = nullptr;
  std::optional<EditorPlace> place_;
  std::optional<EditorRange> range_;
  std::set<std::string> seen_;
  std::set<std::string> items_;
  std::set<std::string> actions_;
};

}  // namespace

CheckResult CheckRequests(support::FileSystem& files, const SnapshotPtr& snapshot) {
  CheckResult result;
  const bool ascii = llvm::isASCII(snapshot->source.text());
  for (const PositionEncoding encoding :
       {PositionEncoding::Utf16, PositionEncoding::Utf8, PositionEncoding::Utf32}) {
    Checker(files, snapshot, encoding, result).Run();
    if (ascii) break;  // they are all the same
  }
  return result;
}

}  // namespace ipec::lsp
