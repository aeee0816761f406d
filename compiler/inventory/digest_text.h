#pragma once

// Digests as texts: `ALGORITHM:HEX`, lowercase, as a policy writes them.

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "llvm/Support/Error.h"

namespace ipec::inventory {

std::string ToHex(std::span<const std::uint8_t> bytes);

// Of hex digits in either case; nothing if the text is anything else.
std::optional<std::string> LowercaseHex(std::string_view text);

std::string DigestText(std::string_view algorithm, std::span<const std::uint8_t> digest);

// The error: the text is not a digest in lowercase, or has another length than the algorithm's.
// Algorithms that are unknown here have digests of any length.
llvm::Error CheckDigest(std::string_view text);

}  // namespace ipec::inventory
