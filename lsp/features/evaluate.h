#pragma once

// The policy's decision about an event, as `ipec eval` prints it.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ipec/runtime/vocabulary.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

struct EvaluateOptions {
  bool success_audit = false;  // also record allowed events
  bool permissive = false;     // decide as a permissive kernel
};

struct Evaluated {
  // Why there is no decision: the policy is rejected, or the text is not an event (then `column`,
  // from 1, is the place in bytes). If empty, the other members are valid.
  std::string problem;
  std::size_t column = 0;

  runtime::Action decision = runtime::Action::Deny;
  bool granted = false;
  std::string_view match;                  // `rule`, `op-default` or `global-default`
  std::uint32_t line = 0;                  // of the decider; 0: no line
  std::string rule;                        // as records quote it; empty with line 0
  std::optional<support::Span> statement;  // of the decider
  std::optional<std::string> audit;        // the record's body; nothing: the kernel sends none
};

// `event` is one JSON object, as a line for `ipec eval`.
Evaluated EvaluateEvent(const Snapshot& snapshot, std::string_view event,
                        const EvaluateOptions& options);

}  // namespace ipec::lsp
