#pragma once

// From places in a rendered text to places in the template and the files that it includes.

#include <cstdint>
#include <vector>

#include "compiler/support/source.h"

namespace ipec::render {

// A place in one of the sources.
struct SourcePlace {
  std::uint32_t source = 0;  // 0: the template
  support::Span where;
};

class SourceMap {
 public:
  // The next `where.size()` bytes of the text are those of a source at `where`. `repeats`: the
  // statement is there several times.
  void AddCopy(std::uint32_t source, support::Span where, bool repeats);
  // The next `size` bytes are the value of the placeholder at `where`, or the end of a line that
  // has none; then `where` is empty.
  void AddValue(std::uint32_t source, support::Span where, std::uint32_t size, bool repeats);

  std::uint32_t size() const { return size_; }

  // Where a part of the text comes from; all of a placeholder if the part touches its value. Of a
  // part that several sources or copies of a statement have a share in, the share of the first.
  SourcePlace Find(support::Span part) const;
  // The same for a part that an edit of the source can replace: it neither begins nor ends within a
  // value, and nothing in it is repeated or is from another source.
  bool IsEditable(support::Span part) const;
  // Whether a part has bytes of a value, or of a statement that is there several times.
  bool IsMade(support::Span part) const;

 private:
  struct Segment {
    std::uint32_t begin;  // in the text
    std::uint32_t source;
    support::Span where;
    bool is_value;
    bool repeats;
  };
  // The one that `at` is in or, at the end of the text, the last one. There must be some.
  std::vector<Segment>::const_iterator At(std::uint32_t at) const;
  std::uint32_t EndOf(std::vector<Segment>::const_iterator segment) const;

  std::vector<Segment> segments_;
  std::uint32_t size_ = 0;
};

}  // namespace ipec::render
