#pragma once

// What the policy at hand decides about an event, as `ipec eval` answers.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "ipec/runtime/vocabulary.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

struct EvaluateOptions {
  bool success_audit = false;  // record what is allowed, too
  bool permissive = false;     // decide as a kernel that does not enforce
};

struct Evaluated {
  // Why there is no answer: the policy is refused, or the text is no event (then `column`, from 1,
  // says where, in bytes). Empty: the rest holds.
  std::string problem;
  std::size_t column = 0;

  runtime::Action decision = runtime::Action::Deny;
  bool granted = false;
  std::string_view match;                  // `rule`, `op-default` or `global-default`
  std::uint32_t line = 0;                  // of what decided; 0: nothing in the policy says so
  std::string rule;                        // as records quote it; empty with line 0
  std::optional<support::Span> statement;  // of what decided
  std::optional<std::string> audit;        // the record's body; nothing: the kernel sends none
};

// `event` is one JSON object, as a line for `ipec eval`.
Evaluated EvaluateEvent(const Snapshot& snapshot, std::string_view event,
                        const EvaluateOptions& options);

}  // namespace ipec::lsp
