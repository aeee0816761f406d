#include "compiler/support/source.h"

#include <algorithm>
#include <cstring>

namespace ipec::support {

LineMap::LineMap(llvm::StringRef text) {
  starts_.push_back(0);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n'))) {
      starts_.push_back(static_cast<std::uint32_t>(i + 1));
    }
  }
}

Position LineMap::PositionOf(std::uint32_t offset) const {
  auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto line = static_cast<std::uint32_t>(after - starts_.begin());
  return {line, offset - starts_[line - 1] + 1};
}

Span LineMap::LineSpan(llvm::StringRef text, std::uint32_t line) const {
  if (line == 0 || line > starts_.size()) return {};
  const std::uint32_t begin = starts_[line - 1];
  std::uint32_t end =
      line < starts_.size() ? starts_[line] : static_cast<std::uint32_t>(text.size());
  while (end > begin && (text[end - 1] == '\n' || text[end - 1] == '\r')) --end;
  return {begin, end};
}

}  // namespace ipec::support
