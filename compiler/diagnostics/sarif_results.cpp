#include "compiler/diagnostics/sarif_results.h"

#include <algorithm>

#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/Error.h"

namespace ipec::diagnostics {
namespace {

// Pieces are compressed one by one. The whole file then takes a little less, because a piece cannot
// refer to the one before it.
constexpr std::size_t kPiece = std::size_t{1} << 20;

std::size_t CompressedSize(const std::string& bytes) {
  llvm::SmallVector<char, 0> out;
  if (!llvm::zlib::isAvailable()) return bytes.size();
  if (llvm::Error error = llvm::zlib::compress(bytes, out)) {
    llvm::consumeError(std::move(error));
    return bytes.size();
  }
  return out.size();
}

}  // namespace

bool WorstResults::Takes(Severity severity) const {
  if (!IsFull()) return true;
  // Something milder can make room.
  return std::any_of(by_severity_.begin() + support::IndexOf(severity) + 1, by_severity_.end(),
                     [](const auto& results) { return !results.empty(); });
}

void WorstResults::Add(Severity severity, std::string json) {
  ++count_;
  bytes_ += json.size();
  by_severity_[support::IndexOf(severity)].push_back(std::move(json));
  while (count_ > limits_.results || bytes_ > limits_.held_bytes) DropMildest();
}

void WorstResults::DropMildest() {
  const auto mildest = std::find_if(by_severity_.rbegin(), by_severity_.rend(),
                                    [](const auto& results) { return !results.empty(); });
  IPEC_CHECK(mildest != by_severity_.rend(), "no result is left to drop");
  bytes_ -= mildest->back().size();
  mildest->pop_back();
  --count_;
  ++left_out_;
}

void WorstResults::Compress(std::size_t others) {
  if (bytes_ + count_ + others <= limits_.gzip_bytes) return;
  const std::size_t room = limits_.gzip_bytes - std::min(limits_.gzip_bytes, others);
  std::size_t used = 0;
  std::size_t fit = 0;
  std::size_t in_piece = 0;
  std::string piece;
  const auto end_piece = [&] {
    used += CompressedSize(piece);
    if (used <= room) fit += in_piece;
    piece.clear();
    in_piece = 0;
  };
  ForEach([&](const std::string& json) {
    if (used > room) return;
    piece += json;
    piece += ',';
    ++in_piece;
    if (piece.size() >= kPiece) end_piece();
  });
  if (used <= room) end_piece();
  while (count_ > fit) DropMildest();
}

}  // namespace ipec::diagnostics
