#include "compiler/pipeline/git_repository.h"

#include <algorithm>

#include "compiler/pipeline/git_index.h"
#include "compiler/support/path_pattern.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {
namespace {

using support::FileSystem;
using support::PathKind;

// Without the spaces at its end, but for one that a backslash keeps.
llvm::StringRef Trim(llvm::StringRef line) {
  while (line.endswith(" ")) {
    const llvm::StringRef rest = line.drop_back();
    const std::size_t slashes = rest.size() - rest.rtrim('\\').size();
    if (slashes % 2 == 1) break;
    line = rest;
  }
  return line;
}

// The text of a file; empty where there is none that can be read.
std::string TextOf(FileSystem& files, const std::string& path) {
  if (files.KindOf(path) != PathKind::File) return {};
  llvm::Expected<std::string> text = files.Read(path);
  if (text) return std::move(*text);
  llvm::consumeError(text.takeError());
  return {};
}

// The path that a file of one line names, counted from `directory`; empty: it names none.
std::string PathFrom(llvm::StringRef text, const std::string& directory) {
  text = text.rtrim("\r\n");
  if (text.empty() || text.startswith("/")) return text.str();
  return directory + "/" + text.str();
}

}  // namespace

namespace {

constexpr std::string_view kPolicyExtensions[] = {".pol", ".ipe", ".policy"};
constexpr std::string_view kClaimsExtension = ".claims";

}  // namespace

bool IsPolicyName(std::string_view name) {
  return std::any_of(std::begin(kPolicyExtensions), std::end(kPolicyExtensions),
                     [&](std::string_view extension) { return name.ends_with(extension); });
}

bool IsClaimsName(std::string_view name) {
  return name.ends_with(kClaimsExtension);
}

std::vector<std::string> PoliciesBeside(std::string_view claims) {
  std::vector<std::string> policies;
  for (const std::string_view extension : kPolicyExtensions) {
    std::string path(claims.substr(0, claims.rfind('.')));
    policies.push_back(path += extension);
  }
  return policies;
}

void IgnoreRules::Read(FileSystem& files, const std::string& path, const std::string& directory) {
  const std::string text = TextOf(files, path);
  llvm::StringRef rest = text;
  rest.consume_front("\xEF\xBB\xBF");
  while (!rest.empty()) {
    auto [line, more] = rest.split('\n');
    rest = more;
    line.consume_back("\r");
    if (line.startswith("#")) continue;
    line = Trim(line);
    Rule made{directory + "/", {}, line.consume_front("!"), false, false};
    made.directories_only = line.consume_back("/");
    if (line.empty()) continue;
    made.anywhere = !line.contains('/');
    line.consume_front("/");
    made.pattern = line.str();
    rules_.push_back(std::move(made));
  }
}

bool IgnoreRules::IsIgnored(std::string_view path, bool is_directory) const {
  const std::string_view name = path.substr(path.rfind('/') + 1);
  const auto fits = [&](const Rule& rule, std::string_view text) {
    return any_case ? support::MatchesPatternInAnyCase(rule.pattern, text)
                    : support::MatchesPattern(rule.pattern, text);
  };
  const auto decides = [&](const Rule& rule) {
    if (rule.directories_only && !is_directory) return false;
    return rule.anywhere ? fits(rule, name) : fits(rule, path.substr(rule.base.size()));
  };
  const auto last = std::find_if(rules_.rbegin(), rules_.rend(), decides);
  return last != rules_.rend() && !last->negated;
}

std::unique_ptr<GitRepository> GitRepository::At(FileSystem& files, const std::string& directory) {
  std::unique_ptr<GitRepository> made(
      new GitRepository(files, directory == "/" ? std::string() : directory));
  return made->Open() ? std::move(made) : nullptr;
}

bool GitRepository::Open() {
  const std::string dot_git = root_ + "/.git";
  const PathKind kind = files_.KindOf(dot_git);
  if (kind == PathKind::Directory) {
    git_dir_ = dot_git;
  } else if (kind == PathKind::File) {
    const std::string text = TextOf(files_, dot_git);
    llvm::StringRef line = text;
    if (!line.consume_front("gitdir: ")) return false;
    git_dir_ = PathFrom(line, root_);
  } else {
    return false;
  }
  git_dir_ = files_.Real(git_dir_);
  const std::string common = PathFrom(TextOf(files_, git_dir_ + "/commondir"), git_dir_);
  common_dir_ = common.empty() ? git_dir_ : files_.Real(common);
  // A directory that only has the name does not count. A file that names one marks the top of a
  // work tree, even where the repository itself is out of reach, as in a container.
  const bool is_repository =
      kind == PathKind::File || (files_.KindOf(git_dir_ + "/HEAD") != PathKind::Nothing &&
                                 files_.KindOf(common_dir_ + "/objects") == PathKind::Directory &&
                                 files_.KindOf(common_dir_ + "/refs") == PathKind::Directory);
  if (is_repository) settings_ = GitSettingsOf(files_, git_dir_, common_dir_);
  return is_repository;
}

IgnoreRules GitRepository::CommonRules() const {
  IgnoreRules rules;
  rules.any_case = settings_.ignores_case;
  const std::string users = ExcludesFileOf(files_, settings_, root_);
  if (!users.empty()) rules.Read(files_, users, root_);
  rules.Read(files_, common_dir_ + "/info/exclude", root_);
  return rules;
}

bool GitRepository::Tracks(const std::string& path, bool is_directory) {
  if (!has_index_) ReadIndex();
  std::string own = path.substr(root_.size() + 1);
  if (settings_.ignores_case) own = llvm::StringRef(own).lower();
  if (tracked_.count(own) != 0) return true;
  if (is_directory) own += '/';
  const auto below = is_directory ? tracked_.lower_bound(own) : tracked_.end();
  return (below != tracked_.end() && below->starts_with(own)) ||
         std::any_of(unknown_.begin(), unknown_.end(), [&](const std::string& directory) {
           return own.starts_with(directory) || (is_directory && directory.starts_with(own));
         });
}

void GitRepository::ReadIndex() {
  has_index_ = true;
  if (llvm::Error error = ReadIndexes()) {
    problem_ =
        "cannot determine the files that git tracks: " + support::Quoted(git_dir_ + "/index") +
        " cannot be read: " + llvm::toString(std::move(error));
    tracked_.clear();
    unknown_.clear();
  }
}

llvm::Error GitRepository::ReadIndexes() {
  const std::string path = git_dir_ + "/index";
  if (files_.KindOf(path) == PathKind::Nothing) return llvm::Error::success();  // a new repository
  llvm::Expected<std::string> bytes = files_.Read(path);
  if (!bytes) return bytes.takeError();
  const auto add = [&](llvm::StringRef name, TrackedKind kind) {
    std::string own = settings_.ignores_case ? name.lower() : name.str();
    if (kind == TrackedKind::Directory) {
      unknown_.push_back(std::move(own));
    } else if (kind == TrackedKind::Submodule || IsPolicyName({name.data(), name.size()}) ||
               IsClaimsName({name.data(), name.size()})) {
      tracked_.insert(std::move(own));
    }
  };
  const auto add_own = [&](std::size_t, llvm::StringRef name, TrackedKind kind) {
    add(name, kind);
  };
  llvm::Expected<SharedIndex> shared = ReadGitIndex(*bytes, settings_.hash_size, add_own);
  if (!shared) return shared.takeError();
  if (shared->name.empty()) return llvm::Error::success();
  bytes = files_.Read(git_dir_ + "/" + shared->name);
  if (!bytes) return bytes.takeError();
  const auto add_shared = [&](std::size_t position, llvm::StringRef name, TrackedKind kind) {
    if (position >= shared->removed.size() || !shared->removed[position]) add(name, kind);
  };
  return ReadGitIndex(*bytes, settings_.hash_size, add_shared).takeError();
}

}  // namespace ipec::pipeline
