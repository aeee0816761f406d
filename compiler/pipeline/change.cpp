#include "compiler/pipeline/change.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "compiler/sign/thumbprint.h"
#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {
namespace {

using analysis::Coverage;
using analysis::Difference;
using analysis::Differences;
using policy::Match;
using policy::Operation;
using policy::Policy;
using policy::RuleId;

Decider DeciderOf(const Policy& policy, Operation operation, RuleId rule) {
  if (rule.valid()) {
    const policy::Rule& one = policy[rule];
    return {one.action, Match::Rule, one.line, one.statement};
  }
  const policy::Default* const decides = policy.DefaultFor(operation);
  if (decides == nullptr) return {};
  const bool own = policy.DefaultOf(operation).has_value();
  return {decides->action, own ? Match::OperationDefault : Match::GlobalDefault, decides->line,
          decides->statement};
}

// The statement that decides, whatever its layout.
void AppendMeaning(const Policy& policy, const Decider& decider, RuleId rule, std::string& text) {
  if (!decider.match) {
    text += "none";
  } else if (*decider.match != Match::Rule) {
    text += *decider.match == Match::GlobalDefault ? "DEFAULT" : "DEFAULT op";
  } else {
    text += "op";
    for (const policy::Condition& condition : policy.ConditionsOf(policy[rule])) {
      text += ' ';
      text += runtime::Name(condition.property);
      text += '=';
      if (Kind(condition.property) == runtime::PropertyKind::Boolean) {
        text += condition.expected ? "TRUE" : "FALSE";
        continue;
      }
      const runtime::Digest digest = policy.digests.Get(condition.digest);
      text += digest.algorithm;
      text += ':';
      for (const std::uint8_t byte : digest.bytes) {
        text += llvm::hexdigit(byte >> 4U, /*LowerCase=*/true);
        text += llvm::hexdigit(byte & 15U, /*LowerCase=*/true);
      }
    }
  }
  text += " action=";
  text += runtime::Name(decider.action);
  text += '\n';
}

std::string StringOf(const std::vector<std::uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string HashOf(const std::string& text) {
  return StringOf(sign::Thumbprint(sign::Hash::Sha256, text));
}

// The meanings of the rules of an operation before one of them, hashed: they take cases away from
// it. Those that decide no event do not.
class EarlierRules {
 public:
  // `side` is null if there is no policy; `policy` is then empty.
  EarlierRules(const Policy& policy, const ChangeSide* side) : policy_(policy), side_(side) {}

  // Of all rules if `decider` is invalid. All calls together are linear in the rules.
  const std::string& HashBefore(Operation operation, RuleId decider) {
    List& list = lists_[operation];
    if (!list.is_filled) Fill(operation, list);
    const std::size_t count =
        decider.valid()
            ? support::ToSize(std::lower_bound(list.rules.begin(), list.rules.end(), decider) -
                              list.rules.begin())
            : list.rules.size();
    const std::size_t whole = count / kBlock;
    while (list.blocks.size() <= whole) AddBlock(operation, list);
    Block& block = list.blocks[whole];
    if (block.beginnings.empty()) HashBeginnings(operation, list, whole);
    return block.beginnings[count % kBlock];
  }

 private:
  static constexpr std::size_t kBlock = 256;
  struct Block {
    std::string before;                   // hash of the blocks before; of the first one, nothing
    std::vector<std::string> beginnings;  // hash of `before` and as many rules; empty: not needed
  };
  struct List {
    bool is_filled = false;
    std::vector<RuleId> rules;
    std::vector<Block> blocks;
  };

  void Fill(Operation operation, List& list) {
    list.is_filled = true;
    for (const RuleId rule : policy_.rule_ids()) {
      if (policy_[rule].operation == operation && side_->reading->reachability().Decides(rule)) {
        list.rules.push_back(rule);
      }
    }
  }

  void AddBlock(Operation operation, List& list) const {
    if (list.blocks.empty()) {
      list.blocks.emplace_back();
      return;
    }
    const std::size_t last = list.blocks.size() - 1;
    std::string text = list.blocks[last].before;
    for (std::size_t i = last * kBlock; i < (last + 1) * kBlock; ++i) {
      AppendRule(operation, list.rules[i], text);
    }
    list.blocks.push_back({HashOf(text), {}});
  }

  void HashBeginnings(Operation operation, List& list, std::size_t number) const {
    Block& block = list.blocks[number];
    sign::RunningHash hash(sign::Hash::Sha256);
    hash.Add(block.before);
    block.beginnings.push_back(StringOf(hash.Value()));
    const std::size_t end = std::min(list.rules.size(), (number + 1) * kBlock);
    std::string text;
    for (std::size_t i = number * kBlock; i < end; ++i) {
      text.clear();
      AppendRule(operation, list.rules[i], text);
      hash.Add(text);
      block.beginnings.push_back(StringOf(hash.Value()));
    }
  }

  void AppendRule(Operation operation, RuleId rule, std::string& text) const {
    AppendMeaning(policy_, DeciderOf(policy_, operation, rule), rule, text);
  }

  const Policy& policy_;
  const ChangeSide* const side_;
  policy::OperationMap<List> lists_;
};

// `text` is scratch space.
std::string FingerprintOf(const Policy& before, const Policy& after, EarlierRules& earlier_before,
                          EarlierRules& earlier_after, const ChangedCases& one, std::string& text) {
  text = "2\n";  // the version of this text
  text.append(after.name).append("\n");
  text.append(Name(one.cases.kind)).append(" ").append(runtime::Name(one.cases.operation));
  text += '\n';
  AppendMeaning(before, one.before, one.cases.before, text);
  AppendMeaning(after, one.after, one.cases.after, text);
  text += std::to_string(one.cases.facts.bits());
  if (one.cases.operation != Operation::Unknown) {
    text += earlier_before.HashBefore(one.cases.operation, one.cases.before);
    text += earlier_after.HashBefore(one.cases.operation, one.cases.after);
  }
  const std::string hash = HashOf(text);
  return llvm::toHex(llvm::StringRef(hash).take_front(kFingerprintDigits / 2), /*LowerCase=*/true);
}

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
  Differences found = AllDifferences(before ? before->reading->coverage() : *nothing,
                                     after.reading->coverage(), {.only = options.only});
  more_[Direction::Looser] = found.more_looser;
  more_[Direction::Tighter] = found.more_tighter;
  more_[Direction::Records] = found.more_records;
  AddDifferences(std::move(found.groups), options.acceptances);
}

void Change::AddDifferences(std::vector<Difference> groups, Acceptances* acceptances) {
  differences_.reserve(groups.size());
  EarlierRules before(policy_before(), before_ ? &*before_ : nullptr);
  EarlierRules after(policy_after(), &after_);
  std::string text;
  for (const Direction direction : kDirections) {
    for (Difference& group : groups) {
      if (group.kind != direction) continue;
      ChangedCases& one = differences_.emplace_back();
      one.before = DeciderOf(policy_before(), group.operation, group.before);
      one.after = DeciderOf(policy_after(), group.operation, group.after);
      one.cases = std::move(group);
      one.fingerprint = FingerprintOf(policy_before(), policy_after(), before, after, one, text);
      if (acceptances != nullptr) one.acceptance = acceptances->Find(one.fingerprint);
      ++counts_[direction];
    }
    if (More(direction) != 0) ++counts_[direction];
  }
}

const Policy& Change::policy_before() const {
  return before_ ? before_->reading->policy() : *no_policy_;
}

std::uint64_t Change::More(Direction direction) const {
  return more_[direction];
}

ChangeCounts Change::accepted() const {
  ChangeCounts accepted;
  for (const ChangedCases& one : differences_) {
    if (one.acceptance != nullptr) ++accepted[one.direction()];
  }
  return accepted;
}

bool Change::OnlyUnknownOperations() const {
  return counts_.looser + counts_.tighter == 1 &&
         differences_.front().cases.operation == Operation::Unknown;
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
  const auto is_new = [&](const ChangedCases& one) {
    return one.acceptance == nullptr && IsAbout(level, one.direction());
  };
  return std::any_of(differences_.begin(), differences_.end(), is_new) ||
         std::any_of(kDirections.begin(), kDirections.end(),
                     [&](Direction direction) {
                       return More(direction) != 0 && IsAbout(level, direction);
                     }) ||
         (level == FailOn::Any && life_cycle_problem());
}

}  // namespace ipec::pipeline
