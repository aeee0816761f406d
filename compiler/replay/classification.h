#pragma once

// The answer for one group of records: what the new policy decides in the cases that the records
// can have been.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ipec/runtime/vocabulary.h"

namespace ipec::replay {

enum class Outcome : std::uint8_t { Allow, Deny, Depends, Unknown };
inline constexpr std::size_t kOutcomes = 4;
// "ALLOW", "DENY", "depends", "unknown".
std::string_view Name(Outcome outcome);
std::optional<Outcome> FindOutcome(std::string_view name);

// How a decision changes; in the order of reports.
enum class Change : std::uint8_t { NewlyDenied, NewlyAllowed, Depends, Unknown, Denied, Allowed };
inline constexpr std::size_t kChanges = 6;
// "newly-denied", "newly-allowed", "depends", "unknown", "denied", "allowed".
std::string_view Name(Change change);
Change ChangeOf(runtime::Action before, Outcome after);

// Reasons for Outcome::Unknown, by the rows of reasons.def.
enum class Reason : std::uint8_t {
#define IPEC_REASON(id, name, words) id,
#include "compiler/replay/reasons.def"
};
std::string_view Name(Reason reason);
std::string_view Describe(Reason reason);
std::optional<Reason> FindReason(std::string_view name);

// A statement of the new policy that decides some of the cases.
struct Part {
  runtime::Action action = runtime::Action::Deny;
  std::uint32_t line = 0;  // 0: no statement decides
  std::string text;        // of the statement
  std::string cases;       // in words
  std::string witness;     // one of the cases, as an event for `ipec eval`
};

// A rule of the new policy that decides none of the cases, and why (--why).
struct Tried {
  std::uint32_t line = 0;
  std::string text;
  std::string words;  // "`dmverity_signature=TRUE` does not match"
};

struct Classification {
  Outcome outcome = Outcome::Unknown;
  std::optional<Reason> reason;          // of Unknown
  std::vector<std::uint32_t> was_lines;  // of the old policy; several: the text fits all of them
  std::vector<Part> parts;               // ALLOW first, then in the order of their lines
  std::uint64_t more_parts = 0;
  std::string tip;  // what would tell; empty: nothing
  std::vector<Tried> tried;
  std::uint64_t more_tried = 0;
  std::string proposal;             // a rule that would allow all cases (--propose)
  std::uint32_t proposal_line = 0;  // before which it goes; 0: the end
  std::string advice;               // without such a rule: the way to one
};

}  // namespace ipec::replay
