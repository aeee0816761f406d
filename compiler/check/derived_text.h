#pragma once

// A text made from another one: parts of it are copied or blanked, and others are inserted. Places
// and edits in the derived text are mapped back.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/source.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::check {

class DerivedText {
 public:
  // `original` must outlive this.
  explicit DerivedText(llvm::StringRef original) : original_(original) {}

  // Continue with the bytes of the original up to `end`; as spaces, except for line endings.
  void CopyTo(std::uint32_t end);
  void BlankTo(std::uint32_t end);
  void Insert(std::string_view text);

  const std::string& text() const { return text_; }

  // The place in the original; of inserted text, the place where it was inserted.
  support::Span Back(support::Span span) const { return {Back(span.begin), Back(span.end)}; }
  std::uint32_t Back(std::uint32_t at) const;
  // Whether `at` is within an inserted text, not at its beginning or end.
  bool IsInserted(std::uint32_t at) const;

 private:
  struct Insertion {
    std::uint32_t begin;  // in the derived text
    std::uint32_t end;
    std::uint32_t at;  // in the original
  };
  // The last one that begins at or before `at`; null if there is none.
  const Insertion* InsertionBefore(std::uint32_t at) const;

  llvm::StringRef original_;
  std::string text_;
  std::uint32_t next_ = 0;  // of the original
  std::vector<Insertion> insertions_;
};

}  // namespace ipec::check
