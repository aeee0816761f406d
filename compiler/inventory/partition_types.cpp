#include "compiler/inventory/partition_types.h"

#include <string>

#include "compiler/support/numbers.h"

namespace ipec::inventory {
namespace {

constexpr PartitionPart kParts[] = {PartitionPart::Data, PartitionPart::Hashes,
                                    PartitionPart::Signature};
constexpr std::string_view kSuffixes[] = {"", "-verity", "-verity-sig"};

}  // namespace

std::optional<PartitionKind> FindPartitionType(const Guid& type) {
  for (const PartitionType& row : kPartitionTypes) {
    for (const PartitionPart part : kParts) {
      if (ParseGuid(row.types[support::IndexOf(part)]) == type) return PartitionKind{&row, part};
    }
  }
  return std::nullopt;
}

std::optional<PartitionKind> FindPartitionName(std::string_view name) {
  for (const PartitionType& row : kPartitionTypes) {
    const std::string base =
        std::string(row.role == Role::Root ? "root-" : "usr-").append(row.architecture);
    if (!name.starts_with(base)) continue;
    for (const PartitionPart part : kParts) {
      if (name.substr(base.size()) == kSuffixes[support::IndexOf(part)]) {
        return PartitionKind{&row, part};
      }
    }
  }
  return std::nullopt;
}

}  // namespace ipec::inventory
