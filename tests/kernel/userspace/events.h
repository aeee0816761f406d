#pragma once

// Events that a policy can tell apart: of each operation, every combination of file or none,
// initramfs or volume, each root hash that the policy names, one it does not name and none known,
// each file digest named, one not named and fs-verity off, and signatures.

#include <string_view>

#include "compiler/policy/policy.h"
#include "ipec/runtime/event.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace ipec::kernel_test {

struct Question {
  runtime::Event event;
  unsigned hash = 0;  // of the file digest, as the judge counts them
  bool success_audit = true;
};

// Calls `ask` until it returns false. What an event points to lives until `ask` returns.
void ForEachEvent(const policy::Policy& policy, std::string_view seed,
                  llvm::function_ref<bool(const Question&)> ask);

}  // namespace ipec::kernel_test
