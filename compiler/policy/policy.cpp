#include "compiler/policy/policy.h"

#include <algorithm>

namespace ipec::policy {

DigestId DigestStore::AddUninitialized(std::string_view algorithm, std::uint32_t length,
                                       std::span<std::uint8_t>& bytes) {
  if (last_algorithm_ >= algorithms_.size() || algorithms_[last_algorithm_] != algorithm) {
    auto found = algorithm_numbers_.find(algorithm);
    if (found == algorithm_numbers_.end()) {
      const std::uint32_t number = support::ToU32(algorithms_.size());
      found = algorithm_numbers_.emplace(algorithm, number).first;
      algorithms_.emplace_back(algorithm);
    }
    last_algorithm_ = found->second;
  }
  const std::uint32_t offset = support::ToU32(bytes_.size());
  bytes_.resize(bytes_.size() + length);
  bytes = {bytes_.data() + offset, length};
  const DigestId id{size()};
  entries_.push_back({last_algorithm_, offset, length});
  return id;
}

DigestId DigestStore::Add(std::string_view algorithm, std::span<const std::uint8_t> bytes) {
  std::span<std::uint8_t> room;
  const DigestId id = AddUninitialized(algorithm, support::ToU32(bytes.size()), room);
  std::copy(bytes.begin(), bytes.end(), room.begin());
  return id;
}

runtime::Digest DigestStore::Get(DigestId id) const {
  const Entry& entry = entries_[id.index];
  return {algorithms_[entry.algorithm], {bytes_.data() + entry.offset, entry.length}};
}

void DigestStore::Reserve(std::uint32_t digests, std::size_t bytes) {
  entries_.reserve(digests);
  bytes_.reserve(bytes);
}

std::vector<RuleIds> Policy::Statements() const {
  std::vector<RuleIds> statements;
  for (const RuleId id : rule_ids()) {
    if (IsFirstOfStatement(id)) statements.push_back({id.index, 0});
    ++statements.back().count;
  }
  return statements;
}

RuleIds Policy::RulesIn(support::Span part) const {
  const auto from = [this](std::uint32_t offset) {
    const auto first = std::lower_bound(
        rules.begin(), rules.end(), offset,
        [](const Rule& rule, std::uint32_t at) { return rule.statement.begin < at; });
    return support::ToU32(first - rules.begin());
  };
  const std::uint32_t first = from(part.begin);
  return {first, from(part.end) - first};
}

const Default* Policy::DefaultFor(Operation operation) const {
  const auto& own = DefaultOf(operation);
  if (own) return &*own;
  return global_default ? &*global_default : nullptr;
}

OperationSet Policy::OperationsWithoutDefault() const {
  OperationSet without;
  for (const Operation operation : semantics.operations) {
    if (!DefaultOf(operation)) without.Add(operation);
  }
  return without;
}

bool SameDigest(const Semantics& semantics, const runtime::Digest& a, const runtime::Digest& b) {
  return std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin(), b.bytes.end()) &&
         (semantics.bare_digests || a.algorithm == b.algorithm);
}

}  // namespace ipec::policy
