#pragma once

// Files that are to hold other bytes: all of them or, when one cannot be written, none.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/long_path.h"
#include "llvm/Support/Error.h"

namespace ipec::support {

class Replacements {
 public:
  Replacements() = default;
  Replacements(const Replacements&) = delete;
  Replacements& operator=(const Replacements&) = delete;
  ~Replacements();  // removes what was prepared and not committed

  // Does all that may fail without changing the file at `path`. `bytes` must outlive Commit.
  llvm::Error Add(const std::string& path, std::string_view bytes);
  llvm::Error Commit();

 private:
  struct File {
    std::string path;  // for messages
    std::string_view bytes;
    Reached place;
    std::string prepared;  // a file beside it that takes its place; empty: written in place
    Descriptor opened;     // the file itself, where it exists
    bool is_special = false;
    bool is_written = false;
    std::string old = {};  // what it held, where it was written in place
  };

  // A file that is open already, whose number is `descriptor`: `/dev/stdout`.
  llvm::Error AddOpen(const std::string& path, std::string_view bytes, int descriptor);
  static llvm::Error Prepare(File& file);
  static llvm::Error Rename(File& file);
  static llvm::Error WriteInPlace(File& file);
  void PutBack();

  std::vector<File> files_;
};

}  // namespace ipec::support
