#pragma once

// Which rules apply and how severe each is, decided in one place: the table, then ipec.toml, then
// the command line. Comments in policies are applied last, see suppressions.h.

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/pipeline/acceptances.h"
#include "compiler/pipeline/config.h"
#include "lint/rule.h"
#include "llvm/Support/Error.h"

namespace ipec::lint {

// The rulesets that can be pinned, the newest first. The rules that are on in a ruleset never
// change: a rule that came with a later one, or that a later one turned on, must be named to be on.
inline constexpr std::string_view kRulesets[] = {"2026.2", "2026.1"};

// Whether `pinned` includes a rule that came with the ruleset `since`, in a list with the newest
// first. An empty `pinned` means the newest.
constexpr bool IsInRuleset(std::string_view since, std::string_view pinned,
                           std::span<const std::string_view> rulesets = kRulesets) {
  for (const std::string_view ruleset : rulesets) {
    if (pinned.empty() || ruleset == pinned) return true;
    if (ruleset == since) return false;
  }
  return false;
}

// Settings from the command line, which override the configuration.
struct Overrides {
  std::span<const std::string> select;  // if not empty, only these rules
  std::span<const std::string> ignore;
  std::span<const std::string> severity;  // `RULE=LEVEL`
};

// The text beside a signed file, `NAME.pol` beside `NAME.p7b`.
struct ReviewedText {
  std::string name;  // empty: there is none
  std::string text;
};

struct Settings {
  pipeline::Config config;
  std::string today;
  RuleMap<std::optional<Severity>> severity;  // nothing: off
  RuleMap<bool> chosen;                       // the configuration or the call sets the level
  RuleMap<bool> requested;                    // a selector or a level of them names the rule
  RuleMap<bool> unsuppressible;
  // Of one file, not of its configuration: the signed file `NAME.p7b` is beside it.
  bool signed_beside = false;
  // Of a signed file; null: it is not signed.
  std::shared_ptr<const ReviewedText> reviewed;
  // The same: what it is compared with, accepted by all of its targets, which are the same ones.
  // Null: nothing.
  std::shared_ptr<const pipeline::Reading> base;
  // Differences from the base that `diff.accepted` accepts; null: none.
  std::shared_ptr<pipeline::Acceptances> acceptances;
  // The image that the policies are for, of the configuration or of the call; null: not known.
  std::shared_ptr<const Image> image;

  std::optional<Severity> Of(const Rule& rule) const { return severity[rule.id]; }
  bool IsChosen(const Rule& rule) const { return chosen[rule.id]; }
  friend bool operator==(const Settings&, const Settings&) = default;
};

// Errors name an unknown rule, level or ruleset, with a suggestion.
llvm::Expected<Settings> Resolve(const pipeline::Config& config, const Overrides& overrides,
                                 const std::string& today);

}  // namespace ipec::lint
