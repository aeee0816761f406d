#include "compiler/support/toml_string.h"

#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::support {
namespace {

class StringReader {
 public:
  StringReader(std::string_view text, std::size_t at, std::string& string)
      : text_(text), begin_(at), at_(at), string_(string), quote_(text[at]) {
    const std::string three(3, quote_);
    is_long_ = text.substr(at, 3) == three;
    at_ += is_long_ ? 3 : 1;
  }

  std::optional<TomlMistake> Read() {
    if (is_long_) TakeLineEnd();  // ignored directly after the quotes
    while (!mistake_ && !TakeEnd()) Piece();
    return std::move(mistake_);
  }

  std::size_t at() const { return at_; }

 private:
  // Takes the closing quotes. Up to two more belong to the string before them.
  bool TakeEnd() {
    if (at_ == text_.size() || text_[at_] != quote_) return false;
    if (!is_long_) return ++at_, true;
    const std::size_t behind = std::min(text_.find_first_not_of(quote_, at_), text_.size());
    const std::size_t quotes = std::min<std::size_t>(behind - at_, 5);
    string_.append(quotes < 3 ? quotes : quotes - 3, quote_);
    at_ += quotes;
    return quotes >= 3;
  }

  void Piece() {
    if (at_ == text_.size()) return Unclosed();
    const char byte = text_[at_];
    if (is_long_ && TakeLineEnd()) {
      string_ += '\n';
    } else if (byte == '\n' || text_.substr(at_, 2) == "\r\n") {
      Unclosed();
    } else if (byte == '\\' && quote_ == '"') {
      Escape();
    } else if (IsTomlControl(byte)) {
      constexpr std::string_view kHex = "0123456789ABCDEF";
      const unsigned char code = ToByte(byte);
      std::string words = "a control character in a string: write \"\\u00";
      words += kHex[code >> 4U];
      words += kHex[code & 15U];
      Fail(at_, words + "\"");
    } else {
      string_ += byte;
      ++at_;
    }
  }

  bool TakeLineEnd() {
    const std::size_t size = text_.substr(at_, 1) == "\n"     ? 1
                             : text_.substr(at_, 2) == "\r\n" ? 2
                                                              : 0;
    at_ += size;
    return size != 0;
  }

  bool TakeSpace() {
    const bool is_space = at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t');
    if (is_space) ++at_;
    return is_space;
  }

  void Escape() {
    constexpr std::string_view kLetters = "btnfr\"\\";
    constexpr std::string_view kMeanings = "\b\t\n\f\r\"\\";
    if (is_long_ && TakeContinuation()) return;
    const char letter = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
    if (letter == 'u' || letter == 'U') return CodePoint(letter == 'u' ? 4 : 8);
    const std::size_t found = letter == '\0' ? std::string_view::npos : kLetters.find(letter);
    if (found == std::string_view::npos) {
      return Fail(at_,
                  "a backslash begins an escape (\\\\, \\\", \\n, \\t, \\u00E9, …); "
                  "'in single quotes' it is literal");
    }
    string_ += kMeanings[found];
    at_ += 2;
  }

  // A backslash at the end of a line: it and all space up to the next character do not count.
  bool TakeContinuation() {
    const std::size_t line_end = text_.find_first_not_of(" \t", at_ + 1);
    if (line_end == std::string_view::npos) return false;
    const std::size_t before = std::exchange(at_, line_end);
    if (!TakeLineEnd()) {
      at_ = before;
      return false;
    }
    while (TakeLineEnd() || TakeSpace()) continue;
    return true;
  }

  void CodePoint(std::size_t digits) {
    unsigned point = 0;
    for (std::size_t i = 0; i < digits; ++i) {
      const std::size_t at = at_ + 2 + i;
      const unsigned digit = at < text_.size() ? llvm::hexDigitValue(text_[at]) : ~0U;
      if (digit > 15) {
        return Fail(at_, "an escape of a character has " + std::to_string(digits) + " hex digits");
      }
      point = point << 4U | digit;
    }
    if (!AppendCharacter(string_, point)) return Fail(at_, "a number that is not a character");
    at_ += 2 + digits;
  }

  void Unclosed() {
    Fail(begin_, std::string("an unclosed string: expected ") +
                     (is_long_ ? "three quotes at its end" : "a quote at the end of the line"));
  }

  void Fail(std::size_t where, std::string words) {
    mistake_ = TomlMistake{ToU32(where), std::move(words)};
  }

  std::string_view text_;
  std::size_t begin_;
  std::size_t at_;
  std::string& string_;
  char quote_;
  bool is_long_ = false;
  std::optional<TomlMistake> mistake_;
};

}  // namespace

std::optional<TomlMistake> ReadTomlString(std::string_view text, std::size_t& at,
                                          std::string& string) {
  StringReader reader(text, at, string);
  std::optional<TomlMistake> mistake = reader.Read();
  at = reader.at();
  return mistake;
}

}  // namespace ipec::support
