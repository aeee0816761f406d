#include "compiler/pipeline/git_base.h"

#include <algorithm>
#include <set>
#include <utility>

#include "compiler/pipeline/git_repository.h"
#include "compiler/pipeline/git_revision.h"
#include "compiler/pipeline/report_paths.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {
namespace {

using support::ErrorOf;
using support::PathKind;
using support::Quoted;

// Of a commit in messages, as of GitHub and GitLab.
constexpr std::size_t kShownDigits = 12;

std::string QuotedWord(const std::string& word) {
  return Quoted(support::Abbreviated(word));
}

// `.pol` of `a/b.pol`; empty for a name without a dot.
std::string ExtensionOf(llvm::StringRef path) {
  const llvm::StringRef name = path.rsplit('/').second.empty() ? path : path.rsplit('/').second;
  const std::size_t dot = name.rfind('.');
  return dot == llvm::StringRef::npos ? std::string() : name.substr(dot).str();
}

// Whether the history ends, because it was not fetched, before `base`: then there may be a common
// ancestor that is better.
llvm::Expected<bool> IsCutBefore(const Git& git, support::FileSystem& files,
                                 const std::string& object, const std::string& base) {
  llvm::Expected<std::string> name =
      git.Output({"rev-parse", "--path-format=absolute", "--git-path", "shallow"});
  if (!name) return name.takeError();
  llvm::Expected<std::string> text = files.Read(llvm::StringRef(*name).rtrim("\n").str());
  if (!text) return text.takeError();
  llvm::Expected<std::string> commits = git.Output({"rev-list", "HEAD", object, "^" + base});
  if (!commits) return commits.takeError();
  std::set<llvm::StringRef> ends;
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(*text).split(lines, '\n', -1, /*KeepEmpty=*/false);
  ends.insert(lines.begin(), lines.end());
  lines.clear();
  llvm::StringRef(*commits).split(lines, '\n', -1, /*KeepEmpty=*/false);
  return llvm::any_of(lines, [&](llvm::StringRef commit) { return ends.count(commit) != 0; });
}

}  // namespace

llvm::Expected<std::string> GitBase::Resolve(const WorkTree& tree, const std::string& name) const {
  const RevisionNames names(Git(programs_, tree.root));
  llvm::Expected<std::string> object = names.ObjectNamed(name);
  if (!object) return object.takeError();
  if (!object->empty()) {
    // The name of an object is accepted even if the object is missing. A tree would not do: for
    // that of a directory, every policy would seem to be new.
    llvm::Expected<std::string> commit = names.ObjectNamed(*object + "^{commit}");
    if (!commit || !commit->empty()) return commit;
  }
  return names.WhyNoCommit(tree, name, *object);
}

llvm::Expected<std::string> GitBase::MergeBase(const WorkTree& tree,
                                               const std::string& object) const {
  const Git git(programs_, tree.root);
  llvm::Expected<support::ProgramResult> result = git.Run({"merge-base", "--all", "HEAD", object});
  if (!result) return result.takeError();
  const std::string name = QuotedWord(revision_.name);
  if (result->status > 1) {
    return ErrorOf("git finds no merge base of HEAD and " + name + ": " + MessageOf(*result));
  }
  llvm::SmallVector<llvm::StringRef> bases;
  llvm::StringRef(result->output).split(bases, '\n', -1, /*KeepEmpty=*/false);
  if (bases.empty()) {
    return ErrorOf("HEAD and " + name + " have no common ancestor" +
                   (tree.is_shallow ? "; " + std::string(kFetchAll) : std::string()));
  }
  if (bases.size() > 1) {
    std::vector<std::string> names;
    for (const llvm::StringRef base : bases) {
      names.push_back(Quoted("git:" + base.take_front(kShownDigits).str()));
    }
    return ErrorOf("HEAD and " + name +
                   " have several merge bases; choose one: " + support::Listed(names, "or"));
  }
  std::string base = bases.front().str();
  if (tree.is_shallow) {
    llvm::Expected<bool> is_cut = IsCutBefore(git, files_, object, base);
    if (!is_cut) return is_cut.takeError();
    if (*is_cut) {
      return ErrorOf("the merge base of HEAD and " + name + " cannot be determined; " +
                     std::string(kFetchAll));
    }
  }
  return base;
}

llvm::Expected<GitTree*> GitBase::TreeOf(const std::string& directory) {
  GitTree*& known = by_directory_[directory];
  if (known != nullptr) return known;
  llvm::Expected<WorkTree> found = WorkTreeOf(Git(programs_, directory));
  if (!found) return found.takeError();
  std::unique_ptr<GitTree>& tree = by_root_[found->root];
  if (tree == nullptr) {
    llvm::Expected<std::string> object = Resolve(*found, revision_.name);
    if (!object) return object.takeError();
    std::string shown = "git:" + revision_.name + ":";
    if (revision_.is_merge_base) {
      object = MergeBase(*found, *object);
      if (!object) return object.takeError();
      shown = "git:" + object->substr(0, kShownDigits) + ":";
    }
    auto opened = GitTree::Open(files_, programs_, found->root, *object, std::move(shown));
    if (!opened) return opened.takeError();
    tree = std::move(*opened);
  }
  known = tree.get();
  return known;
}

// The path from the root, as it is written: a link in it leads where the base says. If that fails,
// because a link leads into the work tree, the path with links resolved.
std::optional<std::string> GitBase::Below(const std::string& root, const std::string& path) {
  const std::string absolute = files_.Absolute(path);
  const std::string top = root == "/" ? root : root + "/";
  if (absolute.starts_with(top)) return absolute.substr(top.size());
  for (std::string at = Parent(absolute); at != "/"; at = Parent(at)) {
    if (files_.SameFile(at, root)) return absolute.substr(at.size() + 1);
  }
  const std::string real = files_.Real(Parent(absolute)) + absolute.substr(absolute.rfind('/'));
  if (real.starts_with(top)) return real.substr(top.size());
  return std::nullopt;
}

llvm::Error GitBase::FindDeleted(GitTree& tree, const std::string& prefix, AbsentSubmodules absent,
                                 std::vector<BaseFile>& deleted) {
  std::vector<const GitTree::Entry*> gone;
  for (const GitTree::Entry& entry : tree.entries()) {
    if (!entry.path.startswith(prefix)) continue;
    const std::string path = tree.root() + "/" + entry.path.str();
    if (entry.kind == GitTree::Kind::Submodule) {
      // One that is not checked out has no files that could be missing, but others may be meant.
      if (files_.KindOf(path + "/.git") == PathKind::Nothing) {
        if (absent == AbsentSubmodules::Skipped) continue;
        llvm::Expected<bool> is_gone = tree.IsRemoved(entry);
        if (!is_gone) return is_gone.takeError();
        if (*is_gone) deleted.push_back({.name = tree.Shown(entry.path), .is_submodule = true});
        continue;
      }
      llvm::Expected<GitTree*> inner = tree.Enter(entry);
      if (!inner) return inner.takeError();
      if (llvm::Error error = FindDeleted(**inner, {}, absent, deleted)) return error;
    } else if (entry.kind == GitTree::Kind::File &&
               IsPolicyName({entry.path.data(), entry.path.size()}) &&
               files_.KindOf(path) == PathKind::Nothing) {
      gone.push_back(&entry);
    }
  }
  if (gone.empty()) return llvm::Error::success();
  auto renames = tree.Renames({});
  if (!renames) return renames.takeError();
  std::set<llvm::StringRef> moved;
  for (const auto& [path, earlier] : **renames) moved.insert(earlier);
  llvm::erase_if(gone, [&](const auto* entry) { return moved.count(entry->path) != 0; });
  llvm::Expected<std::vector<std::string>> bytes = tree.Read(gone);
  if (!bytes) return bytes.takeError();
  for (std::size_t i = 0; i < gone.size(); ++i) {
    deleted.push_back({.name = tree.Shown(gone[i]->path), .bytes = std::move((*bytes)[i])});
  }
  return llvm::Error::success();
}

// Where a path was in the base: there, or at the path that it was renamed from.
llvm::Expected<GitTree::Place> GitBase::Locate(GitTree& top, const std::string& path,
                                               BaseFile::State& state) {
  llvm::Expected<GitTree::Place> at = top.Find(path);
  if (!at) return at.takeError();
  state = BaseFile::State::Same;
  if (at->file != nullptr) return at;
  state = BaseFile::State::New;
  auto renames = at->tree->Renames(IsPolicyName(at->path) ? std::string() : ExtensionOf(at->path));
  if (!renames) return renames.takeError();
  const auto earlier = (*renames)->find(at->path);
  if (earlier == (*renames)->end()) return at;
  state = BaseFile::State::Renamed;
  at = at->tree->Find(earlier->second);
  if (at && at->file == nullptr) {
    return ErrorOf(Quoted(at->tree->Shown(at->path)) + " cannot be read");
  }
  return at;
}

llvm::Expected<BaseFiles> GitBase::For(const std::string& operand, bool is_directory,
                                       std::span<const std::string> paths) {
  const std::string place = files_.Absolute(operand);
  llvm::Expected<GitTree*> top = TreeOf(is_directory ? place : Parent(place));
  if (!top) return top.takeError();
  BaseFiles found;
  struct Wanted {
    std::vector<std::size_t> positions;
    std::vector<const GitTree::Entry*> files;
  };
  std::map<const GitTree*, Wanted> wanted;
  for (const std::string& path : paths) {
    const std::optional<std::string> own = Below((*top)->root(), path);
    if (!own) {
      return ErrorOf(Quoted(path) + " is not in the repository " + Quoted((*top)->root()));
    }
    BaseFile& file = found.files.emplace_back();
    llvm::Expected<GitTree::Place> at = Locate(**top, *own, file.state);
    if (!at) return at.takeError();
    file.name = at->tree->Shown(at->path);
    if (at->file == nullptr) continue;
    Wanted& of_tree = wanted[at->tree];
    of_tree.positions.push_back(found.files.size() - 1);
    of_tree.files.push_back(at->file);
  }
  for (const auto& [tree, of_tree] : wanted) {
    llvm::Expected<std::vector<std::string>> bytes = tree->Read(of_tree.files);
    if (!bytes) return bytes.takeError();
    for (std::size_t i = 0; i < bytes->size(); ++i) {
      found.files[of_tree.positions[i]].bytes = std::move((*bytes)[i]);
    }
  }
  const bool has_new = llvm::any_of(
      found.files, [](const BaseFile& file) { return file.state == BaseFile::State::New; });
  if (has_new) {
    if (llvm::Error error = FindDeleted(**top, {}, AbsentSubmodules::Skipped, found.replaceable))
      return error;
  }
  if (!is_directory) return found;
  const std::string real = files_.Real(place) + "/";
  const std::string top_path = (*top)->root() + "/";
  const std::string below = real.starts_with(top_path) ? real.substr(top_path.size()) : "";
  if (llvm::Error error = FindDeleted(**top, below, AbsentSubmodules::Checked, found.deleted))
    return error;
  return found;
}

}  // namespace ipec::pipeline
