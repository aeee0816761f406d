#pragma once

// Single words as one target reads them, byte for byte. These functions report nothing: readers use
// them to decide, and explanations use them to find the problem.

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::support {
enum class Errno : std::uint8_t;
}

namespace ipec::check {

std::optional<runtime::Operation> ReadOperation(const targets::Target& target,
                                                llvm::StringRef word);
const targets::Alias* ReadAlias(const targets::Target& target, llvm::StringRef word);
// The operations of `op=WORD`: one, which is put into `single`; those of an alias; or `every` for
// `*`, where that is not empty. None if the word is unknown.
std::span<const runtime::Operation> ReadOperations(const targets::Target& target,
                                                   std::span<const runtime::Operation> every,
                                                   llvm::StringRef word,
                                                   runtime::Operation& single);
std::optional<runtime::Property> ReadProperty(llvm::StringRef key);
std::optional<bool> ReadBoolean(llvm::StringRef value);
std::optional<runtime::Action> ReadAction(llvm::StringRef value);

// The possible errors in a digest, in the order in which a kernel finds them.
enum class DigestProblem : std::uint8_t {
  None,
  Empty,        // nothing after `=`
  NoAlgorithm,  // no `:`, but the dialect expects ALG:HEX
  NotHex,       // a byte that is not a hex digit; found before an odd number of digits
  OddDigits,    // an odd number of digits
};

struct DigestWord {
  DigestProblem problem = DigestProblem::None;
  llvm::StringRef algorithm;
  llvm::StringRef digits;
  std::size_t bad_digit = 0;  // NotHex: position in `digits`
};

// Reads `value`; the bytes go to `bytes`, which is cleared first. With `bare`, the whole value is
// hex digits, and an odd last digit is ignored.
DigestWord ReadDigest(llvm::StringRef value, bool bare, std::vector<std::uint8_t>& bytes);
support::Errno ErrnoOf(DigestProblem problem);

// The error with which securityfs rejects a directory of this name; nothing if it accepts
// it.
std::optional<support::Errno> DirectoryNameError(llvm::StringRef name);

// The possible errors in a version.
enum class VersionProblem : std::uint8_t {
  None,
  NotANumber,  // a component is not a decimal number
  TooLarge,    // a component exceeds 65535
  TooMany,     // a fourth component
  TooFew,
};

struct VersionWord {
  VersionProblem problem = VersionProblem::None;
  policy::Version version;
  // The component with the error; TooFew: the whole version.
  std::size_t begin = 0;
  std::size_t end = 0;
};

VersionWord ReadVersion(llvm::StringRef value);
support::Errno ErrnoOf(VersionProblem problem);

}  // namespace ipec::check
