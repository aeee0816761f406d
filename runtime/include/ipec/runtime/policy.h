#pragma once

// A loaded policy: a view of the bytes of a decision table that Load() has validated.
//
// The bytes are not copied and must stay unchanged for as long as the Policy is used. They can be
// at any address and in read-only memory. A Policy is small: copy it freely, and use it from
// any number of threads.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ipec/runtime/api.h"
#include "ipec/runtime/event.h"
#include "ipec/runtime/table.h"
#include "ipec/runtime/vocabulary.h"

namespace ipec::runtime {

enum class LoadStatus : std::uint8_t {
#define IPEC_LOAD_STATUS(id, number, words) id = number,
#include "ipec/runtime/load_status.def"
};

// The meaning of the status, for a message: "damaged: the checksum does not match".
constexpr std::string_view Describe(LoadStatus status) {
  switch (status) {
#define IPEC_LOAD_STATUS(id, number, words) \
  case LoadStatus::id:                      \
    return words;
#include "ipec/runtime/load_status.def"
  }
  return "not a status of Load()";
}

// Which records a dialect prints, and how: bits of table.h.
using table::Features;

struct PolicyVersion {
  std::uint16_t major = 0;
  std::uint16_t minor = 0;
  std::uint16_t revision = 0;
  friend auto operator<=>(const PolicyVersion&, const PolicyVersion&) = default;
};

class Policy {
 public:
  // Denies everything, so that ignoring the status of Load() does not grant access.
  Policy() = default;

  std::string_view name() const { return name_; }
  PolicyVersion version() const { return version_; }
  Features features() const { return features_; }
  // The compiler's name of the dialect, e.g. `linux-6.12`: for display only.
  std::string_view target() const { return target_; }

  // Whether the dialect has the operation.
  IPEC_RUNTIME_API bool Knows(Operation operation) const;
  bool Knows(Hook hook) const {
    const auto number = static_cast<unsigned>(hook);
    return number < 32 && (hooks_ >> number & 1U) != 0;
  }

  // Whether the kernel that the table was compiled for was built with the property. If not, no rule
  // that tests it matches, whatever the value.
  bool Knows(Property property) const {
    const auto number = static_cast<unsigned>(property);
    return number < kPropertyCount && (missing_ >> number & 1U) == 0;
  }

  // For the runtime's own sources and for programs that print tables.
  const std::byte* bytes() const { return bytes_; }
  std::uint32_t size() const { return size_; }
  table::Range operations() const { return operations_; }
  table::Range outcomes() const { return outcomes_; }
  table::Range rows() const { return rows_; }
  std::uint32_t fallback() const { return fallback_; }

  std::string_view Text(table::Range range) const {
    return {reinterpret_cast<const char*>(bytes_) + range.offset, range.length};
  }
  table::OperationEntry OperationAt(std::uint32_t number) const {
    return table::OperationEntry::Read(bytes_ + operations_.offset +
                                       number * table::OperationEntry::kSize);
  }
  table::OutcomeEntry OutcomeAt(std::uint32_t number) const {
    return table::OutcomeEntry::Read(bytes_ + outcomes_.offset +
                                     number * table::OutcomeEntry::kSize);
  }
  table::Cell CellAt(std::uint32_t row, Facts facts) const {
    return table::Cell::Read(bytes_ + rows_.offset + std::size_t{row} * table::kRowSize +
                             facts * table::Cell::kSize);
  }

 private:
  friend IPEC_RUNTIME_API LoadStatus Load(std::span<const std::byte> bytes,
                                          Policy& policy) noexcept;

  const std::byte* bytes_ = nullptr;
  std::uint32_t size_ = 0;
  Features features_ = 0;
  std::uint32_t hooks_ = 0;
  std::uint32_t missing_ = 0;  // properties that the kernel was built without
  std::uint32_t fallback_ = table::kNone;
  table::Range operations_;
  table::Range outcomes_;
  table::Range rows_;
  PolicyVersion version_;
  std::string_view name_;
  std::string_view target_;
};

// Reads every byte once, in time linear in the size, and makes `policy` a view of `bytes` if they
// are a valid table. Otherwise returns the reason, and `policy` denies everything. After
// LoadStatus::Ok no function of the policy can fail, read outside `bytes` or run forever.
IPEC_RUNTIME_API LoadStatus Load(std::span<const std::byte> bytes, Policy& policy) noexcept;

}  // namespace ipec::runtime
