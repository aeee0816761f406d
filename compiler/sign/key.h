#pragma once

// Public keys of certificates: whether a kernel uses one for a signature, before any arithmetic.

#include <optional>
#include <string>
#include <string_view>

#include "compiler/sign/algorithms.h"
#include "compiler/sign/refusal.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::sign {

struct PublicKey {
  Use kind = Nothing;
  std::size_t signature_size = 0;       // of RSA: the only length that a signature can have
  std::optional<support::Errno> error;  // a kernel does not use such a key
};

// `bits`: what the certificate says the key is; `curve`: of an elliptic key.
PublicKey ReadPublicKey(Use kind, std::string_view curve, llvm::StringRef bits);

struct SignatureForm {
  Use kind = Nothing;
  std::string digest;  // the algorithm's identifier; empty: goes with the kind
  std::size_t size = 0;
};

// Why the key verifies no such signature; `whose` key and signature it is completes the reason.
std::optional<Refusal> FindMisfit(const PublicKey& key, const SignatureForm& signature,
                                  std::string_view whose);

}  // namespace ipec::sign
