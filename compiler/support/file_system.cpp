#include "compiler/support/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <optional>
#include <utility>

namespace ipec::support {
namespace {

constexpr std::uint64_t kLongestFile = std::uint64_t{1} << 32;

std::string Quoted(const std::string& path) {
  return "`" + path + "`";
}

llvm::Error CannotRead(const std::string& path, int number) {
  if (number == ENOENT) {
    struct stat status {};
    const bool is_link = ::lstat(path.c_str(), &status) == 0 && S_ISLNK(status.st_mode);
    return ErrorOf(Quoted(path) + (is_link ? " is a link that leads nowhere" : " does not exist"));
  }
  return ErrorOf(Quoted(path) + " cannot be read: " + WordsOfErrno(number));
}

llvm::Error CannotWrite(const std::string& path, int number) {
  return ErrorOf(Quoted(path) + " cannot be written: " + WordsOfErrno(number));
}

// Closes on leaving, unless it was closed before.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  int Release() { return std::exchange(number_, -1); }

 private:
  int number_;
};

struct Opened {
  int descriptor;
  struct stat status;
};

llvm::Expected<Opened> OpenToRead(const std::string& path) {
  if (path.find('\0') != std::string::npos) return CannotRead(path, EINVAL);
  Opened opened{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY), {}};
  if (opened.descriptor < 0) return CannotRead(path, errno);
  if (::fstat(opened.descriptor, &opened.status) != 0) {
    const int number = errno;
    ::close(opened.descriptor);
    return CannotRead(path, number);
  }
  if (S_ISDIR(opened.status.st_mode)) {
    ::close(opened.descriptor);
    return ErrorOf(Quoted(path) + " is a directory, not a file");
  }
  return opened;
}

// Writes all of `bytes`; 0 or the errno of what went wrong.
int WriteAllOf(int descriptor, std::string_view bytes) {
  DescriptorOutput output(descriptor, /*unbuffered=*/true);
  output.write(bytes.data(), bytes.size());
  return output.error().value();
}

llvm::Error WriteDirectly(const std::string& path, std::string_view bytes) {
  Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (file.number() < 0) return CannotWrite(path, errno);
  if (const int number = WriteAllOf(file.number(), bytes)) return CannotWrite(path, number);
  if (::close(file.Release()) != 0) return CannotWrite(path, errno);
  return llvm::Error::success();
}

mode_t ModeOfNewFiles() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

// Files that are written in full under other names; what does not get its own name is removed.
class Prepared {
 public:
  Prepared() = default;
  Prepared(const Prepared&) = delete;
  Prepared& operator=(const Prepared&) = delete;
  ~Prepared() {
    for (const File& file : files_) ::unlink(file.name.c_str());
  }

  // `path` for messages, `target` is the file itself, links followed.
  llvm::Error Add(const std::string& path, const std::string& target, std::string_view bytes,
                  mode_t mode);
  llvm::Error Commit();

 private:
  struct File {
    std::string path;
    std::string target;
    std::string name;
  };
  std::vector<File> files_;
};

llvm::Error Prepared::Add(const std::string& path, const std::string& target,
                          std::string_view bytes, mode_t mode) {
  const std::size_t slash = target.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : target.substr(0, slash + 1);
  std::string name = folder + ".ipec-XXXXXX";
  Descriptor file(::mkostemp(name.data(), O_CLOEXEC));
  if (file.number() < 0) {
    if (errno == ENOENT) {
      return ErrorOf(Quoted(path) + " cannot be written: the folder " + Quoted(folder) +
                     " does not exist");
    }
    return ErrorOf(Quoted(path) + " cannot be written: no new file can be made in its folder: " +
                   WordsOfErrno(errno));
  }
  files_.push_back({path, target, name});
  int number = WriteAllOf(file.number(), bytes);
  if (number == 0 && ::fchmod(file.number(), mode) != 0) number = errno;
  // Some file systems report a full disk only now.
  if (::close(file.Release()) != 0 && number == 0) number = errno;
  return number == 0 ? llvm::Error::success() : CannotWrite(path, number);
}

llvm::Error Prepared::Commit() {
  while (!files_.empty()) {
    const File& file = files_.back();
    if (::rename(file.name.c_str(), file.target.c_str()) != 0) {
      return CannotWrite(file.path, errno);
    }
    files_.pop_back();
  }
  return llvm::Error::success();
}

llvm::Error Prepare(const std::string& path, std::string_view bytes, Prepared& prepared,
                    bool& is_special) {
  if (path.empty() || path.find('\0') != std::string::npos) return CannotWrite(path, EINVAL);
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno != ENOENT) return CannotWrite(path, errno);
    if (path.ends_with('/')) return ErrorOf(Quoted(path) + " names a folder, not a file");
    return prepared.Add(path, path, bytes, ModeOfNewFiles());
  }
  if (S_ISDIR(status.st_mode)) return ErrorOf(Quoted(path) + " is a directory, not a file");
  is_special = !S_ISREG(status.st_mode);
  if (is_special) return llvm::Error::success();
  // A rename would also replace a file that its owner made read-only.
  if (::access(path.c_str(), W_OK) != 0) return CannotWrite(path, errno);
  char* real = ::realpath(path.c_str(), nullptr);
  if (real == nullptr) return CannotWrite(path, errno);
  const std::string target = real;
  std::free(real);
  return prepared.Add(path, target, bytes, status.st_mode & 07777);
}

}  // namespace

llvm::Expected<std::string> RealFileSystem::Read(const std::string& path) {
  llvm::Expected<Opened> opened = OpenToRead(path);
  if (!opened) return opened.takeError();
  Descriptor file(opened->descriptor);
  DescriptorSource source(file.number(), path, /*owned=*/false);
  if (!S_ISREG(opened->status.st_mode) || opened->status.st_size == 0) {
    return ReadAll(source, path, kLongestStream);
  }
  const auto length = static_cast<std::uint64_t>(opened->status.st_size);
  if (length >= kLongestFile) return ErrorOf(Quoted(path) + " is 4 GiB or longer: not a policy");
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
  Prepared prepared;
  std::vector<const FileToWrite*> special;
  for (const FileToWrite& file : files) {
    bool is_special = false;
    if (llvm::Error error = Prepare(file.path, file.bytes, prepared, is_special)) return error;
    if (is_special) special.push_back(&file);
  }
  // What is written there cannot be taken back, so it waits for all that may still fail.
  for (const FileToWrite* file : special) {
    if (llvm::Error error = WriteDirectly(file->path, file->bytes)) return error;
  }
  return prepared.Commit();
}

llvm::Expected<std::unique_ptr<ByteSource>> RealFileSystem::Open(const std::string& path) {
  llvm::Expected<Opened> opened = OpenToRead(path);
  if (!opened) return opened.takeError();
  return std::make_unique<DescriptorSource>(opened->descriptor, path, /*owned=*/true);
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
