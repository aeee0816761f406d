#pragma once

// The types of partitions that dm-verity uses.

#include <cstdint>
#include <optional>
#include <string_view>

#include "compiler/inventory/claim.h"
#include "compiler/inventory/gpt.h"

namespace ipec::inventory {

enum class PartitionPart : std::uint8_t { Data, Hashes, Signature };

struct PartitionType {
  Role role;
  std::string_view architecture;
  std::string_view types[3];  // of the parts, as text
};

inline constexpr PartitionType kPartitionTypes[] = {
#define IPEC_PARTITION(role, architecture, data, hashes, signature) \
  PartitionType{Role::role, architecture, {data, hashes, signature}},
#include "compiler/inventory/partition_types.def"
};

struct PartitionKind {
  const PartitionType* row;
  PartitionPart part;
};

std::optional<PartitionKind> FindPartitionType(const Guid& type);
// By systemd's name, `usr-x86-64-verity`.
std::optional<PartitionKind> FindPartitionName(std::string_view name);

}  // namespace ipec::inventory
