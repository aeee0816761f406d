// Directories of the real file system and of the one in memory.

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include "compiler/support/file_system.h"
#include "compiler/support/long_path.h"
#include "compiler/support/wording.h"

namespace ipec::support {
namespace {

std::string Normal(const std::filesystem::path& path) {
  std::string text = path.lexically_normal().string();
  if (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

void Sort(std::vector<DirectoryEntry>& entries) {
  std::sort(entries.begin(), entries.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
}

// Whether `path` exists, links followed or not.
bool Stat(const std::string& path, struct stat& status, int flags = 0) {
  const llvm::ErrorOr<Reached> place = Reach(path);
  return place && ::fstatat(place->at, place->name.c_str(), &status, flags) == 0;
}

bool IsOneFile(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

// Whether both are to be made under one name in one directory.
bool IsOnePlace(const std::string& a, const std::string& b) {
  const llvm::ErrorOr<Reached> first = ReachPlace(a);
  const llvm::ErrorOr<Reached> second = ReachPlace(b);
  struct stat one {};
  struct stat other {};
  if (!first || !second || ::fstatat(first->at, ".", &one, 0) != 0 ||
      ::fstatat(second->at, ".", &other, 0) != 0) {
    return Normal(a) == Normal(b);
  }
  return first->name == second->name && IsOneFile(one, other);
}

}  // namespace

PathKind RealFileSystem::KindOf(const std::string& path) {
  struct stat status {};
  if (!Stat(path, status)) return IsLink(path) ? PathKind::Dangling : PathKind::Nothing;
  if (S_ISDIR(status.st_mode)) return PathKind::Directory;
  return S_ISREG(status.st_mode) ? PathKind::File : PathKind::Special;
}

bool RealFileSystem::IsLink(const std::string& path) {
  struct stat status {};
  return Stat(path, status, AT_SYMLINK_NOFOLLOW) && S_ISLNK(status.st_mode);
}

llvm::Expected<std::vector<DirectoryEntry>> RealFileSystem::List(const std::string& path) {
  const auto failed = [&](int number) {
    return ErrorOf("the directory " + Quoted(path) + " cannot be read: " + DescribeErrno(number));
  };
  const llvm::ErrorOr<Reached> place = Reach(path);
  if (!place) return failed(place.getError().value());
  Descriptor opened(
      ::openat(place->at, place->name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK));
  if (opened.number() < 0) return failed(errno);
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(::fdopendir(opened.number()), ::closedir);
  if (!directory) return failed(errno);
  opened.Release();
  std::vector<DirectoryEntry> entries;
  while (true) {
    errno = 0;
    const dirent* const entry = ::readdir(directory.get());
    if (entry == nullptr && errno != 0) return failed(errno);
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    unsigned type = entry->d_type;
    struct stat status {};
    if (type == DT_UNKNOWN &&
        ::fstatat(::dirfd(directory.get()), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0) {
      type = IFTODT(status.st_mode);
    }
    entries.push_back({name, type == DT_DIR, type == DT_LNK});
  }
  Sort(entries);
  return entries;
}

std::string RealFileSystem::Absolute(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  return error ? path : Normal(absolute);
}

std::string RealFileSystem::Real(const std::string& path) {
  std::error_code error;
  const std::filesystem::path real = std::filesystem::canonical(path, error);
  return error ? Absolute(path) : real.string();
}

std::string RealFileSystem::Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : value;
}

bool RealFileSystem::SameFile(const std::string& a, const std::string& b) {
  struct stat first {};
  struct stat second {};
  const bool has_first = Stat(a, first);
  const bool has_second = Stat(b, second);
  if (has_first != has_second) return false;
  // Neither is there yet.
  if (!has_first) return a == b || IsOnePlace(a, b);
  const bool holds_bytes = S_ISREG(first.st_mode) || S_ISDIR(first.st_mode);
  return holds_bytes && IsOneFile(first, second);
}

bool RealFileSystem::IsStandardOutput(const std::string& path) {
  return DescriptorAt(path) == STDOUT_FILENO;
}

PathKind MemoryFileSystem::KindOf(const std::string& path) {
  if (files.count(path) != 0) return PathKind::File;
  const std::string prefix = path.ends_with('/') ? path : path + "/";
  const auto next = files.lower_bound(prefix);
  return next != files.end() && next->first.starts_with(prefix) ? PathKind::Directory
                                                                : PathKind::Nothing;
}

llvm::Expected<std::vector<DirectoryEntry>> MemoryFileSystem::List(const std::string& path) {
  const std::string prefix = path.ends_with('/') ? path : path + "/";
  std::vector<DirectoryEntry> entries;
  for (auto at = files.lower_bound(prefix); at != files.end() && at->first.starts_with(prefix);
       ++at) {
    const std::string rest = at->first.substr(prefix.size());
    const std::size_t slash = rest.find('/');
    const std::string name = rest.substr(0, slash);
    const bool is_directory = slash != std::string::npos;
    if (entries.empty() || entries.back().name != name)
      entries.push_back({name, is_directory, false});
  }
  Sort(entries);
  return entries;
}

std::string MemoryFileSystem::Absolute(const std::string& path) {
  return Normal(std::filesystem::path("/") / path);
}

bool MemoryFileSystem::SameFile(const std::string& a, const std::string& b) {
  return Absolute(a) == Absolute(b);
}

}  // namespace ipec::support
