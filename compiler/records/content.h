#pragma once

// From the bytes of a log to its text: decompressed, without a mark of UTF-8. Its first bytes tell
// which it is.

#include <cstdint>
#include <optional>
#include <string>

#include "compiler/records/gunzip.h"
#include "compiler/records/tally.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::records {

class Content {
 public:
  using TakeText = llvm::function_ref<void(llvm::StringRef)>;

  // Calls `take` with text, in pieces. A trouble comes after that text, and the rest is not read.
  std::optional<Trouble> Feed(llvm::StringRef bytes, TakeText take);
  // The log ends here.
  std::optional<Trouble> Finish(TakeText take);

  bool is_compressed() const { return gunzip_.has_value(); }

 private:
  enum class Kind : std::uint8_t { Unknown, Text, Gzip, Unreadable };

  std::optional<Trouble> Decide(TakeText take);
  std::optional<Trouble> FeedKnown(llvm::StringRef bytes, TakeText take);

  Kind kind_ = Kind::Unknown;
  std::string start_;  // bytes from which the kind is not known yet
  std::optional<Gunzip> gunzip_;
};

}  // namespace ipec::records
