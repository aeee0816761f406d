#pragma once

// Whether a kernel trusts a message: pkcs7_trust.c of its sources, and the search for a key in
// asymmetric_type.c.

#include <cstddef>
#include <optional>
#include <span>

#include "compiler/sign/certificate.h"
#include "compiler/sign/message_details.h"
#include "compiler/support/errno.h"

namespace ipec::sign {

struct Trust {
  std::optional<support::Errno> error;  // none: it is trusted
  // The key that was found, whether it made the signature or not; an index into `keyring`.
  std::optional<std::size_t> key;
};

// For a message that reaches this search.
Trust FindTrust(const MessageDetails& message, std::span<const Certificate> keyring);

}  // namespace ipec::sign
