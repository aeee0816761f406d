// Which ipec.toml applies to a file, and its settings for that file.

#include "compiler/pipeline/config_files.h"

#include "compiler/pipeline/git_repository.h"
#include "compiler/pipeline/policy_files.h"
#include "compiler/pipeline/reading.h"
#include "compiler/support/path_pattern.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
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
  return support::ReadAtMost(**source, kLongestConfig + 1);
}

// A path that the configuration names, from the root.
std::string PathOf(const Config& config, const std::string& name) {
  return name.starts_with('/') ? name : config.directory + name;
}

// The error of a file that a key names, with the place of the name.
llvm::Error ErrorAt(const Config& config, std::string_view key, const std::string& name,
                    llvm::Error error) {
  constexpr std::size_t kLongestMessage = 600;  // it contains the name
  const std::string words = llvm::toString(std::move(error));
  return support::ErrorOf(
      config.path + std::string(config.places.Find(key, name)) + ": " + support::Quoted(key) +
      ": " +
      (words.size() < kLongestMessage ? support::Printable(words) : support::Abbreviated(words)));
}

}  // namespace

std::optional<std::string> AcceptedPath(const Config& config) {
  const std::string& name = config.diff.accepted;
  if (name.empty()) return std::nullopt;
  return PathOf(config, name);
}

llvm::Error ReadAccepted(support::FileSystem& files, const Config& config, const std::string& path,
                         const std::string& shown, Acceptances& acceptances) {
  const auto error = [&](const std::string& words) {
    return support::ErrorOf(config.path +
                            std::string(config.places.Find("diff.accepted", config.diff.accepted)) +
                            ": `diff.accepted`: " + words);
  };
  // The file comes from the repository under review: reading a pipe could take forever.
  if (files.KindOf(path) == support::PathKind::Special) {
    return error(support::Quoted(support::Abbreviated(shown)) + " is not a regular file");
  }
  llvm::Expected<std::unique_ptr<support::ByteSource>> source = files.Open(path);
  if (!source) return error(llvm::toString(source.takeError()));
  // A byte more than is allowed, so that a longer text is reported with its place.
  llvm::Expected<std::string> text = support::ReadAtMost(**source, Acceptances::kLongest + 1);
  if (!text) return error(llvm::toString(text.takeError()));
  return acceptances.Read(shown, *text);
}

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

namespace {

// The target of the most specific pattern that matches; empty: none does.
std::string_view MatchingTarget(const Config& config, const std::string& path) {
  std::string_view best;
  support::Specificity closest;
  for (const auto& [pattern, target] : config.target_of) {
    if (!MatchesPath(config, pattern, path)) continue;
    const support::Specificity own = support::SpecificityOf(pattern);
    if (!best.empty() && own < closest) continue;
    best = target;
    closest = own;
  }
  return best;
}

// Empty: the configuration names no target for the file.
std::vector<const targets::Target*> NamedTargets(const Config& config, const std::string& path) {
  std::string_view best;
  if (IsClaimsName(path)) {
    for (const std::string& policy : PoliciesBeside(path)) {
      if (best.empty()) best = MatchingTarget(config, policy);
    }
  }
  if (best.empty()) best = MatchingTarget(config, path);
  if (!best.empty()) return {targets::FindTarget(best)};
  std::vector<const targets::Target*> found;
  found.reserve(config.targets.size());
  for (const std::string& wanted : config.targets) found.push_back(targets::FindTarget(wanted));
  return found;
}

}  // namespace

std::vector<const targets::Target*> TargetsOf(const Config& config, const std::string& path,
                                              std::span<const targets::Target* const> chosen,
                                              std::span<const Kernel> kernels) {
  policy::PropertySet missing;
  for (const std::string& name : config.lint.missing_properties) {
    if (const auto property = runtime::FindProperty(name)) missing.Add(*property);
  }
  std::vector<const targets::Target*> targets(chosen.begin(), chosen.end());
  if (targets.empty()) targets = NamedTargets(config, path);
  targets = TargetsOn(kernels.empty() ? std::span(config.kernels) : kernels, targets);
  if (targets.empty()) targets.push_back(&targets::DefaultTarget());
  for (const targets::Target*& target : targets) target = &target->Without(missing);
  return Distinct(targets);
}

std::vector<std::string> NamesOf(std::span<const targets::Target* const> targets,
                                 const Config& config, const std::string& path,
                                 std::span<const targets::Target* const> chosen,
                                 std::span<const Kernel> kernels) {
  if (kernels.empty()) kernels = config.kernels;
  std::vector<std::vector<std::string>> files(targets.size());
  for (std::size_t i = 0; i < kernels.size() && kernels.size() > 1; ++i) {
    for (const targets::Target* own : TargetsOf(config, path, chosen, kernels.subspan(i, 1))) {
      const auto found = std::find(targets.begin(), targets.end(), own);
      if (found != targets.end()) files[found - targets.begin()].push_back(kernels[i].file);
    }
  }
  std::vector<std::string> names;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    names.push_back(Describe(*targets[i]));
    if (!files[i].empty()) names.back() = support::Listed(files[i]) + " (" + names.back() + ')';
  }
  return names;
}

llvm::Error CheckTargets(const Config& config, const std::string& path,
                         std::span<const targets::Target* const> chosen,
                         std::span<const Kernel> kernels) {
  if (!kernels.empty() || !chosen.empty() || !NamedTargets(config, path).empty()) {
    return llvm::Error::success();
  }
  for (std::size_t i = 0; i < config.kernels.size(); ++i) {
    if (llvm::Error error = CheckKernel(config.kernels[i], /*has_chosen_target=*/false)) {
      return support::ErrorOf(
          config.path + std::string(config.places.Find("kernel", config.kernel_files[i])) +
          ": `kernel`: " + llvm::toString(std::move(error)) + ", or `target` in this file");
    }
  }
  return llvm::Error::success();
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
  return &FileAt(ShownPath(path));
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
  for (const std::string& name : file->config.kernel_files) {
    file->kernel_paths.push_back(PathOf(file->config, name));
  }
  if (const std::string& name = file->config.inventory_file; !name.empty()) {
    file->inventory_path = PathOf(file->config, name);
  }
  llvm::Error error = ReadKernels(file->config);
  if (!error) error = ReadInventory(file->config);
  if (error) {
    file->config = {};
    file->error = llvm::toString(std::move(error));
  }
  return *file;
}

llvm::Error Configs::ReadKernels(Config& config) {
  for (const std::string& name : config.kernel_files) {
    llvm::Expected<Kernel> kernel = KernelAt(ShownPath(PathOf(config, name)));
    if (!kernel) return ErrorAt(config, "kernel", name, kernel.takeError());
    config.kernels.push_back(std::move(*kernel));
  }
  return llvm::Error::success();
}

llvm::Error Configs::ReadInventory(Config& config) {
  const std::string& name = config.inventory_file;
  if (name.empty()) return llvm::Error::success();
  const std::string path = ShownPath(PathOf(config, name));
  if (llvm::Error error = CheckRegular(path)) {
    return ErrorAt(config, "inventory", name, std::move(error));
  }
  llvm::Expected<inventory::Inventory> read = ReadInventoryFile(files_, path);
  if (!read) return ErrorAt(config, "inventory", name, read.takeError());
  config.inventory = SharedInventory(std::move(*read));
  return llvm::Error::success();
}

llvm::Error Configs::CheckRegular(const std::string& path) {
  if (files_.KindOf(path) != support::PathKind::Special) return llvm::Error::success();
  return support::ErrorOf(support::Quoted(path) + " is not a regular file");
}

llvm::Expected<Kernel> Configs::KernelAt(const std::string& path) {
  if (llvm::Error error = CheckRegular(path)) return error;
  llvm::Expected<std::string> text = ReadKernelFile(files_, path);
  if (!text) return text.takeError();
  // The targets of a file may come from elsewhere, so its release need not have one.
  return ReadKernel(path, *text, /*has_chosen_target=*/true);
}

// Relative to the current directory, if it is below it.
std::string Configs::ShownPath(const std::string& path) {
  const std::string here = files_.Absolute(".") + "/";
  return path.starts_with(here) ? path.substr(here.size()) : path;
}

}  // namespace ipec::pipeline
