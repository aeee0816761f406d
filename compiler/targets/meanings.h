#pragma once

// The meaning of a policy's words in the kernel, for hover texts. The rows are in meanings.def.

#include <string_view>

#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/vocabulary.h"

namespace ipec::targets {

struct Meaning {
  std::string_view summary;  // one line, no full stop
  std::string_view details;  // Markdown sentences; may be empty
  std::string_view option;   // kernel configuration option; empty: IPE alone is enough
};

const Meaning& MeaningOf(runtime::Operation operation);
const Meaning& MeaningOf(runtime::Property property);
// `op`, `DEFAULT`, `ALLOW` and so on; null for any other word.
const Meaning* MeaningOf(std::string_view word);

// Whether the operation occurs without a file: anonymous memory, `init_module`, `kexec_load`, a
// buffer of firmware. A kernel would decide others in the same way, but none of its callers asks.
constexpr bool CanLackFile(runtime::Operation operation) {
  constexpr policy::OperationSet kCan = {runtime::Operation::Execute, runtime::Operation::Firmware,
                                         runtime::Operation::KernelModule,
                                         runtime::Operation::KexecImage};
  return kCan.Contains(operation);
}

// How the target's dialect differs for this word; empty if it does not.
std::string_view NoteOn(runtime::Operation operation, const Target& target);
std::string_view NoteOn(runtime::Property property, const Target& target);

}  // namespace ipec::targets
