#pragma once

// A regular file that grows, as a log does. Another file may take its name, and it may be cut.

#include <cstddef>

#include "llvm/Support/Error.h"

namespace ipec::support {

class FollowedFile {
 public:
  virtual ~FollowedFile() = default;

  struct Piece {
    std::size_t size = 0;  // 0: nothing new
    // The bytes are the first ones of another file, or of one that was cut to be shorter than the
    // bytes that were read from it.
    bool starts_file = false;
  };
  // Reads up to `room` new bytes without waiting for any. All bytes of a file come before those of
  // the next one, which is read as soon as it is not empty.
  virtual llvm::Expected<Piece> Read(char* bytes, std::size_t room) = 0;
};

}  // namespace ipec::support
