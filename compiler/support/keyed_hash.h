#pragma once

// Hashes for tables of untrusted input: texts, digests, numbers that a text can choose.
//
// SipHash-1-3 with a random key per process, so that an attacker cannot write a file whose entries
// collide. Hashes without a key, including those of LLVM and the standard library, are only for
// keys that ipec chooses. Values and the order of a table differ from run to run: no output may
// depend on either.

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "llvm/ADT/DenseMapInfo.h"

namespace ipec::support {

std::uint64_t KeyedHash(std::string_view bytes);
std::uint64_t KeyedHash(std::uint32_t first, std::uint32_t second, std::uint32_t third);

struct HashKey {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
};

// The function itself, for a key that the caller knows.
std::uint64_t SipHash(HashKey key, std::string_view bytes);

// For a map of std::string with std::equal_to<>, which then finds views.
struct KeyedTextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view text) const { return KeyedHash(text); }
};

// For llvm::DenseMap<Key, …, KeyedNumbers<Key>>, Key being a pair of numbers, or of such a pair and
// a number.
template <typename Key>
struct KeyedNumbers : llvm::DenseMapInfo<Key> {
  static unsigned getHashValue(const Key& key) { return static_cast<unsigned>(Hash(key)); }

 private:
  using Number = std::uint32_t;
  static std::uint64_t Hash(const std::pair<Number, Number>& key) {
    return KeyedHash(key.first, key.second, 0);
  }
  static std::uint64_t Hash(const std::pair<std::pair<Number, Number>, Number>& key) {
    return KeyedHash(key.first.first, key.first.second, key.second);
  }
};

}  // namespace ipec::support
