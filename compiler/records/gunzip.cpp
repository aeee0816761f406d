#include "compiler/records/gunzip.h"

#include <zlib.h>

#include <algorithm>
#include <vector>

#include "compiler/support/numbers.h"

namespace ipec::records {
namespace {

constexpr int kGzipOnly = 16 + MAX_WBITS;
constexpr std::size_t kRoom = std::size_t{1} << 18;
// zlib counts input in 32 bits.
constexpr std::size_t kMostInput = std::size_t{1} << 30;

}  // namespace

struct Gunzip::State {
  z_stream stream{};
  std::vector<char> room;
  bool is_ready = false;    // false if zlib has no memory
  bool is_between = false;  // a compressed file has ended
};

Gunzip::Gunzip() : state_(std::make_unique<State>()) {
  state_->room.resize(kRoom);
  state_->is_ready = inflateInit2(&state_->stream, kGzipOnly) == Z_OK;
}

Gunzip::~Gunzip() {
  if (state_->is_ready) inflateEnd(&state_->stream);
}

bool Gunzip::IsWhole() const {
  return state_->is_between;
}

bool Gunzip::Feed(llvm::StringRef bytes, llvm::function_ref<void(llvm::StringRef)> take) {
  if (!state_->is_ready) return false;
  z_stream& stream = state_->stream;
  while (!bytes.empty()) {
    if (state_->is_between) {
      // Tapes pad with zeros.
      bytes = bytes.drop_while([](char byte) { return byte == '\0'; });
      if (bytes.empty()) return true;
      inflateReset(&stream);
      state_->is_between = false;
    }
    const llvm::StringRef input = bytes.take_front(kMostInput);
    // zlib does not write to its input.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input.data()));
    stream.avail_in = support::ToU32(input.size());
    int status = Z_OK;
    do {
      stream.next_out = reinterpret_cast<Bytef*>(state_->room.data());
      stream.avail_out = support::ToU32(state_->room.size());
      status = inflate(&stream, Z_NO_FLUSH);
      take(llvm::StringRef(state_->room.data(), state_->room.size() - stream.avail_out));
    } while (status == Z_OK && (stream.avail_in > 0 || stream.avail_out == 0));
    // Z_BUF_ERROR: more input is needed.
    if (status != Z_OK && status != Z_BUF_ERROR && status != Z_STREAM_END) return false;
    state_->is_between = status == Z_STREAM_END;
    bytes = bytes.drop_front(input.size() - stream.avail_in);
  }
  return true;
}

}  // namespace ipec::records
