#pragma once

// Replays the records of a log under a new policy.
//
//   in   records, one by one; the new policy; the policy of the log, perhaps; an inventory, perhaps
//   out  Result: groups of equal records, each with the decision of the new policy
//
// Memory is that of the groups. A question is answered once: records differ in few statements.

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "compiler/records/record.h"
#include "compiler/records/tally.h"
#include "compiler/replay/classifier.h"
#include "compiler/replay/group_index.h"
#include "compiler/replay/result.h"

namespace ipec::replay {

// The policies that a log can name by their thumbprints.
class PolicyFinder {
 public:
  virtual ~PolicyFinder() = default;
  // Null: there is none. `digest` is `sha256:E3B0…`.
  virtual const QuotedPolicy* Find(llvm::StringRef digest) = 0;
};

struct Setup {
  const Classifier* classifier = nullptr;
  // The policy of the log; with `policies`, the one that is active until the log names another.
  const QuotedPolicy* before = nullptr;
  PolicyFinder* policies = nullptr;  // null: `before` is active all the time
  const KnownFiles* known = nullptr;
  std::size_t most_groups = 200'000;
};

class Replay {
 public:
  Replay(const Setup& setup, Subject subject);

  void Take(const records::Record& record);
  // Adds what a reader of one log saw besides records.
  void AddTally(const records::Tally& tally);
  // Another log begins: nothing is known of the policy that is active in it.
  void BeginLog() {
    active_.clear();
    recent_.clear();
    next_event_ = 0;
  }

  const Result& result() const { return result_; }
  Result& result() { return result_; }

 private:
  struct Active {
    const QuotedPolicy* policy = nullptr;
    std::string digest;
  };
  struct Answered {
    std::shared_ptr<const Classification> classification;
    std::vector<policy::RuleId> decides;
  };
  struct Event {
    records::Stamp stamp;
    std::string node;
    Group* group = nullptr;
  };
  struct Counted {
    Group* group = nullptr;
    const Answered* answered = nullptr;
  };

  void TakeAccess(const records::Access& access, const records::Record& record);
  void TakeProcess(const records::Record& record);
  void TakeActivation(const records::Activation& activation, llvm::StringRef node);
  Active& ActiveOn(llvm::StringRef node);
  Answered MakeAnswer(const records::Access& access, const Active& active,
                      std::optional<policy::Operation> operation, const FileFacts& facts) const;
  void RememberEvent(const records::Record& record, Group* group);
  const Answered& AnswerFor(const records::Access& access, const Active& active);
  Counted Count(const records::Access& access, const Active& active);
  void CountUse(const Answered& answered);

  const Setup setup_;
  Result result_;
  std::map<std::string, Active, std::less<>> active_;  // by node
  std::unordered_map<std::string, Answered, support::KeyedTextHash, std::equal_to<>> answers_;
  GroupIndex<Counted> counted_;  // by identities, which are in `result_`
  Answered unkept_;       // the last answer without a place: a log can quote any number of texts
  std::string identity_;  // scratch
  // The last groups that got a record with a serial number; the records of the audit subsystem
  // about the same event come soon after it.
  std::vector<Event> recent_;
  std::size_t next_event_ = 0;
};

// Every rule of the new policy, used or not.
void AddAllRules(const Classifier& classifier, Result& result);

}  // namespace ipec::replay
