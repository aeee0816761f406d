#pragma once

// Replays the records of a log under a new policy.
//
//   in   records, one by one; the new policy; the policy of the log, perhaps; an inventory, perhaps
//   out  Result: groups of equal records, each with the decision of the new policy
//
// Memory is that of the groups, also before the policy of their time is known. A question is
// answered once: records differ in few statements.

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
#include "compiler/replay/event_joiner.h"
#include "compiler/replay/group_index.h"
#include "compiler/replay/result.h"
#include "llvm/ADT/SetVector.h"

namespace ipec::replay {

// The policies that a log can name by their thumbprints.
class PolicyFinder {
 public:
  virtual ~PolicyFinder() = default;
  // The policy with this thumbprint, `sha256:E3B0…`, or null. A later call may find a new file.
  virtual const QuotedPolicy* Find(llvm::StringRef digest) = 0;
};

struct Setup {
  const Classifier* classifier = nullptr;
  // The policy of the log; with `policies`, the one that is active until the log names another.
  const QuotedPolicy* before = nullptr;
  PolicyFinder* policies = nullptr;  // null: `before` is active all the time
  const KnownFiles* known = nullptr;
  std::size_t most_groups = 200'000;
  bool keeps_changes = false;  // for TakeChanges
};

class Replay {
 public:
  Replay(const Setup& setup, Subject subject);

  void Take(const records::Record& record);
  // Adds what a reader of one log saw besides records.
  void AddTally(const records::Tally& tally);
  // The log ends; another one may begin, and nothing is known of the policy that is active in it.
  void EndLog();

  // Complete after EndLog.
  const Result& result() const { return result_; }
  Result& result() { return result_; }
  // The groups that have changed since the last call, each once, as they are without what follows
  // in the log.
  std::vector<const Group*> TakeChanges() { return changes_.takeVector(); }

 private:
  struct Answered {
    std::shared_ptr<const Classification> classification;
    std::vector<policy::RuleId> decides;
  };
  // An answer that lacks the policy of the log, which may become known.
  struct Waiting {
    Answered* answered = nullptr;
    std::optional<policy::Operation> operation;
    std::string rule;
    FileFacts facts;
  };
  struct Counted {
    Group* group = nullptr;
    const Answered* answered = nullptr;
  };
  struct EarlyGroup {
    Group group;
    bool is_without_file = false;
  };
  // The records of a machine before its first activation in the log, which names the policy that
  // was active until then.
  struct Early {
    std::unordered_map<std::string, EarlyGroup, support::KeyedTextHash, std::equal_to<>> groups;
    GroupIndex<Counted> counted;
    std::uint64_t highest_serial = 0;
  };
  struct Active {
    const QuotedPolicy* policy = nullptr;
    std::string digest;
    std::unique_ptr<Early> early;  // null: the policy is known, or will not be
  };

  void TakeAccess(const records::Access& access, const records::Record& record);
  void TakeActivation(const records::Activation& activation, const records::Record& record);
  Active& ActiveOn(llvm::StringRef node);
  Active BeforeActivation(const records::Activation& activation) const;
  void NoticeRestart(const records::Record& record, Active& active);
  void EndEarly(std::unique_ptr<Early> early, Active& active);
  // The policy with this thumbprint was unknown before.
  void Learn(llvm::StringRef digest, const QuotedPolicy* policy);
  Answered MakeAnswer(llvm::StringRef rule, const QuotedPolicy* before,
                      std::optional<policy::Operation> operation, const FileFacts& facts) const;
  const Answered& AnswerFor(const records::Access& access, const Active& active);
  Group& AddGroup(const records::Access& access, Active& active, const std::string*& identity);
  Counted Count(const records::Access& access, Active& active);
  void CountUse(const Answered& answered, std::uint64_t count);
  void CountMore(const records::Access& access, const Answered& answered, std::uint64_t count);

  const Setup setup_;
  Result result_;
  std::map<std::string, Active, std::less<>> active_;  // by node
  Active elsewhere_;                                   // on all other nodes
  std::unordered_map<std::string, Answered, support::KeyedTextHash, std::equal_to<>> answers_;
  std::map<std::string, std::vector<Waiting>, std::less<>> waiting_;  // by thumbprint
  GroupIndex<Counted> counted_;   // by identities, which are in `result_`
  std::size_t early_groups_ = 0;  // of all nodes
  Answered unkept_;       // the last answer without a place: a log can quote any number of texts
  std::string identity_;  // scratch
  EventJoiner events_;
  llvm::SetVector<const Group*> changes_;
};

// Every rule of the new policy, used or not.
void AddAllRules(const Classifier& classifier, Result& result);

}  // namespace ipec::replay
