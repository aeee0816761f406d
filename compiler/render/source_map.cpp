#include "compiler/render/source_map.h"

#include <algorithm>
#include <iterator>

namespace ipec::render {

using support::Span;

void SourceMap::AddCopy(std::uint32_t source, Span where, bool repeats) {
  if (where.empty()) return;
  if (!segments_.empty()) {
    Segment& last = segments_.back();
    if (!last.is_value && last.source == source && last.repeats == repeats &&
        last.where.end == where.begin) {
      last.where.end = where.end;
      size_ += where.size();
      return;
    }
  }
  segments_.push_back({size_, source, where, false, repeats});
  size_ += where.size();
}

void SourceMap::AddValue(std::uint32_t source, Span where, std::uint32_t size, bool repeats) {
  segments_.push_back({size_, source, where, true, repeats});
  size_ += size;
}

std::vector<SourceMap::Segment>::const_iterator SourceMap::At(std::uint32_t at) const {
  const auto after =
      std::upper_bound(segments_.begin(), segments_.end(), at,
                       [](std::uint32_t place, const Segment& one) { return place < one.begin; });
  return after == segments_.begin() ? after : std::prev(after);
}

std::uint32_t SourceMap::EndOf(std::vector<Segment>::const_iterator segment) const {
  return std::next(segment) == segments_.end() ? size_ : std::next(segment)->begin;
}

SourcePlace SourceMap::Find(Span part) const {
  if (segments_.empty()) return {};
  const auto first = At(part.begin);
  SourcePlace place{first->source, first->where};
  if (!first->is_value)
    place.where.begin += std::min(part.begin - first->begin, first->where.size());
  place.where.end = place.where.begin;
  if (part.empty()) return place;
  // To the last segment that follows in the same source.
  const std::uint32_t end = std::min(part.end, size_);
  for (auto one = first; one != segments_.end() && one->begin < end; ++one) {
    const bool follows = one->source == first->source && one->where.begin >= place.where.end;
    if (one != first && !follows) break;
    place.where.end = one->where.end;
    if (!one->is_value)
      place.where.end = one->where.begin + std::min(end - one->begin, one->where.size());
  }
  return place;
}

bool SourceMap::IsEditable(Span part) const {
  if (segments_.empty()) return part.begin == 0 && part.end == 0;
  if (part.end > size_) return false;
  auto one = At(part.begin);
  if (one->is_value && one->begin != part.begin) return false;
  const std::uint32_t source = one->source;
  const bool is_whole_value =
      one->is_value && one->begin == part.begin && EndOf(one) == part.end && !part.empty();
  if (is_whole_value) return false;
  std::uint32_t next = one->where.begin;
  for (; one != segments_.end() && (one->begin < part.end || one->begin == part.begin); ++one) {
    if (one->source != source || one->repeats || one->where.begin < next) return false;
    if (one->is_value && (one->where.empty() || (EndOf(one) > part.end && !part.empty())))
      return false;
    next = one->where.end;
  }
  return true;
}

bool SourceMap::IsMade(Span part) const {
  if (segments_.empty()) return false;
  for (auto one = At(part.begin); one != segments_.end() && one->begin <= part.end; ++one) {
    if (one->begin == part.end && !part.empty()) break;
    if (one->is_value || one->repeats) return true;
  }
  return false;
}

}  // namespace ipec::render
