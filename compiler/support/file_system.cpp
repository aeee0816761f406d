#include "compiler/support/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

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

}  // namespace

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
