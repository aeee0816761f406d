#include "compiler/inventory/digest_text.h"

#include <algorithm>

#include "compiler/sign/hash.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::inventory {
namespace {

// Longer names and digests are not those of a kernel.
constexpr std::size_t kLongestAlgorithm = 64;
constexpr std::size_t kMostDigestDigits = 256;

bool IsLowercaseHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

bool IsNameCharacter(char c) {
  return llvm::isAlnum(c) || c == '-' || c == '_' || c == '(' || c == ')' || c == ',' || c == '.';
}

}  // namespace

std::string ToHex(std::span<const std::uint8_t> bytes) {
  return llvm::toHex({bytes.data(), bytes.size()}, /*LowerCase=*/true);
}

std::optional<std::string> LowercaseHex(std::string_view text) {
  std::string lower = llvm::StringRef(text.data(), text.size()).lower();
  if (!std::all_of(lower.begin(), lower.end(), IsLowercaseHex)) return std::nullopt;
  return lower;
}

std::string DigestText(std::string_view algorithm, std::span<const std::uint8_t> digest) {
  return std::string(algorithm) + ':' + ToHex(digest);
}

llvm::Error CheckDigest(std::string_view text) {
  const std::string quoted = support::Quoted(support::Abbreviated(text));
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos)
    return support::ErrorOf(quoted + " is not a digest `ALGORITHM:HEX`");
  const std::string_view name = text.substr(0, colon);
  const std::string_view digits = text.substr(colon + 1);
  if (name.empty() || name.size() > kLongestAlgorithm ||
      !std::all_of(name.begin(), name.end(), IsNameCharacter)) {
    return support::ErrorOf(quoted + " does not begin with the name of an algorithm");
  }
  if (!std::all_of(digits.begin(), digits.end(), IsLowercaseHex)) {
    return support::ErrorOf(quoted +
                            " has other characters than lowercase hex digits after the colon");
  }
  if (digits.empty() || digits.size() % 2 != 0 || digits.size() > kMostDigestDigits) {
    return support::ErrorOf(quoted + " has " + std::to_string(digits.size()) + " hex digits");
  }
  const sign::BlockHash* hash = sign::FindBlockHash(name);
  if (hash != nullptr && digits.size() != 2 * DigestSize(*hash)) {
    return support::ErrorOf(quoted + " has " + std::to_string(digits.size()) +
                            " hex digits, but a " + std::string(name) + " digest has " +
                            std::to_string(2 * DigestSize(*hash)));
  }
  return llvm::Error::success();
}

}  // namespace ipec::inventory
