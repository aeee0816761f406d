#include "compiler/support/keyed_hash.h"

#include <sys/random.h>

#include <bit>

#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "llvm/Support/Endian.h"

namespace ipec::support {
namespace {

HashKey DrawKey() {
  HashKey key;
  static_assert(sizeof key == 16);
  IPEC_CHECK(getentropy(&key, sizeof key) == 0, "Linux gives 16 random bytes");
  return key;
}

HashKey KeyOfProcess() {
  static const HashKey kKey = DrawKey();
  return kKey;
}

class State {
 public:
  explicit State(HashKey key)
      : a_(key.first ^ 0x736f6d6570736575),
        b_(key.second ^ 0x646f72616e646f6d),
        c_(key.first ^ 0x6c7967656e657261),
        d_(key.second ^ 0x7465646279746573) {}

  void Take(std::uint64_t word) {
    d_ ^= word;
    Round();
    a_ ^= word;
  }
  std::uint64_t Finish() {
    c_ ^= 0xff;
    for (int round = 0; round < 3; ++round) Round();
    return a_ ^ b_ ^ c_ ^ d_;
  }

 private:
  void Round() {
    a_ += b_;
    b_ = std::rotl(b_, 13) ^ a_;
    a_ = std::rotl(a_, 32);
    c_ += d_;
    d_ = std::rotl(d_, 16) ^ c_;
    a_ += d_;
    d_ = std::rotl(d_, 21) ^ a_;
    c_ += b_;
    b_ = std::rotl(b_, 17) ^ c_;
    c_ = std::rotl(c_, 32);
  }

  std::uint64_t a_;
  std::uint64_t b_;
  std::uint64_t c_;
  std::uint64_t d_;
};

}  // namespace

std::uint64_t SipHash(HashKey key, std::string_view bytes) {
  State state(key);
  std::uint64_t last = std::uint64_t{bytes.size()} << 56;
  for (; bytes.size() >= 8; bytes.remove_prefix(8)) {
    state.Take(llvm::support::endian::read64le(bytes.data()));
  }
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    last |= std::uint64_t{ToByte(bytes[i])} << 8 * i;
  }
  state.Take(last);
  return state.Finish();
}

std::uint64_t KeyedHash(std::string_view bytes) {
  return SipHash(KeyOfProcess(), bytes);
}

std::uint64_t KeyedHash(std::uint32_t first, std::uint32_t second, std::uint32_t third) {
  State state(KeyOfProcess());
  state.Take(first | std::uint64_t{second} << 32);
  state.Take(third);
  return state.Finish();
}

}  // namespace ipec::support
