#pragma once

// For mistakes of our own, never for mistakes of a user: says what is wrong and stops, in every
// build. A program that goes on with a broken invariant would answer wrongly, which is worse.

#include <cstdio>
#include <cstdlib>

#define IPEC_CHECK(condition, what)                                                         \
  do {                                                                                      \
    if (!(condition)) [[unlikely]] {                                                        \
      std::fprintf(stderr, "ipec: internal error: %s (%s:%d)\n", what, __FILE__, __LINE__); \
      std::abort();                                                                         \
    }                                                                                       \
  } while (false)
