#pragma once

// Why a kernel rejects a signed file, whoever signed it.

#include <cstdint>
#include <string>

#include "compiler/support/errno.h"

namespace ipec::sign {

enum class Damage : std::uint8_t {
  None,
  Malformed,     // it cannot be decoded, or is not a signed message
  Detached,      // a signature without the policy it signs
  NotData,       // what is signed is not plain data
  InPieces,      // what is signed is cut into pieces, and a kernel hashes their heads, too
  Unsupported,   // an algorithm that a kernel does not know
  Capabilities,  // S/MIME capabilities are signed as well
  NeverValid,    // no key makes the signature valid
};

struct Refusal {
  Damage damage = Damage::None;
  support::Errno error{};
  std::string reason;   // of Malformed, Unsupported and NeverValid
  std::string way_out;  // of NeverValid
};

}  // namespace ipec::sign
