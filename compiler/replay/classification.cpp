#include "compiler/replay/classification.h"

#include <array>

#include "compiler/support/numbers.h"

namespace ipec::replay {
namespace {

constexpr std::array<std::string_view, kOutcomes> kOutcomeNames = {"ALLOW", "DENY", "depends",
                                                                   "unknown"};
constexpr std::array<std::string_view, kChanges> kChangeNames = {
    "newly-denied", "newly-allowed", "depends", "unknown", "denied", "allowed"};

struct ReasonRow {
  std::string_view name;
  std::string_view words;
};
constexpr std::array kReasons = {
#define IPEC_REASON(id, name, words) ReasonRow{name, words},
#include "compiler/replay/reasons.def"
};

}  // namespace

std::string_view Name(Outcome outcome) {
  return kOutcomeNames[support::IndexOf(outcome)];
}

std::optional<Outcome> FindOutcome(std::string_view name) {
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    if (kOutcomeNames[i] == name) return static_cast<Outcome>(i);
  }
  return std::nullopt;
}

std::string_view Name(Change change) {
  return kChangeNames[support::IndexOf(change)];
}

Change ChangeOf(runtime::Action before, Outcome after) {
  const bool allowed = before == runtime::Action::Allow;
  switch (after) {
    case Outcome::Allow:
      return allowed ? Change::Allowed : Change::NewlyAllowed;
    case Outcome::Deny:
      return allowed ? Change::NewlyDenied : Change::Denied;
    case Outcome::Depends:
      return Change::Depends;
    default:
      return Change::Unknown;
  }
}

std::string_view Name(Reason reason) {
  return kReasons[support::IndexOf(reason)].name;
}

std::string_view Describe(Reason reason) {
  return kReasons[support::IndexOf(reason)].words;
}

std::optional<Reason> FindReason(std::string_view name) {
  for (std::size_t i = 0; i < kReasons.size(); ++i) {
    if (kReasons[i].name == name) return static_cast<Reason>(i);
  }
  return std::nullopt;
}

}  // namespace ipec::replay
