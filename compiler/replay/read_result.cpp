// Reads the lines that output_json.cpp writes. They may come from other machines, so nothing in
// them is trusted.

#include <algorithm>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "compiler/replay/outputs.h"
#include "compiler/support/json_tree.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/numbers.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::replay {
namespace {

using support::JsonKind;
using support::JsonValue;

// Reads the members of one line; the first one that is missing or wrong is remembered.
class LineValues {
 public:
  explicit LineValues(JsonValue line) : line_(line) {}

  const std::string& wrong() const { return wrong_; }
  JsonValue operator[](std::string_view key) const { return line_[key]; }

  std::string Text(std::string_view key) { return Text(line_, key); }
  std::string Text(JsonValue of, std::string_view key) {
    const auto value = of[key].String();
    if (!value) Wrong(key);
    return std::string(value.value_or(""));
  }
  // Null: empty.
  std::string TextOrNull(std::string_view key) {
    return line_[key].Is(JsonKind::Null) ? std::string() : Text(key);
  }
  std::uint64_t Number(std::string_view key) { return Number(line_, key); }
  std::uint64_t Number(JsonValue of, std::string_view key) {
    const auto value = of[key].Integer();
    if (!value || *value < 0) Wrong(key);
    return value && *value > 0 ? static_cast<std::uint64_t>(*value) : 0;
  }
  std::uint32_t Line(JsonValue of, std::string_view key) {
    const std::uint64_t number = Number(of, key);
    if (number <= std::numeric_limits<std::uint32_t>::max()) return support::ToU32(number);
    Wrong(key);
    return 0;
  }
  bool Boolean(std::string_view key) {
    const auto value = line_[key].Boolean();
    if (!value) Wrong(key);
    return value.value_or(false);
  }
  template <typename T>
  T One(std::string_view key, std::optional<T> value, T otherwise) {
    if (!value) Wrong(key);
    return value.value_or(otherwise);
  }
  TimeSpan Time() {
    TimeSpan time;
    for (const std::string_view key : {"first", "last"}) {
      if (line_[key].Is(JsonKind::Null)) continue;
      const auto value = line_[key].Integer();
      if (!value) Wrong(key);
      if (value) time.Add(*value);
    }
    return time;
  }
  WordSample Words(std::string_view key, std::string_view more) {
    WordSample words;
    for (const JsonValue word : List(key)) {
      const auto text = word.String();
      if (!text) Wrong(key);
      if (text) words.Add({text->data(), text->size()});
    }
    if (Boolean(more)) words.SetMore();
    return words;
  }
  JsonValue List(std::string_view key) { return Of(JsonKind::Array, key); }
  JsonValue Object(std::string_view key) { return Of(JsonKind::Object, key); }
  void Wrong(std::string_view key) {
    if (wrong_.empty()) wrong_ = key;
  }

 private:
  JsonValue Of(JsonKind kind, std::string_view key) {
    const JsonValue value = line_[key];
    if (value.Is(kind)) return value;
    Wrong(key);
    return {};
  }

  JsonValue line_;
  std::string wrong_;
};

Classification ClassificationOf(LineValues& values) {
  Classification classification;
  classification.outcome = values.One("after", FindOutcome(values.Text("after")), Outcome::Unknown);
  for (const JsonValue line : values.List("before_lines")) {
    classification.was_lines.push_back(static_cast<std::uint32_t>(line.Integer().value_or(0)));
  }
  const std::string reason = values.TextOrNull("reason");
  if (!reason.empty())
    classification.reason = values.One("reason", FindReason(reason), Reason::Statement);
  for (const JsonValue one : values.List("statements")) {
    Part part;
    const std::string action = values.Text(one, "action");
    part.action = values.One("action", runtime::FindAction(action), runtime::Action::Deny);
    part.line = values.Line(one, "line");
    part.text = values.Text(one, "text");
    part.cases = values.Text(one, "cases");
    if (!one["witness"].Is(JsonKind::Object)) {
      values.Wrong("witness");
    } else {
      support::JsonWriter json(part.witness);
      json.keepBytes();
      one["witness"].Write(json);
    }
    classification.parts.push_back(std::move(part));
  }
  classification.more_parts = values.Number("more_statements");
  classification.tip = values.TextOrNull("tells");
  for (const JsonValue one : values.List("tried")) {
    classification.tried.push_back(
        {values.Line(one, "line"), values.Text(one, "text"), values.Text(one, "words")});
  }
  classification.more_tried = values.Number("more_tried");
  classification.proposal = values.TextOrNull("proposal");
  classification.proposal_line = support::ToU32(std::min<std::uint64_t>(
      values.Number("proposal_line"), std::numeric_limits<std::uint32_t>::max()));
  classification.advice = values.TextOrNull("advice");
  const bool is_certain =
      classification.outcome == Outcome::Allow || classification.outcome == Outcome::Deny;
  if (is_certain && classification.parts.empty()) values.Wrong("statements");
  return classification;
}

void AddGroup(LineValues& values, Result& result) {
  Group group;
  GroupKey& key = group.key;
  key.operation = values.Text("op");
  key.file = values.One("file", FindFile(values.Text("file")), records::File::Unknown);
  key.path = values.TextOrNull("path");
  key.is_deleted = values.Boolean("deleted");
  key.device = values.TextOrNull("dev");
  key.comm = values.TextOrNull("comm");
  key.rule = values.Text("rule");
  key.policy = values.TextOrNull("thumbprint");
  key.before =
      values.One("before", runtime::FindAction(values.Text("before")), runtime::Action::Deny);
  group.classification = std::make_shared<const Classification>(ClassificationOf(values));
  group.count = values.Number("count");
  group.granted = values.Number("granted");
  group.time = values.Time();
  group.comms = values.Words("comms", "more_comms");
  group.hooks = values.Words("hooks", "more_hooks");
  group.executables = values.Words("exes", "more_exes");
  group.titles = values.Words("titles", "more_titles");
  std::string identity;
  AppendIdentity(key, identity);
  Result one;
  one.groups.emplace(std::move(identity), std::move(group));
  result.Merge(one);
}

void AddSummary(LineValues& values, Result& result) {
  Subject& subject = result.subject;
  subject.file = values.Text("policy");
  subject.name = values.Text("name");
  subject.version = values.Text("policy_version");
  subject.target = values.Text("target");
  subject.digest = values.Text("question");
  Evidence evidence;
  evidence.lines = values.Number("lines");
  evidence.ignored = values.Number("ignored");
  evidence.accesses = values.Number("accesses");
  evidence.allowed = values.Number("allowed");
  evidence.activations = values.Number("activations");
  evidence.suppressed = values.Number("suppressed");
  evidence.lost = values.Number("lost");
  const JsonValue troubles = values.Object("troubles");
  for (const JsonValue member : troubles) {
    evidence.troubles[std::string(member.key())] += values.Number(troubles, member.key());
  }
  evidence.time = values.Time();
  result.evidence.Merge(evidence);
  const JsonValue without = values.Object("without_group");
  for (std::size_t i = 0; i < kChanges; ++i) {
    result.more[i] += values.Number(without, Name(static_cast<Change>(i)));
  }
  subject.shows_why = values.Boolean("why");
  subject.shows_usage = values["usage"].exists();
  if (!subject.shows_usage) return;
  for (const JsonValue one : values.List("usage")) {
    RuleUse& use = result.usage[values.Line(one, "line")];
    use.text = values.Text(one, "text");
    use.certain += values.Number(one, "certain");
    use.possible += values.Number(one, "possible");
  }
}

}  // namespace

llvm::Expected<Result> ReadResult(llvm::StringRef text, const std::string& name) {
  Result result;
  bool has_summary = false;
  std::size_t number = 0;
  const auto error = [&](const std::string& words) {
    return support::ErrorOf(fmt::format("{}:{}: {}", name, number, words));
  };
  while (!text.empty()) {
    llvm::StringRef line;
    std::tie(line, text) = text.split('\n');
    ++number;
    if (line.trim().empty()) continue;
    auto tree = support::JsonTree::Parse(line.str(), support::JsonText::Strict);
    if (!tree) {
      llvm::consumeError(tree.takeError());
      return error("not a line of JSON; `ipec replay --output=json` writes them");
    }
    LineValues values((*tree)->root());
    if ((*tree)->root()["version"].Integer() != 1) return error("`version` must be 1");
    const std::string kind = values.Text("kind");
    if (kind == "group") {
      AddGroup(values, result);
    } else if (kind == "summary") {
      if (has_summary) return error("a second summary; each file has one result");
      has_summary = true;
      AddSummary(values, result);
    } else if (kind == "change") {
      // Of `--follow`; the group comes later.
    } else {
      return error("`kind` must be `group`, `summary` or `change`");
    }
    if (!values.wrong().empty()) {
      return error(support::Quoted(values.wrong()) + " is missing or malformed");
    }
  }
  if (!has_summary) {
    ++number;
    return error("the summary is missing: the result is cut");
  }
  return result;
}

}  // namespace ipec::replay
