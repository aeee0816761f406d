// Booleans, numbers, dates and times.

#include <charconv>

#include "compiler/support/date.h"
#include "compiler/support/toml.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::support {
namespace {

// Takes digits of `base` from the front of `text`, with single underscores between them, and gives
// them without; empty: there are none, or the underscores are wrong.
std::string TakeDigits(std::string_view& text, unsigned base) {
  std::string digits;
  bool after_digit = false;
  while (!text.empty()) {
    if (llvm::hexDigitValue(text[0]) < base) {
      digits += text[0];
      after_digit = true;
    } else if (text[0] == '_' && after_digit) {
      after_digit = false;
    } else {
      break;
    }
    text.remove_prefix(1);
  }
  return after_digit ? digits : std::string();
}

bool HasLeadingZero(const std::string& digits) {
  return digits.size() > 1 && digits[0] == '0';
}

bool TakeSign(std::string_view& text) {
  const bool signed_ = !text.empty() && (text[0] == '+' || text[0] == '-');
  if (signed_) text.remove_prefix(1);
  return signed_;
}

bool IsFloat(std::string_view text) {
  TakeSign(text);
  if (text == "inf" || text == "nan") return true;
  const std::string whole = TakeDigits(text, 10);
  if (whole.empty() || HasLeadingZero(whole)) return false;
  const std::size_t before = text.size();
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    if (TakeDigits(text, 10).empty()) return false;
  }
  if (text.starts_with('e') || text.starts_with('E')) {
    text.remove_prefix(1);
    TakeSign(text);
    if (TakeDigits(text, 10).empty()) return false;
  }
  return text.empty() && before != 0;
}

// Sets `kind` and `integer` where `text` is an integer that fits.
bool ReadInteger(std::string_view text, TomlValue& value) {
  const bool negative = text.starts_with('-');
  const bool has_sign = TakeSign(text);
  int base = 10;
  if (text.starts_with("0x")) base = 16;
  if (text.starts_with("0o")) base = 8;
  if (text.starts_with("0b")) base = 2;
  if (base != 10) text.remove_prefix(2);
  std::string digits = TakeDigits(text, base);
  if (digits.empty() || !text.empty()) return false;
  if (base == 10 ? HasLeadingZero(digits) : has_sign) return false;
  if (negative) digits.insert(digits.begin(), '-');
  const char* const end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value.integer, base);
  if (error != std::errc() || stop != end) return false;
  value.kind = TomlKind::Integer;
  return true;
}

// Takes two digits that are at most `most`.
bool TakeTwo(std::string_view& text, unsigned most) {
  if (text.size() < 2 || !llvm::isDigit(text[0]) || !llvm::isDigit(text[1])) return false;
  const unsigned number = llvm::hexDigitValue(text[0]) * 10 + llvm::hexDigitValue(text[1]);
  text.remove_prefix(2);
  return number <= most;
}

bool Take(std::string_view& text, char byte) {
  if (!text.starts_with(byte)) return false;
  text.remove_prefix(1);
  return true;
}

// `07:32:00`, `07:32:00.999`
bool TakeTimeOfDay(std::string_view& text) {
  if (!TakeTwo(text, 23) || !Take(text, ':') || !TakeTwo(text, 59) || !Take(text, ':')) {
    return false;
  }
  if (!TakeTwo(text, 59)) return false;
  if (!Take(text, '.')) return true;
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(digits);
  return digits != 0;
}

// `Z`, `+01:00`, or nothing.
bool IsOffset(std::string_view text) {
  if (text.empty() || text == "Z" || text == "z") return true;
  return TakeSign(text) && TakeTwo(text, 23) && Take(text, ':') && TakeTwo(text, 59) &&
         text.empty();
}

bool IsTime(std::string_view text) {
  constexpr std::size_t kDate = 10;
  if (text.size() > 2 && text[2] == ':') return TakeTimeOfDay(text) && text.empty();
  if (!IsDate(text.substr(0, kDate))) return false;
  text.remove_prefix(kDate);
  if (text.empty()) return true;
  if (!Take(text, 'T') && !Take(text, 't') && !Take(text, ' ')) return false;
  return TakeTimeOfDay(text) && IsOffset(text);
}

}  // namespace

std::optional<TomlValue> ReadTomlWord(std::string_view word) {
  TomlValue value;
  if (word == "true" || word == "false") {
    value.kind = TomlKind::Boolean;
    value.boolean = word == "true";
    return value;
  }
  if (ReadInteger(word, value)) return value;
  if (IsFloat(word)) {
    value.kind = TomlKind::Float;
  } else if (IsTime(word)) {
    value.kind = TomlKind::Time;
  } else {
    return std::nullopt;
  }
  return value;
}

}  // namespace ipec::support
