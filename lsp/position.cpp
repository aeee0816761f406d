#include "lsp/position.h"

#include <algorithm>
#include <array>

#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::lsp {
namespace {

constexpr std::array<std::string_view, 3> kNames = {"utf-8", "utf-16", "utf-32"};

// The number of bytes of the character at `offset`; 1 if it is not UTF-8.
std::uint32_t LengthAt(llvm::StringRef text, std::uint32_t offset) {
  const auto byte = [&](std::uint32_t i) -> std::uint8_t {
    return i < text.size() ? support::ToByte(text[i]) : 0;
  };
  const auto follows = [&](std::uint32_t i, std::uint8_t low, std::uint8_t high) {
    return byte(offset + i) >= low && byte(offset + i) <= high;
  };
  const std::uint8_t first = byte(offset);
  if (first < 0xC2 || first > 0xF4) return 1;
  if (first < 0xE0) return follows(1, 0x80, 0xBF) ? 2 : 1;
  if (first < 0xF0) {
    const bool good = follows(1, first == 0xE0 ? 0xA0 : 0x80, first == 0xED ? 0x9F : 0xBF) &&
                      follows(2, 0x80, 0xBF);
    return good ? 3 : 1;
  }
  const bool good = follows(1, first == 0xF0 ? 0x90 : 0x80, first == 0xF4 ? 0x8F : 0xBF) &&
                    follows(2, 0x80, 0xBF) && follows(3, 0x80, 0xBF);
  return good ? 4 : 1;
}

std::uint32_t UnitsOf(std::uint32_t length, PositionEncoding encoding) {
  if (encoding == PositionEncoding::Utf8) return length;
  return encoding == PositionEncoding::Utf16 && length == 4 ? 2 : 1;
}

}  // namespace

std::string_view Name(PositionEncoding encoding) {
  return kNames[support::IndexOf(encoding)];
}

std::optional<PositionEncoding> FindEncoding(std::string_view name) {
  const auto found = std::find(kNames.begin(), kNames.end(), name);
  if (found == kNames.end()) return std::nullopt;
  return support::FromIndex<PositionEncoding>(support::ToSize(found - kNames.begin()));
}

void Positions::Enter(std::uint32_t line) {
  if (line == line_) return;
  line_ = line;
  span_ = lines_.LineSpan(text_, line);
  bytes_ = llvm::isASCII(llvm::StringRef(text_).slice(span_.begin, span_.end));
  offset_ = span_.begin;
  units_ = 0;
}

std::uint32_t Positions::Count(std::uint32_t begin, std::uint32_t end) const {
  if (encoding_ == PositionEncoding::Utf8) return end - begin;
  std::uint32_t units = 0;
  while (begin < end) {
    const std::uint32_t length = LengthAt(text_, begin);
    units += UnitsOf(length, encoding_);
    begin += length;
  }
  return units;
}

std::uint32_t Positions::OffsetOf(EditorPlace place) {
  if (place.line >= lines_.line_count()) return support::ToU32(text_.size());
  Enter(place.line + 1);
  if (bytes_) return span_.begin + std::min(place.character, span_.size());
  if (place.character < units_) {
    offset_ = span_.begin;
    units_ = 0;
  }
  while (offset_ < span_.end) {
    const std::uint32_t length = LengthAt(text_, offset_);
    const std::uint32_t units = UnitsOf(length, encoding_);
    if (units_ + units > place.character) break;
    offset_ += length;
    units_ += units;
  }
  return offset_;
}

support::Span Positions::SpanOf(const EditorRange& range) {
  const std::uint32_t begin = OffsetOf(range.start);
  return {begin, std::max(begin, OffsetOf(range.end))};
}

EditorPlace Positions::PlaceOf(std::uint32_t offset) {
  offset = std::min(offset, support::ToU32(text_.size()));
  Enter(lines_.PositionOf(offset).line);
  offset = std::min(offset, span_.end);  // within `\r\n` means its beginning
  if (bytes_) return {line_ - 1, offset - span_.begin};
  if (offset < offset_) {
    offset_ = span_.begin;
    units_ = 0;
  }
  while (offset_ < offset) {
    const std::uint32_t length = LengthAt(text_, offset_);
    if (offset_ + length > offset) break;
    offset_ += length;
    units_ += UnitsOf(length, encoding_);
  }
  return {line_ - 1, units_};
}

}  // namespace ipec::lsp
