#include "compiler/support/suggest.h"

#include <algorithm>
#include <array>
#include <string>

#include "compiler/support/wording.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::support {
namespace {

// Longer words are not compared: they are not misspellings.
constexpr std::size_t kLongestWord = 64;

std::string Folded(std::string_view word) {
  std::string folded = llvm::StringRef(word.data(), word.size()).lower();
  std::replace(folded.begin(), folded.end(), '_', '-');
  return folded;
}

// The number of characters that must be changed, added, removed, or swapped with their neighbor;
// `limit` if it is not less than that. Neither word is longer than kLongestWord.
std::size_t Distance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t longer = std::max(a.size(), b.size()) - std::min(a.size(), b.size());
  if (longer >= limit) return limit;
  std::array<std::array<std::size_t, kLongestWord + 1>, 3> rows;  // NOLINT: written before read
  for (std::size_t j = 0; j <= b.size(); ++j) rows[0][j] = j;
  std::size_t least_above = 0;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i + 2) % 3];
    const auto& two_above = rows[(i + 1) % 3];
    std::size_t least = i;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = a[i - 1] == b[j - 1] ? 0 : 1;
      std::size_t cost = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost = std::min(cost, two_above[j - 2] + 1);
      }
      row[j] = cost;
      least = std::min(least, cost);
    }
    // A later row is built on the last two.
    if (least >= limit && least_above >= limit) return limit;
    least_above = least;
  }
  return std::min(rows[a.size() % 3][b.size()], limit);
}

}  // namespace

std::string_view Nearest(std::string_view misspelt, std::span<const std::string_view> words) {
  if (misspelt.empty() || misspelt.size() > kLongestWord) return {};
  const std::string folded = Folded(misspelt);
  std::string_view best;
  std::size_t best_distance = misspelt.size() / 3 + 1;
  for (std::string_view word : words) {
    if (word.size() > kLongestWord) continue;
    const std::size_t distance = Distance(folded, Folded(word), best_distance);
    if (distance < best_distance) {
      best = word;
      best_distance = distance;
    }
  }
  return best;
}

std::string DidYouMean(std::string_view word) {
  return "did you mean " + Quoted(word) + "?";
}

std::string Suggest(std::string_view misspelt, std::span<const std::string_view> words,
                    std::string_view otherwise) {
  const std::string_view nearest = Nearest(misspelt, words);
  return nearest.empty() ? std::string(otherwise) : "; " + DidYouMean(nearest);
}

}  // namespace ipec::support
