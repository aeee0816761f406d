#pragma once

// Single words as one target reads them, byte for byte. Nothing here reports anything: readers use
// these functions to decide, and explanations use them to find out what is wrong.

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/policy/policy.h"
#include "compiler/support/errno.h"
#include "compiler/targets/targets.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::check {

std::optional<runtime::Operation> ReadOperation(const targets::Target& target,
                                                llvm::StringRef word);
const targets::Alias* ReadAlias(const targets::Target& target, llvm::StringRef word);
std::optional<runtime::Property> ReadProperty(llvm::StringRef key);
std::optional<bool> ReadBoolean(llvm::StringRef value);
std::optional<runtime::Action> ReadAction(llvm::StringRef value);

// What can be wrong with a digest, in the order in which a kernel finds it.
enum class DigestProblem : std::uint8_t {
  None,
  Empty,        // nothing after `=`
  NoAlgorithm,  // no `:`, where the dialect wants ALG:HEX
  NotHex,       // a byte that is no hexadecimal digit comes before the odd digit is missed
  OddDigits,    // a last digit without its partner
};

struct DigestWord {
  DigestProblem problem = DigestProblem::None;
  llvm::StringRef algorithm;
  llvm::StringRef digits;
  std::size_t bad_digit = 0;  // NotHex: position in `digits`
};

// Reads `value`; the bytes go to `bytes`, which is cleared first. With `bare`, the whole value is
// digits and an odd last one is ignored.
DigestWord ReadDigest(llvm::StringRef value, bool bare, std::vector<std::uint8_t>& bytes);
support::Errno ErrnoOf(DigestProblem problem);

// With what securityfs refuses to make a folder of this name for the policy; nothing: it does not.
std::optional<support::Errno> WhyNoFolder(llvm::StringRef name);

// What can be wrong with a version.
enum class VersionProblem : std::uint8_t {
  None,
  NotANumber,  // a component is no decimal number
  TooLarge,    // a component is above 65535
  TooMany,     // a fourth component
  TooFew,
};

struct VersionWord {
  VersionProblem problem = VersionProblem::None;
  policy::Version version;
  // The component at fault; TooFew: the whole.
  std::size_t begin = 0;
  std::size_t end = 0;
};

VersionWord ReadVersion(llvm::StringRef value);
support::Errno ErrnoOf(VersionProblem problem);

}  // namespace ipec::check
