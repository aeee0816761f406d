#include "compiler/check/derived_text.h"

#include <algorithm>
#include <iterator>

#include "compiler/support/numbers.h"

namespace ipec::check {

void DerivedText::CopyTo(std::uint32_t end) {
  text_ += original_.slice(next_, end);
  next_ = end;
}

void DerivedText::BlankTo(std::uint32_t end) {
  for (; next_ < end; ++next_) {
    const char byte = original_[next_];
    text_ += byte == '\n' || byte == '\r' ? byte : ' ';
  }
}

void DerivedText::Insert(std::string_view text) {
  const std::uint32_t begin = support::ToU32(text_.size());
  text_ += text;
  insertions_.push_back({begin, support::ToU32(text_.size()), next_});
}

const DerivedText::Insertion* DerivedText::InsertionBefore(std::uint32_t at) const {
  const auto after = std::upper_bound(
      insertions_.begin(), insertions_.end(), at,
      [](std::uint32_t place, const Insertion& insertion) { return place < insertion.begin; });
  return after == insertions_.begin() ? nullptr : &*std::prev(after);
}

std::uint32_t DerivedText::Back(std::uint32_t at) const {
  const Insertion* insertion = InsertionBefore(at);
  if (insertion == nullptr) return at;
  return at < insertion->end ? insertion->at : insertion->at + (at - insertion->end);
}

bool DerivedText::IsInserted(std::uint32_t at) const {
  const Insertion* insertion = InsertionBefore(at);
  return insertion != nullptr && at > insertion->begin && at < insertion->end;
}

}  // namespace ipec::check
