#include "compiler/pipeline/git_tree.h"

#include <algorithm>
#include <utility>

#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {
namespace {

using support::ErrorOf;
using support::Quoted;

// As many as the kernel follows (MAXSYMLINKS).
constexpr int kMostLinks = 40;

// Reads `MODE TYPE OBJECT\tPATH`; nothing if git prints something else.
std::optional<GitTree::Entry> EntryOf(llvm::StringRef row) {
  const auto [facts, path] = row.split('\t');
  const auto [mode, rest] = facts.split(' ');
  const auto [type, object] = rest.split(' ');
  GitTree::Entry entry{path, GitTree::Kind::File, object};
  if (type == "commit") {
    entry.kind = GitTree::Kind::Submodule;
  } else if (type != "blob") {
    return std::nullopt;
  } else if (mode == "120000") {
    entry.kind = GitTree::Kind::Link;
  }
  const bool is_complete =
      !path.empty() && !object.empty() && llvm::all_of(object, llvm::isHexDigit);
  return is_complete ? std::optional(entry) : std::nullopt;
}

// A path on its way through a tree: the names that are done, and those that are left.
class Walk {
 public:
  explicit Walk(llvm::StringRef path) { Add(path); }

  bool done() const { return left_.empty(); }
  const std::string& path() const { return path_; }
  // The names that are left, as a path.
  std::string Rest() const { return llvm::join(left_.rbegin(), left_.rend(), "/"); }

  // Does the next name. False: it leads out of the tree.
  bool Step() {
    const std::string name = std::move(left_.back());
    left_.pop_back();
    if (name == "..") {
      if (path_.empty()) return false;
      DropLast();
    } else if (!name.empty() && name != ".") {
      path_ += (path_.empty() ? "" : "/") + name;
    }
    return true;
  }

  // The path so far is a link to `target`. False: it leads out of the tree.
  bool Follow(llvm::StringRef target) {
    if (target.startswith("/")) return false;
    DropLast();
    Add(target);
    return true;
  }

 private:
  void Add(llvm::StringRef path) {
    llvm::SmallVector<llvm::StringRef> names;
    path.split(names, '/');
    for (auto name = names.rbegin(); name != names.rend(); ++name) left_.push_back(name->str());
  }
  void DropLast() {
    const std::size_t slash = path_.rfind('/');
    path_.resize(slash == std::string::npos ? 0 : slash);
  }

  std::string path_;
  std::vector<std::string> left_;  // the next one last
};

}  // namespace

llvm::Expected<std::unique_ptr<GitTree>> GitTree::Open(support::FileSystem& files,
                                                       support::ProgramRunner& programs,
                                                       std::string root, const std::string& object,
                                                       std::string shown) {
  std::unique_ptr<GitTree> tree(new GitTree(files, programs, std::move(root), std::move(shown)));
  if (llvm::Error error = tree->List(object)) return error;
  return tree;
}

llvm::Error GitTree::List(const std::string& object) {
  object_ = object;
  llvm::Expected<std::string> listing = git_.Output({"ls-tree", "-r", "-z", "--full-tree", object});
  if (!listing) return listing.takeError();
  listing_ = std::move(*listing);
  llvm::StringRef rest = listing_;
  while (!rest.empty()) {
    const auto [row, more] = rest.split('\0');
    rest = more;
    const std::optional<Entry> entry = EntryOf(row);
    if (!entry) return ErrorOf("`git ls-tree` prints an unknown entry: " + Quoted(row.str()));
    entries_.push_back(*entry);
  }
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.path < b.path; });
  return llvm::Error::success();
}

const GitTree::Entry* GitTree::At(llvm::StringRef path) const {
  const auto found =
      std::lower_bound(entries_.begin(), entries_.end(), path,
                       [](const Entry& entry, llvm::StringRef at) { return entry.path < at; });
  return found != entries_.end() && found->path == path ? &*found : nullptr;
}

llvm::Expected<GitTree::Place> GitTree::Find(llvm::StringRef path) {
  Walk walk(path);
  const auto outside = [&] {
    return ErrorOf(Quoted(Shown(path)) + " is a symbolic link that leads out of the repository");
  };
  int links = 0;
  bool is_target = false;  // of a link, with nothing behind it
  while (!walk.done()) {
    if (!walk.Step()) return outside();
    const Entry* const entry = At(walk.path());
    if (entry == nullptr) continue;
    if (entry->kind == Kind::File) {
      return walk.done() ? Place{this, walk.path(), entry} : Place{this, path.str(), nullptr};
    }
    if (entry->kind == Kind::Submodule) {
      if (walk.done()) return Place{this, path.str(), nullptr};
      llvm::Expected<GitTree*> tree = Enter(*entry);
      return tree ? (*tree)->Find(walk.Rest()) : tree.takeError();
    }
    if (++links > kMostLinks) return ErrorOf(Quoted(Shown(path)) + " leads over too many links");
    llvm::Expected<std::vector<std::string>> target = Read({&entry, 1});
    if (!target) return target.takeError();
    is_target = is_target || walk.done();
    if (!walk.Follow(target->front())) return outside();
  }
  if (is_target) return ErrorOf(Quoted(Shown(path)) + " is a dangling symbolic link");
  return Place{this, path.str(), nullptr};
}

llvm::Expected<GitTree*> GitTree::Enter(const Entry& submodule) {
  std::unique_ptr<GitTree>& tree = submodules_[submodule.path.str()];
  if (tree != nullptr) return tree.get();
  const std::string place = root() + "/" + submodule.path.str();
  const std::string name = Quoted(Shown(submodule.path));
  const auto error = [&](const std::string& why) {
    return ErrorOf("the submodule " + name + " cannot be read: " + why);
  };
  if (files_.KindOf(place) != support::PathKind::Directory) {
    return error(Quoted(place) + " is not a directory");
  }
  llvm::Expected<WorkTree> found = WorkTreeOf(Git(programs_, place));
  if (!found) return error(llvm::toString(found.takeError()));
  if (!files_.SameFile(found->root, place)) {
    return error(Quoted(place) + " has no repository of its own; `git submodule update --init`");
  }
  llvm::Expected<std::unique_ptr<GitTree>> opened =
      Open(files_, programs_, found->root, submodule.object.str(), Shown(submodule.path) + "/");
  if (!opened) {
    return error(llvm::toString(opened.takeError()) + "; its commit " + submodule.object.str() +
                 " may have to be fetched");
  }
  tree = std::move(*opened);
  return tree.get();
}

llvm::Expected<std::vector<std::string>> GitTree::Read(std::span<const Entry* const> files) const {
  std::vector<std::string> all;
  if (files.empty()) return all;
  std::string requests;
  for (const Entry* const file : files) requests += file->object.str() + '\n';
  llvm::Expected<std::string> answers = git_.Output({"cat-file", "--batch"}, requests);
  if (!answers) return answers.takeError();
  llvm::StringRef rest = *answers;
  for (const Entry* const file : files) {
    // `OBJECT blob SIZE`, and then the bytes.
    const auto [line, more] = rest.split('\n');
    llvm::StringRef facts = line;
    std::size_t size = 0;
    const bool is_well = facts.consume_front(file->object) && facts.consume_front(" blob ") &&
                         !facts.getAsInteger(10, size) && more.size() > size && more[size] == '\n';
    if (!is_well) {
      return ErrorOf(Quoted(Shown(file->path)) + " cannot be read: its object " +
                     file->object.str() +
                     " is missing or damaged (`git fsck`), or not fetched (a partial clone)");
    }
    all.push_back(more.take_front(size).str());
    rest = more.drop_front(size + 1);
  }
  return all;
}

llvm::Expected<bool> GitTree::IsRemoved(const Entry& submodule) const {
  const std::string path = submodule.path.str();
  // `160000 OBJECT 0<tab>PATH`; nothing if it was removed.
  llvm::Expected<std::string> now =
      git_.Output({"ls-files", "-s", "-z", "--", ":(top,literal)" + path});
  if (!now) return now.takeError();
  if (now->empty()) return true;
  if (llvm::StringRef(*now).startswith("160000 " + submodule.object.str())) return false;
  return ErrorOf("the submodule " + Quoted(Shown(submodule.path)) +
                 " has another commit now, and is not checked out, so its policies cannot be "
                 "compared; `git submodule update --init`");
}

llvm::Expected<const std::map<std::string, std::string>*> GitTree::Renames(
    const std::string& extension) {
  const auto known = renames_.find(extension);
  if (known != renames_.end()) return &known->second;
  std::vector<std::string> arguments = {"diff-index",
                                        "--cached",
                                        "-z",
                                        "--name-status",
                                        "-M",
                                        "-l0",
                                        "--diff-filter=R",
                                        "--no-ext-diff",
                                        "--ignore-submodules=all",
                                        object_,
                                        "--"};
  std::vector<std::string> endings = {".pol", ".ipe", ".policy", ".p7b"};
  if (!extension.empty()) endings.push_back(extension);
  for (const std::string& ending : endings) arguments.push_back(":(top)*" + ending);
  llvm::Expected<std::string> output = git_.Output(std::move(arguments));
  if (!output) return output.takeError();
  std::map<std::string, std::string>& renames = renames_[extension];
  llvm::SmallVector<llvm::StringRef> words;
  llvm::StringRef(*output).split(words, '\0', -1, /*KeepEmpty=*/false);
  // `R086`, the old path, the new one.
  for (std::size_t i = 0; i + 2 < words.size(); i += 3) {
    renames[words[i + 2].str()] = words[i + 1].str();
  }
  return &renames;
}

}  // namespace ipec::pipeline
