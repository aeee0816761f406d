#pragma once

// Values of fields, by the forms of fields.def.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "compiler/records/body.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::records {

// A value at the beginning of a text.
struct FieldValue {
  Outcome outcome;
  std::optional<llvm::StringRef> text;  // nothing for `?` and `(null)`
  std::size_t length = 0;               // in the text
};

// Each reads the value at the beginning of `rest`, which ends with the record. `store` holds a
// value that is not part of the record.
FieldValue ReadWord(llvm::StringRef rest);
FieldValue ReadUntrusted(llvm::StringRef rest, std::string& store);
// `key` is the field's own, "old_active_pol_name".
FieldValue ReadName(llvm::StringRef rest, llvm::StringRef key);
FieldValue ReadDigest(llvm::StringRef rest, std::string& store);
// The algorithm is the end of `key`, "old_sha256".
FieldValue ReadHash(llvm::StringRef rest, llvm::StringRef key, std::string& store);
FieldValue ReadRule(llvm::StringRef rest, std::string& store);

// A decimal number without sign.
std::optional<std::uint64_t> ToNumber(llvm::StringRef digits);

}  // namespace ipec::records
