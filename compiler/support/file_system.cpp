#include "compiler/support/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <utility>

#include "compiler/support/followed_file.h"
#include "compiler/support/long_path.h"
#include "compiler/support/numbers.h"
#include "compiler/support/replace.h"
#include "compiler/support/wording.h"

namespace ipec::support {
namespace {

// A policy has at most 64 KiB once signed. Images are not read as one text.
constexpr std::uint64_t kLongestFile = std::uint64_t{128} << 20;

llvm::Error CannotRead(const std::string& path, int number) {
  if (number == ENOENT) {
    const bool is_link = RealFileSystem().IsLink(path);
    return ErrorOf(Quoted(path) + (is_link ? " is a dangling symbolic link" : " does not exist"));
  }
  return ErrorOf(Quoted(path) + " cannot be read: " + DescribeErrno(number));
}

struct Opened {
  Descriptor descriptor;
  struct stat status;
};

llvm::Expected<Opened> OpenToRead(const std::string& path, int flags = 0) {
  const llvm::ErrorOr<Reached> place = Reach(path);
  if (!place) return CannotRead(path, place.getError().value());
  Opened opened{
      Descriptor(::openat(place->at, place->name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | flags)),
      {}};
  if (opened.descriptor.number() < 0) return CannotRead(path, errno);
  if (::fstat(opened.descriptor.number(), &opened.status) != 0) return CannotRead(path, errno);
  if (S_ISDIR(opened.status.st_mode)) {
    return ErrorOf(Quoted(path) + " is a directory, not a file");
  }
  return opened;
}

// Polled: the events of the kernel name files of some file systems only.
class DescriptorFollower final : public FollowedFile {
 public:
  DescriptorFollower(Opened opened, std::string path)
      : opened_(std::move(opened)), path_(std::move(path)) {}

  llvm::Expected<Piece> Read(char* bytes, std::size_t room) override {
    while (true) {
      llvm::Expected<std::size_t> got = ReadOn(bytes, room);
      if (!got) return got.takeError();
      if (*got == 0 && IsCut()) {
        if (::lseek(opened_.descriptor.number(), 0, SEEK_SET) < 0) return CannotRead(path_, errno);
        offset_ = 0;
        starts_file_ = true;
        continue;
      }
      if (*got != 0) return Piece{*got, std::exchange(starts_file_, false)};
      std::optional<Opened> next = Next();
      if (!next) return Piece{};
      // The writer may have written to this file before it began the other one.
      got = ReadOn(bytes, room);
      if (!got) return got.takeError();
      if (*got != 0) return Piece{*got, std::exchange(starts_file_, false)};
      opened_ = std::move(*next);
      offset_ = 0;
      starts_file_ = true;
    }
  }

 private:
  llvm::Expected<std::size_t> ReadOn(char* bytes, std::size_t room) {
    DescriptorSource source(opened_.descriptor.number(), path_, /*owned=*/false);
    llvm::Expected<std::size_t> got = source.Read(bytes, room);
    if (got) offset_ += *got;
    return got;
  }

  bool IsCut() const {
    struct stat status {};
    return ::fstat(opened_.descriptor.number(), &status) == 0 &&
           static_cast<std::uint64_t>(status.st_size) < offset_;
  }

  // The file that has the name now, if it is another one with bytes.
  std::optional<Opened> Next() const {
    llvm::Expected<Opened> next = OpenToRead(path_, O_NONBLOCK);
    if (!next) {
      // Between two files, there may be none.
      llvm::consumeError(next.takeError());
      return std::nullopt;
    }
    const struct stat& status = next->status;
    const bool is_same =
        status.st_dev == opened_.status.st_dev && status.st_ino == opened_.status.st_ino;
    if (is_same || !S_ISREG(status.st_mode) || status.st_size == 0) return std::nullopt;
    return std::move(*next);
  }

  Opened opened_;
  std::string path_;
  std::uint64_t offset_ = 0;
  bool starts_file_ = false;
};

}  // namespace

llvm::Expected<std::unique_ptr<FollowedFile>> FileSystem::Follow(const std::string& path) {
  return ErrorOf(Quoted(path) + " cannot be followed");
}

llvm::Expected<std::unique_ptr<FollowedFile>> RealFileSystem::Follow(const std::string& path) {
  llvm::Expected<Opened> opened = OpenToRead(path, O_NONBLOCK);
  if (!opened) return opened.takeError();
  if (!S_ISREG(opened->status.st_mode)) return ErrorOf(Quoted(path) + " is not a regular file");
  return std::make_unique<DescriptorFollower>(std::move(*opened), path);
}

llvm::Expected<std::string> RealFileSystem::Read(const std::string& path) {
  llvm::Expected<Opened> opened = OpenToRead(path);
  if (!opened) return opened.takeError();
  DescriptorSource source(opened->descriptor.number(), path, /*owned=*/false);
  if (!S_ISREG(opened->status.st_mode) || opened->status.st_size == 0) {
    return ReadAll(source, path, kLongestStream);
  }
  const std::size_t length = ToSize(opened->status.st_size);
  if (length > kLongestFile) {
    return ErrorOf(Quoted(path) + " has more than 128 MiB, too large for a policy");
  }
  std::string bytes;
  bytes.resize(length);
  std::size_t size = 0;
  while (size < length) {
    llvm::Expected<std::size_t> got = source.Read(bytes.data() + size, length - size);
    if (!got) return got.takeError();
    if (*got == 0) break;  // it was cut while we read
    size += *got;
  }
  bytes.resize(size);
  return bytes;
}

llvm::Error RealFileSystem::WriteAll(std::span<const FileToWrite> files) {
  Replacements replacements;
  for (const FileToWrite& file : files) {
    if (llvm::Error error = replacements.Add(file.path, file.bytes)) return error;
  }
  return replacements.Commit();
}

llvm::Expected<std::unique_ptr<ByteSource>> RealFileSystem::Open(const std::string& path) {
  llvm::Expected<Opened> opened = OpenToRead(path);
  if (!opened) return opened.takeError();
  return std::make_unique<DescriptorSource>(opened->descriptor.Release(), path, /*owned=*/true);
}

llvm::Expected<std::unique_ptr<RandomReads>> FileSystem::OpenForRandomReads(
    const std::string& path) {
  llvm::Expected<std::string> bytes = Read(path);
  if (!bytes) return bytes.takeError();
  return std::make_unique<StringReads>(std::move(*bytes), path);
}

llvm::Expected<std::unique_ptr<RandomReads>> RealFileSystem::OpenForRandomReads(
    const std::string& path) {
  // Opening a pipe must not wait for its writer.
  llvm::Expected<Opened> opened = OpenToRead(path, O_NONBLOCK);
  if (!opened) return opened.takeError();
  const mode_t mode = opened->status.st_mode;
  if (!S_ISREG(mode) && !S_ISBLK(mode)) {
    return ErrorOf(Quoted(path) + " is not a regular file or a block device");
  }
  const off_t size = ::lseek(opened->descriptor.number(), 0, SEEK_END);
  if (size < 0) return CannotRead(path, errno);
  return std::make_unique<DescriptorReads>(opened->descriptor.Release(), ToSize(size), path);
}

llvm::Expected<std::string> MemoryFileSystem::Read(const std::string& path) {
  const auto found = files.find(path);
  if (found == files.end()) return CannotRead(path, ENOENT);
  return found->second;
}

llvm::Error MemoryFileSystem::WriteAll(std::span<const FileToWrite> written) {
  for (const FileToWrite& file : written) files[file.path] = std::string(file.bytes);
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<ByteSource>> MemoryFileSystem::Open(const std::string& path) {
  llvm::Expected<std::string> bytes = Read(path);
  if (!bytes) return bytes.takeError();
  return std::make_unique<StringSource>(std::move(*bytes));
}

}  // namespace ipec::support
