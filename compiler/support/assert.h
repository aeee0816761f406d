#pragma once

// Checks for bugs in ipec, never for user errors: prints the message and stops, in every build. A
// program that continued with a broken invariant could give wrong results, which is worse.

#include <cstdio>
#include <cstdlib>

#define IPEC_CHECK(condition, what)                                                         \
  do {                                                                                      \
    if (!(condition)) [[unlikely]] {                                                        \
      std::fprintf(stderr, "ipec: internal error: %s (%s:%d)\n", what, __FILE__, __LINE__); \
      std::abort();                                                                         \
    }                                                                                       \
  } while (false)
