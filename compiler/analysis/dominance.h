#pragma once

// Counting the points of a plane that lie above and to the right of others, in O(n log n).

#include <cstdint>
#include <span>
#include <vector>

namespace ipec::analysis {

struct Point {
  std::uint64_t x = 0;
  std::uint64_t y = 0;
};

// For each query, in order: the number of points whose x and y are both at least its own.
std::vector<std::uint64_t> CountAtLeast(std::vector<Point> points, std::span<const Point> queries);

}  // namespace ipec::analysis
