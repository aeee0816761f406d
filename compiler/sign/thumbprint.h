#pragma once

// The digest with which a kernel records a policy: over the whole PKCS#7 file, not over the text in
// it. A policy without such a file (a boot policy) is recorded with the hash of empty input.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

enum class Hash : std::uint8_t {
#define IPEC_HASH(id, name, digest) id,
#include "compiler/sign/hashes.def"
};

std::string_view Name(Hash hash);

std::vector<std::uint8_t> Thumbprint(Hash hash, std::string_view bytes);

// With any algorithm, given by name (`sha3-256`); nothing if OpenSSL does not support it.
std::optional<std::vector<std::uint8_t>> DigestOf(const std::string& algorithm,
                                                  std::string_view bytes);

}  // namespace ipec::sign
