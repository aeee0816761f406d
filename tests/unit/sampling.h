#pragma once

// The share of an enumeration that a test looks at. Without sanitizers it is all of it: this run
// compares every answer. Under sanitizers, which make a test four times as slow, it is every
// seventh case: they find errors in code, and each piece of code takes part in many cases.

#include <algorithm>
#include <cstddef>

namespace ipec::tests {

#if defined(__SANITIZE_ADDRESS__)  // GCC
inline constexpr std::size_t kStride = 7;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)  // clang
inline constexpr std::size_t kStride = 7;
#else
inline constexpr std::size_t kStride = 1;
#endif
#else
inline constexpr std::size_t kStride = 1;
#endif

// Of `rounds` over random cases, at least one.
template <typename Count>
constexpr Count SampledRounds(Count rounds) {
  return std::max<Count>(1, rounds / Count{kStride});
}

// Next() is true for the cases to look at; the first is one of them.
class Sampling {
 public:
  bool Next() { return count_++ % kStride == 0; }

 private:
  std::size_t count_ = 0;
};

}  // namespace ipec::tests
