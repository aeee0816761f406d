#include "compiler/sign/hash.h"

#include <utility>
#include <vector>

#include <openssl/evp.h>

#include "compiler/sign/openssl.h"
#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"

namespace ipec::sign {

struct BlockHash {
  std::string_view name;  // of the kernel
  const char* openssl;
  std::size_t size;
};

namespace {

constexpr BlockHash kBlockHashes[] = {
    BlockHash{"sha256", "SHA256", 32},
    BlockHash{"sha512", "SHA512", 64},
    BlockHash{"sha1", "SHA1", 20},
    BlockHash{"sha224", "SHA224", 28},
    BlockHash{"sha384", "SHA384", 48},
    BlockHash{"sha3-224", "SHA3-224", 28},
    BlockHash{"sha3-256", "SHA3-256", 32},
    BlockHash{"sha3-384", "SHA3-384", 48},
    BlockHash{"sha3-512", "SHA3-512", 64},
    BlockHash{"blake2b-512", "BLAKE2B-512", 64},
    BlockHash{"blake2s-256", "BLAKE2S-256", 32},
    BlockHash{"sm3", "SM3", 32},
    BlockHash{"rmd160", "RIPEMD160", 20},
    BlockHash{"md5", "MD5", 16},
};

using Algorithm = std::unique_ptr<EVP_MD, FreeBy<EVP_MD_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, FreeBy<EVP_MD_CTX_free>>;

}  // namespace

const BlockHash* FindBlockHash(std::string_view name) {
  for (const BlockHash& row : kBlockHashes) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

std::string_view Name(const BlockHash& hash) {
  return hash.name;
}

std::size_t DigestSize(const BlockHash& hash) {
  return hash.size;
}

struct BlockHasher::State {
  Algorithm algorithm;
  Context begun;  // after the prefix
  Context work;
  bool has_prefix = false;
  std::vector<std::uint8_t> suffix;
};

BlockHasher::BlockHasher(std::unique_ptr<State> state) : state_(std::move(state)) {}
BlockHasher::BlockHasher(BlockHasher&&) noexcept = default;
BlockHasher& BlockHasher::operator=(BlockHasher&&) noexcept = default;
BlockHasher::~BlockHasher() = default;

std::optional<BlockHasher> BlockHasher::Make(const BlockHash& hash, Bytes prefix, Bytes suffix) {
  UseOpenSsl();
  auto state = std::make_unique<State>();
  state->algorithm.reset(EVP_MD_fetch(nullptr, hash.openssl, nullptr));
  if (state->algorithm == nullptr) return std::nullopt;
  state->begun.reset(EVP_MD_CTX_new());
  state->work.reset(EVP_MD_CTX_new());
  state->has_prefix = !prefix.empty();
  state->suffix.assign(suffix.begin(), suffix.end());
  IPEC_CHECK(EVP_DigestInit_ex2(state->begun.get(), state->algorithm.get(), nullptr) == 1 &&
                 EVP_DigestUpdate(state->begun.get(), prefix.data(), prefix.size()) == 1,
             "OpenSSL does not hash");
  return BlockHasher(std::move(state));
}

std::size_t BlockHasher::inner_block() const {
  return support::ToSize(EVP_MD_get_block_size(state_->algorithm.get()));
}

void BlockHasher::Hash(Bytes block, std::uint8_t* digest) {
  EVP_MD_CTX* const work = state_->work.get();
  // Copying a state takes longer than beginning anew.
  int done = state_->has_prefix ? EVP_MD_CTX_copy_ex(work, state_->begun.get())
                                : EVP_DigestInit_ex2(work, state_->algorithm.get(), nullptr);
  done &= EVP_DigestUpdate(work, block.data(), block.size());
  done &= EVP_DigestUpdate(work, state_->suffix.data(), state_->suffix.size());
  done &= EVP_DigestFinal_ex(work, digest, nullptr);
  IPEC_CHECK(done == 1, "OpenSSL does not hash");
}

}  // namespace ipec::sign
