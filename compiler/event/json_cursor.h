#pragma once

// A strict JSON reader for one line, without a tree: the caller asks for what it expects, value by
// value, and gets views. Why not a JSON library: a trace has millions of lines, each with the same
// dozen fields; complaints need the exact column; a repeated field must not pass; and no nesting,
// however deep, may use up the stack. tests/fuzz/event_fuzz.cpp holds it equal to LLVM's reader.
//
// After the first failure `failed()` stays true and nothing more should be asked.

#include <cstdint>
#include <string>
#include <string_view>

namespace ipec::event {

// What the next value is, by its first letter.
enum class JsonKind : std::uint8_t { Object, Array, String, Number, True, False, Null, End, Other };

// For messages: "an object", "a string", "`true`", "the end of the line".
std::string_view Words(JsonKind kind);

class JsonCursor {
 public:
  // Decoded strings live in `store` until it is cleared.
  JsonCursor(std::string_view text, std::string& store);

  JsonKind Peek();

  // `{`, then for each member NextMember, which is false after the last.
  bool OpenObject() { return Expect('{', "`{`"); }
  bool NextMember(bool first, std::string_view& key);

  bool ReadString(std::string_view& value);
  // The literal, checked against the grammar of numbers: `-0.5e+3`.
  bool ReadNumber(std::string_view& literal);
  bool ReadBoolean(bool& value);
  // Nothing but blanks up to the end.
  bool ReadEnd();

  bool Fail(std::size_t offset, std::string words);
  bool failed() const { return !words_.empty(); }
  const std::string& words() const { return words_; }
  std::size_t failure_offset() const { return failure_; }

  // Where the key stands that NextMember gave.
  std::size_t key_offset() const { return key_offset_; }
  // Of what Peek saw.
  std::size_t offset() const { return at_; }

 private:
  void SkipBlanks();
  bool Is(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  bool Expect(char letter, std::string_view name);
  bool ReadEscape();
  bool ReadHex4(std::uint32_t& unit);
  bool ReadUnicodeEscape(std::size_t begin);
  // Whether a UTF-8 letter of several bytes stands at the cursor; then steps over it.
  bool StepOverLetter();

  std::string_view text_;
  std::string& store_;
  std::size_t at_ = 0;
  std::size_t key_offset_ = 0;
  std::string words_;
  std::size_t failure_ = 0;
};

}  // namespace ipec::event
