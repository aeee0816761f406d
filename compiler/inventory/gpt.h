#pragma once

// Partition tables (GPT) of images, with sectors of 512 or 4096 bytes.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/inventory/region.h"
#include "llvm/Support/Error.h"

namespace ipec::inventory {

// In the order in which it is written as text; on disk, the first three parts are little-endian.
using Guid = std::array<std::uint8_t, 16>;

std::optional<Guid> ParseGuid(std::string_view text);
// Whether the GUID has the marks of a random one (version 4).
bool IsRandomGuid(const Guid& guid);

struct Partition {
  std::uint32_t number = 0;  // from 1
  Guid type{};
  Guid id{};
  std::uint64_t offset = 0;  // in bytes
  std::uint64_t size = 0;
  std::string label;
};

struct PartitionTable {
  std::vector<Partition> partitions;  // in the order of their numbers
  std::vector<std::string> notes;     // damage that does not matter here
};

// Whether the beginning of an image has a partition table.
bool HasTableMagic(std::span<const std::uint8_t> head);

// Nothing: the image has no table. Malformed: only damaged tables, or partitions that cannot be.
// Contradiction: two valid tables that differ.
llvm::Expected<std::optional<PartitionTable>> ReadPartitionTable(const Region& image);

}  // namespace ipec::inventory
