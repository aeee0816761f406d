// The hash for tables of untrusted input: the function is SipHash-1-3, and numbers that collide
// without its key do not collide with it.

#include "compiler/support/keyed_hash.h"

#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace ipec::support {
namespace {

TEST_CASE("SipHash-1-3 agrees with other implementations") {
  // CPython's hash() of bytes with the key 0, and the first vector of Rust's implementation.
  CHECK(SipHash({}, "a") == 0x407448d2b89b1813);
  CHECK(SipHash({}, "sha256") == 0xbced8d2aada2d1c9);
  CHECK(SipHash({}, "12345678") == 0x3489982430560a87);
  CHECK(SipHash({}, std::string(63, 'x')) == 0x1c308a9f11b6a742);
  CHECK(SipHash({0x0706050403020100, 0x0f0e0d0c0b0a0908}, "") == 0xabac0158050fc4dc);
}

TEST_CASE("the key is fixed within a process, but not a constant") {
  CHECK(KeyedHash("sha256") == KeyedHash(std::string("sha256")));
  CHECK(KeyedHash(1, 2, 3) == KeyedHash(1, 2, 3));
  CHECK(KeyedHash("sha256") != SipHash({}, "sha256"));
}

TEST_CASE("pairs of numbers that collide without a key do not collide with one") {
  using Key = std::pair<std::uint32_t, std::uint32_t>;
  constexpr unsigned kMask = (1U << 14) - 1;  // a table for some 10,000 pairs
  std::vector<Key> colliding;
  for (std::uint32_t first = 0; first < 4096; ++first) {
    for (std::uint32_t second = 0; second < 4096; ++second) {
      const Key key(first, second);
      if ((llvm::DenseMapInfo<Key>::getHashValue(key) & kMask) == 0) colliding.push_back(key);
    }
  }
  REQUIRE(colliding.size() > 500);
  std::set<unsigned> places;
  for (const Key& key : colliding) places.insert(KeyedNumbers<Key>::getHashValue(key) & kMask);
  CHECK(places.size() > colliding.size() * 9 / 10);

  // All of three numbers count.
  using Longer = std::pair<Key, std::uint32_t>;
  const auto hash = [](std::uint32_t a, std::uint32_t b, std::uint32_t c) {
    return KeyedNumbers<Longer>::getHashValue({{a, b}, c});
  };
  CHECK(std::set<unsigned>{hash(0, 0, 0), hash(1, 0, 0), hash(0, 1, 0), hash(0, 0, 1)}.size() == 4);
}

}  // namespace
}  // namespace ipec::support
