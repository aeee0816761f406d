#include "compiler/analysis/dominance.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "compiler/support/numbers.h"

namespace ipec::analysis {
namespace {

// A Fenwick tree: counts of positions, and sums over the last ones.
class SuffixCounts {
 public:
  explicit SuffixCounts(std::size_t size) : sums_(size + 1) {}

  void Add(std::size_t position) {
    for (std::size_t i = sums_.size() - 1 - position; i < sums_.size(); i += i & (~i + 1))
      ++sums_[i];
  }
  // Of all positions from this one on.
  std::uint64_t From(std::size_t position) const {
    std::uint64_t sum = 0;
    for (std::size_t i = sums_.size() - 1 - position; i > 0; i -= i & (~i + 1)) sum += sums_[i];
    return sum;
  }

 private:
  std::vector<std::uint64_t> sums_;  // the last position has index 1
};

}  // namespace

std::vector<std::uint64_t> CountAtLeast(std::vector<Point> points, std::span<const Point> queries) {
  std::vector<std::uint64_t> heights;
  heights.reserve(points.size());
  for (const Point& point : points) heights.push_back(point.y);
  std::sort(heights.begin(), heights.end());
  const auto position = [&](std::uint64_t y) {
    return support::ToSize(std::lower_bound(heights.begin(), heights.end(), y) - heights.begin());
  };
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.x > b.x; });
  std::vector<std::size_t> order(queries.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(),
            [&](std::size_t a, std::size_t b) { return queries[a].x > queries[b].x; });
  SuffixCounts counts(points.size());
  std::vector<std::uint64_t> found(queries.size());
  auto next = points.begin();
  for (const std::size_t number : order) {
    for (; next != points.end() && next->x >= queries[number].x; ++next) {
      counts.Add(position(next->y));
    }
    const std::size_t from = position(queries[number].y);
    found[number] = from == points.size() ? 0 : counts.From(from);
  }
  return found;
}

}  // namespace ipec::analysis
