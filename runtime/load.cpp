#include <cstring>

#include "ipec/runtime/policy.h"
#include "runtime/numbers.h"

namespace ipec::runtime {
namespace {

using table::Header;
using table::Index;
using table::Range;

class Loader {
 public:
  explicit Loader(std::span<const std::byte> bytes) : bytes_(bytes.data()), size_(bytes.size()) {}

  LoadStatus CheckFrame() const;
  LoadStatus CheckHeader();
  LoadStatus CheckOutcomes() const;
  LoadStatus CheckRows() const;
  LoadStatus CheckOperations() const;

  Range At(std::size_t field) const { return Range::Read(bytes_ + field); }

 private:
  enum class Entries : std::uint8_t { Digests, Pairs };

  bool Inside(Range bytes) const { return std::uint64_t{bytes.offset} + bytes.length <= size_; }
  // `range.length` structures of `each` bytes, in the part of the table that may contain
  // structures.
  bool Inside(Range range, std::size_t each) const {
    return range.offset % 4 == 0 && range.offset + std::uint64_t{range.length} * each <= size_;
  }
  bool IsRow(std::uint32_t row) const { return row < rows_.length; }
  bool IsBaseRow(std::uint32_t row) const;
  bool IsIndex(std::uint32_t offset, Entries kind) const;
  bool AreGroups(Range groups) const;
  bool IsEntry(const Index& index, const std::byte* at, Entries kind) const;

  const std::byte* bytes_;
  std::size_t size_;
  Range operations_;
  Range outcomes_;
  Range rows_;
};

LoadStatus Loader::CheckFrame() const {
  if (size_ >= sizeof table::kMagic &&
      std::memcmp(bytes_, table::kMagic, sizeof table::kMagic) != 0) {
    return LoadStatus::NotATable;
  }
  if (size_ < Header::kSize) return LoadStatus::TooShort;
  if (table::Read32(bytes_ + Header::kFormatAt) != table::kFormat) return LoadStatus::OtherFormat;
  if (table::Read32(bytes_ + Header::kSizeAt) != size_ || size_ % 4 != 0) {
    return LoadStatus::WrongSize;
  }
  const std::uint64_t checksum =
      table::Checksum(bytes_ + Header::kChecksumFrom, size_ - Header::kChecksumFrom);
  if (table::Read64(bytes_ + Header::kChecksumAt) != checksum) return LoadStatus::WrongChecksum;
  return LoadStatus::Ok;
}

LoadStatus Loader::CheckHeader() {
  constexpr Features kUnknown = ~table::KnownFeatures();
  if ((table::Read32(bytes_ + Header::kFeaturesAt) & kUnknown) != 0) return LoadStatus::OtherFormat;
  operations_ = At(Header::kOperationsAt);
  outcomes_ = At(Header::kOutcomesAt);
  rows_ = At(Header::kRowsAt);
  const bool sound = Inside(At(Header::kNameAt)) && Inside(At(Header::kTargetAt)) &&
                     operations_.length <= table::kMaxOperations &&
                     Inside(operations_, table::OperationEntry::kSize) &&
                     Inside(outcomes_, table::OutcomeEntry::kSize) &&
                     Inside(rows_, table::kRowSize) &&
                     table::Read32(bytes_ + Header::kFallbackAt) < outcomes_.length &&
                     table::Read16(bytes_ + Header::kVersionAt + 6) == 0 &&
                     table::Read32(bytes_ + Header::kMissingAt) >> kPropertyCount == 0;
  return sound ? LoadStatus::Ok : LoadStatus::BadHeader;
}

LoadStatus Loader::CheckOutcomes() const {
  for (std::uint32_t i = 0; i < outcomes_.length; ++i) {
    const std::byte* at = bytes_ + outcomes_.offset + std::size_t{i} * table::OutcomeEntry::kSize;
    const auto outcome = table::OutcomeEntry::Read(at);
    if (outcome.action > NumberOf(Action::Deny) || outcome.match > NumberOf(Match::GlobalDefault) ||
        outcome.rank_is_line > 1 || at[3] != std::byte{0} || !Inside(outcome.text)) {
      return LoadStatus::BadOutcome;
    }
  }
  return LoadStatus::Ok;
}

LoadStatus Loader::CheckRows() const {
  const std::size_t cells = std::size_t{rows_.length} * kFactsCount;
  for (std::size_t i = 0; i < cells; ++i) {
    const std::uint32_t outcome =
        table::Cell::Read(bytes_ + rows_.offset + i * table::Cell::kSize).outcome;
    if (outcome != table::kNone && outcome >= outcomes_.length) return LoadStatus::BadRow;
  }
  return LoadStatus::Ok;
}

// A decision begins with the cell of the base row, so that cell must have an outcome.
bool Loader::IsBaseRow(std::uint32_t row) const {
  if (!IsRow(row)) return false;
  const std::byte* cells = bytes_ + rows_.offset + row * table::kRowSize;
  for (std::size_t i = 0; i < kFactsCount; ++i) {
    if (table::Cell::Read(cells + i * table::Cell::kSize).outcome == table::kNone) return false;
  }
  return true;
}

bool Loader::AreGroups(Range groups) const {
  if (!Inside(groups, table::Group::kSize)) return false;
  for (std::uint32_t i = 0; i < groups.length; ++i) {
    const auto group =
        table::Group::Read(bytes_ + groups.offset + std::size_t{i} * table::Group::kSize);
    if (!Inside(group.algorithm) || !IsRow(group.row)) return false;
  }
  return true;
}

bool Loader::IsEntry(const Index& index, const std::byte* at, Entries kind) const {
  const auto entry = table::Entry::Read(at);
  if (kind == Entries::Pairs) return IsRow(entry.group_or_row);
  if (entry.group_or_row >= index.groups.length) return false;
  const auto group = table::Group::Read(bytes_ + index.groups.offset +
                                        std::size_t{entry.group_or_row} * table::Group::kSize);
  if (group.digest_length <= index.key_size) return true;
  if (index.key_size < table::kTailSize) return false;
  const std::uint32_t here = index.key_size - table::kTailSize;
  const std::uint64_t tail = table::Read32(at + Index::kEntryHead + here);
  return tail + (group.digest_length - here) <= index.tails.length;
}

bool Loader::IsIndex(std::uint32_t offset, Entries kind) const {
  if (offset == 0) return true;
  if (!Inside(Range{offset, 1}, Index::kSize)) return false;
  const Index index = Index::Read(bytes_ + offset);
  if (index.key_size > table::kMaxKeySize || index.key_size % 4 != 0 ||
      (kind == Entries::Pairs && index.key_size != table::kPairKeySize) ||
      index.multipliers.length == 0 || !Inside(index.multipliers, 2) || index.entries.length == 0 ||
      !Inside(index.entries, index.EntrySize()) || !Inside(index.tails) ||
      !AreGroups(index.groups)) {
    return false;
  }
  const std::byte* at = bytes_ + index.entries.offset;
  for (std::uint32_t i = 0; i < index.entries.length; ++i, at += index.EntrySize()) {
    if (!IsEntry(index, at, kind)) return false;
  }
  return true;
}

LoadStatus Loader::CheckOperations() const {
  table::OperationEntry before;
  for (std::uint32_t i = 0; i < operations_.length; ++i) {
    const auto entry = table::OperationEntry::Read(bytes_ + operations_.offset +
                                                   std::size_t{i} * table::OperationEntry::kSize);
    if (entry.known > 1 || !IsBaseRow(entry.base_row) || !Inside(entry.event_name) ||
        !Inside(entry.record_name)) {
      return LoadStatus::BadOperation;
    }
    // Operations that share an index usually follow each other, so it is checked once.
    if ((entry.roothashes != before.roothashes && !IsIndex(entry.roothashes, Entries::Digests)) ||
        (entry.digests != before.digests && !IsIndex(entry.digests, Entries::Digests)) ||
        (entry.pairs != before.pairs && !IsIndex(entry.pairs, Entries::Pairs))) {
      return LoadStatus::BadIndex;
    }
    before = entry;
  }
  return LoadStatus::Ok;
}

}  // namespace

bool Policy::Knows(Operation operation) const {
  const std::uint32_t number = NumberOf(operation);
  return number < operations_.length && OperationAt(number).known != 0;
}

LoadStatus Load(std::span<const std::byte> bytes, Policy& policy) noexcept {
  policy = Policy();
  Loader loader(bytes);
  LoadStatus status = loader.CheckFrame();
  if (status == LoadStatus::Ok) status = loader.CheckHeader();
  if (status == LoadStatus::Ok) status = loader.CheckOutcomes();
  if (status == LoadStatus::Ok) status = loader.CheckRows();
  if (status == LoadStatus::Ok) status = loader.CheckOperations();
  if (status != LoadStatus::Ok) return status;

  const std::byte* version = bytes.data() + Header::kVersionAt;
  policy.bytes_ = bytes.data();
  policy.size_ = static_cast<std::uint32_t>(bytes.size());
  policy.features_ = table::Read32(bytes.data() + Header::kFeaturesAt);
  policy.hooks_ = table::Read32(bytes.data() + Header::kHooksAt);
  policy.missing_ = table::Read32(bytes.data() + Header::kMissingAt);
  policy.fallback_ = table::Read32(bytes.data() + Header::kFallbackAt);
  policy.operations_ = loader.At(Header::kOperationsAt);
  policy.outcomes_ = loader.At(Header::kOutcomesAt);
  policy.rows_ = loader.At(Header::kRowsAt);
  policy.version_ = {table::Read16(version), table::Read16(version + 2),
                     table::Read16(version + 4)};
  policy.name_ = policy.Text(loader.At(Header::kNameAt));
  policy.target_ = policy.Text(loader.At(Header::kTargetAt));
  return LoadStatus::Ok;
}

}  // namespace ipec::runtime
