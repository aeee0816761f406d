#pragma once

// Decompresses gzip as it comes, with bounded memory. Only gunzip.cpp includes zlib's header.

#include <cstdint>
#include <memory>

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::records {

class Gunzip {
 public:
  Gunzip();
  ~Gunzip();
  Gunzip(const Gunzip&) = delete;
  Gunzip& operator=(const Gunzip&) = delete;

  // Whether bytes begin as gzip does.
  static bool IsGzip(llvm::StringRef bytes) { return bytes.startswith("\x1f\x8b"); }

  // Calls `take` with the decompressed bytes, in pieces. Several compressed files may follow each
  // other, as in joined logs. False if the data is damaged; then nothing more is accepted.
  bool Feed(llvm::StringRef bytes, llvm::function_ref<void(llvm::StringRef)> take);
  // Whether the data may end here.
  bool IsWhole() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ipec::records
