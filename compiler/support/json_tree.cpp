#include "compiler/support/json_tree.h"

#include <charconv>
#include <cmath>

#include "compiler/support/numbers.h"
#include "compiler/support/streams.h"

namespace ipec::support {
namespace {

bool IsContainer(JsonKind kind) {
  return kind == JsonKind::Object || kind == JsonKind::Array;
}

}  // namespace

char JsonTooBig::ID = 0;

llvm::Expected<std::shared_ptr<const JsonTree>> JsonTree::Parse(std::string text, JsonText strings,
                                                                const JsonLimits& limits) {
  // Nodes are views into the tree's own text, so it never moves.
  std::shared_ptr<JsonTree> tree(new JsonTree(std::move(text)));
  if (llvm::Error error = tree->Read(strings, limits)) return error;
  return tree;
}

llvm::Error JsonTree::Read(JsonText strings, const JsonLimits& limits) {
  JsonCursor cursor(text_, store_, strings);
  std::vector<std::uint32_t> open;  // arrays and objects around the cursor
  std::string_view key;
  bool first = true;  // nothing was read of the innermost one
  bool more = true;
  do {
    if (more) {
      if (nodes_.size() == limits.values)
        return llvm::make_error<JsonTooBig>("a document with too many values");
      const std::uint32_t at = ToU32(nodes_.size());
      if (!Add(cursor, key)) break;
      first = IsContainer(nodes_[at].kind);
      if (first) {
        if (open.size() == limits.depth)
          return llvm::make_error<JsonTooBig>("a document nested too deeply");
        open.push_back(at);
      }
    } else {
      nodes_[open.back()].end = ToU32(nodes_.size());
      open.pop_back();
      first = false;
    }
    if (open.empty()) break;
    key = {};
    more = nodes_[open.back()].kind == JsonKind::Object ? cursor.NextMember(first, key)
                                                        : cursor.NextElement(first);
  } while (!cursor.failed());
  if (!cursor.failed() && cursor.ReadEnd("unexpected text after the end of the document")) {
    return llvm::Error::success();
  }
  return ErrorOf("byte " + std::to_string(cursor.failure()->offset + 1) + ": " +
                 cursor.failure()->words);
}

bool JsonTree::Add(JsonCursor& cursor, std::string_view key) {
  Node node;
  node.key = key;
  node.kind = cursor.Peek();
  node.end = ToU32(nodes_.size() + 1);
  bool flag = false;
  bool good = false;
  switch (node.kind) {
    case JsonKind::Object:
      good = cursor.OpenObject();
      break;
    case JsonKind::Array:
      good = cursor.OpenArray();
      break;
    case JsonKind::String:
      good = cursor.ReadString(node.text);
      break;
    case JsonKind::Number:
      good = cursor.ReadNumber(node.text);
      break;
    case JsonKind::True:
    case JsonKind::False:
      good = cursor.ReadBoolean(flag);
      break;
    case JsonKind::Null:
      good = cursor.ReadNull();
      break;
    case JsonKind::End:
    case JsonKind::Other:
      return cursor.FailExpected("a value");
  }
  nodes_.push_back(node);
  return good;
}

JsonKind JsonValue::kind() const {
  return tree_->nodes_[at_].kind;
}

std::string_view JsonValue::key() const {
  return exists() ? tree_->nodes_[at_].key : std::string_view();
}

std::optional<std::string_view> JsonValue::String() const {
  if (!Is(JsonKind::String)) return std::nullopt;
  return tree_->nodes_[at_].text;
}

std::optional<bool> JsonValue::Boolean() const {
  if (!Is(JsonKind::True) && !Is(JsonKind::False)) return std::nullopt;
  return kind() == JsonKind::True;
}

std::optional<std::int64_t> JsonValue::Integer() const {
  if (!Is(JsonKind::Number)) return std::nullopt;
  const std::string_view text = tree_->nodes_[at_].text;
  const char* const end = text.data() + text.size();
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc() && rest == end) return number;
  double real = 0;
  if (std::from_chars(text.data(), end, real).ec != std::errc()) return std::nullopt;
  constexpr double kBound = 9223372036854775808.0;  // 2^63
  if (std::trunc(real) != real || real < -kBound || real >= kBound) return std::nullopt;
  return static_cast<std::int64_t>(real);
}

JsonValue JsonValue::operator[](std::string_view key) const {
  JsonValue found;
  if (!Is(JsonKind::Object)) return found;
  for (const JsonValue member : *this) {
    if (member.key() == key) found = member;
  }
  return found;
}

JsonValue::Iterator JsonValue::begin() const {
  return {tree_, exists() ? at_ + 1 : 0};
}

JsonValue::Iterator JsonValue::end() const {
  return {tree_, exists() ? tree_->nodes_[at_].end : 0};
}

JsonValue::Iterator& JsonValue::Iterator::operator++() {
  at_ = tree_->nodes_[at_].end;
  return *this;
}

void JsonValue::WriteMember(JsonWriter& json) const {
  const std::string_view name = key();
  json.attributeBegin({name.data(), name.size()});
  Write(json);
  json.attributeEnd();
}

void JsonValue::Write(JsonWriter& json) const {
  if (!exists()) return json.value(nullptr);
  switch (kind()) {
    case JsonKind::Object:
      return json.object([&] {
        for (const JsonValue member : *this) member.WriteMember(json);
      });
    case JsonKind::Array:
      return json.array([&] {
        for (const JsonValue element : *this) element.Write(json);
      });
    case JsonKind::String:
      return json.value(*String());
    case JsonKind::Number: {
      const std::string_view number = tree_->nodes_[at_].text;
      return json.raw({number.data(), number.size()});
    }
    case JsonKind::True:
    case JsonKind::False:
      return json.value(kind() == JsonKind::True);
    default:
      return json.value(nullptr);
  }
}

}  // namespace ipec::support
