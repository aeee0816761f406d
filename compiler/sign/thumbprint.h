#pragma once

// The digest with which a kernel records a policy: over the whole PKCS#7 file, not over the text in
// it. A policy without such a file (a boot policy) is recorded with the hash of empty input.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "llvm/ADT/StringRef.h"

struct evp_md_ctx_st;

namespace ipec::sign {

enum class Hash : std::uint8_t {
#define IPEC_HASH(id, name, digest) id,
#include "compiler/sign/hashes.def"
};

std::string_view Name(Hash hash);

std::vector<std::uint8_t> Thumbprint(Hash hash, std::string_view bytes);

// The hash of bytes that come in parts, and of each beginning of them.
class RunningHash {
 public:
  explicit RunningHash(Hash hash);
  void Add(std::string_view bytes);
  // Of the bytes so far; more may follow.
  std::vector<std::uint8_t> Value() const;

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  using Context = std::unique_ptr<evp_md_ctx_st, Free>;
  Context context_;
  Context copy_;  // for Value
};

// With any algorithm, given by name (`sha3-256`); nothing if OpenSSL does not support it.
std::optional<std::vector<std::uint8_t>> DigestOf(const std::string& algorithm,
                                                  std::string_view bytes);

}  // namespace ipec::sign
