#include "compiler/support/source.h"

#include <algorithm>

namespace ipec::support {

namespace {

// Adds the starts of the lines that follow line endings in bytes [begin, end) of `text`.
void AddStarts(llvm::StringRef text, std::size_t begin, std::size_t end,
               std::vector<std::uint32_t>& starts) {
  for (std::size_t i = begin; i < end; ++i) {
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) {
      starts.push_back(ToU32(i + 1));
    }
  }
}

}  // namespace

LineMap::LineMap(std::string_view view) {
  const llvm::StringRef text = view;
  starts_.push_back(0);
  AddStarts(text, 0, text.size(), starts_);
}

void LineMap::Update(std::string_view view, Span replaced, std::uint32_t size) {
  const llvm::StringRef text = view;
  // A `\r` before the edit may have gained or lost its `\n`, so its line counts as edited too.
  const std::uint32_t from = replaced.begin == 0 ? 0 : replaced.begin - 1;
  const auto first = std::upper_bound(starts_.begin(), starts_.end(), from);
  const auto last = std::upper_bound(first, starts_.end(), replaced.end);
  const std::uint32_t shift = size - replaced.size();  // modulo 2^32, which gives the same result
  std::vector<std::uint32_t> made;
  AddStarts(text, from, replaced.end + shift, made);
  // Drop a line start that no longer is one: the byte before the first kept one decides, and it was
  // not edited.
  for (auto it = last; it != starts_.end(); ++it) *it += shift;
  const auto at = starts_.erase(first, last);
  starts_.insert(at, made.begin(), made.end());
}

Position LineMap::PositionOf(std::uint32_t offset) const {
  auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const std::uint32_t line = ToU32(after - starts_.begin());
  return {line, offset - starts_[line - 1] + 1};
}

Span LineMap::LineSpan(std::string_view view, std::uint32_t line) const {
  const llvm::StringRef text = view;
  if (line == 0 || line > starts_.size()) return {};
  const std::uint32_t begin = starts_[line - 1];
  std::uint32_t end = line < starts_.size() ? starts_[line] : ToU32(text.size());
  while (end > begin && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
  return {begin, end};
}

}  // namespace ipec::support
