#include "compiler/records/field_values.h"

#include <algorithm>
#include <array>

#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::records {
namespace {

constexpr std::uint8_t kNoDigit = 16;
constexpr auto kDigits = [] {
  std::array<std::uint8_t, 256> digits{};
  for (auto& digit : digits) digit = kNoDigit;
  for (std::uint8_t digit = 0; digit < 10; ++digit) digits['0' + digit] = digit;
  for (std::uint8_t digit = 10; digit < 16; ++digit) {
    digits['A' + digit - 10] = digit;
    digits['a' + digit - 10] = digit;
  }
  return digits;
}();

std::uint8_t DigitOf(char letter) {
  return kDigits[support::ToByte(letter)];
}

bool IsHex(llvm::StringRef text) {
  return llvm::all_of(text, [](char letter) { return DigitOf(letter) != kNoDigit; });
}

// Whether the kernel prints the characters as they are.
bool IsPlain(llvm::StringRef text) {
  return llvm::all_of(text, [](char letter) { return letter > ' ' && letter <= '~'; });
}

FieldValue Fails(Outcome outcome) {
  return {outcome, std::nullopt, 0};
}

// A value that is not what it should be: cut if the record ends with it.
FieldValue FailsAt(llvm::StringRef rest, std::size_t end) {
  return Fails(Broken(end == rest.size() ? Trouble::Cut : Trouble::Malformed));
}

std::size_t EndOfWord(llvm::StringRef rest) {
  return std::min(rest.find(' '), rest.size());
}

FieldValue ReadQuoted(llvm::StringRef rest) {
  const std::size_t end = rest.find('"', 1);
  if (end == llvm::StringRef::npos) return Fails(Broken(Trouble::Cut));
  const llvm::StringRef text = rest.slice(1, end);
  if (end + 1 < rest.size() && rest[end + 1] != ' ') return Fails(Broken(Trouble::Malformed));
  if (!IsPlain(text)) return Fails(Broken(Trouble::Malformed));
  return {Taken(), text, end + 1};
}

// Appends `ALG:HEX` in the form of mainline.
void AppendUpper(std::string& store, llvm::StringRef hex) {
  for (const char letter : hex) store += llvm::toUpper(letter);
}

}  // namespace

FieldValue ReadWord(llvm::StringRef rest) {
  const std::size_t end = EndOfWord(rest);
  if (end == 0) return FailsAt(rest, end);
  const llvm::StringRef text = rest.take_front(end);
  if (text == "?" || text == "(null)") return {Taken(), std::nullopt, end};
  return {Taken(), text, end};
}

FieldValue ReadUntrusted(llvm::StringRef rest, std::string& store) {
  if (rest.startswith("\"")) return ReadQuoted(rest);
  const FieldValue word = ReadWord(rest);
  if (!word.text || word.outcome.kind != Outcome::Kind::Taken) return word;
  const llvm::StringRef hex = *word.text;
  if (!IsHex(hex)) return Fails(Broken(Trouble::Malformed));
  if (hex.size() % 2 != 0) return FailsAt(rest, word.length);
  store.resize(hex.size() / 2);
  for (std::size_t at = 0; at < store.size(); ++at) {
    store[at] = static_cast<char>(DigitOf(hex[2 * at]) * 16 + DigitOf(hex[2 * at + 1]));
  }
  return {Taken(), llvm::StringRef(store), word.length};
}

FieldValue ReadName(llvm::StringRef rest, llvm::StringRef key) {
  // The name is printed raw. In rfc-v7 it may have spaces, so only the next field ends it.
  const llvm::StringRef stem = key.drop_back(llvm::StringRef("name").size());
  for (std::size_t end = rest.find(' '); end != llvm::StringRef::npos;
       end = rest.find(' ', end + 1)) {
    llvm::StringRef next = rest.substr(end + 1);
    if (!next.consume_front(stem) || !next.startswith("version=")) continue;
    llvm::StringRef text = rest.take_front(end);
    if (text == "?") return {Taken(), std::nullopt, end};
    if (text.size() >= 2 && text.startswith("\"") && text.endswith("\"")) {
      text = text.drop_front().drop_back();
    }
    if (text.empty()) return Fails(Broken(Trouble::Malformed));
    return {Taken(), text, end};
  }
  return Fails(Broken(Trouble::Cut));
}

FieldValue ReadDigest(llvm::StringRef rest, std::string& store) {
  const FieldValue word = ReadWord(rest);
  if (!word.text || word.outcome.kind != Outcome::Kind::Taken) return word;
  const auto [algorithm, hex] = word.text->split(':');
  if (algorithm.empty() || hex.empty()) return FailsAt(rest, word.length);
  if (!IsHex(hex)) return Fails(Broken(Trouble::Malformed));
  store.assign(algorithm.begin(), algorithm.end());
  store += ':';
  AppendUpper(store, hex);
  return {Taken(), llvm::StringRef(store), word.length};
}

FieldValue ReadHash(llvm::StringRef rest, llvm::StringRef key, std::string& store) {
  const FieldValue word = ReadWord(rest);
  if (!word.text || word.outcome.kind != Outcome::Kind::Taken) return word;
  if (!IsHex(*word.text)) return Fails(Broken(Trouble::Malformed));
  const llvm::StringRef algorithm = key.substr(key.rfind('_') + 1);
  store.assign(algorithm.begin(), algorithm.end());
  store += ':';
  AppendUpper(store, *word.text);
  return {Taken(), llvm::StringRef(store), word.length};
}

std::optional<std::uint64_t> ToNumber(llvm::StringRef digits) {
  constexpr std::size_t kMostDigits = 20;  // of 64 bits
  if (digits.empty() || digits.size() > kMostDigits) return std::nullopt;
  std::uint64_t number = 0;
  for (const char letter : digits) {
    if (letter < '0' || letter > '9') return std::nullopt;
    const auto digit = static_cast<std::uint64_t>(letter - '0');
    if (number > (UINT64_MAX - digit) / 10) return std::nullopt;
    number = number * 10 + digit;
  }
  return number;
}

}  // namespace ipec::records
