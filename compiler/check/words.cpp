#include "compiler/check/words.h"

#include <array>

#include "compiler/support/errno.h"
#include "compiler/support/numbers.h"

namespace ipec::check {
namespace {

constexpr std::uint8_t kNoDigit = 0xFF;

constexpr std::array<std::uint8_t, 256> kHexValues = [] {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNoDigit);
  for (std::uint8_t i = 0; i < 10; ++i) values['0' + i] = i;
  for (std::uint8_t i = 10; i < 16; ++i) values['a' + i - 10] = values['A' + i - 10] = i;
  return values;
}();
std::uint8_t HexValue(char digit) {
  return kHexValues[support::ToByte(digit)];
}

// Decodes pairs of hex digits. Returns the position of the first byte that is not one, or npos.
std::size_t DecodeHex(llvm::StringRef digits, std::vector<std::uint8_t>& bytes) {
  bytes.resize(digits.size() / 2);
  std::uint8_t seen = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::uint8_t high = HexValue(digits[2 * i]);
    const std::uint8_t low = HexValue(digits[2 * i + 1]);
    seen |= high | low;
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  if ((seen & 0xF0U) == 0) return llvm::StringRef::npos;
  for (std::size_t i = 0;; ++i) {
    if (HexValue(digits[i]) == kNoDigit) return i;
  }
}

// One component of a version as the kernel's kstrtou16 reads it: an overflow of 64 bits is an error
// before anything that follows the digits, a value above 65535 after it.
VersionProblem ReadComponent(llvm::StringRef text, std::uint16_t& value) {
  if (text.startswith("+")) text = text.drop_front();
  std::uint64_t number = 0;
  std::size_t digits = 0;
  for (; digits < text.size() && text[digits] >= '0' && text[digits] <= '9'; ++digits) {
    const std::uint64_t digit = text[digits] - '0';
    if (number > (UINT64_MAX - digit) / 10) return VersionProblem::TooLarge;
    number = number * 10 + digit;
  }
  if (digits == 0 || digits != text.size()) return VersionProblem::NotANumber;
  if (number > UINT16_MAX) return VersionProblem::TooLarge;
  value = static_cast<std::uint16_t>(number);
  return VersionProblem::None;
}

}  // namespace

std::optional<runtime::Operation> ReadOperation(const targets::Target& target,
                                                llvm::StringRef word) {
  auto operation = runtime::FindOperation(std::string_view(word));
  if (operation && (*operation == runtime::Operation::Unknown || !target.Knows(*operation))) {
    operation.reset();
  }
  return operation;
}

const targets::Alias* ReadAlias(const targets::Target& target, llvm::StringRef word) {
  for (const targets::Alias& alias : target.aliases()) {
    if (alias.spelling == std::string_view(word)) return &alias;
  }
  return nullptr;
}

std::span<const runtime::Operation> ReadOperations(const targets::Target& target,
                                                   std::span<const runtime::Operation> every,
                                                   llvm::StringRef word,
                                                   runtime::Operation& single) {
  if (word == "*") return every;
  if (const targets::Alias* alias = ReadAlias(target, word)) return alias->operations;
  const auto operation = ReadOperation(target, word);
  if (!operation) return {};
  single = *operation;
  return {&single, 1};
}

std::optional<runtime::Property> ReadProperty(llvm::StringRef key) {
  return runtime::FindProperty(std::string_view(key));
}

std::optional<bool> ReadBoolean(llvm::StringRef value) {
  if (value == "TRUE") return true;
  if (value == "FALSE") return false;
  return std::nullopt;
}

std::optional<runtime::Action> ReadAction(llvm::StringRef value) {
  return runtime::FindAction(std::string_view(value));
}

DigestWord ReadDigest(llvm::StringRef value, bool bare, std::vector<std::uint8_t>& bytes) {
  DigestWord word;
  bytes.clear();
  word.digits = value;
  if (!bare) {
    const std::size_t colon = value.find(':');
    if (value.empty() || colon == llvm::StringRef::npos) {
      word.problem = value.empty() ? DigestProblem::Empty : DigestProblem::NoAlgorithm;
      return word;
    }
    word.algorithm = value.take_front(colon);
    word.digits = value.drop_front(colon + 1);
  }
  word.bad_digit = DecodeHex(word.digits, bytes);
  if (word.bad_digit != llvm::StringRef::npos) {
    word.problem = DigestProblem::NotHex;
  } else if (!bare && word.digits.size() % 2 != 0) {
    const bool digit = HexValue(word.digits.back()) != kNoDigit;
    word.problem = digit ? DigestProblem::OddDigits : DigestProblem::NotHex;
    word.bad_digit = word.digits.size() - 1;
  }
  return word;
}

support::Errno ErrnoOf(DigestProblem problem) {
  return problem == DigestProblem::Empty || problem == DigestProblem::NoAlgorithm
             ? support::Errno::kEBADMSG
             : support::Errno::kEINVAL;
}

std::optional<support::Errno> DirectoryNameError(llvm::StringRef name) {
  constexpr std::size_t kLongestName = 255;
  if (name == "." || name == ".." || name.contains('/')) return support::Errno::kEACCES;
  if (name.size() > kLongestName) return support::Errno::kENAMETOOLONG;
  return std::nullopt;
}

VersionWord ReadVersion(llvm::StringRef value) {
  VersionWord word;
  std::uint16_t* const components[] = {&word.version.major, &word.version.minor,
                                       &word.version.revision};
  for (std::size_t count = 0;; ++count) {
    const std::size_t dot = value.find('.', word.begin);
    word.end = dot == llvm::StringRef::npos ? value.size() : dot;
    if (count == std::size(components)) {
      word.problem = VersionProblem::TooMany;
      return word;
    }
    word.problem = ReadComponent(value.slice(word.begin, word.end), *components[count]);
    if (word.problem != VersionProblem::None) return word;
    if (dot == llvm::StringRef::npos) {
      if (count + 1 < std::size(components)) {
        word.problem = VersionProblem::TooFew;
        word.begin = 0;
      }
      return word;
    }
    word.begin = dot + 1;
  }
}

support::Errno ErrnoOf(VersionProblem problem) {
  switch (problem) {
    case VersionProblem::NotANumber:
      return support::Errno::kEINVAL;
    case VersionProblem::TooLarge:
      return support::Errno::kERANGE;
    default:
      return support::Errno::kEBADMSG;
  }
}

}  // namespace ipec::check
