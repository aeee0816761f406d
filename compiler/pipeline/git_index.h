#pragma once

// git's index (`.git/index`), the list of the files that git tracks, as
// Documentation/gitformat-index.txt describes it: versions 2 to 4, split and sparse indexes.

#include <string>
#include <string_view>
#include <vector>

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace ipec::pipeline {

enum class TrackedKind : unsigned char {
  File,       // or a symbolic link
  Submodule,  // the directory of another repository
  Directory,  // of a sparse index: everything below it
};

// The part of a split index that describes the index it shares with others.
struct SharedIndex {
  std::string name;           // of the file, `sharedindex.HEX`; empty: the index is not split
  std::vector<bool> removed;  // by position: entries of the shared index that are removed
};

// Calls `take(position, path, kind)` for each entry, in order. Names can contain any bytes, are
// relative to the top of the work tree, and are empty if an entry of a shared index was only
// changed. `hash_size` is 20 or 32. An index that git would not read, or whose paths are longer
// than PATH_MAX, is an error. Needs memory for one path, however long the index is.
llvm::Expected<SharedIndex> ReadGitIndex(
    std::string_view bytes, std::size_t hash_size,
    llvm::function_ref<void(std::size_t, std::string_view, TrackedKind)> take);

}  // namespace ipec::pipeline
