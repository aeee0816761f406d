#pragma once

// How complete and how clean a log is: counts of its lines, by how they were read.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "compiler/records/record.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::records {

enum class Trouble : std::uint8_t {
#define IPEC_TROUBLE(id, name, words) id,
#include "compiler/records/troubles.def"
};

inline constexpr std::size_t kTroubles = 0
#define IPEC_TROUBLE(id, name, words) +1
#include "compiler/records/troubles.def"
    ;

llvm::StringRef Name(Trouble trouble);      // "long-line"
llvm::StringRef Describe(Trouble trouble);  // "the line is longer than any record"

// One kind of trouble: how often, and the first place.
struct TroubleCount {
  std::uint64_t count = 0;
  std::uint64_t first_line = 0;
  // The field at the first place, such as "path" or "rule"; empty if there is none.
  std::string first_field;

  friend bool operator==(const TroubleCount&, const TroubleCount&) = default;
};

struct Tally {
  std::uint64_t lines = 0;
  // A line is counted in exactly one of: `records`, `ignored`, `troubles`, `notices`. All lines of
  // one entry of journald's export form count as `ignored`, but for its message.
  std::array<std::uint64_t, kTypes> records{};
  std::uint64_t ignored = 0;  // not a record that this library reads, or of another module
  std::uint64_t notices = 0;  // lines from which `suppressed` or `lost` was read
  std::array<TroubleCount, kTroubles> troubles{};

  // Records that are missing. Neither number is exact: they show that the evidence is incomplete.
  std::uint64_t suppressed = 0;  // sum of `N callbacks suppressed`
  std::uint64_t lost = 0;        // growth of `audit_lost=N`, from 0 or from the last boot
  std::optional<std::uint64_t> first_audit_lost;
  std::uint64_t last_audit_lost = 0;

  std::uint64_t operator[](Type type) const { return records[support::IndexOf(type)]; }
  const TroubleCount& operator[](Trouble trouble) const {
    return troubles[support::IndexOf(trouble)];
  }
  // The kernel prints `audit_lost`, its sum since the start.
  void AddLost(std::uint64_t audit_lost);
  // Adds the lines after those of this tally.
  void Append(const Tally& next);
  bool IsComplete() const { return suppressed == 0 && lost == 0; }

  friend bool operator==(const Tally&, const Tally&) = default;
};

}  // namespace ipec::records
