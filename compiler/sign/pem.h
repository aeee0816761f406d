#pragma once

// The files in which users keep certificates and keys: PEM, or the DER that it encodes.

#include <string>
#include <string_view>
#include <vector>

#include "llvm/Support/Error.h"

namespace ipec::sign {

// Longer files are not read as certificates or keys.
inline constexpr std::size_t kLongestKeyFile = std::size_t{1} << 20;

struct PemBlock {
  std::string label;  // `CERTIFICATE`
  std::string der;    // encrypted if a header says so
};

// Whether the text has a line `-----BEGIN …`, perhaps after other lines.
bool IsPem(std::string_view text);

// All blocks. The error: one is damaged.
llvm::Expected<std::vector<PemBlock>> ReadPem(std::string_view text);

// Their labels, for messages: "`PRIVATE KEY` and `CERTIFICATE`".
std::string DescribePem(const std::vector<PemBlock>& blocks);

}  // namespace ipec::sign
