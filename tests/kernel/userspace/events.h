#pragma once

// Events that a policy can distinguish: of each operation, every combination of a file or none,
// initramfs or volume, each root hash that the policy names, one that it does not name and an
// unknown one, each named file digest, one that is not named and fs-verity off, and signatures.

#include <string_view>

#include "compiler/policy/policy.h"
#include "ipec/runtime/event.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace ipec::kernel_test {

struct Question {
  runtime::Event event;
  unsigned hash = 0;  // of the file digest, as the judge numbers them
  bool success_audit = true;
};

// Calls `ask` until it returns false. The data of an event is valid until `ask` returns.
void ForEachEvent(const policy::Policy& policy, std::string_view seed,
                  llvm::function_ref<bool(const Question&)> ask);

}  // namespace ipec::kernel_test
