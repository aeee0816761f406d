#include "compiler/table/read_back.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "compiler/analysis/coverage.h"
#include "compiler/support/numbers.h"
#include "compiler/support/streams.h"
#include "compiler/table/build.h"
#include "compiler/table/entries.h"
#include "ipec/runtime/table.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::table {
namespace {

namespace format = runtime::table;

using policy::Condition;
using policy::DigestId;
using policy::Policy;
using policy::Rule;
using policy::RuleId;
using runtime::Action;
using runtime::Facts;
using runtime::Match;
using runtime::Operation;
using runtime::Property;

llvm::Error Malformed() {
  return support::ErrorOf("the table cannot be read back: it is not one that `ipec compile` makes");
}

// A cell that a rule decides.
struct RuleCell {
  Operation operation;
  DigestId roothash;  // invalid: the row is not of one
  DigestId digest;
  Facts facts;
  std::uint32_t rank;
  std::uint32_t outcome;
};

class Reader {
 public:
  Reader(const runtime::Policy& table, const targets::Target& target) : table_(table) {
    policy_.name = std::string(table.name());
    const runtime::PolicyVersion version = table.version();
    policy_.version = {version.major, version.minor, version.revision};
    policy_.header_line = 1;
    policy_.semantics = target.semantics();
    is_of_target_ = table.features() == FeaturesOf(target);
  }

  llvm::Expected<Policy> Read() {
    if (!is_of_target_ || !ReadGlobalDefault()) return Malformed();
    for (const Operation operation : policy_.semantics.operations) {
      if (!ReadOperation(operation)) return Malformed();
    }
    // Rules of one operation are tried in the order of their ranks.
    std::stable_sort(cells_.begin(), cells_.end(), [](const RuleCell& a, const RuleCell& b) {
      return std::tie(a.rank, a.operation) < std::tie(b.rank, b.operation);
    });
    if (!AddRules() || !IsProved()) return Malformed();
    return std::move(policy_);
  }

 private:
  // The outcome, if the table has it.
  std::optional<format::OutcomeEntry> OutcomeAt(std::uint32_t number) const {
    if (number >= table_.outcomes().length) return std::nullopt;
    return table_.OutcomeAt(number);
  }

  bool ReadGlobalDefault() {
    const auto outcome = OutcomeAt(table_.fallback());
    if (!outcome || outcome->match != support::IndexOf(Match::GlobalDefault)) return false;
    // Without a line, there is none: operations without a name are allowed.
    const auto action = support::FromIndex<Action>(outcome->action);
    if (outcome->line != 0) policy_.global_default = policy::Default{action, outcome->line, {}};
    return outcome->line != 0 || action == Action::Allow;
  }

  bool ReadOperation(Operation operation) {
    const std::uint32_t number = support::ToU32(support::IndexOf(operation));
    if (number >= table_.operations().length) return false;
    const format::OperationEntry entry = table_.OperationAt(number);
    if (entry.known == 0 || !ReadBase(operation, entry.base_row)) return false;
    std::map<std::uint32_t, DigestId> roothashes;
    std::map<std::uint32_t, DigestId> digests;
    ReadDigests(operation, entry.roothashes, &RuleCell::roothash, roothashes);
    ReadDigests(operation, entry.digests, &RuleCell::digest, digests);
    for (const PairEntry& pair : PairsOf(table_, entry.pairs)) {
      const auto roothash = roothashes.find(pair.roothash);
      const auto digest = digests.find(pair.digest);
      if (roothash == roothashes.end() || digest == digests.end()) return false;
      ReadRow({operation, roothash->second, digest->second, 0, pair.rank, 0}, pair.row);
    }
    return true;
  }

  bool ReadBase(Operation operation, std::uint32_t row) {
    std::uint32_t by_default = format::kNone;
    for (Facts facts = 0; facts < runtime::kFactsCount; ++facts) {
      const format::Cell cell = table_.CellAt(row, facts);
      const auto outcome = OutcomeAt(cell.outcome);
      if (!outcome) return false;
      if (outcome->match == support::IndexOf(Match::Rule)) {
        cells_.push_back({operation, {}, {}, facts, cell.rank, cell.outcome});
        continue;
      }
      if (by_default != format::kNone && by_default != cell.outcome) return false;
      by_default = cell.outcome;
      if (outcome->match == support::IndexOf(Match::OperationDefault)) {
        policy_.operation_defaults[operation] =
            policy::Default{support::FromIndex<Action>(outcome->action), outcome->line, {}};
      } else if (cell.outcome != table_.fallback() || !policy_.global_default) {
        return false;
      }
    }
    if (!policy_.global_default && !policy_.DefaultOf(operation)) {
      policy_.operation_defaults[operation] = policy::Default{Action::Deny, 0, {}};
    }
    return true;
  }

  void ReadDigests(Operation operation, std::uint32_t offset, DigestId RuleCell::*member,
                   std::map<std::uint32_t, DigestId>& ids) {
    for (const DigestEntry& entry : DigestsOf(table_, offset)) {
      const llvm::StringRef bytes(entry.digest);
      const DigestId id = policy_.digests.Add(entry.algorithm, {bytes.bytes_begin(), bytes.size()});
      ids.emplace(entry.number, id);
      RuleCell cell{operation, {}, {}, 0, entry.rank, 0};
      cell.*member = id;
      ReadRow(cell, entry.row);
    }
  }

  // The ranks of the row's cells count from that of `from`.
  void ReadRow(const RuleCell& from, std::uint32_t row) {
    for (Facts facts = 0; facts < runtime::kFactsCount; ++facts) {
      const format::Cell cell = table_.CellAt(row, facts);
      if (cell.outcome == format::kNone) continue;
      RuleCell& made = cells_.emplace_back(from);
      made.facts = facts;
      made.rank += cell.rank;
      made.outcome = cell.outcome;
    }
  }

  // A rule for each operation and rank.
  bool AddRules() {
    const RuleCell* last = nullptr;
    for (const RuleCell& cell : cells_) {
      const bool repeats =
          last != nullptr && last->operation == cell.operation && last->rank == cell.rank;
      if (!repeats && !AddRule(cell)) return false;
      rules_.push_back({support::ToU32(policy_.rules.size() - 1)});
      last = &cell;
    }
    return true;
  }

  bool AddRule(const RuleCell& cell) {
    const auto outcome = OutcomeAt(cell.outcome);
    if (!outcome || outcome->match != support::IndexOf(Match::Rule)) return false;
    Rule rule;
    rule.operation = cell.operation;
    rule.action = support::FromIndex<Action>(outcome->action);
    rule.line = outcome->rank_is_line != 0 ? cell.rank : outcome->line;
    rule.conditions.first = support::ToU32(policy_.conditions.size());
    const std::string_view text = table_.Text(outcome->text);
    llvm::StringRef rest(text.data(), text.size());
    constexpr char kOperation[] = {'o', 'p', '=', format::kOperationMark, ' ', 0};
    const std::string action = "action=" + std::string(Name(rule.action));
    if (!rest.consume_front(kOperation) || !rest.consume_back(action)) return false;
    while (!rest.empty()) {
      const auto [word, others] = rest.split(' ');
      rest = others;
      if (!AddCondition(word, cell)) return false;
      ++rule.conditions.count;
    }
    policy_.rules.push_back(rule);
    return true;
  }

  bool AddCondition(llvm::StringRef word, const RuleCell& cell) {
    const auto [name, value] = word.split('=');
    const auto property = runtime::FindProperty({name.data(), name.size()});
    if (!property) return false;
    Condition condition{*property, true, {}};
    if (Kind(*property) == runtime::PropertyKind::Boolean) {
      condition.expected = value == "TRUE";
      if (!condition.expected && value != "FALSE") return false;
    } else {
      const bool is_roothash = *property == Property::DmverityRoothash;
      const char mark = is_roothash ? format::kRoothashMark : format::kDigestMark;
      condition.digest = is_roothash ? cell.roothash : cell.digest;
      if (value != llvm::StringRef(&mark, 1) || !condition.digest.valid()) return false;
    }
    policy_.conditions.push_back(condition);
    return true;
  }

  // Whether the rules decide the cells of the table, and no others.
  bool IsProved() const {
    const analysis::Coverage coverage(policy_);
    std::size_t decided = 0;
    const auto count = [&](const analysis::Row& row) {
      decided += support::ToSize(
          std::count_if(row.begin(), row.end(), [](RuleId rule) { return rule.valid(); }));
    };
    // By operation, representative of the root hash and of the digest.
    std::map<std::tuple<Operation, std::uint32_t, std::uint32_t>, const analysis::Row*> rows;
    for (const analysis::OperationCoverage& of : coverage.operations()) {
      const auto add = [&](DigestId roothash, DigestId digest, const analysis::Row& row) {
        count(row);
        rows[{of.operation, roothash.index, digest.index}] = &row;
      };
      add({}, {}, of.base);
      for (const auto& named : of.roothashes) add(named.representative, {}, named.row);
      for (const auto& named : of.digests) add({}, named.representative, named.row);
      for (const auto& pair : of.pairs) {
        add(of.roothashes[pair.roothash].representative, of.digests[pair.digest].representative,
            pair.row);
      }
    }
    const auto representative = [&](DigestId id) {
      return id.valid() ? coverage.Representative(id).index : DigestId().index;
    };
    for (std::size_t i = 0; i < cells_.size(); ++i) {
      const RuleCell& cell = cells_[i];
      const auto row =
          rows.find({cell.operation, representative(cell.roothash), representative(cell.digest)});
      if (row == rows.end() || (*row->second)[cell.facts] != rules_[i]) return false;
    }
    return decided == cells_.size();
  }

  const runtime::Policy& table_;
  bool is_of_target_ = false;
  Policy policy_;
  std::vector<RuleCell> cells_;
  std::vector<RuleId> rules_;  // by cell
};

}  // namespace

llvm::Expected<Policy> ReadBack(const runtime::Policy& table, const targets::Target& target) {
  return Reader(table, target).Read();
}

}  // namespace ipec::table
