#pragma once

// Shared by all users of OpenSSL: long numbers and curves that free themselves, and a library that
// does not read its configuration files.

#include <memory>

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>

namespace ipec::sign {

// Must precede every other call of OpenSSL.
inline void UseOpenSsl() {
  OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
}

template <auto kFree>
struct FreeBy {
  template <typename Object>
  void operator()(Object* object) const {
    kFree(object);
  }
};

using LongNumber = std::unique_ptr<BIGNUM, FreeBy<BN_free>>;
using Workspace = std::unique_ptr<BN_CTX, FreeBy<BN_CTX_free>>;
using CurveGroup = std::unique_ptr<EC_GROUP, FreeBy<EC_GROUP_free>>;
using CurvePoint = std::unique_ptr<EC_POINT, FreeBy<EC_POINT_free>>;

}  // namespace ipec::sign
