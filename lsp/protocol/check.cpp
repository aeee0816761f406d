#include "lsp/protocol/check.h"

#include <algorithm>
#include <set>

#include "llvm/Support/xxhash.h"
#include "lsp/protocol/dispatch.h"
#include "lsp/protocol/json.h"

namespace ipec::lsp {
namespace {

namespace json = llvm::json;

constexpr std::size_t kMostProblems = 20;

// A client that can do everything.
Client AbleClient() {
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
  std::vector<std::string> Policies() override { return {snapshot_->uri}; }
  SnapshotPtr SnapshotOf(const std::string& uri) override {
    return uri == snapshot_->uri ? snapshot_ : nullptr;
  }
  TokenStore& tokens() override { return tokens_; }
  void Notify(std::string_view method, const Json& params) override {
    static_cast<void>(method);
    static_cast<void>(params);
  }
  std::string NewProgress(const Cancelled& cancelled) override {
    static_cast<void>(cancelled);
    return {};
  }
  bool IsShown(const std::string& token) override { return !token.empty(); }
  void EndProgress(const std::string& token) override { static_cast<void>(token); }

 private:
  support::FileSystem& files_;
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
      asked_ = {};
      asked_.uri = snapshot_->uri;
      asked_.version = snapshot_->version;
      if (row.method.ends_with("/resolve")) continue;  // asked with what the others answer
      if ((row.needs & needs::Command) != 0) {
        AskCommands();
      } else if ((row.needs & (needs::Position | needs::PositionList)) != 0) {
        AskEverywhere();
      } else if ((row.needs & needs::TextRange) != 0) {
        AskRanges();
      } else {
        Ask();
      }
    }
    Resolve("completionItem/resolve", items_);
    Resolve("codeAction/resolve", actions_);
  }

 private:
  template <typename Visit>
  void ForEachPlace(Visit visit) {
    const auto size = static_cast<std::uint32_t>(snapshot_->source.text().size());
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
      asked_.typed = typed;
      ForEachPlace([&](EditorPlace place) {
        asked_.position = place;
        asked_.positions = {place};
        asked_.new_name = "renamed";
        asked_.include_declaration = place.character % 2 == 0;
        Ask();
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
    asked_.range = range;
    Ask();
  }

  void AskCommands() {
    for (const char* const command : {"ipec.showTable", "ipec.evaluate", "ipec.explain"}) {
      Params params;
      params.value =
          json::Object{{"arguments", json::Array{snapshot_->uri, json::Object{{"op", "EXECUTE"}}}}};
      if (llvm::StringRef(command) == "ipec.explain") {
        params.value = json::Object{{"arguments", json::Array{"IPE0201"}}};
      }
      asked_.raw = std::make_shared<const Params>(std::move(params));
      asked_.command = command;
      Ask();
    }
  }

  void Resolve(std::string_view method, const std::set<std::string>& values) {
    row_ = FindRequest(method);
    if (row_ == nullptr) return;
    for (const std::string& text : values) {
      llvm::Expected<json::Value> value = json::parse(text);
      if (!value) continue;
      Params params;
      params.value = std::move(*value);
      asked_ = {};
      const std::string wrong =
          ReadAsked(std::make_shared<const Params>(std::move(params)), row_->needs, asked_);
      if (!wrong.empty()) Problem(wrong);
      Ask();
    }
  }

  void Ask() {
    ++result_.requests;
    const Call call{asked_, client_, encoding_, settings_, snapshot_, cancelled_, host_};
    const Reply reply = row_->answer(call);
    result_.answers = llvm::xxHash64(reply.result.text) ^ (result_.answers * 0x9E3779B97F4A7C15U);
    if (reply.error != ErrorCode::None) {
      // Renaming is refused where there is nothing to rename; an event may be of another dialect.
      if (!row_->method.ends_with("ename") && (row_->needs & needs::Command) == 0) {
        Problem(reply.words);
      }
      return;
    }
    // Most answers have been seen at the place before.
    if (!seen_.insert(std::string(row_->method) + reply.result.text).second) return;
    llvm::Expected<json::Value> value = json::parse(reply.result.text);
    if (!value) return Problem(llvm::toString(value.takeError()));
    Walk(*value);
    Collect(*value);
    if (row_->method.starts_with("textDocument/semanticTokens")) CheckTokens(*value);
    if (row_->method.ends_with("ormatting")) CheckEdits(value->getAsArray());
  }

  void Collect(const json::Value& value) {
    const auto keep = [&](const json::Array* list, std::set<std::string>& into) {
      if (list == nullptr) return;
      for (const json::Value& item : *list) {
        into.insert(Written([&](JsonWriter& json) { json.value(item); }).text);
      }
    };
    if (row_->method == "textDocument/codeAction") keep(value.getAsArray(), actions_);
    if (row_->method == "textDocument/completion") {
      const json::Object* const object = value.getAsObject();
      if (object != nullptr) keep(object->getArray("items"), items_);
    }
  }

  std::optional<EditorPlace> PlaceIn(const json::Object& object) {
    const auto line = object.getInteger("line");
    const auto character = object.getInteger("character");
    if (!line || !character) return std::nullopt;
    const EditorPlace place{static_cast<std::uint32_t>(*line),
                            static_cast<std::uint32_t>(*character)};
    if (again_.PlaceOf(again_.OffsetOf(place)) != place) {
      Problem("the place " + std::to_string(*line) + ":" + std::to_string(*character) +
              " is outside the text or within a character");
    }
    return place;
  }

  void Walk(const json::Value& value) {
    if (const json::Array* const array = value.getAsArray()) {
      for (const json::Value& one : *array) Walk(one);
      return;
    }
    const json::Object* const object = value.getAsObject();
    if (object == nullptr) return;
    const json::Object* const start = object->getObject("start");
    const json::Object* const end = object->getObject("end");
    if (start != nullptr && end != nullptr) {
      const auto first = PlaceIn(*start);
      const auto last = PlaceIn(*end);
      if (!first || !last || *last < *first) Problem("a malformed range");
      return;
    }
    if (object->getInteger("line") && object->getInteger("character")) PlaceIn(*object);
    if (const json::Array* const edits = object->getArray("edits")) CheckEdits(edits);
    for (const auto& [key, member] : *object) Walk(member);
  }

  void CheckEdits(const json::Array* edits) {
    if (edits == nullptr) return;
    std::vector<support::Span> spans;
    for (const json::Value& edit : *edits) {
      const json::Object* const object = edit.getAsObject();
      const json::Object* const range = object == nullptr ? nullptr : object->getObject("range");
      if (range == nullptr || range->getObject("start") == nullptr ||
          range->getObject("end") == nullptr) {
        return Problem("an edit without a range");
      }
      const auto first = PlaceIn(*range->getObject("start"));
      const auto last = PlaceIn(*range->getObject("end"));
      if (first && last) spans.push_back({again_.OffsetOf(*first), again_.OffsetOf(*last)});
    }
    std::sort(spans.begin(), spans.end(), [](const support::Span& a, const support::Span& b) {
      return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
    });
    for (std::size_t i = 1; i < spans.size(); ++i) {
      if (spans[i].begin < spans[i - 1].end) Problem("edits that overlap");
    }
  }

  void CheckTokens(const json::Value& value) {
    const json::Object* const object = value.getAsObject();
    const json::Array* const data = object == nullptr ? nullptr : object->getArray("data");
    if (data == nullptr) return;
    if (data->size() % 5 != 0) return Problem("tokens that do not have five numbers each");
    EditorPlace at;
    EditorPlace end;
    for (std::size_t i = 0; i < data->size(); i += 5) {
      const auto number = [&](std::size_t n) {
        return static_cast<std::uint32_t>((*data)[i + n].getAsInteger().getValueOr(0));
      };
      at.character = number(0) == 0 ? at.character + number(1) : number(1);
      at.line += number(0);
      if (at < end) Problem("tokens that overlap");
      end = {at.line, at.character + number(2)};
      if (number(2) == 0) Problem("an empty token");
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
    if (asked_.position) {
      text += " at " + std::to_string(asked_.position->line) + ":" +
              std::to_string(asked_.position->character);
    }
    if (asked_.range) {
      text += " for " + std::to_string(asked_.range->start.line) + ":" +
              std::to_string(asked_.range->start.character);
    }
    result_.problems.push_back(text + ": " + words);
  }

  const SnapshotPtr snapshot_;
  const PositionEncoding encoding_;
  CheckResult& result_;
  OneDocument host_;
  Positions positions_;
  Positions again_;
  const Client client_ = AbleClient();
  EditorSettings settings_;
  Cancelled cancelled_ = std::make_shared<std::atomic<bool>>(false);
  const RequestRow* row_ = nullptr;
  Asked asked_;
  std::set<std::string> seen_;
  std::set<std::string> items_;
  std::set<std::string> actions_;
};

}  // namespace

CheckResult CheckRequests(support::FileSystem& files, const SnapshotPtr& snapshot) {
  CheckResult result;
  const llvm::StringRef text = snapshot->source.text();
  const bool ascii = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  for (const PositionEncoding encoding :
       {PositionEncoding::Utf16, PositionEncoding::Utf8, PositionEncoding::Utf32}) {
    Checker(files, snapshot, encoding, result).Run();
    if (ascii) break;  // they are all the same
  }
  return result;
}

}  // namespace ipec::lsp
