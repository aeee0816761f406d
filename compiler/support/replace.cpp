#include "compiler/support/replace.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "compiler/support/attributes.h"
#include "compiler/support/numbers.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::support {
namespace {

constexpr off_t kLongestOld = off_t{1} << 32;

llvm::Error CannotWrite(const std::string& path, int number) {
  return ErrorOf(Quoted(path) + " cannot be written: " + DescribeErrno(number));
}

// Writes all of `bytes`; 0 or the errno of what went wrong.
int WriteAllOf(int descriptor, std::string_view bytes) {
  DescriptorOutput output(descriptor, /*unbuffered=*/true);
  output.write(bytes.data(), bytes.size());
  return output.error().value();
}

// Another file system, or the same one again, is mounted on the file itself: it cannot be replaced.
bool IsMountPoint(const Reached& place) {
  struct statx status {};
  return ::statx(place.at, place.name.c_str(), AT_SYMLINK_NOFOLLOW, 0, &status) == 0 &&
         (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

// A new file under a name that nothing had; errno where that fails. A new file gets the mode that
// the user's mask, or the directory's list, asks for.
Descriptor CreateBeside(const Reached& place, mode_t mode, std::string& name) {
  while (true) {
    std::uint64_t number = 0;
    if (::getrandom(&number, sizeof number, 0) < 0 && errno != EINTR) return Descriptor();
    name = ".ipec-" + llvm::utohexstr(number, /*LowerCase=*/true);
    Descriptor made(::openat(place.at, name.c_str(),
                             O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (made.number() >= 0 || errno != EEXIST) return made;
  }
}

// The contents of the file, or the errno of reading.
llvm::ErrorOr<std::string> OldBytes(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return std::error_code(errno, std::generic_category());
  if (status.st_size >= kLongestOld) return std::error_code(EFBIG, std::generic_category());
  std::string bytes(ToSize(status.st_size), '\0');
  std::size_t size = 0;
  while (size < bytes.size()) {
    const ssize_t got =
        ::pread(descriptor, bytes.data() + size, bytes.size() - size, ToOffset(size));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::error_code(errno, std::generic_category());
    if (got == 0) break;
    size += ToSize(got);
  }
  bytes.resize(size);
  return bytes;
}

// Makes `bytes` what the file holds; 0 or an errno.
int Overwrite(int descriptor, std::string_view bytes) {
  if (::lseek(descriptor, 0, SEEK_SET) < 0) return errno;
  if (const int number = WriteAllOf(descriptor, bytes)) return number;
  if (::ftruncate(descriptor, ToOffset(bytes.size())) != 0) return errno;
  // Some file systems report a full disk only now.
  return ::fsync(descriptor) == 0 || errno == EINVAL ? 0 : errno;
}

}  // namespace

Replacements::~Replacements() {
  for (const File& file : files_) {
    if (!file.prepared.empty()) ::unlinkat(file.place.at, file.prepared.c_str(), 0);
  }
}

llvm::Error Replacements::Add(const std::string& path, std::string_view bytes) {
  if (path.empty()) return CannotWrite(path, EINVAL);
  if (const int number = DescriptorAt(path); number >= 0) return AddOpen(path, bytes, number);
  llvm::ErrorOr<Reached> place = ReachPlace(path);
  if (!place) {
    const int number = place.getError().value();
    if (number != ENOENT) return CannotWrite(path, number);
    const std::string directory = path.substr(0, path.rfind('/') + 1);
    return ErrorOf(Quoted(path) + " cannot be written: the directory " + Quoted(directory) +
                   " does not exist");
  }
  struct stat status {};
  const bool exists =
      ::fstatat(place->at, place->name.empty() ? "." : place->name.c_str(), &status, 0) == 0;
  if (!exists && errno != ENOENT) return CannotWrite(path, errno);
  if (exists && S_ISDIR(status.st_mode)) {
    return ErrorOf(Quoted(path) + " is a directory, not a file");
  }
  File file{path, bytes, std::move(*place), {}, Descriptor()};
  if (exists) {
    file.is_special = !S_ISREG(status.st_mode);
    // A rename would also replace a file that its owner made read-only.
    const int how = file.is_special ? O_WRONLY : O_RDWR;
    file.opened =
        Descriptor(::openat(file.place.at, file.place.name.c_str(), how | O_CLOEXEC | O_NOCTTY));
    if (file.opened.number() < 0) return CannotWrite(path, errno);
  }
  const bool in_place =
      exists && (file.is_special || status.st_nlink > 1 || IsMountPoint(file.place));
  llvm::Error error = in_place ? llvm::Error::success() : Prepare(file);
  files_.push_back(std::move(file));
  return error;
}

llvm::Error Replacements::AddOpen(const std::string& path, std::string_view bytes, int descriptor) {
  File file{path, bytes, {Descriptor(), AT_FDCWD, {}}, {}, Descriptor()};
  file.is_special = true;
  file.opened = Descriptor(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
  if (file.opened.number() < 0) return CannotWrite(path, errno);
  const int flags = ::fcntl(file.opened.number(), F_GETFL);
  if (flags < 0) return CannotWrite(path, errno);
  struct stat status {};
  if (::fstat(file.opened.number(), &status) != 0) return CannotWrite(path, errno);
  if (S_ISDIR(status.st_mode)) return ErrorOf(Quoted(path) + " is a directory, not a file");
  if ((flags & O_ACCMODE) == O_RDONLY) return CannotWrite(path, EBADF);
  files_.push_back(std::move(file));
  return llvm::Error::success();
}

llvm::Error Replacements::Prepare(File& file) {
  const bool exists = file.opened.number() >= 0;
  Descriptor made = CreateBeside(file.place, exists ? 0600 : 0666, file.prepared);
  if (made.number() < 0) {
    file.prepared.clear();
    // Only the directory is read-only.
    if (exists && (errno == EACCES || errno == EPERM)) return llvm::Error::success();
    return ErrorOf(
        Quoted(file.path) +
        " cannot be written: cannot create a file in its directory: " + DescribeErrno(errno));
  }
  int number = WriteAllOf(made.number(), file.bytes);
  const bool keeps = number != 0 || !exists || KeepAttributes(file.opened.number(), made.number());
  // Some file systems report a full disk only now.
  if (::close(made.Release()) != 0 && number == 0) number = errno;
  if (number != 0) return CannotWrite(file.path, number);
  if (!keeps) {
    ::unlinkat(file.place.at, file.prepared.c_str(), 0);
    file.prepared.clear();
  }
  return llvm::Error::success();
}

llvm::Error Replacements::WriteInPlace(File& file) {
  const int descriptor = file.opened.number();
  if (file.is_special) {
    if (const int number = WriteAllOf(descriptor, file.bytes)) {
      return CannotWrite(file.path, number);
    }
    if (::close(file.opened.Release()) != 0) return CannotWrite(file.path, errno);
    return llvm::Error::success();
  }
  llvm::ErrorOr<std::string> old = OldBytes(descriptor);
  if (!old) return CannotWrite(file.path, old.getError().value());
  file.old = std::move(*old);
  file.is_written = true;
  // Asks for the room before the first byte is lost.
  int number = 0;
  if (file.bytes.size() > file.old.size()) {
    const off_t more = ToOffset(file.bytes.size() - file.old.size());
    number = ::posix_fallocate(descriptor, ToOffset(file.old.size()), more);
  }
  if (number == 0 || number == EOPNOTSUPP) number = Overwrite(descriptor, file.bytes);
  return number == 0 ? llvm::Error::success() : CannotWrite(file.path, number);
}

llvm::Error Replacements::Rename(File& file) {
  if (::renameat(file.place.at, file.prepared.c_str(), file.place.at, file.place.name.c_str()) !=
      0) {
    // Something is mounted on it after all.
    const bool is_mounted = errno == EBUSY || errno == EXDEV;
    if (!is_mounted || file.opened.number() < 0) return CannotWrite(file.path, errno);
    return WriteInPlace(file);
  }
  file.prepared.clear();
  return llvm::Error::success();
}

void Replacements::PutBack() {
  for (const File& file : files_) {
    if (file.is_written) Overwrite(file.opened.number(), file.old);
  }
}

llvm::Error Replacements::Commit() {
  const auto each = [&](bool special, bool in_place, llvm::Error (*write)(File&)) -> llvm::Error {
    for (File& file : files_) {
      if (file.is_special != special || file.prepared.empty() != in_place) continue;
      if (llvm::Error error = write(file)) {
        PutBack();
        return error;
      }
    }
    return llvm::Error::success();
  };
  // A pipe cannot take back what was written into it, so it waits for all that may fail before; a
  // file that is written in place can, and a rename hardly fails.
  if (llvm::Error error = each(true, true, WriteInPlace)) return error;
  if (llvm::Error error = each(false, true, WriteInPlace)) return error;
  return each(false, false, Rename);
}

}  // namespace ipec::support
