#pragma once

// One line of a log: what is before the body of a record, by the rows of forms.def and types.def.

#include <cstddef>
#include <cstdint>
#include <optional>

#include "compiler/records/body.h"
#include "compiler/records/record.h"
#include "compiler/records/tally.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::records {

// Longer than every stamp.
inline constexpr std::size_t kLongestStamp = 64;

// `1653364370.067:61`
std::optional<Stamp> ToStamp(llvm::StringRef text);

class LineReader {
 public:
  // Adds losses to `tally`, which must outlive the reader.
  explicit LineReader(Tally& tally) : tally_(tally) {}

  // A line of a file. Sets all of `record` but its line. Views are valid until the next call.
  Outcome Read(llvm::StringRef line, Record& record);
  // The message of an entry of the journal that came from the audit subsystem: `IPE_ACCESS …`.
  // `number` is the type that the journal names, or 0; the stamp in `record` stays if the message
  // has none.
  Outcome ReadMessage(llvm::StringRef message, std::uint32_t number, Record& record);
  // The same of an entry that came from the kernel log.
  Outcome ReadKernelMessage(llvm::StringRef message, Record& record);

 private:
  Outcome ReadPrefixed(llvm::StringRef line, bool in_kernel_log, Record& record);
  Outcome ReadTyped(llvm::StringRef rest, std::uint32_t number, Record& record);
  Outcome ReadLost(llvm::StringRef digits);
  Outcome ReadSuppressed(llvm::StringRef words);

  Tally& tally_;
  BodyReader bodies_;
};

}  // namespace ipec::records
