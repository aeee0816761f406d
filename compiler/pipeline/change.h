#pragma once

// The meaning of a change of a policy for one kernel. `ipec diff` prints it, and
// `ipec lint --against` reports it.
//
//   in   the policy before and after, each as a target reads it; before there may be none
//   out  Change: all differences with the statements that decide and fingerprints, their numbers,
//        a verdict, the life cycle
//
// Exact: an event that no difference contains is decided and recorded as before. The two targets
// are usually the same. They may differ if the same events can occur on both
// (analysis::SameEvents): the policies of one text on two kernels, one of them without a property,
// can be compared.
//
// Without a policy the kernel allows everything and records nothing, so against no policy nothing
// is looser.
//
// Knows no command, option or file; words are in change_words.h.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/analysis/differences.h"
#include "compiler/pipeline/acceptances.h"
#include "compiler/pipeline/life_cycle.h"
#include "compiler/pipeline/reading.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::pipeline {

using Direction = analysis::Difference::Kind;

// The statement that decides cases in one of the two policies.
struct Decider {
  policy::Action action = policy::Action::Allow;
  std::optional<policy::Match> match;  // nothing: no statement decides, so the action is ALLOW
  // Of the statement.
  std::uint32_t line = 0;
  support::Span where;
};

// One of the differences of a Change.
struct ChangedCases {
  analysis::Difference cases;  // with the direction
  Decider before;
  Decider after;
  const Acceptance* acceptance = nullptr;  // null: it is not accepted

  Direction direction() const { return cases.kind; }
};

// New: there was no policy, which is never a comparison of two.
enum class Verdict : std::uint8_t { Equivalent, Looser, Tighter, Incomparable, New };
std::string_view Name(Verdict verdict);
std::string_view Name(Direction direction);

// The mildest difference that fails; Any is also about the life cycle.
enum class FailOn : std::uint8_t { None, Looser, Tighter, Records, Any };

// How many differences there are. Those cases of a direction that have no group count as one.
struct ChangeCounts {
  std::size_t looser = 0;
  std::size_t tighter = 0;
  std::size_t records = 0;

  std::size_t& operator[](Direction direction);
  // About the decisions of two policies alone.
  Verdict verdict() const;
  std::size_t all() const { return looser + tighter + records; }
};

// An answer of the kernel to a new version that an author does not expect.
enum class LifeCycleProblem : std::uint8_t {
  VersionNotBumped,
  VersionDecreased,
  NameChanged,
  TooLarge,  // once signed
};

// One of the policies: its reading, and the text that this is of. Both must outlive the Change.
struct ChangeSide {
  const TargetReading* reading;
  const support::SourceBuffer* source;
};

struct ChangeOptions {
  policy::OperationSet only = {};      // empty: all operations
  Acceptances* acceptances = nullptr;  // outlives the Change; those that match count as used
  // One text on two kernels: there is no life cycle, and the words are about kernels.
  bool on_two_kernels = false;
  // The policy after, once signed, has more bytes than the kernel accepts.
  bool is_too_long = false;
};

class Fingerprints;

class Change {
 public:
  // Each is made when it is asked for, because two large policies have many.
  class List : public llvm::indexed_accessor_range<List, const Change*, ChangedCases, ChangedCases*,
                                                   ChangedCases> {
   public:
    using indexed_accessor_range::indexed_accessor_range;
    static ChangedCases dereference(const Change* change, std::ptrdiff_t number) {
      return change->Make(support::ToSize(number));
    }
  };

  // Both readings must be accepted. `before` is nothing if there was no policy.
  Change(const std::optional<ChangeSide>& before, const ChangeSide& after,
         const ChangeOptions& options = {});
  Change(Change&&) noexcept;
  ~Change();

  bool has_base() const { return before_.has_value(); }
  bool on_two_kernels() const { return on_two_kernels_; }
  const std::optional<ChangeSide>& before() const { return before_; }
  const ChangeSide& after() const { return after_; }
  // The policy before; an empty one if there was none.
  const policy::Policy& policy_before() const;
  const policy::Policy& policy_after() const { return after_.reading->policy(); }

  // The looser ones first, then the tighter ones; of one direction in the order of operations.
  List differences() const { return {this, 0, static_cast<std::ptrdiff_t>(order_.size())}; }
  // Of the difference with this number in the list, without making it.
  Direction DirectionOf(std::size_t number) const { return list_->KindOf(order_[number]); }
  const Acceptance* AcceptanceOf(std::size_t number) const {
    return acceptances_.empty() ? nullptr : acceptances_[number];
  }
  // A hash of the meaning of one of them (see fingerprints.h). Not for several threads at once.
  std::string FingerprintOf(const ChangedCases& one) const;
  // Cases without a difference of their own (see analysis::Differences). No acceptance applies.
  std::uint64_t More(Direction direction) const;

  const ChangeCounts& counts() const { return counts_; }
  ChangeCounts accepted() const;
  // Acceptances do not count.
  Verdict verdict() const { return is_new() ? Verdict::New : counts_.verdict(); }
  // There was no policy.
  bool is_new() const { return !has_base() && !on_two_kernels_; }
  // Whether only operations without a name are decided differently, as after a change of the
  // global DEFAULT.
  bool OnlyUnknownOperations() const;

  // Nothing if there was no policy, or the text is the same.
  const std::optional<LifeCycle>& life_cycle() const { return life_cycle_; }
  // Nothing if there was no policy. An unchanged version is a problem only if decisions or records
  // differ: a text with the same meaning need not be loaded, so its size does not matter either.
  std::optional<LifeCycleProblem> life_cycle_problem() const;

  // Whether a difference that is not accepted is at or above the level: looser is above tighter,
  // which is above records. Against no policy, nothing fails.
  bool Fails(FailOn level) const;

 private:
  ChangedCases Make(std::size_t number) const;
  void Sort();
  void Accept(Acceptances& acceptances);

  std::optional<ChangeSide> before_;
  ChangeSide after_;
  std::unique_ptr<const policy::Policy> no_policy_;
  std::unique_ptr<Fingerprints> fingerprints_;  // made as they are asked for
  std::optional<analysis::DifferenceList> list_;
  std::vector<std::uint32_t> order_;            // their numbers in the list
  std::vector<const Acceptance*> acceptances_;  // in this order; empty: none
  ChangeCounts counts_;
  std::optional<LifeCycle> life_cycle_;
  bool on_two_kernels_;
};

}  // namespace ipec::pipeline
