#pragma once

// The policy's decision about an event, as `ipec eval` prints it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ipec/runtime/vocabulary.h"
#include "llvm/Support/Error.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

struct EvaluateOptions {
  bool success_audit = false;  // also record allowed events
  bool permissive = false;     // decide as a permissive kernel
};

struct Evaluated {
  runtime::Action decision = runtime::Action::Deny;
  bool granted = false;
  std::string_view match;                  // `rule`, `op-default` or `global-default`
  std::uint32_t line = 0;                  // of the decider; 0: no line
  std::string rule;                        // as records quote it; empty with line 0
  std::optional<support::Span> statement;  // of the decider
  std::optional<std::string> audit;        // the record's body; nothing: the kernel sends none
};

// `event` is one JSON object, as a line for `ipec eval`. The error: the policy is rejected, or the
// text is not an event.
llvm::Expected<Evaluated> EvaluateEvent(const Snapshot& snapshot, std::string_view event,
                                        const EvaluateOptions& options);

}  // namespace ipec::lsp
