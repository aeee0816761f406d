#include "compiler/pipeline/change.h"

#include <algorithm>
#include <array>
#include <utility>

#include "compiler/pipeline/fingerprints.h"
#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/Sequence.h"

namespace ipec::pipeline {
namespace {

using analysis::Coverage;
using policy::Operation;
using policy::Policy;

bool IsAbout(FailOn level, Direction direction) {
  switch (direction) {
    case Direction::Looser:
      return level != FailOn::None;
    case Direction::Tighter:
      return level == FailOn::Tighter || level == FailOn::Records || level == FailOn::Any;
    case Direction::Records:
      return level == FailOn::Records || level == FailOn::Any;
  }
  return false;
}

constexpr std::array kDirections = {Direction::Looser, Direction::Tighter, Direction::Records};

}  // namespace

std::string_view Name(Verdict verdict) {
  constexpr std::array<std::string_view, 5> kNames = {"equivalent", "looser", "tighter",
                                                      "incomparable", "new"};
  return kNames[support::IndexOf(verdict)];
}

std::string_view Name(Direction direction) {
  constexpr std::array<std::string_view, 3> kNames = {"looser", "tighter", "records"};
  return kNames[support::IndexOf(direction)];
}

std::size_t& ChangeCounts::operator[](Direction direction) {
  return direction == Direction::Looser    ? looser
         : direction == Direction::Tighter ? tighter
                                           : records;
}

Verdict ChangeCounts::verdict() const {
  if (looser != 0) return tighter != 0 ? Verdict::Incomparable : Verdict::Looser;
  return tighter != 0 ? Verdict::Tighter : Verdict::Equivalent;
}

Change::Change(const std::optional<ChangeSide>& before, const ChangeSide& after,
               const ChangeOptions& options)
    : before_(before), after_(after), on_two_kernels_(options.on_two_kernels) {
  IPEC_CHECK(after.reading->accepted() && (!before || before->reading->accepted()),
             "a rejected policy has no meaning to compare");
  std::optional<Coverage> nothing;
  if (!before) {
    Policy none;
    none.semantics = policy_after().semantics;
    no_policy_ = std::make_unique<const Policy>(std::move(none));
    nothing.emplace(*no_policy_);
  } else if (!on_two_kernels_ && before->source->text() != after.source->text()) {
    life_cycle_ =
        LifeCycleOf(policy_before(), policy_after(), after.reading->target(), options.is_too_long);
  }
  fingerprints_ = std::make_unique<Fingerprints>(
      policy_before(), before ? before->reading : nullptr, policy_after(), after.reading);
  list_.emplace(before ? before->reading->coverage() : *nothing, after.reading->coverage(),
                analysis::DifferenceOptions{.only = options.only});
  Sort();
  if (options.acceptances != nullptr && !options.acceptances->empty()) {
    Accept(*options.acceptances);
  }
}

Change::Change(Change&&) noexcept = default;
Change::~Change() = default;

void Change::Sort() {
  order_.reserve(list_->size());
  for (const Direction direction : kDirections) {
    const std::size_t before = order_.size();
    for (std::uint32_t i = 0; i < list_->size(); ++i) {
      if (list_->KindOf(i) == direction) order_.push_back(i);
    }
    counts_[direction] = order_.size() - before + (More(direction) != 0 ? 1 : 0);
  }
}

void Change::Accept(Acceptances& acceptances) {
  acceptances_.resize(order_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) {
    acceptances_[i] = acceptances.Find(FingerprintOf(Make(i)));
  }
}

ChangedCases Change::Make(std::size_t number) const {
  ChangedCases one;
  one.cases = (*list_)[order_[number]];
  one.before = DeciderOf(policy_before(), one.cases.operation, one.cases.before);
  one.after = DeciderOf(policy_after(), one.cases.operation, one.cases.after);
  one.acceptance = AcceptanceOf(number);
  return one;
}

std::string Change::FingerprintOf(const ChangedCases& one) const {
  return fingerprints_->Of(one);
}

const Policy& Change::policy_before() const {
  return before_ ? before_->reading->policy() : *no_policy_;
}

std::uint64_t Change::More(Direction direction) const {
  return list_->More(direction);
}

ChangeCounts Change::accepted() const {
  ChangeCounts accepted;
  for (std::size_t i = 0; i < acceptances_.size(); ++i) {
    if (acceptances_[i] != nullptr) ++accepted[DirectionOf(i)];
  }
  return accepted;
}

bool Change::OnlyUnknownOperations() const {
  return counts_.looser + counts_.tighter == 1 && Make(0).cases.operation == Operation::Unknown;
}

std::optional<LifeCycleProblem> Change::life_cycle_problem() const {
  if (!life_cycle_) return std::nullopt;
  const policy::Version& before = policy_before().version;
  const policy::Version& after = policy_after().version;
  const bool is_loaded =
      before != after || policy_before().name != policy_after().name || counts_.all() != 0;
  if (is_loaded && life_cycle_->update == support::Errno::kEMSGSIZE) {
    return LifeCycleProblem::TooLarge;
  }
  if (policy_before().name != policy_after().name) return LifeCycleProblem::NameChanged;
  if (after < before) return LifeCycleProblem::VersionDecreased;
  if (life_cycle_->update && counts_.all() != 0) return LifeCycleProblem::VersionNotBumped;
  return std::nullopt;
}

bool Change::Fails(FailOn level) const {
  if (!has_base()) return false;
  const auto is_new = [&](std::size_t number) {
    return AcceptanceOf(number) == nullptr && IsAbout(level, DirectionOf(number));
  };
  return llvm::any_of(llvm::seq<std::size_t>(0, order_.size()), is_new) ||
         std::any_of(kDirections.begin(), kDirections.end(),
                     [&](Direction direction) {
                       return More(direction) != 0 && IsAbout(level, direction);
                     }) ||
         (level == FailOn::Any && life_cycle_problem());
}

}  // namespace ipec::pipeline
