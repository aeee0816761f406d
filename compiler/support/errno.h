#pragma once

// The kernel's error numbers that IPE returns. The rows are in errno.def.

#include <cstdint>
#include <optional>
#include <string_view>

namespace ipec::support {

enum class Errno : std::uint8_t {
#define IPEC_ERRNO(name, number, meaning) k##name = number,
#include "compiler/support/errno.def"
};

struct ErrnoRow {
  Errno value;
  std::string_view name;     // `EBADMSG`
  std::string_view meaning;  // what it means when IPE returns it
};

inline constexpr ErrnoRow kErrnos[] = {
#define IPEC_ERRNO(name, number, meaning) {Errno::k##name, #name, meaning},
#include "compiler/support/errno.def"
};

constexpr int NumberOf(Errno error) {
  return static_cast<int>(error);
}

constexpr std::string_view Name(Errno error) {
  for (const ErrnoRow& row : kErrnos) {
    if (row.value == error) return row.name;
  }
  return {};
}

constexpr std::string_view MeaningOf(Errno error) {
  for (const ErrnoRow& row : kErrnos) {
    if (row.value == error) return row.meaning;
  }
  return {};
}

}  // namespace ipec::support
