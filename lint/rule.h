#pragma once

// A rule of the linter is a row of rules.def and a file in rules/ with its documentation, messages
// and check.
//
// Rules see policies that the target's kernel accepts; the checker reports what it rejects. They
// are exact, by classes of events, and name a witness for what they report about decisions.

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/core.h>

#include "compiler/analysis/coverage.h"
#include "compiler/analysis/reachability.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/policy/policy.h"
#include "compiler/support/ids.h"
#include "compiler/support/source.h"
#include "compiler/syntax/document.h"
#include "compiler/targets/targets.h"

namespace ipec::pipeline {
class Acceptances;
class Reading;
class TargetReading;
struct Config;
}  // namespace ipec::pipeline

namespace ipec::analysis {
class PlacedEvents;
}  // namespace ipec::analysis

namespace ipec::lint {

using diagnostics::Diagnostic;
using diagnostics::Severity;
using policy::RuleId;
using support::Span;

enum class Category : std::uint8_t {
  Reachability,
  Security,
  Digests,
  Defaults,
  Lifecycle,
  Loader,
  Hidden,
  Style,
  Meta,
};
std::string_view Name(Category category);

// In place of the ruleset from which a rule is on by default.
inline constexpr std::string_view kOnRequest = {};

// How an editor shows the place of a finding. Unnecessary: the place has no effect.
enum class Shown : std::uint8_t { Plain, Unnecessary };

class Context;
class Image;
class Layouts;
struct ReviewedText;
struct Settings;

// The content of the rule's own file.
struct Body {
  std::string_view docs;  // Markdown; README.md of this directory has the headings
  void (*check)(Context&) = nullptr;
};

// Of a rule of the linter; RuleId is that of a policy's rule.
using LintRuleId = support::Id<struct Rule>;

struct Rule {
  LintRuleId id;  // its row in rules.def
  diagnostics::Descriptor descriptor;
  Category category;
  std::string_view on;     // the ruleset from which it is on by default; kOnRequest: none
  std::string_view since;  // the ruleset that had it first
  Shown shown;
  const Body* body;

  bool on_by_default() const { return on != kOnRequest; }
};

// In the order of rules.def.
std::span<const Rule> AllRules();
// By code or name, in any case; null: there is none.
const Rule* FindRule(std::string_view word);
const Rule& RuleOf(LintRuleId id);
// The rule that made a finding; null: the checker did.
const Rule* FindRule(const diagnostics::Descriptor& descriptor);
// The same for a finding of the linter.
const Rule& RuleOf(const Diagnostic& finding);

// A value for each rule.
template <typename Value>
class RuleMap {
 public:
  RuleMap() : values_(AllRules().size()) {}
  decltype(auto) operator[](LintRuleId rule) { return values_[rule.index]; }
  decltype(auto) operator[](LintRuleId rule) const { return values_[rule.index]; }
  friend bool operator==(const RuleMap&, const RuleMap&) = default;

 private:
  std::vector<Value> values_;
};

// The placeholder of an editor for a reason. It does not count as a reason.
inline constexpr std::string_view kReasonToCome = "say why this is meant";

// A suppression comment and its use. Without a reason, or expired, it suppresses nothing.
struct Suppression {
  Span where;                      // the comment
  Span line;                       // of the comment, with its end
  bool alone = false;              // nothing else is on its line
  std::vector<std::string> names;  // as written
  std::vector<Span> name_spans;
  std::string reason;
  std::string until;  // `2026-12-31`; empty: for good
  bool expired = false;
  bool malformed_date = false;
  // The rules that it suppresses findings of, each once; invalid: it does so as `all`.
  std::vector<LintRuleId> used_for;
  bool unopened = false;  // an allow-end without its allow-begin
  bool unended = false;   // an allow-begin without its allow-end
  // Not empty: `allow-fiel`, or `IPEC` in front of it, which mean nothing, and so do the names.
  Span unknown_verb;

  bool used() const { return !used_for.empty(); }
  bool has_reason() const { return !reason.empty() && reason != kReasonToCome; }
};

// Why no event can match a rule: "it requires a property to be both TRUE and FALSE". Empty for No.
std::string_view Describe(analysis::Impossible why);

// Why the rule never matches: it contradicts itself, or no volume or file can have a digest that it
// names. Nothing: it matches some events.
std::optional<std::string> WhyNever(const analysis::Coverage& coverage, RuleId rule);

// `allows` or `denies`.
std::string_view Verb(policy::Action action);

// "line 7 allows a file on the initramfs, without fs-verity": what the policy does with an event
// that this rule decides or, if it is invalid, a DEFAULT. `pipeline/case_words.h` has the words for
// cases.
std::string Decided(const policy::Policy& policy, const analysis::Witness& witness, RuleId by);
std::string Decided(const policy::Policy& policy, policy::Operation operation, RuleId by,
                    std::string_view cases);

// One file, one target, everything a rule may ask.
class Context {
 public:
  // `seen` is a part of `reading`. All must outlive this.
  Context(const pipeline::Reading& reading, const pipeline::TargetReading& seen,
          const Layouts& layouts, const Settings& settings,
          std::span<const Suppression> suppressions);

  const support::SourceBuffer& source;
  const syntax::Document& document;
  const policy::Policy& policy;
  const targets::Target& target;
  const std::span<const targets::Target* const> all_targets;  // that this run judges the file for
  const Layouts& layouts;                                     // of the text, by `ipec fmt`
  const pipeline::Config& config;
  const support::LineMap lines;
  const analysis::Coverage& coverage;
  const analysis::Reachability& reachability;
  // Only rules of the category Meta, which run last, see what became of them.
  const std::span<const Suppression> suppressions;

  // Whether the rule is on, was asked before the one that is running, and left nothing out.
  bool Ran(const Rule& rule) const { return ran_[rule.id]; }
  // Whether the running rule also reports what it reports only on request: a selector or a level
  // names it. If not, comments that may suppress the findings left out do not count as unused.
  bool IsRequested() {
    const bool requested = requested_[running_->id];
    if (!requested) ran_[running_->id] = false;
    return requested;
  }
  // Whether ipec.toml forbids comments to suppress the rule.
  bool Unsuppressible(const Rule& rule) const { return unsuppressible_[rule.id]; }

  // Reports a finding of the rule that is running; the words are checked when this is compiled.
  template <typename... Arguments>
  Diagnostic& Report(Span where, fmt::format_string<Arguments...> words, Arguments&&... arguments) {
    return ReportText(where, fmt::format(words, std::forward<Arguments>(arguments)...));
  }
  // The same about one operation. Of a statement that stands for several it names that one.
  template <typename... Arguments>
  Diagnostic& Report(policy::Operation operation, Span where,
                     fmt::format_string<Arguments...> words, Arguments&&... arguments) {
    return ReportAbout(operation, where, fmt::format(words, std::forward<Arguments>(arguments)...));
  }

  // Of a rule about changes: reports those findings about the change from the base that have the
  // code of the rule, and returns them, accepted ones last. Without a base there are none, and
  // comments that may suppress some do not count as unused.
  std::span<Diagnostic> ReportChanges();

  // Of a rule about an image: the one that `--with` describes. Without it, null; then comments that
  // may suppress findings about it do not count as unused.
  const Image* image();
  // Which rules decide events of the image, of which there must be one.
  const analysis::PlacedEvents& PlacedEvents();

  // Whether the rule is the first of its statement, which has several if it names an alias.
  bool IsFirstOfStatement(RuleId rule) const { return policy.IsFirstOfStatement(rule); }
  // The operations that the statement of a rule or of a DEFAULT stands for, as the alias lists
  // them.
  std::vector<policy::Operation> OperationsOf(Span statement) const;
  // The word for all operations of a statement: the alias, or the name of the only one.
  std::string_view WordFor(policy::RuleIds statement) const;
  std::uint32_t LineOf(RuleId rule) const { return policy[rule].line; }
  std::span<const policy::Condition> ConditionsOf(RuleId rule) const {
    return policy.ConditionsOf(policy[rule]);
  }
  // The first rule that asks for the same events: same operation, the same properties in any order
  // and digests in either case. The rule itself when there is none earlier, or when it contradicts
  // itself.
  RuleId FirstAlike(RuleId rule) const { return first_alike_[rule.index]; }
  // The document's line that holds `offset`.
  const syntax::Line& DocumentLineAt(std::uint32_t offset) const;
  // The clause of the rule's statement with this position among its conditions.
  Span ConditionSpan(RuleId rule, std::size_t condition) const;

  // Of a signed file: the text beside it, which may be none. Null: it is not a signed file.
  const ReviewedText* reviewed() const { return reviewed_; }
  // Whether ipec.toml marks the file as built into a kernel, or as replaced after boot.
  bool IsBootPolicy() const;
  // The name under which systemd loads the policy: that of its signed file, `NAME.p7b`. Empty if it
  // is not known to be loaded by systemd; see signed_file.h.
  std::string_view LoadedAs() const;
  // Whether the rule does what a DEFAULT of its operation would: it has no properties, its word
  // stands for one operation, and no rule for that comes after it.
  bool CouldBeDefault(RuleId rule) const;
  // The value of `policy_name` or `policy_version` in the header; empty where it has none.
  Span HeaderSpan(std::string_view key) const;
  // The statement of a rule or, where it is invalid, of the DEFAULT that decides the operation.
  Span StatementOf(RuleId rule, policy::Operation operation) const;

  // Of events without a digest that a rule names: the combinations of facts that are allowed, and
  // the rule that decides one of them; invalid: the DEFAULT does.
  analysis::FactsSet AllowedUnnamed(policy::Operation operation) const;
  RuleId DeciderOfUnnamed(policy::Operation operation, runtime::Facts facts) const;
  // Those of `among` that the rule or, if it is invalid, the DEFAULT decides.
  analysis::FactsSet DecidedUnnamed(policy::Operation operation, RuleId by,
                                    analysis::FactsSet among) const;

  // Edits for fixes; statements.h tells what becomes of comments.
  std::vector<diagnostics::TextEdit> RemoveStatement(Span statement) const;
  // The statement for its other operations only, which must be some.
  std::vector<diagnostics::TextEdit> RemoveOperation(RuleId rule) const;
  std::vector<diagnostics::TextEdit> RemoveComment(const Suppression& comment) const;
  std::vector<diagnostics::TextEdit> Replace(Span where, std::string text) const;
  std::vector<diagnostics::TextEdit> InsertBelow(Span statement, std::string_view line) const;
  // Another action for one operation; the statement keeps its own for the others.
  std::vector<diagnostics::TextEdit> ReplaceAction(Span statement, policy::Operation operation,
                                                   policy::Action action) const;
  // Adds a fix that removes a statement. It is safe only if no comment goes with the statement.
  void AddRemoval(Diagnostic& finding, std::string_view title, Span statement,
                  bool keeps_meaning = false) const;

  std::string Decided(const analysis::Witness& witness, RuleId by) const {
    return lint::Decided(policy, witness, by);
  }
  // The same for all of `unnamed` that it decides: events without a digest that a rule names.
  std::string Decided(policy::Operation operation, analysis::FactsSet unnamed, RuleId by) const;

 private:
  friend class Linter;
  Diagnostic& ReportText(Span where, std::string message);
  Diagnostic& ReportAbout(policy::Operation operation, Span where, std::string message);
  const targets::Alias* AliasOf(const std::vector<policy::Operation>& operations) const;
  struct Changed {
    Diagnostic finding;
    bool is_accepted = false;
  };
  std::span<const Changed> ChangesFromBase();

  RuleMap<bool> ran_;
  const RuleMap<bool>& requested_;
  const RuleMap<bool>& unsuppressible_;
  const bool signed_beside_;
  const ReviewedText* const reviewed_;
  const pipeline::Reading* const base_;
  const pipeline::TargetReading& seen_;
  pipeline::Acceptances* const acceptances_;
  const Image* const image_;
  std::shared_ptr<const analysis::PlacedEvents> placed_;  // computed once
  std::optional<std::vector<Changed>> from_base_;         // computed once
  // How many of the findings that were reported last are accepted: a configured level is not for
  // them.
  std::size_t accepted_ = 0;
  std::vector<RuleId> first_alike_;
  const Rule* running_ = nullptr;
  std::vector<Diagnostic>* out_ = nullptr;
};

}  // namespace ipec::lint
