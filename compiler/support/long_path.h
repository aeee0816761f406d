#pragma once

// Paths that are longer than a system call accepts (PATH_MAX): such a path is opened in pieces,
// from directory to directory. A short path costs nothing.

#include <string>
#include <string_view>
#include <utility>

#include "llvm/Support/ErrorOr.h"

namespace ipec::support {

// An open file or directory; closes it.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(other.Release()) {}
  Descriptor& operator=(Descriptor&& other) noexcept;
  ~Descriptor();
  int number() const { return number_; }
  int Release() { return std::exchange(number_, -1); }

 private:
  int number_ = -1;
};

// `name` counts from the directory `at`, as in openat(2).
struct Reached {
  Descriptor opened;
  int at;
  std::string name;
};

// Where the directories before the last piece of `path` lead; the error of the system otherwise. A
// NUL in the path is an invalid argument.
llvm::ErrorOr<Reached> Reach(std::string_view path);

// The same with the last name on its own, and links resolved that it leads over: what a file is
// called that is to be replaced. A dangling link gives the place of the file to be made.
llvm::ErrorOr<Reached> ReachPlace(std::string_view path);

// The number of the open file that the path names: `/dev/stdout`, `/dev/fd/3`, `/proc/self/fd/3`,
// or a link to one of them. Opening such a path again would begin at its start, and a rename would
// replace it. -1: the path names none.
int DescriptorAt(std::string_view path);

}  // namespace ipec::support
