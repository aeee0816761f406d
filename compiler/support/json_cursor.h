#pragma once

// A JSON reader without a tree: the caller asks for the values it expects, one by one, and gets
// views. A JSON library does not fit: a trace has millions of lines, each with the same dozen
// fields; errors need the exact column; duplicate fields must be errors; and deep nesting must not
// use up the stack. json_tree.h reads a whole document. tests/fuzz/event_fuzz.cpp and json_fuzz.cpp
// compare both with LLVM's reader.
//
// After the first failure `failed()` stays true, and no other function may be called.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ipec::support {

// The kind of the next value, determined by its first character.
enum class JsonKind : std::uint8_t { Object, Array, String, Number, True, False, Null, End, Other };

// For messages: "an object", "a string", "`true`", "the end of the line".
std::string_view Describe(JsonKind kind);

// Which strings are accepted that are not text.
enum class JsonText : std::uint8_t {
  Strict,   // `\udcXX` is a single byte, as Python writes file names; all else is an error
  Lenient,  // bytes that are not UTF-8 stay, half a surrogate pair becomes U+FFFD, as editors do
};

// The first failure of a cursor: its place, and what is wrong there.
struct JsonFailure {
  std::size_t offset;
  std::string words;
};

class JsonCursor {
 public:
  // Decoded strings are stored in `store` until it is cleared.
  JsonCursor(std::string_view text, std::string& store, JsonText strings = JsonText::Strict);

  JsonKind Peek();

  // `{`, then for each member NextMember, which is false after the last.
  bool OpenObject() { return Expect('{', "`{`"); }
  bool NextMember(bool first, std::string_view& key);

  // `[`, then for each element NextElement, which is false after the last.
  bool OpenArray() { return Expect('[', "`[`"); }
  bool NextElement(bool first);

  bool ReadString(std::string_view& value);
  // Reads a number and checks it against the JSON grammar: `-0.5e+3`.
  bool ReadNumber(std::string_view& literal);
  bool ReadBoolean(bool& value);
  bool ReadNull();
  // Expects only whitespace up to the end; `words` is the error for anything else.
  bool ReadEnd(std::string_view words);

  bool Fail(std::size_t offset, std::string words);
  // "expected NAME, found …" at the cursor.
  bool FailExpected(std::string_view name);
  bool failed() const { return failure_.has_value(); }
  const std::optional<JsonFailure>& failure() const { return failure_; }

  // The position of the key from the last NextMember.
  std::size_t key_offset() const { return key_offset_; }
  // The position of the value from the last Peek.
  std::size_t offset() const { return at_; }

 private:
  void SkipWhitespace();
  bool Is(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  bool Expect(char letter, std::string_view name);
  bool ReadEscape();
  bool ReadHex4(std::uint32_t& unit);
  bool ReadUnicodeEscape(std::size_t begin);
  bool ReadHalfPair(std::size_t begin, std::string_view words);
  // Whether a multi-byte UTF-8 character is at the cursor; if so, steps over it.
  bool StepOverLetter();

  std::string_view text_;
  std::string& store_;
  JsonText strings_;
  std::size_t at_ = 0;
  std::size_t key_offset_ = 0;
  std::optional<JsonFailure> failure_;
};

}  // namespace ipec::support
