#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "compiler/table/table_plan.h"
#include "llvm/Support/Endian.h"

namespace ipec::table {
namespace {

namespace endian = llvm::support::endian;
namespace format = runtime::table;

// Writes bytes at offsets that are known in advance.
class Image {
 public:
  std::uint32_t Allocate(std::uint64_t size) {
    const std::uint64_t offset = size_;
    size_ += format::RoundUp4(size);
    IPEC_CHECK(size_ <= UINT32_MAX, "a table is smaller than 4 GiB");
    return support::ToU32(offset);
  }
  void Fill() { bytes_.assign(size_, '\0'); }

  std::byte* At(std::uint64_t offset) {
    return reinterpret_cast<std::byte*>(bytes_.data()) + offset;
  }
  void Put8(std::uint64_t at, std::size_t value) { bytes_[at] = support::ToChar(value); }
  void Put16(std::uint64_t at, std::uint16_t value) { endian::write16le(At(at), value); }
  void Put32(std::uint64_t at, std::uint32_t value) { format::Write32(At(at), value); }
  void PutRange(std::uint64_t at, format::Range range) {
    Put32(at, range.offset);
    Put32(at + 4, range.length);
  }
  void PutBytes(std::uint64_t at, std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(At(at), bytes.data(), bytes.size());
  }
  std::string WithChecksum() {
    Put32(format::Header::kSizeAt, support::ToU32(size_));
    const std::uint64_t checksum =
        format::Checksum(At(format::Header::kChecksumFrom), size_ - format::Header::kChecksumFrom);
    endian::write64le(At(format::Header::kChecksumAt), checksum);
    return std::move(bytes_);
  }

 private:
  std::uint64_t size_ = 0;
  std::string bytes_;
};

// The offsets of the parts of an index.
struct IndexPlace {
  std::uint32_t index = 0;
  format::Range multipliers;
  format::Range groups;
  format::Range entries;
  format::Range tails;
};

template <typename All>
std::uint32_t Count(const All& all) {
  return support::ToU32(all.size());
}

class Writer {
 public:
  explicit Writer(const TablePlan& plan) : plan_(plan) {}

  std::string Write() {
    AllocateAll();
    PutTexts();
    PutHeader();
    PutOperations();
    PutOutcomes();
    for (std::uint32_t i = 0; i < rows_.length; ++i) {
      image_.PutBytes(rows_.offset + std::uint64_t{i} * format::kRowSize, plan_.rows[i]);
    }
    for (std::size_t i = 0; i < places_.size(); ++i) PutIndex(plan_.indexes[i], places_[i]);
    return image_.WithChecksum();
  }

 private:
  void AllocateAll();
  void PutTexts();
  void PutHeader();
  void PutOperations();
  void PutOutcomes();
  void PutIndex(const IndexPlan& index, const IndexPlace& place);

  // The offset of an index, 0 if there is none.
  std::uint32_t OffsetOf(std::uint32_t index) const {
    return index == format::kNone ? 0 : places_[index].index;
  }

  const TablePlan& plan_;
  Image image_;
  format::Range operations_;
  format::Range outcomes_;
  format::Range rows_;
  std::vector<IndexPlace> places_;
  std::uint32_t next_text_ = 0;
  format::Range name_;
  format::Range target_;
  std::vector<format::Range> texts_;
};

void Writer::AllocateAll() {
  image_.Allocate(format::Header::kSize);
  operations_ = {image_.Allocate(plan_.operations.size() * format::OperationEntry::kSize),
                 Count(plan_.operations)};
  outcomes_ = {image_.Allocate(plan_.outcomes.size() * format::OutcomeEntry::kSize),
               Count(plan_.outcomes)};
  rows_ = {image_.Allocate(plan_.rows.size() * format::kRowSize), Count(plan_.rows)};
  for (const IndexPlan& index : plan_.indexes) {
    IndexPlace place;
    place.index = image_.Allocate(format::Index::kSize);
    place.multipliers = {image_.Allocate(index.multipliers.size() * 2), Count(index.multipliers)};
    place.groups = {image_.Allocate(index.groups.size() * format::Group::kSize),
                    Count(index.groups)};
    place.entries = {image_.Allocate(index.entries.size()), index.entry_count};
    place.tails = {image_.Allocate(index.tails.size()), Count(index.tails)};
    places_.push_back(place);
  }
  // Texts come last, without gaps.
  std::uint64_t text_size = plan_.name.size() + plan_.target.size();
  for (const std::string& text : plan_.texts) text_size += text.size();
  next_text_ = image_.Allocate(text_size);
  image_.Fill();
}

void Writer::PutTexts() {
  const auto put = [&](std::string_view text) {
    image_.PutBytes(next_text_, text);
    const format::Range range{next_text_, Count(text)};
    next_text_ += range.length;
    return range;
  };
  name_ = put(plan_.name);
  target_ = put(plan_.target);
  for (const std::string& text : plan_.texts) texts_.push_back(put(text));
}

void Writer::PutHeader() {
  using format::Header;
  image_.PutBytes(Header::kMagicAt,
                  {reinterpret_cast<const char*>(format::kMagic), sizeof format::kMagic});
  image_.Put32(Header::kFormatAt, format::kFormat);
  image_.Put32(Header::kFeaturesAt, plan_.features);
  image_.Put32(Header::kHooksAt, plan_.hooks);
  image_.Put16(Header::kVersionAt, plan_.version.major);
  image_.Put16(Header::kVersionAt + 2, plan_.version.minor);
  image_.Put16(Header::kVersionAt + 4, plan_.version.revision);
  image_.PutRange(Header::kNameAt, name_);
  image_.PutRange(Header::kTargetAt, target_);
  image_.PutRange(Header::kOperationsAt, operations_);
  image_.PutRange(Header::kOutcomesAt, outcomes_);
  image_.PutRange(Header::kRowsAt, rows_);
  image_.Put32(Header::kFallbackAt, plan_.fallback);
  image_.Put32(Header::kMissingAt, plan_.missing);
}

void Writer::PutOperations() {
  std::uint64_t at = operations_.offset;
  for (const PlannedOperation& operation : plan_.operations) {
    image_.Put32(at, operation.known);
    image_.Put32(at + 4, operation.base_row);
    image_.PutRange(at + 8, texts_[operation.event_name]);
    image_.PutRange(at + 16, texts_[operation.record_name]);
    image_.Put32(at + 24, OffsetOf(operation.roothashes));
    image_.Put32(at + 28, OffsetOf(operation.digests));
    image_.Put32(at + 32, OffsetOf(operation.pairs));
    at += format::OperationEntry::kSize;
  }
}

void Writer::PutOutcomes() {
  std::uint64_t at = outcomes_.offset;
  for (const PlannedOutcome& outcome : plan_.outcomes) {
    image_.Put8(at, support::IndexOf(outcome.action));
    image_.Put8(at + 1, support::IndexOf(outcome.match));
    image_.Put8(at + 2, outcome.rank_is_line ? 1 : 0);
    image_.Put32(at + 4, outcome.line);
    image_.PutRange(at + 8, texts_[outcome.text]);
    at += format::OutcomeEntry::kSize;
  }
}

void Writer::PutIndex(const IndexPlan& index, const IndexPlace& place) {
  image_.Put32(place.index, index.key_size);
  image_.PutRange(place.index + 4, place.multipliers);
  image_.PutRange(place.index + 12, place.groups);
  image_.PutRange(place.index + 20, place.entries);
  image_.PutRange(place.index + 28, place.tails);
  std::memcpy(image_.At(place.index + format::Index::kSeedsAt), index.seeds.data(),
              sizeof index.seeds);
  std::uint64_t at = place.multipliers.offset;
  for (const std::uint16_t multiplier : index.multipliers) {
    image_.Put16(at, multiplier);
    at += 2;
  }
  at = place.groups.offset;
  for (const PlannedGroup& group : index.groups) {
    image_.PutRange(at, texts_[group.algorithm]);
    image_.Put32(at + 8, group.digest_length);
    image_.Put32(at + 12, group.row);
    at += format::Group::kSize;
  }
  image_.PutBytes(place.entries.offset, index.entries);
  image_.PutBytes(place.tails.offset, index.tails);
}

}  // namespace

std::string Write(const TablePlan& plan) {
  return Writer(plan).Write();
}

}  // namespace ipec::table
