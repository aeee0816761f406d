// Which ipec.toml applies to a file, and its settings for that file.

#include "compiler/pipeline/config_files.h"

#include "compiler/pipeline/policy_files.h"
#include "compiler/support/path_pattern.h"
#include "compiler/support/streams.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/Path.h"

namespace ipec::pipeline {
namespace {

// The parent of an absolute path; of the root, the root itself.
std::string_view Parent(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 || slash == std::string_view::npos ? "/" : path.substr(0, slash);
}

llvm::Expected<std::string> ReadText(support::FileSystem& files, const std::string& path) {
  llvm::Expected<std::unique_ptr<support::ByteSource>> source = files.Open(path);
  if (!source) return source.takeError();
  // A byte more than is allowed, so that the parser reports a longer text with its place.
  std::string text(kLongestConfig + 1, '\0');
  std::size_t size = 0;
  while (size < text.size()) {
    llvm::Expected<std::size_t> got = (*source)->Read(text.data() + size, text.size() - size);
    if (!got) return got.takeError();
    if (*got == 0) break;
    size += *got;
  }
  text.resize(size);
  return text;
}

}  // namespace

bool MatchesPath(const Config& config, std::string_view pattern, const std::string& path) {
  std::string_view from_directory = path;
  llvm::SmallString<128> whole(path.starts_with('/') ? "" : config.here);
  if (!config.directory.empty()) {
    whole += path;
    llvm::sys::path::remove_dots(whole, /*remove_dot_dot=*/true, llvm::sys::path::Style::posix);
    from_directory = {whole.data(), whole.size()};
    if (from_directory.starts_with(config.directory))
      from_directory.remove_prefix(config.directory.size());
  }
  // As in `.gitignore`: a slash at the beginning anchors the pattern, and one at the end is for all
  // files below a directory.
  const bool is_anchored = pattern.starts_with('/') || pattern.starts_with("./");
  if (is_anchored) pattern.remove_prefix(pattern.find('/') + 1);
  std::string whole_pattern(pattern);
  if (pattern.ends_with('/')) whole_pattern += "**";
  return support::MatchesPattern(whole_pattern, from_directory) ||
         (!is_anchored && support::MatchesPattern("**/" + whole_pattern, from_directory));
}

std::vector<const targets::Target*> TargetsOf(const Config& config, const std::string& path) {
  const std::string* best = nullptr;
  support::Specificity closest;
  for (const auto& [pattern, target] : config.target_of) {
    if (!MatchesPath(config, pattern, path)) continue;
    const support::Specificity own = support::SpecificityOf(pattern);
    if (best != nullptr && own < closest) continue;
    best = &target;
    closest = own;
  }
  if (best != nullptr) return {targets::FindTarget(*best)};
  if (config.targets.empty()) return {&targets::DefaultTarget()};
  std::vector<const targets::Target*> found;
  found.reserve(config.targets.size());
  for (const std::string& wanted : config.targets) found.push_back(targets::FindTarget(wanted));
  return found;
}

const ConfigFile& Configs::NearestTo(std::string_view directory) {
  // Policies in deeper directories are not searched for.
  while (directory.size() > kLongestPath) directory = Parent(directory);
  std::vector<std::string_view> passed;
  const ConfigFile* read = nullptr;
  while (read == nullptr) {
    const auto known = by_directory_.find(directory);
    if (known != by_directory_.end()) {
      read = known->second;
      break;
    }
    passed.push_back(directory);
    read = FileIn(directory);
    if (read != nullptr) break;
    if (directory == "/") {
      read = by_path_.try_emplace("", std::make_unique<ConfigFile>()).first->second.get();
    }
    directory = Parent(directory);
  }
  for (const std::string_view one : passed) by_directory_.emplace(one, read);
  return *read;
}

const ConfigFile* Configs::FileIn(std::string_view directory) {
  const std::string path = std::string(directory == "/" ? "" : directory) + "/ipec.toml";
  // A dangling link is an error: the file of a parent directory would be the wrong one.
  const support::PathKind kind = files_.KindOf(path);
  if (kind != support::PathKind::File && kind != support::PathKind::Dangling) return nullptr;
  // Relative to the current directory, if it is below it.
  const std::string here = files_.Absolute(".") + "/";
  return &FileAt(path.starts_with(here) ? path.substr(here.size()) : path);
}

llvm::Expected<const Config*> Configs::Answer(const ConfigFile& file) {
  if (file.error) return support::ErrorOf(*file.error);
  return &file.config;
}

const ConfigFile& Configs::FileFor(const std::string& path) {
  const std::string absolute = files_.Absolute(path);
  return NearestTo(Parent(absolute));
}

const ConfigFile& Configs::FileAt(const std::string& path) {
  auto& file = by_path_[path];
  if (file) return *file;
  file = std::make_unique<ConfigFile>();
  file->path = path;
  llvm::Expected<std::string> text = ReadText(files_, path);
  llvm::Expected<Config> config =
      text ? ParseConfig(path, *text) : llvm::Expected<Config>(text.takeError());
  if (!config) {
    file->error = llvm::toString(config.takeError());
    return *file;
  }
  file->config = std::move(*config);
  const std::string own = files_.Absolute(path);
  file->config.directory = own.substr(0, own.rfind('/') + 1);
  const std::string here = files_.Absolute(".");
  file->config.here = here.ends_with('/') ? here : here + "/";
  return *file;
}

}  // namespace ipec::pipeline
