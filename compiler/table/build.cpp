#include "compiler/table/build.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <map>
#include <span>
#include <unordered_map>

#include "compiler/support/assert.h"
#include "compiler/support/keyed_hash.h"
#include "compiler/support/numbers.h"
#include "compiler/table/index_plan.h"
#include "compiler/table/rule_text.h"
#include "compiler/table/table_plan.h"
#include "compiler/targets/features.h"
#include "ipec/runtime/table.h"

namespace ipec::table {
namespace {

namespace format = runtime::table;
using analysis::NamedDigest;
using policy::RuleId;
using runtime::Operation;

using RowCells = std::array<format::Cell, runtime::kFactsCount>;

// Distinct strings, numbered in the order of first use.
class Strings {
 public:
  std::uint32_t Number(std::string_view text) {
    if (last_ != nullptr && *last_ == text) return last_number_;
    auto at = numbers_.find(text);
    if (at == numbers_.end()) {
      at = numbers_.emplace(text, support::ToU32(all_.size())).first;
      all_.push_back(&at->first);
    }
    last_ = &at->first;
    last_number_ = at->second;
    return at->second;
  }
  const std::vector<const std::string*>& all() const { return all_; }

 private:
  std::unordered_map<std::string, std::uint32_t, support::KeyedTextHash, std::equal_to<>> numbers_;
  std::vector<const std::string*> all_;
  const std::string* last_ = nullptr;
  std::uint32_t last_number_ = 0;
};

class Builder {
 public:
  Builder(const analysis::Coverage& coverage, const targets::Target& target)
      : policy_(coverage.policy()), coverage_(coverage), target_(target) {}

  std::string Build();

 private:
  void RankRules();
  bool RankIsLine(Operation operation) const { return !ranked_by_position_.Contains(operation); }
  std::uint32_t OutcomeNumber(const PlannedOutcome& outcome);
  std::uint32_t OutcomeOf(RuleId rule);
  std::uint32_t OutcomeOfDefault(Operation operation);
  std::uint32_t RowNumber(const RowCells& cells);
  std::uint32_t BaseRow(const analysis::Row& row, Operation operation);
  std::uint32_t RelativeRow(const analysis::Row& row, std::uint32_t& rank);
  std::uint32_t KeepPlan(IndexPlan plan);
  std::uint32_t PlanDigests(const std::vector<NamedDigest>& named, const std::vector<bool>& in_pair,
                            std::vector<std::uint32_t>& entry_numbers);
  void PlanOperation(const analysis::OperationCoverage& coverage, PlannedOperation& planned);

  const policy::Policy& policy_;
  const analysis::Coverage& coverage_;
  const targets::Target& target_;

  std::vector<std::uint32_t> ranks_;  // by rule
  policy::OperationSet ranked_by_position_;
  Strings texts_;
  Strings rows_;  // the bytes of each
  std::map<PlannedOutcome, std::uint32_t> outcome_numbers_;
  TablePlan plan_;
  RuleId last_rule_;
  std::uint32_t last_text_ = 0;
  std::uint32_t last_outcome_ = 0;
  bool last_outcome_is_general_ = false;  // applies to every rule with this text
  RowCells last_cells_;
  std::uint32_t last_row_ = format::kNone;
  std::string scratch_;
};

bool IsEmpty(const analysis::Row& row) {
  return std::none_of(row.begin(), row.end(), [](RuleId rule) { return rule.valid(); });
}

// The rank of a rule is its line, which then need not be stored. If a pass has moved rules, lines
// do not ascend: then the rank is the position in the policy, and outcomes store the lines.
void Builder::RankRules() {
  policy::OperationMap<std::uint32_t> last;
  for (const policy::Rule& rule : policy_.rules) {
    if (rule.line <= last[rule.operation] || rule.line == format::kNone)
      ranked_by_position_.Add(rule.operation);
    last[rule.operation] = rule.line;
  }
  ranks_.reserve(policy_.rules.size());
  for (std::uint32_t i = 0; i < policy_.rules.size(); ++i) {
    const policy::Rule& rule = policy_.rules[i];
    ranks_.push_back(RankIsLine(rule.operation) ? rule.line : i);
  }
}

std::uint32_t Builder::OutcomeNumber(const PlannedOutcome& outcome) {
  const auto [at, fresh] =
      outcome_numbers_.try_emplace(outcome, support::ToU32(plan_.outcomes.size()));
  if (fresh) plan_.outcomes.push_back(outcome);
  return at->second;
}

std::uint32_t Builder::OutcomeOf(RuleId id) {
  if (id == last_rule_) return last_outcome_;
  const policy::Rule& rule = policy_[id];
  const bool rank_is_line = RankIsLine(rule.operation);
  // Neighboring rules usually have the same shape: lists of digests.
  if (!last_rule_.valid() || !SameTemplate(policy_, policy_[last_rule_], rule)) {
    scratch_.clear();
    AppendRuleTemplate(policy_, rule, scratch_);
    last_text_ = texts_.Number(scratch_);
    last_outcome_is_general_ = false;
  }
  last_rule_ = id;
  if (rank_is_line && last_outcome_is_general_) return last_outcome_;
  last_outcome_is_general_ = rank_is_line;
  last_outcome_ = OutcomeNumber(
      {rule.action, runtime::Match::Rule, rank_is_line, rank_is_line ? 0 : rule.line, last_text_});
  return last_outcome_;
}

std::uint32_t Builder::OutcomeOfDefault(Operation operation) {
  if (const auto& own = policy_.DefaultOf(operation)) {
    return OutcomeNumber({own->action, runtime::Match::OperationDefault, false, own->line,
                          texts_.Number(DefaultTemplate(own->action, /*of_operation=*/true))});
  }
  return plan_.fallback;
}

std::uint32_t Builder::RowNumber(const RowCells& cells) {
  if (last_row_ != format::kNone && cells == last_cells_) return last_row_;
  std::array<std::byte, format::kRowSize> bytes;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    format::Write32(bytes.data() + i * format::Cell::kSize, cells[i].outcome);
    format::Write32(bytes.data() + i * format::Cell::kSize + 4, cells[i].rank);
  }
  last_cells_ = cells;
  last_row_ = rows_.Number({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  return last_row_;
}

std::uint32_t Builder::BaseRow(const analysis::Row& row, Operation operation) {
  RowCells cells;
  const std::uint32_t by_default = OutcomeOfDefault(operation);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    cells[i] = row[i].valid() ? format::Cell{OutcomeOf(row[i]), ranks_[row[i].index]}
                              : format::Cell{by_default, format::kNone};
  }
  return RowNumber(cells);
}

// Ranks are relative to the lowest rank of the row, so that all digests with the same rules share
// one row.
std::uint32_t Builder::RelativeRow(const analysis::Row& row, std::uint32_t& rank) {
  rank = format::kNone;
  for (const RuleId rule : row) {
    if (rule.valid()) rank = std::min(rank, ranks_[rule.index]);
  }
  if (rank == format::kNone) rank = 0;  // an empty row
  RowCells cells;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (row[i].valid()) cells[i] = {OutcomeOf(row[i]), ranks_[row[i].index] - rank};
  }
  return RowNumber(cells);
}

// Operations whose rules name the same digests on the same lines, as an alias creates them, share a
// plan.
std::uint32_t Builder::KeepPlan(IndexPlan plan) {
  const auto same = std::find(plan_.indexes.begin(), plan_.indexes.end(), plan);
  const std::uint32_t number = support::ToU32(same - plan_.indexes.begin());
  if (same == plan_.indexes.end()) plan_.indexes.push_back(std::move(plan));
  return number;
}

// `entry_numbers` receives the entry number of each digest, or kNone for digests that do not affect
// a decision.
std::uint32_t Builder::PlanDigests(const std::vector<NamedDigest>& named,
                                   const std::vector<bool>& in_pair,
                                   std::vector<std::uint32_t>& entry_numbers) {
  std::vector<PlannedEntry> entries;
  std::vector<std::uint32_t> numbers;
  std::map<PlannedGroup, std::uint32_t> groups;
  entries.reserve(named.size());
  numbers.reserve(named.size());
  for (std::uint32_t i = 0; i < named.size(); ++i) {
    if (IsEmpty(named[i].row) && !in_pair[i]) continue;
    const runtime::Digest digest = policy_.digests.Get(named[i].representative);
    const std::string_view algorithm = policy_.semantics.bare_digests ? "" : digest.algorithm;
    std::uint32_t rank = 0;
    PlannedGroup group;
    group.algorithm = texts_.Number(algorithm);
    group.digest_length = support::ToU32(digest.bytes.size());
    group.row = RelativeRow(named[i].row, rank);
    const auto at = groups.try_emplace(group, support::ToU32(groups.size())).first;
    entries.push_back({at->second, rank, algorithm, std::as_bytes(digest.bytes)});
    numbers.push_back(i);
  }
  entry_numbers.assign(named.size(), format::kNone);
  if (entries.empty()) return format::kNone;
  IndexPlan plan = PlanIndex(entries);
  plan.groups.resize(groups.size());
  for (const auto& [group, number] : groups) plan.groups[number] = group;
  for (std::size_t i = 0; i < numbers.size(); ++i) entry_numbers[numbers[i]] = plan.numbers[i];
  return KeepPlan(std::move(plan));
}

void Builder::PlanOperation(const analysis::OperationCoverage& coverage,
                            PlannedOperation& planned) {
  planned.base_row = BaseRow(coverage.base, coverage.operation);
  std::vector<bool> roothash_in_pair(coverage.roothashes.size());
  std::vector<bool> digest_in_pair(coverage.digests.size());
  for (const analysis::NamedPair& pair : coverage.pairs) {
    if (IsEmpty(pair.row)) continue;
    roothash_in_pair[pair.roothash] = true;
    digest_in_pair[pair.digest] = true;
  }
  std::vector<std::uint32_t> roothash_numbers;
  std::vector<std::uint32_t> digest_numbers;
  planned.roothashes = PlanDigests(coverage.roothashes, roothash_in_pair, roothash_numbers);
  planned.digests = PlanDigests(coverage.digests, digest_in_pair, digest_numbers);

  using Key = std::array<std::byte, format::kPairKeySize>;
  std::vector<Key> keys;
  std::vector<PlannedEntry> entries;
  keys.reserve(coverage.pairs.size());  // entries point into it
  for (const analysis::NamedPair& pair : coverage.pairs) {
    if (IsEmpty(pair.row)) continue;
    Key& key = keys.emplace_back();
    format::Write32(key.data(), roothash_numbers[pair.roothash]);
    format::Write32(key.data() + 4, digest_numbers[pair.digest]);
    std::uint32_t rank = 0;
    const std::uint32_t row = RelativeRow(pair.row, rank);
    entries.push_back({row, rank, "", key});
  }
  if (!entries.empty()) planned.pairs = KeepPlan(PlanIndex(entries));
}

std::string Builder::Build() {
  RankRules();
  plan_.name = policy_.name;
  plan_.version = policy_.version;
  plan_.target = target_.name;
  plan_.features = FeaturesOf(target_);
  plan_.missing = policy_.semantics.missing.bits();
  for (const runtime::Hook hook : runtime::kHooks) {
    if (target_.Knows(hook)) plan_.hooks |= 1U << support::IndexOf(hook);
  }
  const auto& global = policy_.global_default;
  // An operation without a name and without a global default is allowed; no statement decides it.
  const runtime::Action action = global ? global->action : runtime::Action::Allow;
  plan_.fallback =
      OutcomeNumber({action, runtime::Match::GlobalDefault, false, global ? global->line : 0,
                     texts_.Number(DefaultTemplate(action, /*of_operation=*/false))});
  analysis::Row no_rules;
  no_rules.fill(RuleId());
  for (const Operation operation : runtime::kOperations) {
    PlannedOperation& planned = plan_.operations[operation];
    planned.known = target_.Knows(operation) ? 1 : 0;
    planned.event_name = texts_.Number(runtime::Name(operation));
    planned.record_name = texts_.Number(RecordName(target_, operation));
    planned.base_row = BaseRow(no_rules, operation);
  }
  for (const analysis::OperationCoverage& coverage : coverage_.operations()) {
    PlanOperation(coverage, plan_.operations[coverage.operation]);
  }
  for (const std::string* text : texts_.all()) plan_.texts.push_back(*text);
  for (const std::string* row : rows_.all()) plan_.rows.push_back(*row);
  return Write(plan_);
}

}  // namespace

bool LooksLikeTable(std::string_view bytes) {
  // The bytes after the magic show whether the file was converted as text during transfer.
  constexpr std::size_t kEnough = 5;
  return bytes.starts_with(
      std::string_view(reinterpret_cast<const char*>(runtime::table::kMagic), kEnough));
}

runtime::Features FeaturesOf(const targets::Target& target) {
  runtime::Features features = 0;
#define IPEC_FEATURE(name, bit, spelling, meaning) \
  if (target.Has(targets::Feature::name)) features |= format::k##name;
#include "ipec/runtime/features.def"
  return features;
}

std::string Build(const analysis::Coverage& coverage, const targets::Target& target) {
  return Builder(coverage, target).Build();
}

std::string Build(const policy::Policy& policy, const targets::Target& target) {
  return Build(analysis::Coverage(policy), target);
}

}  // namespace ipec::table
