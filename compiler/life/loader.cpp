#include "compiler/life/loader.h"

#include <map>
#include <utility>

#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::life {
namespace {

using support::PathKind;

constexpr llvm::StringRef kEnding = ".p7b";

// An empty file, or a link to /dev/null, hides files of its name in later directories.
llvm::Expected<bool> IsMask(support::FileSystem& files, const std::string& path) {
  if (files.KindOf(path) != PathKind::File) return true;
  llvm::Expected<std::string> bytes = files.Read(path);
  if (!bytes) return bytes.takeError();
  return bytes->empty();
}

// Adds the files of one directory whose names are not among `found` yet. Masks have an empty path.
llvm::Error AddFiles(support::FileSystem& files, const std::string& directory,
                     std::map<std::string, std::string>& found) {
  llvm::Expected<std::vector<support::DirectoryEntry>> entries = files.List(directory);
  if (!entries) return entries.takeError();
  for (const support::DirectoryEntry& entry : *entries) {
    if (entry.is_directory || !llvm::StringRef(entry.name).endswith(kEnding)) continue;
    const std::string path =
        directory + (llvm::StringRef(directory).endswith("/") ? "" : "/") + entry.name;
    const PathKind kind = files.KindOf(path);
    if (kind == PathKind::Directory || kind == PathKind::Dangling) continue;
    llvm::Expected<bool> is_mask = IsMask(files, path);
    if (!is_mask) return is_mask.takeError();
    found.emplace(entry.name, *is_mask ? std::string() : path);
  }
  return llvm::Error::success();
}

}  // namespace

std::span<const std::string_view> LoaderDirectories() {
  static constexpr std::string_view kDirectories[] = {"etc/ipe", "run/ipe", "usr/local/lib/ipe",
                                                      "usr/lib/ipe"};
  return kDirectories;
}

llvm::Expected<std::vector<LoaderFile>> FindLoaderFiles(support::FileSystem& files,
                                                        const std::string& directory) {
  std::map<std::string, std::string> found;
  bool is_root = false;
  for (const std::string_view below : LoaderDirectories()) {
    const std::string path = directory + "/" + std::string(below);
    if (files.KindOf(path) != PathKind::Directory) continue;
    is_root = true;
    if (llvm::Error error = AddFiles(files, path, found)) return error;
  }
  if (!is_root) {
    if (files.KindOf(directory) == PathKind::File) {
      return support::ErrorOf(support::Quoted(directory) + " is not a directory");
    }
    if (llvm::Error error = AddFiles(files, directory, found)) return error;
  }
  std::vector<LoaderFile> list;
  list.reserve(found.size());
  for (auto& [name, path] : found) {
    if (path.empty()) continue;
    list.push_back({std::move(path), name.substr(0, name.size() - kEnding.size())});
  }
  return list;
}

}  // namespace ipec::life
