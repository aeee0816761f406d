#include "compiler/pipeline/fingerprints.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "compiler/pipeline/acceptances.h"
#include "compiler/pipeline/change.h"
#include "compiler/sign/thumbprint.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {

using policy::Match;
using policy::Operation;
using policy::Policy;
using policy::RuleId;

namespace {

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

}  // namespace

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

// The meanings of the rules of an operation before one of them, hashed: they take cases away from
// it. Those that decide no event do not.
class Fingerprints::EarlierRules {
 public:
  EarlierRules(const Policy& policy, const TargetReading* reading)
      : policy_(policy), reading_(reading) {}

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
      if (policy_[rule].operation == operation && reading_->reachability().Decides(rule)) {
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
  const TargetReading* const reading_;
  policy::OperationMap<List> lists_;
};

Fingerprints::Fingerprints(const Policy& before, const TargetReading* reading_before,
                           const Policy& after, const TargetReading* reading_after)
    : before_(before),
      after_(after),
      earlier_before_(std::make_unique<EarlierRules>(before, reading_before)),
      earlier_after_(std::make_unique<EarlierRules>(after, reading_after)) {}

Fingerprints::~Fingerprints() = default;

std::string Fingerprints::Of(const ChangedCases& one) {
  text_ = "2\n";  // the version of this text
  text_.append(after_.name).append("\n");
  text_.append(Name(one.cases.kind)).append(" ").append(runtime::Name(one.cases.operation));
  text_ += '\n';
  AppendMeaning(before_, one.before, one.cases.before, text_);
  AppendMeaning(after_, one.after, one.cases.after, text_);
  text_ += std::to_string(one.cases.facts.bits());
  if (one.cases.operation != Operation::Unknown) {
    text_ += earlier_before_->HashBefore(one.cases.operation, one.cases.before);
    text_ += earlier_after_->HashBefore(one.cases.operation, one.cases.after);
  }
  const std::string hash = HashOf(text_);
  return llvm::toHex(llvm::StringRef(hash).take_front(kFingerprintDigits / 2), /*LowerCase=*/true);
}

}  // namespace ipec::pipeline
