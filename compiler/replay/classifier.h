#pragma once

// From a recorded statement to the decision of a new policy.
//
//   in   the new policy; the statement that a record quotes, in the old policy or alone; facts
//   out  Classification: ALLOW or DENY where all cases that the record can have been are decided so
//
// Exact: a certain answer is that of every case, and "depends" means that both occur among them.
// Each question costs O(n log n) in the sizes of both policies, so the caller keeps the answers.

#include <cstdint>
#include <vector>

#include "compiler/analysis/case_set.h"
#include "compiler/pipeline/reading.h"
#include "compiler/replay/classification.h"
#include "compiler/replay/facts.h"
#include "compiler/replay/propose.h"
#include "compiler/replay/quoted_policy.h"

namespace ipec::replay {

struct Question {
  policy::Operation operation = policy::Operation::Execute;
  llvm::StringRef rule;                  // the recorded text
  const QuotedPolicy* before = nullptr;  // null: only the text is known
  FileFacts facts;
};

// The cases that the record of a question can have been.
struct RecordCases {
  std::optional<Reason> unknown;  // they are not known
  // Their union, if the event can have a file or its operation has a name.
  std::vector<analysis::CaseSet> sets;
  bool is_one_event = false;               // without a file
  std::vector<policy::RuleId> statements;  // of the old policy
};

struct ClassifierOptions {
  bool why = false;                    // also the rules that do not match
  const Proposer* proposer = nullptr;  // null: no proposals
};

class Classifier {
 public:
  // All must outlive this.
  Classifier(const pipeline::TargetReading& after, const support::SourceBuffer& source,
             const ClassifierOptions& options = {})
      : after_(after), source_(source), options_(options) {}

  const policy::Policy& policy() const { return after_.policy(); }
  const targets::Target& target() const { return after_.target(); }

  std::string TextOf(const policy::Rule& rule) const { return source_.text(rule.statement).str(); }

  RecordCases CasesOf(const Question& question) const;
  // `decides`, if not null, gets the rules of the new policy that decide some cases; invalid ones
  // are DEFAULTs.
  Classification Answer(const Question& question,
                        std::vector<policy::RuleId>* decides = nullptr) const;

 private:
  Part PartOf(policy::Operation operation, policy::RuleId rule) const;
  void AnswerOneEvent(policy::Operation operation, Classification& classification,
                      std::vector<policy::RuleId>& decides) const;
  void AnswerSets(const Question& question, const RecordCases& cases,
                  Classification& classification, std::vector<policy::RuleId>& decides) const;
  // The sets of an event without a file, too.
  std::vector<analysis::CaseSet> AllSets(const Question& question, const RecordCases& cases) const;
  void Explain(const Question& question, const RecordCases& cases,
               const std::vector<policy::RuleId>& decides, Classification& classification) const;
  void Propose(const Question& question, const RecordCases& cases,
               Classification& classification) const;
  std::string TipOf(const std::vector<policy::RuleId>& decides) const;

  const pipeline::TargetReading& after_;
  const support::SourceBuffer& source_;
  const ClassifierOptions options_;
};

}  // namespace ipec::replay
