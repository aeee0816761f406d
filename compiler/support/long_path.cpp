#include "compiler/support/long_path.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>

#include "compiler/support/numbers.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::support {
namespace {

// As many as the kernel follows (MAXSYMLINKS).
constexpr int kMostLinks = 40;

std::error_code Errno(int number) {
  return {number, std::generic_category()};
}

// Goes from `at` into `directory`, which is short.
llvm::ErrorOr<Descriptor> Enter(int at, const std::string& directory) {
  Descriptor next(::openat(at, directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (next.number() < 0) return Errno(errno);
  return next;
}

// The path in the link at `place`. The error is that of the system.
llvm::ErrorOr<std::string> TargetOfLink(const Reached& place) {
  std::string target(PATH_MAX, '\0');
  const ssize_t size = ::readlinkat(place.at, place.name.c_str(), target.data(), target.size());
  if (size < 0) return Errno(errno);
  target.resize(ToSize(size));
  return target;
}

// Splits the last name off, so that `name` has no slash and what is before it is open.
llvm::ErrorOr<Reached> KeepLastName(Reached place) {
  const std::size_t slash = place.name.rfind('/');
  if (slash == std::string::npos) return place;
  llvm::ErrorOr<Descriptor> directory = Enter(place.at, place.name.substr(0, slash + 1));
  if (!directory) return directory.getError();
  place.name.erase(0, slash + 1);
  place.opened = std::move(*directory);
  place.at = place.opened.number();
  return place;
}

llvm::ErrorOr<Reached> ReachFrom(Reached place, std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return Errno(EINVAL);
  while (path.size() >= PATH_MAX) {
    const std::size_t slash = path.rfind('/', PATH_MAX - 2);
    if (slash == std::string_view::npos) return Errno(ENAMETOOLONG);
    llvm::ErrorOr<Descriptor> next = Enter(place.at, std::string(path.substr(0, slash + 1)));
    if (!next) return next.getError();
    place.opened = std::move(*next);
    place.at = place.opened.number();
    path.remove_prefix(slash);
    path.remove_prefix(std::min(path.find_first_not_of('/'), path.size()));
    if (path.empty()) path = ".";
  }
  place.name = path;
  return place;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
  if (this == &other) return *this;
  if (number_ >= 0) ::close(number_);
  number_ = other.Release();
  return *this;
}

Descriptor::~Descriptor() {
  if (number_ >= 0) ::close(number_);
}

llvm::ErrorOr<Reached> Reach(std::string_view path) {
  return ReachFrom({Descriptor(), AT_FDCWD, {}}, path);
}

llvm::ErrorOr<Reached> ReachPlace(std::string_view path) {
  llvm::ErrorOr<Reached> place = Reach(path);
  for (int links = 0; place && links < kMostLinks; ++links) {
    place = KeepLastName(std::move(*place));
    if (!place) break;
    struct stat status {};
    if (::fstatat(place->at, place->name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISLNK(status.st_mode)) {
      return place;
    }
    llvm::ErrorOr<std::string> target = TargetOfLink(*place);
    if (!target) return target.getError();
    place = ReachFrom(std::move(*place), *target);
  }
  if (place) return Errno(ELOOP);
  return place;
}

int DescriptorAt(std::string_view path) {
  llvm::ErrorOr<Reached> place = Reach(path);
  for (int links = 0; place && links < kMostLinks; ++links) {
    place = KeepLastName(std::move(*place));
    if (!place) return -1;
    llvm::ErrorOr<std::string> target = TargetOfLink(*place);
    if (!target) return -1;  // no link
    // The directory by its own name: `/proc/self/fd` is that of this process.
    const Reached directory{Descriptor(), AT_FDCWD, "/proc/self/fd/" + std::to_string(place->at)};
    const llvm::ErrorOr<std::string> name = TargetOfLink(directory);
    const std::string own = "/proc/" + std::to_string(::getpid()) + "/";
    int number = -1;
    if (name && llvm::StringRef(*name).startswith(own) && llvm::StringRef(*name).endswith("/fd") &&
        llvm::to_integer(place->name, number, 10)) {
      return number;
    }
    place = ReachFrom(std::move(*place), *target);
  }
  return -1;
}

}  // namespace ipec::support
