#pragma once

// A whole JSON document from outside: bounded in depth and size, read without recursion, and kept
// as one flat list of values. A value is a small handle; what is not there is an absent value, so a
// path needs no checks on its way: `params["textDocument"]["uri"].String()`.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/json_cursor.h"
#include "compiler/support/json_writer.h"
#include "llvm/Support/Error.h"

namespace ipec::support {

class JsonTree;

// Valid as long as its tree.
class JsonValue {
 public:
  JsonValue() = default;  // absent

  bool exists() const { return tree_ != nullptr; }
  bool Is(JsonKind kind) const { return exists() && this->kind() == kind; }

  // Nothing if the value is absent or of another kind.
  std::optional<std::string_view> String() const;
  std::optional<bool> Boolean() const;
  // A number without a fractional part, however it is written.
  std::optional<std::int64_t> Integer() const;

  // The member of an object; absent if there is none. Of several with one name, the last.
  JsonValue operator[](std::string_view key) const;

  // The elements of an array or the members of an object, in their order; none of other values.
  class Iterator;
  Iterator begin() const;
  Iterator end() const;
  // The name of a member of an object.
  std::string_view key() const;

  // Writes the value as it was read, without whitespace.
  void Write(JsonWriter& json) const;
  // Of a member of an object: with its name.
  void WriteMember(JsonWriter& json) const;

 private:
  friend class JsonTree;
  JsonValue(const JsonTree* tree, std::uint32_t at) : tree_(tree), at_(at) {}
  JsonKind kind() const;

  const JsonTree* tree_ = nullptr;
  std::uint32_t at_ = 0;
};

struct JsonLimits {
  std::size_t depth = 200;
  std::size_t values = std::size_t{4} << 20;
};

// The document is JSON, or could be, but exceeds a limit.
class JsonTooBig final : public llvm::ErrorInfo<JsonTooBig> {
 public:
  static char ID;
  explicit JsonTooBig(std::string words) : words_(std::move(words)) {}
  void log(llvm::raw_ostream& out) const override { out << words_; }
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }

 private:
  std::string words_;
};

class JsonTree {
 public:
  // The error is a JsonTooBig, or names the byte, from 1, at which the text is not JSON.
  static llvm::Expected<std::shared_ptr<const JsonTree>> Parse(std::string text, JsonText strings,
                                                               const JsonLimits& limits = {});

  JsonValue root() const { return {this, 0}; }

 private:
  friend class JsonValue;
  struct Node {
    std::string_view key;   // of a member of an object
    std::string_view text;  // of a string: decoded; of a number: as it was written
    std::uint32_t end = 0;  // the first node that is not inside this one
    JsonKind kind = JsonKind::Null;
  };

  explicit JsonTree(std::string text) : text_(std::move(text)) {}
  llvm::Error Read(JsonText strings, const JsonLimits& limits);
  // Adds the value at the cursor; of an array or object, only its beginning.
  bool Add(JsonCursor& cursor, std::string_view key);

  std::string text_;
  std::string store_;  // decoded strings
  std::vector<Node> nodes_;
};

class JsonValue::Iterator {
 public:
  Iterator(const JsonTree* tree, std::uint32_t at) : tree_(tree), at_(at) {}
  JsonValue operator*() const { return {tree_, at_}; }
  Iterator& operator++();
  friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

 private:
  const JsonTree* tree_;
  std::uint32_t at_;
};

}  // namespace ipec::support
