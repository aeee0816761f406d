#pragma once

// The share of an enumeration that a test looks at: by default every seventh case; with the
// environment variable IPEC_STRIDE=1, as `tests/run --slow` sets it, every case. An error in code
// shows in many cases, because each piece of code takes part in many.

#include <algorithm>
#include <cstddef>
#include <cstdlib>

namespace ipec::tests {

inline std::size_t Stride() {
  static const std::size_t stride = [] {
    const char* wanted = std::getenv("IPEC_STRIDE");
    const int number = wanted == nullptr ? 7 : std::atoi(wanted);
    return static_cast<std::size_t>(std::max(1, number));
  }();
  return stride;
}

// Of `rounds` over random cases, at least one.
template <typename Count>
Count SampledRounds(Count rounds) {
  return std::max<Count>(1, rounds / static_cast<Count>(Stride()));
}

// Next() is true for the cases to look at; the first is one of them.
class Sampling {
 public:
  bool Next() { return count_++ % Stride() == 0; }

 private:
  std::size_t count_ = 0;
};

}  // namespace ipec::tests
