#pragma once

// Which rules apply and how severe each is, decided in one place: table, then ipec.toml, then the
// command line. Comments in policies come last, see suppressions.h.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lint/rule.h"
#include "llvm/Support/Error.h"

namespace ipec::lint {

// The sets of rules that can be pinned, the newest first. What is on in one never changes: a rule
// that came with a later one has to be named to be on.
inline constexpr std::string_view kRulesets[] = {"2026.1"};

// Whether a rule that came with the ruleset `since` is in `pinned`, by a list with the newest
// first; empty: the newest is pinned.
constexpr bool IsInRuleset(std::string_view since, std::string_view pinned,
                           std::span<const std::string_view> rulesets = kRulesets) {
  for (const std::string_view ruleset : rulesets) {
    if (pinned.empty() || ruleset == pinned) return true;
    if (ruleset == since) return false;
  }
  return false;
}

// What the command line adds to the configuration.
struct Overrides {
  std::span<const std::string> select;  // not empty: these rules and no others
  std::span<const std::string> ignore;
  std::span<const std::string> severity;  // `RULE=LEVEL`
};

struct Settings {
  pipeline::Config config;
  std::string today;
  RuleMap<std::optional<Severity>> severity;  // nothing: off
  RuleMap<bool> chosen;                       // the level is one that somebody asked for
  RuleMap<bool> unsuppressible;

  std::optional<Severity> Of(const Rule& rule) const { return severity[rule.id]; }
  bool IsChosen(const Rule& rule) const { return chosen[rule.id]; }
  friend bool operator==(const Settings&, const Settings&) = default;
};

// Errors name a rule, level or ruleset that does not exist, with a suggestion.
llvm::Expected<Settings> Resolve(const pipeline::Config& config, const Overrides& overrides,
                                 const std::string& today);

}  // namespace ipec::lint
