#include "compiler/table/entries.h"

#include "ipec/runtime/table.h"

namespace ipec::table {
namespace {

namespace format = runtime::table;

// Whether a look-up of this key finds this entry: unused entries repeat another one.
bool IsFound(const runtime::Policy& table, std::uint32_t offset, std::uint32_t number,
             std::string_view algorithm, std::string_view key) {
  const std::uint64_t hash =
      format::HashKey(table.bytes() + offset + format::Index::kSeedsAt,
                      reinterpret_cast<const std::byte*>(algorithm.data()), algorithm.size(),
                      reinterpret_cast<const std::byte*>(key.data()), key.size());
  return format::Index::Read(table.bytes() + offset).EntryOf(table.bytes(), hash) == number;
}

// The digest of an entry, assembled from its two parts.
std::string DigestAt(const runtime::Policy& table, const format::Index& index,
                     const format::Group& group, const std::byte* entry) {
  const char* key = reinterpret_cast<const char*>(entry + format::Index::kEntryHead);
  if (group.digest_length <= index.key_size) return {key, group.digest_length};
  const std::uint32_t here = index.key_size - format::kTailSize;
  const std::uint32_t tail =
      index.tails.offset + format::Read32(entry + format::Index::kEntryHead + here);
  return std::string(key, here) + std::string(table.Text({tail, group.digest_length - here}));
}

}  // namespace

std::vector<DigestEntry> DigestsOf(const runtime::Policy& table, std::uint32_t offset) {
  std::vector<DigestEntry> entries;
  if (offset == 0) return entries;
  const bool bare = (table.features() & format::kBareDigests) != 0;
  const auto index = format::Index::Read(table.bytes() + offset);
  for (std::uint32_t number = 0; number < index.entries.length; ++number) {
    const std::byte* at = table.bytes() + index.entries.offset + number * index.EntrySize();
    const auto entry = format::Entry::Read(at);
    const auto group = format::Group::Read(table.bytes() + index.groups.offset +
                                           std::size_t{entry.group_or_row} * format::Group::kSize);
    std::string digest = DigestAt(table, index, group, at);
    const std::string_view algorithm = bare ? "" : table.Text(group.algorithm);
    if (!IsFound(table, offset, number, algorithm, digest)) continue;
    entries.push_back({number, algorithm, std::move(digest), group.row, entry.rank});
  }
  return entries;
}

std::vector<PairEntry> PairsOf(const runtime::Policy& table, std::uint32_t offset) {
  std::vector<PairEntry> entries;
  if (offset == 0) return entries;
  const auto index = format::Index::Read(table.bytes() + offset);
  for (std::uint32_t number = 0; number < index.entries.length; ++number) {
    const std::byte* at = table.bytes() + index.entries.offset + number * index.EntrySize();
    const std::byte* key = at + format::Index::kEntryHead;
    if (!IsFound(table, offset, number, "",
                 {reinterpret_cast<const char*>(key), format::kPairKeySize})) {
      continue;
    }
    const auto entry = format::Entry::Read(at);
    entries.push_back(
        {format::Read32(key), format::Read32(key + 4), entry.group_or_row, entry.rank});
  }
  return entries;
}

}  // namespace ipec::table
