#include "compiler/matrix/matrix.h"

#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "compiler/targets/meanings.h"

namespace ipec::matrix {
namespace {

using analysis::Coverage;
using analysis::NamedDigest;
using analysis::NamedPair;
using analysis::OperationCoverage;
using policy::DigestId;
using policy::Operation;
using policy::Policy;
using policy::RuleId;
using runtime::Facts;

constexpr std::uint32_t kNone = UINT32_MAX;

DigestId FindRoothash(const Coverage& coverage, const Place& place) {
  if (!place.roothash) return {};
  return coverage.FindDigest({place.roothash->algorithm, place.roothash->bytes});
}

// Makes the cells of one operation.
class CellMaker {
 public:
  // `excluded`: the root hashes of volumes that are places of their own.
  CellMaker(const Coverage& coverage, const OperationCoverage& operation,
            const std::vector<bool>& excluded)
      : policy_(coverage.policy()),
        operation_(operation),
        excluded_(excluded),
        roothash_rows_(policy_.digests.size(), kNone),
        pairs_of_(operation.roothashes.size()),
        pair_with_(operation.digests.size()),
        seen_(policy_.rules.size() + 1) {
    for (std::uint32_t i = 0; i < operation.roothashes.size(); ++i) {
      roothash_rows_[operation.roothashes[i].representative.index] = i;
    }
    for (const NamedPair& pair : operation.pairs) pairs_of_[pair.roothash].push_back(&pair);
  }

  // `roothash`: of the place's volume, if a rule of the policy names it.
  Cell Make(const Place& place, DigestId roothash) {
    found_.clear();
    ++round_;
    if (place.is_other()) {
      AddOthers(place);
    } else {
      AddVolume(place, RowOf(roothash));
    }
    return Result();
  }

 private:
  // A statement that decides, and a case that it decides. An invalid rule is the DEFAULT.
  struct Found {
    RuleId rule;
    Facts facts;
    DigestId roothash;
    DigestId digest;
  };

  void Add(const Found& found) {
    std::uint32_t& seen = seen_[found.rule.valid() ? found.rule.index : policy_.rules.size()];
    if (std::exchange(seen, round_) != round_) found_.push_back(found);
  }

  std::uint32_t RowOf(DigestId roothash) const {
    return roothash.valid() ? roothash_rows_[roothash.index] : kNone;
  }

  static bool HasDigests(Facts facts) { return (facts & runtime::kFsverityOn) != 0; }

  // The rows of file digests that have a rule for these facts, those with the earliest rule first.
  const std::vector<std::uint32_t>& DigestsWith(Facts facts) {
    std::optional<std::vector<std::uint32_t>>& list = digests_with_[facts];
    if (list) return *list;
    list.emplace();
    const auto& digests = operation_.digests;
    for (std::uint32_t i = 0; i < digests.size(); ++i) {
      if (digests[i].row[facts].valid()) list->push_back(i);
    }
    std::sort(list->begin(), list->end(), [&](std::uint32_t a, std::uint32_t b) {
      return digests[a].row[facts] < digests[b].row[facts];
    });
    return *list;
  }

  // The cases of files with one root hash, which is a row, or kNone for one that no rule names, and
  // for none.
  void AddVolume(const Place& place, std::uint32_t row) {
    const NamedDigest* const named = row == kNone ? nullptr : &operation_.roothashes[row];
    const DigestId roothash = named == nullptr ? DigestId{} : named->representative;
    static const std::vector<const NamedPair*> kNoPairs;
    const auto& pairs = named == nullptr ? kNoPairs : pairs_of_[row];
    for (const NamedPair* const pair : pairs) pair_with_[pair->digest] = pair;
    // The first one has no fs-verity: its statement is the answer.
    for (const Facts facts : place.facts) {
      const RuleId rule = Coverage::Decider(operation_, named, nullptr, nullptr, facts);
      Add({rule, facts, roothash, {}});
    }
    for (const Facts facts : place.facts) {
      if (!HasDigests(facts)) continue;
      const RuleId others = Coverage::Decider(operation_, named, nullptr, nullptr, facts);
      for (const std::uint32_t i : DigestsWith(facts)) {
        const NamedDigest& digest = operation_.digests[i];
        if (others < digest.row[facts]) break;
        const NamedPair* const pair = pair_with_[i];
        if (pair != nullptr && pair->row[facts].valid()) continue;  // the pair's rule is earlier
        Add({digest.row[facts], facts, roothash, digest.representative});
      }
      for (const NamedPair* const pair : pairs) AddPair(*pair, facts);
    }
    for (const NamedPair* const pair : pairs) pair_with_[pair->digest] = nullptr;
  }

  void AddPair(const NamedPair& pair, Facts facts) {
    if (!pair.row[facts].valid()) return;
    Add({pair.row[facts], facts, operation_.roothashes[pair.roothash].representative,
         operation_.digests[pair.digest].representative});
  }

  // The cases of files on any volume but the excluded ones.
  void AddOthers(const Place& place) {
    AddVolume(place, kNone);
    for (std::uint32_t i = 0; i < operation_.roothashes.size(); ++i) {
      const NamedDigest& named = operation_.roothashes[i];
      if (excluded_[named.representative.index]) continue;
      for (const Facts facts : place.facts) {
        if (named.row[facts].valid()) Add({named.row[facts], facts, named.representative, {}});
        if (!HasDigests(facts)) continue;
        for (const NamedPair* const pair : pairs_of_[i]) AddPair(*pair, facts);
      }
    }
  }

  Answer AnswerOf(RuleId rule) const {
    if (rule.valid()) {
      const policy::Rule& decides = policy_[rule];
      return {decides.action, policy::Match::Rule, rule, decides.line, decides.statement};
    }
    const policy::Default* const decides = policy_.DefaultFor(operation_.operation);
    if (decides == nullptr) return {};
    return {decides->action,
            policy_.DefaultOf(operation_.operation) ? policy::Match::OperationDefault
                                                    : policy::Match::GlobalDefault,
            {},
            decides->line,
            decides->statement};
  }

  Cell Result() {
    Cell cell;
    for (const Found& found : found_) {
      const bool allows = AnswerOf(found.rule).action == policy::Action::Allow;
      cell.allows |= allows;
      cell.denies |= !allows;
    }
    cell.answer = AnswerOf(found_.front().rule);
    const auto begin = found_.begin() + 1;
    const std::size_t count = found_.size() - 1;
    const std::size_t kept = std::min(count, Cell::kMostExceptions);
    const auto end = begin + support::ToOffset(kept);
    std::partial_sort(begin, end, found_.end(),
                      [](const Found& a, const Found& b) { return a.rule < b.rule; });
    cell.exceptions.reserve(kept);
    for (auto found = begin; found != end; ++found) {
      cell.exceptions.push_back(
          {AnswerOf(found->rule), analysis::MakeWitness(policy_, operation_.operation, found->facts,
                                                        found->roothash, found->digest)});
    }
    cell.more_exceptions = count - kept;
    return cell;
  }

  const Policy& policy_;
  const OperationCoverage& operation_;
  const std::vector<bool>& excluded_;                    // by representative
  std::vector<std::uint32_t> roothash_rows_;             // by representative
  std::vector<std::vector<const NamedPair*>> pairs_of_;  // by row of a root hash
  // By row of a file digest: the pair with the root hash that is looked at. Null between them.
  std::vector<const NamedPair*> pair_with_;
  std::array<std::optional<std::vector<std::uint32_t>>, runtime::kFactsCount> digests_with_;
  std::vector<Found> found_;
  std::vector<std::uint32_t> seen_;  // by rule, the last one for DEFAULT: the round
  std::uint32_t round_ = 0;
};

}  // namespace

const Row& Matrix::Of(Place::Kind kind) const {
  const auto row = std::find_if(rows.begin(), rows.end(),
                                [&](const Row& one) { return one.place.kind == kind; });
  IPEC_CHECK(row != rows.end(), "every matrix has the place");
  return *row;
}

Matrix MatrixOf(const Coverage& coverage, const inventory::Inventory* inventory) {
  Matrix matrix;
  matrix.operations = coverage.policy().semantics.operations;
  std::vector<Place> places = PlacesOf(inventory);
  std::vector<bool> excluded(coverage.policy().digests.size());
  for (const Place& place : places) {
    const DigestId named = FindRoothash(coverage, place);
    if (named.valid()) excluded[named.index] = true;
  }
  std::vector<CellMaker> makers;
  makers.reserve(coverage.operations().size());
  for (const OperationCoverage& operation : coverage.operations()) {
    makers.emplace_back(coverage, operation, excluded);
  }
  // Of volumes, by root hash and signature.
  std::map<std::pair<std::uint32_t, bool>, std::shared_ptr<const Cells>> known;
  matrix.rows.reserve(places.size());
  for (Place& place : places) {
    const DigestId roothash = FindRoothash(coverage, place);
    std::shared_ptr<const Cells> cells;
    if (place.kind == Place::Kind::Volume) cells = known[{roothash.index, place.is_signed}];
    if (cells == nullptr) {
      auto made = std::make_shared<Cells>();
      for (std::size_t i = 0; i < makers.size(); ++i) {
        const Operation operation = coverage.operations()[i].operation;
        if (!place.has_file() && !targets::CanLackFile(operation)) continue;
        (*made)[operation] = makers[i].Make(place, roothash);
      }
      cells = std::move(made);
      if (place.kind == Place::Kind::Volume) known[{roothash.index, place.is_signed}] = cells;
    }
    matrix.rows.push_back({std::move(place), std::move(cells)});
  }
  return matrix;
}

runtime::Event EventOf(const Place& place, const Exception& exception) {
  runtime::Event event = analysis::EventOf(exception.witness);
  const bool lacks_volume = !event.dmverity && place.is_on_volume();
  if (lacks_volume) event.dmverity = runtime::Dmverity{std::nullopt, place.is_signed};
  if (event.dmverity && place.roothash) {
    event.dmverity->roothash = runtime::Digest{place.roothash->algorithm, place.roothash->bytes};
  }
  return event;
}

}  // namespace ipec::matrix
