#include "compiler/replay/classifier.h"

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/event/write_event.h"
#include "compiler/pipeline/case_words.h"
#include "compiler/pipeline/unmatched.h"
#include "compiler/policy/decide.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::replay {
namespace {

using analysis::CaseSet;
using policy::Action;
using policy::Operation;
using policy::Policy;
using policy::Property;
using policy::RuleId;
using policy::Semantics;

// A policy of one rule, for the cases that its conditions match.
class Conditions {
 public:
  Conditions(const Semantics& semantics, Operation operation) {
    made_.semantics = semantics;
    made_.rules.push_back({operation, Action::Allow, {}, 1, {}});
  }
  Conditions& Boolean(Property property, bool expected) { return Add({property, expected, {}}); }
  Conditions& Digest(Property property, const analysis::OwnedDigest& digest) {
    return Add({property, true, made_.digests.Add(digest.algorithm, digest.bytes)});
  }
  const Policy& policy() const { return made_; }
  static RuleId rule() { return {0}; }

 private:
  Conditions& Add(policy::Condition condition) {
    made_.conditions.push_back(condition);
    ++made_.rules[0].conditions.count;
    return *this;
  }
  Policy made_;
};

// An event without a file, from a hook that every dialect has.
runtime::Event EventWithoutFile(Operation operation) {
  analysis::Witness witness;
  witness.operation = operation;
  runtime::Event event = EventOf(witness);
  event.file.reset();
  if (operation != Operation::Execute) event.hook = runtime::Hook::KernelLoad;
  return event;
}

bool AllConditionsHold(const Policy& policy, RuleId rule, const runtime::Event& event) {
  const auto conditions = policy.ConditionsOf(policy[rule]);
  return std::all_of(conditions.begin(), conditions.end(),
                     [&](const auto& condition) { return Holds(policy, condition, event); });
}

// Narrows sets of cases to those of a file.
class Narrower {
 public:
  Narrower(const Semantics& semantics, Operation operation)
      : semantics_(semantics), operation_(operation) {}

  void ToVolume(const KnownDigest& volume, CaseSet& set) const {
    Conditions on(semantics_, operation_);
    on.Digest(Property::DmverityRoothash, volume.digest);
    if (volume.is_signed) on.Boolean(Property::DmveritySignature, *volume.is_signed);
    set.Keep(on.policy(), Conditions::rule());
  }

  void ToDigest(const KnownDigest& file, CaseSet& set) const {
    Conditions with(semantics_, operation_);
    with.Digest(Property::FsverityDigest, file.digest);
    if (file.is_signed) with.Boolean(Property::FsveritySignature, *file.is_signed);
    set.Keep(with.policy(), Conditions::rule());
  }

  // To an event without a file.
  void ToNothing(const Policy& policy, CaseSet& set) const {
    ToNoFsverity({&policy}, set);
    for (const policy::Rule& rule : policy.rules) {
      for (const policy::Condition& condition : policy.ConditionsOf(rule)) {
        if (condition.property != Property::DmverityRoothash) continue;
        Conditions with(semantics_, operation_);
        with.Digest(Property::DmverityRoothash, Copy(policy, condition.digest));
        set.Remove(with.policy(), Conditions::rule());
      }
    }
    Remove(Property::BootVerified, true, set);
    Remove(Property::DmveritySignature, true, set);
  }

  // `named`: the policies whose digests the cases distinguish.
  void ToNoFsverity(const std::vector<const Policy*>& named, CaseSet& set) const {
    for (const Policy* const policy : named) {
      for (const policy::Rule& rule : policy->rules) {
        if (rule.operation != operation_) continue;
        for (const policy::Condition& condition : policy->ConditionsOf(rule)) {
          if (condition.property != Property::FsverityDigest) continue;
          Conditions with(semantics_, operation_);
          with.Digest(Property::FsverityDigest, Copy(*policy, condition.digest));
          set.Remove(with.policy(), Conditions::rule());
        }
      }
    }
    Remove(Property::FsveritySignature, true, set);
    // Otherwise nothing tells a file with fs-verity, without a signature and with a digest that no
    // rule names, from a file without fs-verity.
    if (semantics_.fsverity_signature_needs_fsverity) {
      Remove(Property::FsveritySignature, false, set);
    }
  }

 private:
  static analysis::OwnedDigest Copy(const Policy& policy, policy::DigestId id) {
    return analysis::CopyDigest(policy, id);
  }
  void Remove(Property property, bool expected, CaseSet& set) const {
    Conditions with(semantics_, operation_);
    with.Boolean(property, expected);
    set.Remove(with.policy(), Conditions::rule());
  }

  const Semantics semantics_;
  const Operation operation_;
};

bool CanMatch(const Policy& policy, RuleId rule) {
  const auto conditions = policy.ConditionsOf(policy[rule]);
  return std::none_of(conditions.begin(), conditions.end(), [&](const auto& condition) {
    return policy.semantics.missing.Contains(condition.property);
  });
}

// Before an event without a file can have been decided by a statement, it must match it.
bool CanBeOneEvent(const Question& question, const std::vector<RuleId>& statements,
                   const QuotedStatement* quoted) {
  const runtime::Event event = EventWithoutFile(question.operation);
  if (question.before != nullptr) {
    const policy::Decision decision = Decide(question.before->policy(), event);
    return std::find(statements.begin(), statements.end(), decision.rule) != statements.end();
  }
  return quoted->is_default() ||
         AllConditionsHold(quoted->policy(), quoted->RuleFor(question.operation), event);
}

}  // namespace

RecordCases Classifier::CasesOf(const Question& question) const {
  RecordCases cases;
  const Operation operation = question.operation;
  std::optional<QuotedStatement> quoted;
  if (question.before != nullptr) {
    cases.statements = question.before->Find(operation, question.rule);
    if (cases.statements.empty()) {
      cases.unknown = Reason::NotInPolicy;
      return cases;
    }
  } else {
    quoted.emplace(target(), question.rule);
    const bool fits =
        quoted->is_read() && (quoted->is_default() || quoted->RuleFor(operation).valid());
    if (!fits) {
      cases.unknown = Reason::Statement;
      return cases;
    }
  }
  cases.is_one_event = question.facts.has_no_file || operation == Operation::Unknown;
  if (cases.is_one_event) {
    if (!CanBeOneEvent(question, cases.statements, quoted ? &*quoted : nullptr)) {
      cases.unknown = Reason::Contradiction;
    }
    return cases;
  }
  std::vector<const Policy*> policies = {&policy()};
  if (question.before != nullptr) {
    policies.push_back(&question.before->policy());
    cases.sets.reserve(2 * cases.statements.size());
    for (const RuleId rule : cases.statements) {
      cases.sets.push_back(CaseSet::DecidedBy(question.before->policy(), operation, rule));
    }
  } else {
    policies.push_back(&quoted->policy());
    CaseSet set(policy().semantics);
    const RuleId rule = quoted->RuleFor(operation);
    if (!rule.valid()) {
      set.AddOthers(operation);
    } else if (CanMatch(quoted->policy(), rule)) {
      set.Add(quoted->policy(), rule);
    }
    cases.sets.push_back(std::move(set));
  }
  const Narrower narrower(policy().semantics, operation);
  if (question.facts.volume != nullptr) {
    for (CaseSet& set : cases.sets) narrower.ToVolume(*question.facts.volume, set);
  }
  if (question.facts.file != nullptr) {
    const std::size_t count = cases.sets.size();
    for (std::size_t i = 0; i < count; ++i) {
      CaseSet without = cases.sets[i];
      narrower.ToNoFsverity(policies, without);
      narrower.ToDigest(*question.facts.file, cases.sets[i]);
      cases.sets.push_back(std::move(without));
    }
  }
  return cases;
}

Part Classifier::PartOf(Operation operation, RuleId rule) const {
  Part part;
  if (rule.valid()) {
    const policy::Rule& decides = policy()[rule];
    part.action = decides.action;
    part.line = decides.line;
    part.text = source_.text(decides.statement).str();
    return part;
  }
  const policy::Default* const decides = policy().DefaultFor(operation);
  if (decides == nullptr) {
    part.action = Action::Allow;
    return part;
  }
  part.action = decides->action;
  part.line = decides->line;
  part.text = source_.text(decides->statement).str();
  return part;
}

void Classifier::AnswerOneEvent(Operation operation, Classification& classification,
                                std::vector<RuleId>& decides) const {
  const runtime::Event event = EventWithoutFile(operation);
  const policy::Decision decision = Decide(policy(), event);
  decides.push_back(decision.rule);
  Part part = PartOf(operation, decision.rule);
  part.cases = operation == Operation::Unknown   ? "all events"
               : operation == Operation::Execute ? "memory without a file"
                                                 : "data without a file";
  part.witness = event::WriteEvent(event);
  classification.outcome = decision.action == Action::Allow ? Outcome::Allow : Outcome::Deny;
  classification.parts.push_back(std::move(part));
}

void Classifier::AnswerSets(const Question& question, const RecordCases& cases,
                            Classification& classification, std::vector<RuleId>& decides) const {
  constexpr std::size_t kMostParts = 8;
  const policy::OperationSet only = {question.operation};
  const CaseSet allowed = CaseSet::AllowedBy(policy(), only);
  const CaseSet denied = allowed.Complement(only);
  std::set<std::pair<RuleId, std::string>> seen;
  const auto add = [&](const CaseSet& set, const CaseSet& others) {
    const analysis::Differences found = Missing(set, others);
    for (analysis::Difference group : found.groups) {
      group.has_file = true;
      const RuleId rule = others.OriginOf(group.after);
      std::string words = pipeline::WordsFor(group, policy().semantics);
      if (!seen.emplace(rule, words).second) continue;
      decides.push_back(rule);
      Part part = PartOf(question.operation, rule);
      part.cases = std::move(words);
      part.witness = event::WriteEvent(EventOf(group.witness));
      classification.parts.push_back(std::move(part));
    }
    classification.more_parts += found.more_tighter;
    return !found.groups.empty();
  };
  bool allows = false;
  bool denies = false;
  for (const CaseSet& set : cases.sets) {
    allows |= add(set, denied);  // that those which are denied lack
    denies |= add(set, allowed);
  }
  if (!allows && !denies) {
    classification.reason = Reason::Contradiction;
    return;
  }
  classification.outcome = allows && denies ? Outcome::Depends
                           : allows         ? Outcome::Allow
                                            : Outcome::Deny;
  std::stable_sort(classification.parts.begin(), classification.parts.end(),
                   [](const Part& a, const Part& b) {
                     return std::pair(a.action, a.line) < std::pair(b.action, b.line);
                   });
  if (classification.parts.size() <= kMostParts) return;
  // Both actions keep a part.
  const auto denial = std::find_if(classification.parts.begin(), classification.parts.end(),
                                   [](const Part& part) { return part.action == Action::Deny; });
  const auto first_denial = support::ToSize(denial - classification.parts.begin());
  classification.more_parts += classification.parts.size() - kMostParts;
  if (denial != classification.parts.end() && first_denial >= kMostParts) {
    classification.parts[kMostParts - 1] = std::move(*denial);
  }
  classification.parts.resize(kMostParts);
}

std::string Classifier::TipOf(const std::vector<RuleId>& decides) const {
  bool volume = false;
  bool file = false;
  for (const RuleId rule : decides) {
    if (!rule.valid()) continue;
    for (const policy::Condition& condition : policy().ConditionsOf(policy()[rule])) {
      volume |= condition.property == Property::DmverityRoothash ||
                condition.property == Property::DmveritySignature;
      file |= condition.property == Property::FsverityDigest ||
              condition.property == Property::FsveritySignature;
    }
  }
  if (volume) return "volume";
  return file ? "file" : "";
}

std::vector<CaseSet> Classifier::AllSets(const Question& question, const RecordCases& cases) const {
  if (!cases.is_one_event || question.operation == Operation::Unknown) return cases.sets;
  CaseSet set(policy().semantics);
  set.AddOthers(question.operation);
  const Narrower narrower(policy().semantics, question.operation);
  narrower.ToNothing(policy(), set);
  return {set};
}

void Classifier::Explain(const Question& question, const RecordCases& cases,
                         const std::vector<RuleId>& decides, Classification& classification) const {
  constexpr std::size_t kMostTried = 16;
  const std::vector<CaseSet> sets = AllSets(question, cases);
  const std::set<RuleId> deciding(decides.begin(), decides.end());
  const bool reaches_default = deciding.count(RuleId{}) != 0;
  for (const RuleId rule : policy().rule_ids()) {
    const policy::Rule& one = policy()[rule];
    if (one.operation != question.operation || deciding.count(rule) != 0) continue;
    // Rules after the last one that decides are not tried.
    if (!reaches_default && !deciding.empty() && *deciding.rbegin() < rule) break;
    if (classification.tried.size() == kMostTried) {
      ++classification.more_tried;
      continue;
    }
    const auto unmatched = pipeline::UnmatchedIn(sets, policy(), target(), rule);
    classification.tried.push_back({one.line, TextOf(one),
                                    unmatched.empty()
                                        ? "earlier rules decide the cases that it matches"
                                        : pipeline::WordsFor(unmatched)});
  }
}

void Classifier::Propose(const Question& question, const RecordCases& cases,
                         Classification& classification) const {
  // The digests that the recorded rule names.
  std::vector<KnownDigest> roothashes;
  std::vector<KnownDigest> digests;
  const QuotedStatement quoted(target(), question.rule);
  if (quoted.is_read()) {
    const Policy& own = quoted.policy();
    for (const policy::Condition& condition : own.conditions) {
      if (!condition.digest.valid()) continue;
      KnownDigest known;
      known.digest = analysis::CopyDigest(own, condition.digest);
      known.text = known.digest.algorithm + ":" + llvm::toHex(known.digest.bytes, true);
      (condition.property == Property::FsverityDigest ? digests : roothashes).push_back(known);
    }
  }
  std::uint32_t line = 0;
  for (const Part& part : classification.parts) {
    const bool is_default = llvm::StringRef(part.text).startswith("DEFAULT");
    if (part.action != Action::Deny || is_default || part.line == 0) continue;
    line = line == 0 ? part.line : std::min(line, part.line);
  }
  const Proposal made = options_.proposer->For(question.operation, cases.sets, question.facts,
                                               roothashes, digests, line);
  classification.proposal = made.rule;
  classification.proposal_line = made.line;
  classification.advice = made.advice;
}

Classification Classifier::Answer(const Question& question, std::vector<RuleId>* decides) const {
  Classification classification;
  std::vector<RuleId> deciding;
  const RecordCases cases = CasesOf(question);
  if (question.before != nullptr) {
    classification.was_lines.reserve(cases.statements.size());
    for (const RuleId rule : cases.statements) {
      classification.was_lines.push_back(question.before->LineOf(question.operation, rule));
    }
    std::sort(classification.was_lines.begin(), classification.was_lines.end());
  }
  if (cases.unknown) {
    classification.reason = cases.unknown;
  } else if (cases.is_one_event) {
    AnswerOneEvent(question.operation, classification, deciding);
  } else {
    AnswerSets(question, cases, classification, deciding);
  }
  if (classification.outcome == Outcome::Depends) classification.tip = TipOf(deciding);
  if (options_.why && !classification.reason) Explain(question, cases, deciding, classification);
  const bool denies =
      classification.outcome == Outcome::Depends || classification.outcome == Outcome::Deny;
  if (options_.proposer != nullptr && denies) Propose(question, cases, classification);
  if (decides != nullptr) *decides = std::move(deciding);
  return classification;
}

}  // namespace ipec::replay
