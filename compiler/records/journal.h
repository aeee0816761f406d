#pragma once

// Entries of the journal, as `journalctl -o json` and `-o export` write them.

#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/records/line.h"
#include "compiler/records/record.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::records {

// The fields of one entry that matter.
class JournalEntry {
 public:
  void Clear();
  // Whether a field is one of those that matter; others need not be kept.
  static bool IsWanted(llvm::StringRef name);
  void Set(llvm::StringRef name, llvm::StringRef value);
  bool has_message() const { return has_message_; }
  // Reads the message. Only entries of the audit subsystem and of the kernel are read: every
  // process can write the others.
  Outcome Read(LineReader& lines, Record& record) const;

 private:
  bool has_message_ = false;
  bool is_foreign_ = false;
  bool is_kernel_ = false;
  std::uint32_t number_ = 0;
  Stamp stamp_;
  std::string message_;
};

// A value of the export form that is not text: its size in eight bytes, then its bytes.
struct BinaryValue {
  static constexpr std::size_t kSizeBytes = 8;

  std::string name;
  std::string size;  // the bytes of the size that were read
  std::uint64_t left = 0;
  bool is_kept = false;
  std::string bytes;

  bool IsWhole() const { return size.size() == kSizeBytes && left == 0; }
};

// Whether a line of JSON is an entry of the journal, with a record or not: names of its fields are
// uppercase.
bool IsJsonEntry(llvm::StringRef line);

// Whether a line of JSON can be an entry with a record. All others are skipped.
bool MayBeJsonEntry(llvm::StringRef line);

// A line `{"MESSAGE":"IPE_ACCESS ipe_op=…","_AUDIT_TYPE":"1420",…}`. `store` holds its strings.
Outcome ReadJsonEntry(llvm::StringRef line, std::string& store, JournalEntry& entry);

// A line of `journalctl -o json-pretty` with a record.
bool IsPrettyJson(llvm::StringRef line);

}  // namespace ipec::records
