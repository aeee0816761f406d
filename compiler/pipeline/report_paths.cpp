#include "compiler/pipeline/report_paths.h"

#include "compiler/pipeline/policy_files.h"

namespace ipec::pipeline {
namespace {

using support::FileSystem;
using support::PathKind;

// The root of the repository that `directory` is in.
std::optional<std::string> RepositoryOf(FileSystem& files, std::string directory) {
  while (true) {
    const PathKind kind = files.KindOf(directory + (directory == "/" ? ".git" : "/.git"));
    if (kind == PathKind::Directory || kind == PathKind::File) return directory;
    if (directory == "/") return std::nullopt;
    directory = Parent(directory);
  }
}

std::string RootOf(FileSystem& files, const std::string& here,
                   std::span<const std::string> operands) {
  if (std::optional<std::string> root = RepositoryOf(files, here)) return *root;
  for (const std::string& operand : operands) {
    if (operand == "-") continue;
    const std::string path = files.Absolute(operand);
    const bool is_directory = files.KindOf(path) == PathKind::Directory;
    if (auto root = RepositoryOf(files, is_directory ? path : Parent(path))) return *root;
  }
  return here;
}

}  // namespace

std::string Parent(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

ReportPaths::ReportPaths(FileSystem& files, std::span<const std::string> operands) : files_(files) {
  here_.path = files.Absolute(".");
  root_.path = RootOf(files, here_.path, operands);
  for (const std::string& operand : operands) {
    if (operand == "-") continue;
    const std::string path = files.Absolute(operand);
    all_below_here_ = all_below_here_ && (path == here_.path || Below(here_, path).has_value());
  }
}

std::string ReportPaths::FromHere(const std::string& path) {
  if (!path.starts_with('/')) return Shown(path);
  return Below(here_, files_.Absolute(path)).value_or(path);
}

std::string ReportPaths::ForPatch(const std::string& path) {
  if (all_below_here_) {
    if (std::optional<std::string> name = Below(here_, files_.Absolute(path))) return *name;
  }
  const std::string name = FromRoot(path);
  return name.starts_with('/') ? name.substr(1) : name;
}

std::string ReportPaths::FromRoot(const std::string& path) {
  const std::string absolute = files_.Absolute(path);
  return Below(root_, absolute).value_or(absolute);
}

// By name, and where that fails by asking which directory it is: one of the two may have been
// reached by a symbolic link.
std::optional<std::string> ReportPaths::Below(Base& base, const std::string& absolute) {
  const std::string directory = Parent(absolute);
  const std::size_t name = directory == "/" ? 1 : directory.size() + 1;
  if (base.directory != directory) {
    base.directory = directory;
    base.relative.reset();
    for (std::string at = directory;; at = Parent(at)) {
      if (at == base.path || files_.SameFile(at, base.path)) {
        const std::size_t begin = at == "/" ? 1 : at.size() + 1;
        base.relative = begin < name ? absolute.substr(begin, name - begin) : std::string{};
        break;
      }
      if (at == "/") break;
    }
  }
  if (!base.relative) return std::nullopt;
  return *base.relative + absolute.substr(name);
}

}  // namespace ipec::pipeline
