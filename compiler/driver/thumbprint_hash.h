#pragma once

// The option `--hash` of commands that print thumbprints.

#include <optional>

#include "compiler/command/options.h"
#include "compiler/sign/thumbprint.h"

namespace ipec::driver {

inline constexpr command::Choice<sign::Hash> kHashChoices[] = {
#define IPEC_HASH(id, name, digest) {name, sign::Hash::id},
#include "compiler/sign/hashes.def"
};

}  // namespace ipec::driver
