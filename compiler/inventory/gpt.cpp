#include "compiler/inventory/gpt.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include "compiler/inventory/trouble.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/ConvertUTF.h"
#include "llvm/Support/Endian.h"

namespace ipec::inventory {
namespace {

namespace endian = llvm::support::endian;

constexpr std::string_view kTableMagic = "EFI PART";
constexpr std::uint32_t kSectors[] = {512, 4096};
constexpr std::size_t kLeastHeader = 92;
constexpr std::size_t kLeastEntry = 128;
// 8192 entries; tools write 128.
constexpr std::uint64_t kMostTable = std::uint64_t{1} << 20;

// One of the two headers, with its entries.
struct Table {
  std::string place;
  std::uint32_t sector = 0;
  std::uint64_t other = 0;  // the sector of the other header
  Bytes common;             // the parts of the header that both have
  std::uint32_t entry_size = 0;
  Bytes entries;
};

Guid ReadGuid(const std::uint8_t* at) {
  return {at[3], at[2], at[1],  at[0],  at[5],  at[4],  at[7],  at[6],
          at[8], at[9], at[10], at[11], at[12], at[13], at[14], at[15]};
}

bool HasMagic(std::span<const std::uint8_t> bytes) {
  return bytes.size() >= kTableMagic.size() &&
         std::memcmp(bytes.data(), kTableMagic.data(), kTableMagic.size()) == 0;
}

std::uint32_t Crc(std::span<const std::uint8_t> bytes) {
  return llvm::crc32({bytes.data(), bytes.size()});
}

class Reader {
 public:
  explicit Reader(const Region& image) : image_(image) {}

  llvm::Expected<std::optional<PartitionTable>> Read() {
    std::vector<Table> valid;
    for (const std::uint32_t sector : kSectors) {
      if (llvm::Error error = ReadBoth(sector, valid)) return error;
    }
    if (valid.empty()) {
      if (damage_.empty()) return std::nullopt;
      return Malformed(damage_.front());
    }
    const Table& first = valid.front();
    for (const Table& other : valid) {
      if (other.sector == first.sector && other.common == first.common &&
          other.entries == first.entries) {
        continue;
      }
      return Contradiction("two partition tables that differ: one at " + first.place + ", one at " +
                           other.place + "; `sgdisk --load-backup` or `sfdisk` make them equal");
    }
    llvm::Expected<PartitionTable> table = Entries(first);
    if (!table) return table.takeError();
    for (const std::string& damage : damage_) {
      table->notes.push_back(damage + "; the table at " + first.place + " is read");
    }
    return std::move(*table);
  }

 private:
  llvm::Error ReadBoth(std::uint32_t sector, std::vector<Table>& valid) {
    const std::uint64_t sectors = image_.size() / sector;
    if (sectors < 2) return llvm::Error::success();
    std::uint64_t backup = sectors - 1;
    llvm::Expected<std::optional<Table>> primary = ReadHeader(sector, 1);
    if (!primary) return primary.takeError();
    if (*primary) {
      // The image may have been enlarged since.
      backup = (*primary)->other;
      valid.push_back(std::move(**primary));
    }
    if (backup == 1 || backup >= sectors) return llvm::Error::success();
    llvm::Expected<std::optional<Table>> second = ReadHeader(sector, backup);
    if (!second) return second.takeError();
    if (*second) valid.push_back(std::move(**second));
    return llvm::Error::success();
  }

  // Nothing: the table is absent or damaged; then `damage_` has the reason.
  llvm::Expected<std::optional<Table>> ReadHeader(std::uint32_t sector, std::uint64_t at) {
    const std::uint64_t offset = at * sector;
    llvm::Expected<Bytes> header = image_.Beginning(offset, sector);
    if (!header) return header.takeError();
    if (header->size() < sector || !HasMagic(*header)) return std::nullopt;
    Table table;
    table.place = image_.PlaceOf(offset);
    table.sector = sector;
    const auto damaged = [&](const std::string& why) {
      damage_.push_back("the partition table at " + table.place + " is damaged: " + why);
      return std::nullopt;
    };
    const std::uint8_t* const bytes = header->data();
    const std::uint32_t size = endian::read32le(bytes + 12);
    if (size < kLeastHeader || size > sector) {
      return damaged("a header of " + std::to_string(size) + " bytes");
    }
    const std::uint32_t crc = endian::read32le(bytes + 16);
    std::memset(header->data() + 16, 0, 4);
    if (Crc({bytes, size}) != crc) return damaged("the checksum of its header does not match");
    if (endian::read64le(bytes + 24) != at) return damaged("its header is not in its place");
    table.other = endian::read64le(bytes + 32);
    // Usable sectors, GUID of the disk; sizes and checksum of the entries.
    table.common.assign(bytes + 40, bytes + 72);
    table.common.insert(table.common.end(), bytes + 80, bytes + 92);
    const std::uint64_t first = endian::read64le(bytes + 72);
    const std::uint64_t count = endian::read32le(bytes + 80);
    table.entry_size = endian::read32le(bytes + 84);
    if (table.entry_size < kLeastEntry || table.entry_size % 8 != 0 ||
        count * table.entry_size > kMostTable) {
      return damaged(std::to_string(count) + " entries of " + std::to_string(table.entry_size) +
                     " bytes");
    }
    const std::uint64_t length = count * table.entry_size;
    if (first > image_.size() / sector || !image_.Contains(first * sector, length)) {
      return damaged("its entries are outside of the image");
    }
    table.entries.resize(length);
    if (llvm::Error error = image_.Read(first * sector, table.entries)) return error;
    if (Crc(table.entries) != endian::read32le(bytes + 88)) {
      return damaged("the checksum of its entries does not match");
    }
    return table;
  }

  llvm::Expected<PartitionTable> Entries(const Table& table) {
    PartitionTable read;
    const std::uint64_t sectors = image_.size() / table.sector;
    for (std::size_t at = 0; at < table.entries.size(); at += table.entry_size) {
      const std::uint8_t* const entry = table.entries.data() + at;
      Partition partition;
      partition.type = ReadGuid(entry);
      if (partition.type == Guid{}) continue;
      partition.number = static_cast<std::uint32_t>(at / table.entry_size + 1);
      partition.id = ReadGuid(entry + 16);
      const std::uint64_t first = endian::read64le(entry + 32);
      const std::uint64_t last = endian::read64le(entry + 40);
      const auto words = [&] {
        return "partition " + std::to_string(partition.number) + ", sectors " +
               std::to_string(first) + " to " + std::to_string(last) + " of " +
               std::to_string(table.sector) + " bytes, ";
      };
      if (last < first || first == 0) {
        return Malformed(image_.place() + ": " + words() + "is not possible");
      }
      if (last >= sectors) {
        return Malformed(image_.place() + " is cut off: " + words() +
                         "ends beyond the image, which has " + std::to_string(image_.size()) +
                         " bytes");
      }
      partition.offset = first * table.sector;
      partition.size = (last - first + 1) * table.sector;
      partition.label = Label({entry + 56, 72});
      read.partitions.push_back(std::move(partition));
    }
    if (llvm::Error error = CheckOverlaps(read.partitions)) return error;
    return read;
  }

  llvm::Error CheckOverlaps(const std::vector<Partition>& partitions) const {
    std::vector<const Partition*> in_order;
    in_order.reserve(partitions.size());
    for (const Partition& partition : partitions) in_order.push_back(&partition);
    std::stable_sort(in_order.begin(), in_order.end(),
                     [](const Partition* a, const Partition* b) { return a->offset < b->offset; });
    for (std::size_t i = 1; i < in_order.size(); ++i) {
      const Partition& before = *in_order[i - 1];
      if (before.offset + before.size <= in_order[i]->offset) continue;
      return Malformed(image_.place() + ": partitions " + std::to_string(before.number) + " and " +
                       std::to_string(in_order[i]->number) + " overlap");
    }
    return llvm::Error::success();
  }

  static std::string Label(std::span<const std::uint8_t> bytes) {
    std::vector<llvm::UTF16> units;
    units.reserve(bytes.size() / 2);
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
      const std::uint16_t unit = endian::read16le(bytes.data() + i);
      if (unit == 0) break;
      units.push_back(unit);
    }
    std::string label;
    // Half a pair of surrogates is not text.
    if (!llvm::convertUTF16ToUTF8String(llvm::makeArrayRef(units), label)) label.clear();
    return label;
  }

  const Region& image_;
  std::vector<std::string> damage_;
};

}  // namespace

std::optional<Guid> ParseGuid(std::string_view text) {
  constexpr std::string_view kShape = "00000000-0000-0000-0000-000000000000";
  if (text.size() != kShape.size()) return std::nullopt;
  Guid guid{};
  std::size_t digits = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (kShape[i] == '-') {
      if (text[i] != '-') return std::nullopt;
      continue;
    }
    const unsigned digit = llvm::hexDigitValue(text[i]);
    if (digit > 15) return std::nullopt;
    std::uint8_t& byte = guid[digits / 2];
    byte = static_cast<std::uint8_t>(byte << 4 | digit);
    ++digits;
  }
  return guid;
}

bool IsRandomGuid(const Guid& guid) {
  return (guid[6] & 0xf0) == 0x40 && (guid[8] & 0xc0) == 0x80;
}

bool HasTableMagic(std::span<const std::uint8_t> head) {
  return std::any_of(std::begin(kSectors), std::end(kSectors), [&](std::uint32_t sector) {
    return head.size() > sector && HasMagic(head.subspan(sector));
  });
}

llvm::Expected<std::optional<PartitionTable>> ReadPartitionTable(const Region& image) {
  return Reader(image).Read();
}

}  // namespace ipec::inventory
