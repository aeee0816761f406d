// Folders of the real file system and of the one in memory.

#include <algorithm>
#include <filesystem>

#include "compiler/support/file_system.h"

namespace ipec::support {
namespace {

std::string Normal(const std::filesystem::path& path) {
  std::string text = path.lexically_normal().string();
  if (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

void Sort(std::vector<FolderEntry>& entries) {
  std::sort(entries.begin(), entries.end(),
            [](const FolderEntry& a, const FolderEntry& b) { return a.name < b.name; });
}

}  // namespace

PathKind RealFileSystem::KindOf(const std::string& path) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (error || !std::filesystem::exists(status)) {
    return std::filesystem::is_symlink(std::filesystem::symlink_status(path, error))
               ? PathKind::Dangling
               : PathKind::Nothing;
  }
  if (std::filesystem::is_directory(status)) return PathKind::Folder;
  return std::filesystem::is_regular_file(status) ? PathKind::File : PathKind::Special;
}

llvm::Expected<std::vector<FolderEntry>> RealFileSystem::List(const std::string& folder) {
  std::error_code error;
  std::vector<FolderEntry> entries;
  std::filesystem::directory_iterator at(folder, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    std::error_code unknown;  // gone meanwhile: not a folder
    const auto status = at->symlink_status(unknown);
    entries.push_back({at->path().filename().string(), std::filesystem::is_directory(status)});
  }
  if (error) return ErrorOf("the folder `" + folder + "` cannot be read: " + Words(error));
  Sort(entries);
  return entries;
}

std::string RealFileSystem::Absolute(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  return error ? path : Normal(absolute);
}

bool RealFileSystem::SameFile(const std::string& a, const std::string& b) {
  if (a == b) return KindOf(a) != PathKind::Special;
  std::error_code error;
  const bool first = std::filesystem::exists(a, error);
  const bool second = std::filesystem::exists(b, error);
  if (first && second) {
    return KindOf(a) != PathKind::Special && std::filesystem::equivalent(a, b, error) && !error;
  }
  if (first || second) return false;
  // Neither is there yet: whether both are to be made under one name in one folder.
  const auto place = [](const std::string& path) {
    std::error_code unknown;
    const std::filesystem::path resolved =
        std::filesystem::weakly_canonical(std::filesystem::absolute(path, unknown), unknown);
    return unknown ? Normal(path) : Normal(resolved);
  };
  return place(a) == place(b);
}

PathKind MemoryFileSystem::KindOf(const std::string& path) {
  if (files.count(path) != 0) return PathKind::File;
  const std::string prefix = path.ends_with('/') ? path : path + "/";
  const auto next = files.lower_bound(prefix);
  return next != files.end() && next->first.starts_with(prefix) ? PathKind::Folder
                                                                : PathKind::Nothing;
}

llvm::Expected<std::vector<FolderEntry>> MemoryFileSystem::List(const std::string& folder) {
  const std::string prefix = folder.ends_with('/') ? folder : folder + "/";
  std::vector<FolderEntry> entries;
  for (auto at = files.lower_bound(prefix); at != files.end() && at->first.starts_with(prefix);
       ++at) {
    const std::string rest = at->first.substr(prefix.size());
    const std::size_t slash = rest.find('/');
    const std::string name = rest.substr(0, slash);
    const bool is_folder = slash != std::string::npos;
    if (entries.empty() || entries.back().name != name) entries.push_back({name, is_folder});
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
