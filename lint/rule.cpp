#include "lint/rule.h"

#include <algorithm>
#include <array>
#include <functional>
#include <map>

#include "compiler/analysis/case_group.h"
#include "compiler/analysis/placed_events.h"
#include "compiler/pipeline/case_words.h"
#include "compiler/pipeline/reading.h"
#include "compiler/support/assert.h"
#include "compiler/support/keyed_hash.h"
#include "compiler/support/numbers.h"
#include "lint/digest_algorithms.h"
#include "lint/image.h"
#include "lint/settings.h"
#include "lint/signed_file.h"
#include "lint/statements.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {

#define IPEC_RULE(code, name, category, severity, on, since, shown, id) extern const Body k##id;
#include "lint/rules.def"

namespace {

template <std::size_t kCount>
constexpr std::array<Rule, kCount> Numbered(std::array<Rule, kCount> rules) {
  std::uint32_t number = 0;
  for (Rule& rule : rules) rule.id = {number++};
  return rules;
}

constexpr std::array kRules = Numbered(std::array{
#define IPEC_RULE(code, name, category, severity, on, since, shown, id)                            \
  Rule{{},    {code, name, Severity::severity, name}, Category::category, on, since, Shown::shown, \
       &k##id},
#include "lint/rules.def"
});

bool SameWord(std::string_view a, std::string_view b) {
  return llvm::StringRef(a.data(), a.size()).equals_insensitive({b.data(), b.size()});
}

// For each rule the first that asks for the same events.
std::vector<RuleId> FirstsAlike(const analysis::Coverage& coverage) {
  const policy::Policy& policy = coverage.policy();
  std::vector<RuleId> firsts(policy.rules.size());
  using Key = std::pair<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t>;
  using Firsts = llvm::DenseMap<Key, RuleId, support::KeyedNumbers<Key>>;
  policy::OperationMap<Firsts> seen;
  for (const RuleId id : policy.rule_ids()) {
    RuleId& first = firsts[id.index];
    first = id;
    const analysis::Demand demand = coverage.DemandOf(policy[id]);
    if (demand.contradictory()) continue;
    const Key key = {{demand.roothash.index, demand.digest.index}, demand.facts.bits()};
    first = seen[policy[id].operation].try_emplace(key, id).first->second;
  }
  return firsts;
}

}  // namespace

std::string_view Name(Category category) {
  constexpr std::array<std::string_view, 9> kNames = {"reachability", "security",  "digests",
                                                      "defaults",     "lifecycle", "loader",
                                                      "hidden",       "style",     "meta"};
  return kNames[support::IndexOf(category)];
}

std::span<const Rule> AllRules() {
  return kRules;
}

const Rule* FindRule(std::string_view word) {
  const auto* const found = std::find_if(kRules.begin(), kRules.end(), [&](const Rule& rule) {
    return SameWord(word, rule.descriptor.code) || SameWord(word, rule.descriptor.name);
  });
  return found == kRules.end() ? nullptr : found;
}

const Rule& RuleOf(LintRuleId id) {
  return kRules[id.index];
}

const Rule* FindRule(const diagnostics::Descriptor& descriptor) {
  static const auto kByDescriptor = [] {
    std::map<const diagnostics::Descriptor*, const Rule*, std::less<>> rules;
    for (const Rule& rule : kRules) rules[&rule.descriptor] = &rule;
    return rules;
  }();
  const auto found = kByDescriptor.find(&descriptor);
  return found == kByDescriptor.end() ? nullptr : found->second;
}

const Rule& RuleOf(const Diagnostic& finding) {
  const Rule* const rule = FindRule(*finding.descriptor);
  IPEC_CHECK(rule != nullptr, "a finding of the checker has no rule");
  return *rule;
}

Context::Context(const pipeline::Reading& reading, const pipeline::TargetReading& seen,
                 const Layouts& the_layouts, const Settings& settings,
                 std::span<const Suppression> the_suppressions)
    : source(reading.source()),
      document(seen.document()),
      policy(seen.policy()),
      target(seen.target()),
      all_targets(reading.targets()),
      layouts(the_layouts),
      config(settings.config),
      lines(reading.text()),
      coverage(seen.coverage()),
      reachability(seen.reachability()),
      suppressions(the_suppressions),
      requested_(settings.requested),
      unsuppressible_(settings.unsuppressible),
      signed_beside_(settings.signed_beside),
      reviewed_(settings.reviewed.get()),
      base_(settings.base.get()),
      seen_(seen),
      acceptances_(settings.acceptances.get()),
      image_(settings.image.get()),
      first_alike_(FirstsAlike(coverage)) {}

const Image* Context::image() {
  if (image_ == nullptr) ran_[running_->id] = false;
  return image_;
}

const analysis::PlacedEvents& Context::PlacedEvents() {
  if (placed_ == nullptr) {
    placed_ = std::make_shared<const analysis::PlacedEvents>(coverage, image_->places());
  }
  return *placed_;
}

Diagnostic& Context::ReportText(Span where, std::string message) {
  Diagnostic& made = out_->emplace_back();
  made.descriptor = &running_->descriptor;
  made.severity = running_->descriptor.severity;
  made.where = where;
  made.message = std::move(message);
  return made;
}

Diagnostic& Context::ReportAbout(policy::Operation operation, Span where, std::string message) {
  const std::string_view name = Name(operation);
  if (message.find(name) == std::string::npos && OperationsOf(where).size() > 1) {
    message = fmt::format("for {}: {}", name, message);
  }
  Diagnostic& made = ReportText(where, std::move(message));
  made.about = operation;
  return made;
}

const targets::Alias* Context::AliasOf(const std::vector<policy::Operation>& operations) const {
  if (operations.size() < 2) return nullptr;
  for (const targets::Alias& alias : target.aliases()) {
    if (std::is_permutation(operations.begin(), operations.end(), alias.operations.begin(),
                            alias.operations.end())) {
      return &alias;
    }
  }
  return nullptr;
}

std::vector<policy::Operation> Context::OperationsOf(Span statement) const {
  std::vector<policy::Operation> operations;
  for (const RuleId id : policy.RulesAt(statement.begin)) {
    if (policy[id].statement == statement) operations.push_back(policy[id].operation);
  }
  for (const policy::Operation operation : policy.semantics.operations) {
    const auto& own = policy.DefaultOf(operation);
    if (own && own->statement == statement) operations.push_back(operation);
  }
  const targets::Alias* const alias = AliasOf(operations);
  if (alias != nullptr) operations.assign(alias->operations.begin(), alias->operations.end());
  return operations;
}

std::string_view Context::WordFor(policy::RuleIds statement) const {
  std::vector<policy::Operation> operations;
  for (const RuleId id : statement) operations.push_back(policy[id].operation);
  const targets::Alias* const alias = AliasOf(operations);
  return alias != nullptr ? alias->spelling : Name(operations[0]);
}

const syntax::Line& Context::DocumentLineAt(std::uint32_t offset) const {
  return *document.LineAt(offset);
}

Span Context::ConditionSpan(RuleId rule, std::size_t condition) const {
  const Span statement = policy[rule].statement;
  const auto clauses = document.ClausesOf(DocumentLineAt(statement.begin));
  return condition + 2 < clauses.size() ? clauses[condition + 1].span() : statement;
}

bool Context::IsBootPolicy() const {
  const auto& patterns = config.lint.boot_policies;
  return std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return pipeline::MatchesPath(config, pattern, source.name());
  });
}

std::string_view Context::LoadedAs() const {
  if (const std::string_view name = NameOfSigned(source.name()); !name.empty()) return name;
  const auto& patterns = config.lint.systemd_policies;
  const bool named = std::any_of(patterns.begin(), patterns.end(), [&](const std::string& pattern) {
    return pipeline::MatchesPath(config, pattern, source.name());
  });
  return named || signed_beside_ ? StemOf(source.name()) : std::string_view();
}

bool Context::CouldBeDefault(RuleId rule) const {
  if (!ConditionsOf(rule).empty() || !IsFirstOfStatement(rule)) return false;
  const RuleId next{rule.index + 1};
  if (next.index < policy.rules.size() && !IsFirstOfStatement(next)) return false;
  return std::none_of(
      policy.rules.begin() + next.index, policy.rules.end(),
      [&](const policy::Rule& later) { return later.operation == policy[rule].operation; });
}

Span Context::HeaderSpan(std::string_view key) const {
  for (const syntax::Line& line : document.lines) {
    if (line.kind != syntax::LineKind::Header) continue;
    for (const syntax::Clause& clause : document.ClausesOf(line)) {
      if (document.Text(clause.key) == llvm::StringRef(key.data(), key.size())) return clause.value;
    }
  }
  return {};
}

Span Context::StatementOf(RuleId rule, policy::Operation operation) const {
  if (rule.valid()) return policy[rule].statement;
  const policy::Default* decides = policy.DefaultFor(operation);
  return decides == nullptr ? Span() : decides->statement;
}

RuleId Context::DeciderOfUnnamed(policy::Operation operation, runtime::Facts facts) const {
  const analysis::OperationCoverage* rows = coverage.Find(operation);
  return rows == nullptr ? RuleId() : rows->base[facts];
}

analysis::FactsSet Context::AllowedUnnamed(policy::Operation operation) const {
  const policy::Default* decides = policy.DefaultFor(operation);
  const bool by_default = decides == nullptr || decides->action == policy::Action::Allow;
  analysis::FactsSet allowed;
  for (const runtime::Facts facts : analysis::PossibleFacts(policy.semantics, false, false)) {
    const RuleId rule = DeciderOfUnnamed(operation, facts);
    if (rule.valid() ? policy[rule].action == policy::Action::Allow : by_default) {
      allowed.Add(facts);
    }
  }
  return allowed;
}

analysis::FactsSet Context::DecidedUnnamed(policy::Operation operation, RuleId by,
                                           analysis::FactsSet among) const {
  analysis::FactsSet decided;
  for (const runtime::Facts facts :
       analysis::PossibleFacts(policy.semantics, false, false) & among) {
    if (DeciderOfUnnamed(operation, facts) == by) decided.Add(facts);
  }
  return decided;
}

std::string Context::Decided(policy::Operation operation, analysis::FactsSet unnamed,
                             RuleId by) const {
  analysis::CaseGroup cases;
  cases.operation = operation;
  cases.facts = DecidedUnnamed(operation, by, unnamed);
  cases.cases = cases.facts.size();
  const auto count = [&](const std::vector<analysis::NamedDigest>& named,
                         policy::Property property) {
    return support::ToSize(
        std::count_if(named.begin(), named.end(), [&](const analysis::NamedDigest& digest) {
          return CanExist(policy, property, digest.representative);
        }));
  };
  const analysis::OperationCoverage& rows = *coverage.Find(operation);
  cases.roothashes.named = count(rows.roothashes, policy::Property::DmverityRoothash);
  cases.digests.named = count(rows.digests, policy::Property::FsverityDigest);
  return lint::Decided(policy, operation, by, pipeline::WordsFor(cases, policy.semantics));
}

std::vector<diagnostics::TextEdit> Context::RemoveStatement(Span statement) const {
  return lint::RemoveStatement(document, DocumentLineAt(statement.begin));
}

std::vector<diagnostics::TextEdit> Context::RemoveOperation(RuleId rule) const {
  const policy::Rule& one = policy[rule];
  std::vector<Share> shares;
  for (const policy::Operation other : OperationsOf(one.statement)) {
    if (other != one.operation) shares.push_back({other, one.action});
  }
  return WriteOut(document, DocumentLineAt(one.statement.begin), shares);
}

void Context::AddRemoval(Diagnostic& finding, std::string_view title, Span statement,
                         bool keeps_meaning) const {
  const syntax::Line& line = DocumentLineAt(statement.begin);
  finding.AddFix(std::string(title), lint::RemoveStatement(document, line),
                 keeps_meaning && !IsSuppressedBeside(document, line));
}

std::vector<diagnostics::TextEdit> Context::RemoveComment(const Suppression& comment) const {
  if (comment.alone) return {{comment.line, {}}};
  const llvm::StringRef before = source.text().take_front(comment.where.begin).rtrim(" \t");
  return {{{support::ToU32(before.size()), comment.where.end}, {}}};
}

std::vector<diagnostics::TextEdit> Context::Replace(Span where, std::string text) const {
  std::vector<diagnostics::TextEdit> edits;
  edits.push_back({where, std::move(text)});
  return edits;
}

std::vector<diagnostics::TextEdit> Context::InsertBelow(Span statement,
                                                        std::string_view line) const {
  return lint::InsertBelow(document, DocumentLineAt(statement.begin), line);
}

std::vector<diagnostics::TextEdit> Context::ReplaceAction(Span statement,
                                                          policy::Operation operation,
                                                          policy::Action action) const {
  const syntax::Line& line = DocumentLineAt(statement.begin);
  const std::vector<policy::Operation> operations = OperationsOf(statement);
  if (operations.size() > 1) {
    const policy::Action others = policy.DefaultFor(operation)->action;
    std::vector<Share> shares;
    shares.reserve(operations.size());
    for (const policy::Operation one : operations) {
      shares.push_back({one, one == operation ? action : others});
    }
    return WriteOut(document, line, shares);
  }
  for (const syntax::Clause& clause : document.ClausesOf(line)) {
    if (document.Text(clause.key) != "action") continue;
    return Replace(clause.value, std::string(runtime::Name(action)));
  }
  return {};
}

std::string_view Describe(analysis::Impossible why) {
  switch (why) {
    case analysis::Impossible::TrueAndFalse:
      return "it requires a property to be both TRUE and FALSE";
    case analysis::Impossible::TwoRoothashes:
      return "it requires a volume to have two different root hashes";
    case analysis::Impossible::TwoDigests:
      return "it requires a file to have two different digests";
    case analysis::Impossible::InitramfsOnVolume:
      return "the initramfs is not on a dm-verity volume";
    case analysis::Impossible::MissingProperty:
      return "the kernel was built without a property that it tests";
    case analysis::Impossible::No:
      break;
  }
  return {};
}

std::optional<std::string> WhyNever(const analysis::Coverage& coverage, RuleId rule) {
  const analysis::Impossible why = analysis::WhyImpossible(coverage, rule);
  if (why != analysis::Impossible::No) return std::string(Describe(why));
  const policy::Policy& policy = coverage.policy();
  for (const policy::Condition& condition : policy.ConditionsOf(policy[rule])) {
    if (!condition.digest.valid()) continue;
    const runtime::Digest digest = policy.digests.Get(condition.digest);
    const Flaw flaw = FlawOf(digest, condition.property, policy.semantics.bare_digests);
    if (flaw != Flaw::None) return Describe(flaw, digest, condition.property);
  }
  return std::nullopt;
}

std::string_view Verb(policy::Action action) {
  return action == policy::Action::Allow ? "allows" : "denies";
}

std::string Decided(const policy::Policy& policy, policy::Operation operation, RuleId by,
                    std::string_view cases) {
  const policy::Default* decides = policy.DefaultFor(operation);
  policy::Action action = policy::Action::Allow;  // of operations that have no DEFAULT at all
  std::string decider = "the kernel";  // it has no name for the operation, or there is no DEFAULT
  if (by.valid()) {
    action = policy[by].action;
    decider = fmt::format("line {}", policy[by].line);
  } else if (decides != nullptr) {
    action = decides->action;
    decider = fmt::format("the DEFAULT in line {}", decides->line);
  }
  return fmt::format("{} {} {}", decider, Verb(action), cases);
}

std::string Decided(const policy::Policy& policy, const analysis::Witness& witness, RuleId by) {
  return Decided(policy, witness.operation, by, pipeline::WordsFor(witness, policy.semantics));
}

}  // namespace ipec::lint
