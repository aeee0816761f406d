#pragma once

// Why a kernel rejects a signed file, independent of the signer.

#include <cstdint>
#include <string>

#include "compiler/support/errno.h"

namespace ipec::sign {

enum class Damage : std::uint8_t {
  Malformed,     // it cannot be decoded, or is not a signed message
  Detached,      // a signature without the policy it signs
  NotData,       // the signed content is not plain data
  InPieces,      // the content is split into pieces, and a kernel hashes their headers too
  Unsupported,   // an algorithm that a kernel does not support
  Capabilities,  // S/MIME capabilities are signed too
  NeverValid,    // invalid whichever key is trusted
};

struct Rejection {
  Damage damage;
  support::Errno error;
  std::string reason = {};   // of Malformed, Unsupported and NeverValid
  std::string way_out = {};  // of NeverValid
};

}  // namespace ipec::sign
