#include "compiler/support/json_cursor.h"

#include <array>

#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/ConvertUTF.h"

namespace ipec::support {
namespace {

constexpr bool IsDigit(char letter) {
  return letter >= '0' && letter <= '9';
}

// Characters that need no escape in a string.
constexpr auto kPlain = [] {
  std::array<bool, 256> plain{};
  for (unsigned byte = 0x20; byte < 0x80; ++byte) plain[byte] = byte != '"' && byte != '\\';
  return plain;
}();
constexpr bool IsPlain(char letter) {
  return kPlain[ToByte(letter)];
}

}  // namespace

std::string_view Describe(JsonKind kind) {
  switch (kind) {
    case JsonKind::Object:
      return "an object";
    case JsonKind::Array:
      return "an array";
    case JsonKind::String:
      return "a string";
    case JsonKind::Number:
      return "a number";
    case JsonKind::True:
      return "`true`";
    case JsonKind::False:
      return "`false`";
    case JsonKind::Null:
      return "`null`";
    case JsonKind::End:
      return "the end of the line";
    case JsonKind::Other:
      return "something that is not JSON";
  }
  return "";
}

JsonCursor::JsonCursor(std::string_view text, std::string& store, JsonText strings)
    : text_(text), store_(store), strings_(strings) {
  // A decoded string is never longer than its escaped form, so the store never reallocates.
  store_.clear();
  store_.reserve(text.size());
}

void JsonCursor::SkipWhitespace() {
  while (at_ < text_.size() &&
         (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\r' || text_[at_] == '\n')) {
    ++at_;
  }
}

JsonKind JsonCursor::Peek() {
  SkipWhitespace();
  if (at_ == text_.size()) return JsonKind::End;
  switch (text_[at_]) {
    case '{':
      return JsonKind::Object;
    case '[':
      return JsonKind::Array;
    case '"':
      return JsonKind::String;
    case 't':
      return Is("true") ? JsonKind::True : JsonKind::Other;
    case 'f':
      return Is("false") ? JsonKind::False : JsonKind::Other;
    case 'n':
      return Is("null") ? JsonKind::Null : JsonKind::Other;
    case '-':
      return JsonKind::Number;
    default:
      return IsDigit(text_[at_]) ? JsonKind::Number : JsonKind::Other;
  }
}

bool JsonCursor::Fail(std::size_t offset, std::string words) {
  if (!failed()) failure_ = {offset, std::move(words)};
  return false;
}

bool JsonCursor::Expect(char letter, std::string_view name) {
  SkipWhitespace();
  if (at_ < text_.size() && text_[at_] == letter) {
    ++at_;
    return true;
  }
  return FailExpected(name);
}

bool JsonCursor::FailExpected(std::string_view name) {
  const JsonKind kind = Peek();
  std::string found(Describe(kind));
  if (kind == JsonKind::Other) found = Quoted(text_.substr(at_, 1));
  return Fail(at_, "expected " + std::string(name) + ", found " + found);
}

bool JsonCursor::NextMember(bool first, std::string_view& key) {
  SkipWhitespace();
  if (at_ < text_.size() && text_[at_] == '}') {
    ++at_;
    return false;
  }
  if (!first && !Expect(',', "`,` or `}`")) return false;
  SkipWhitespace();
  if (at_ == text_.size() || text_[at_] != '"') {
    return Fail(at_, first ? "expected a field name in quotes or `}`"
                           : "expected a field name in quotes after `,`");
  }
  key_offset_ = at_;
  return ReadString(key) && Expect(':', "`:`");
}

bool JsonCursor::NextElement(bool first) {
  SkipWhitespace();
  if (at_ < text_.size() && text_[at_] == ']') {
    ++at_;
    return false;
  }
  return first || Expect(',', "`,` or `]`");
}

bool JsonCursor::ReadString(std::string_view& value) {
  if (!Expect('"', "a string")) return false;
  const std::size_t begin = at_;
  const char* const end = text_.data() + text_.size();
  const char* plain = text_.data() + at_;
  while (plain < end && IsPlain(*plain)) ++plain;
  at_ = ToSize(plain - text_.data());
  if (at_ < text_.size() && text_[at_] == '"') {
    value = text_.substr(begin, at_++ - begin);
    return true;
  }
  const std::size_t stored = store_.size();
  store_ += text_.substr(begin, at_ - begin);
  while (at_ < text_.size() && text_[at_] != '"') {
    const std::size_t from = at_;
    if (text_[at_] == '\\') {
      if (!ReadEscape()) return false;
    } else if (!IsPlain(text_[at_]) && StepOverLetter()) {
      store_ += text_.substr(from, at_ - from);
    } else if (ToByte(text_[at_]) < 0x20) {
      return Fail(at_, "a control character in a string; JSON requires `\\u00XX`");
    } else if (IsPlain(text_[at_]) || strings_ == JsonText::Lenient) {
      store_ += text_[at_++];
    } else {
      return Fail(at_,
                  "a byte in a string is not UTF-8; write it as `\\udcXX`, where XX is the "
                  "byte in hex");
    }
  }
  if (at_ == text_.size()) return Fail(begin - 1, "this string has no closing `\"`");
  ++at_;
  value = std::string_view(store_).substr(stored);
  return true;
}

bool JsonCursor::StepOverLetter() {
  if (ToByte(text_[at_]) < 0x80) return false;
  const auto* begin = reinterpret_cast<const llvm::UTF8*>(text_.data()) + at_;
  const auto* end = reinterpret_cast<const llvm::UTF8*>(text_.data()) + text_.size();
  if (!llvm::isLegalUTF8Sequence(begin, end)) return false;
  at_ += llvm::getNumBytesForUTF8(*begin);
  return true;
}

bool JsonCursor::ReadEscape() {
  const std::size_t begin = at_++;
  const char letter = at_ < text_.size() ? text_[at_] : '\0';
  ++at_;
  switch (letter) {
    case '"':
    case '\\':
    case '/':
      store_ += letter;
      return true;
    case 'b':
      store_ += '\b';
      return true;
    case 'f':
      store_ += '\f';
      return true;
    case 'n':
      store_ += '\n';
      return true;
    case 'r':
      store_ += '\r';
      return true;
    case 't':
      store_ += '\t';
      return true;
    case 'u':
      return ReadUnicodeEscape(begin);
    default:
      return Fail(begin, "JSON has no such escape; write a backslash as `\\\\`");
  }
}

bool JsonCursor::ReadHex4(std::uint32_t& unit) {
  unit = 0;
  for (int i = 0; i < 4; ++i, ++at_) {
    const char letter = at_ < text_.size() ? text_[at_] : '\0';
    const unsigned digit = llvm::hexDigitValue(letter);
    if (digit > 15) return Fail(at_, "`\\u` must be followed by four hex digits");
    unit = unit << 4U | digit;
  }
  return true;
}

// A lone `\udc80` to `\udcff` is the byte 80 to FF: Python and other languages encode non-UTF-8
// names in JSON this way. Any other lone surrogate is an error.
bool JsonCursor::ReadUnicodeEscape(std::size_t begin) {
  std::uint32_t unit = 0;
  if (!ReadHex4(unit)) return false;
  if (strings_ == JsonText::Strict && unit >= 0xDC80 && unit <= 0xDCFF) {
    store_ += ToChar(unit & 0xFFU);
    return true;
  }
  if (unit >= 0xD800 && unit <= 0xDBFF) {
    const std::size_t behind = at_;
    std::uint32_t low = 0;
    if (text_.substr(at_, 2) == "\\u") {
      at_ += 2;
      if (!ReadHex4(low)) return false;
    }
    if (low < 0xDC00 || low > 0xDFFF) {
      at_ = behind;
      return ReadHalfPair(begin, "the first half of a surrogate pair without the second");
    }
    AppendCharacter(store_, 0x10000 + ((unit - 0xD800) << 10U) + (low - 0xDC00));
    return true;
  }
  if (unit >= 0xDC00 && unit <= 0xDFFF) {
    return ReadHalfPair(begin, "the second half of a surrogate pair without the first");
  }
  AppendCharacter(store_, unit);
  return true;
}

bool JsonCursor::ReadHalfPair(std::size_t begin, std::string_view words) {
  if (strings_ == JsonText::Strict) return Fail(begin, std::string(words));
  AppendCharacter(store_, 0xFFFD);
  return true;
}

bool JsonCursor::ReadNumber(std::string_view& literal) {
  SkipWhitespace();
  const std::size_t begin = at_;
  const auto digits = [&] {
    const std::size_t from = at_;
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
    return at_ > from;
  };
  const auto is = [&](char letter) { return at_ < text_.size() && text_[at_] == letter; };
  if (is('-')) ++at_;
  const std::size_t integer = at_;
  if (!digits()) return Fail(begin, "this number has no digits");
  if (text_[integer] == '0' && at_ > integer + 1) {
    return Fail(begin, "a number with a leading zero is not JSON");
  }
  if (is('.')) {
    ++at_;
    if (!digits()) return Fail(at_, "the number has no digit after the decimal point");
  }
  if (is('e') || is('E')) {
    ++at_;
    if (is('+') || is('-')) ++at_;
    if (!digits()) return Fail(at_, "the exponent has no digit");
  }
  literal = text_.substr(begin, at_ - begin);
  return true;
}

bool JsonCursor::ReadBoolean(bool& value) {
  SkipWhitespace();
  const std::string_view rest = text_.substr(at_);
  value = rest.starts_with("true");
  if (!value && !rest.starts_with("false")) return Fail(at_, "expected `true` or `false`");
  at_ += value ? 4 : 5;
  return true;
}

bool JsonCursor::ReadNull() {
  SkipWhitespace();
  if (!Is("null")) return Fail(at_, "expected `null`");
  at_ += 4;
  return true;
}

bool JsonCursor::ReadEnd(std::string_view words) {
  return Peek() == JsonKind::End || Fail(at_, std::string(words));
}

}  // namespace ipec::support
