#include "compiler/pipeline/git_revision.h"

#include <cstddef>

#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {
namespace {

using support::ErrorOf;
using support::Quoted;

std::string QuotedRevisionWord(const std::string& word) {
  return Quoted(support::Abbreviated(word));
}

// The name of an object that git prints; empty: it prints something else, as for `^main`.
std::string ObjectOf(llvm::StringRef output) {
  const llvm::StringRef object = output.rtrim("\n");
  const bool is_name = object.size() >= 40 && llvm::all_of(object, llvm::isHexDigit);
  return is_name ? object.str() : std::string();
}

// Whether a name could be one of a branch or a tag, which can be fetched (git-check-ref-format).
bool CanBeFetched(llvm::StringRef name) {
  return !name.contains("..") && !name.contains("@{") && name != "@" && name != "HEAD" &&
         llvm::none_of(name, [](char byte) {
           return static_cast<unsigned char>(byte) <= ' ' || byte == '\x7F' ||
                  llvm::StringRef("~^:?*[\\").contains(byte);
         });
}

}  // namespace

llvm::Expected<std::optional<Revision>> ParseRevision(std::string_view word) {
  llvm::StringRef name(word.data(), word.size());
  if (!name.consume_front("git:")) return std::nullopt;
  Revision revision;
  revision.is_merge_base = name.consume_front("merge-base:");
  revision.name = name.str();
  if (name.empty()) {
    return ErrorOf(Quoted(std::string(word)) + " names no revision; for example `git:origin/main`");
  }
  // For git it would be an option.
  if (name.startswith("-")) {
    return ErrorOf("a revision cannot begin with `-`: " + QuotedRevisionWord(name.str()));
  }
  return revision;
}

llvm::Expected<std::string> RevisionNames::ObjectNamed(const std::string& name) const {
  llvm::Expected<support::ProgramResult> result =
      git_.Run({"rev-parse", "--verify", "--quiet", name});
  if (!result) return result.takeError();
  return result->status == 0 ? ObjectOf(result->output) : std::string();
}

llvm::Expected<std::string> RevisionNames::TypeOf(const std::string& object) const {
  llvm::Expected<support::ProgramResult> result = git_.Run({"cat-file", "-t", object});
  if (!result) return result.takeError();
  return result->status == 0 ? llvm::StringRef(result->output).rtrim("\n").str() : std::string();
}

llvm::Expected<std::string> RevisionNames::KnownBeginning(const std::string& name) const {
  constexpr std::size_t kMostTried = 8;  // each is a call of git
  std::size_t end = name.size();
  for (std::size_t i = 0; i < kMostTried; ++i) {
    end = name.find_last_of("~^@:", end == 0 ? 0 : end - 1);
    if (end == std::string::npos || end == 0) break;
    std::string beginning = name.substr(0, end);
    llvm::Expected<std::string> object = ObjectNamed(beginning);
    if (!object) return object.takeError();
    if (!object->empty()) return beginning;
  }
  return std::string();
}

std::optional<std::string> RevisionNames::RemoteName(const std::string& name) const {
  llvm::Expected<std::string> output =
      git_.Output({"for-each-ref", "--format=%(refname:short)", "refs/remotes"});
  if (!output) {
    llvm::consumeError(output.takeError());
    return std::nullopt;
  }
  llvm::SmallVector<llvm::StringRef> names;
  llvm::StringRef(*output).split(names, '\n', -1, /*KeepEmpty=*/false);
  const auto* const found =
      llvm::find_if(names, [&](llvm::StringRef one) { return one.endswith("/" + name); });
  return found == names.end() ? std::nullopt : std::optional("git:" + found->str());
}

llvm::Error RevisionNames::WhyNoCommit(const WorkTree& tree, const std::string& name,
                                       const std::string& object) const {
  const std::string repository = "the repository " + Quoted(tree.root);
  const std::string fetch = tree.is_shallow ? std::string(kFetchAll) : "`git fetch` it first";
  if (!object.empty()) {
    llvm::Expected<std::string> type = TypeOf(object);
    if (!type) return type.takeError();
    if (!type->empty()) {
      return ErrorOf(QuotedRevisionWord(name) + " is a " + *type +
                     ", not a commit; name a commit, as `HEAD`");
    }
    return ErrorOf(repository + " does not have the commit " + QuotedRevisionWord(name) + "; " +
                   fetch);
  }
  // `A..B`, `A...B`.
  if (const std::size_t dots = name.find(".."); dots != std::string::npos) {
    const std::string first = dots == 0 ? "HEAD" : name.substr(0, dots);
    return ErrorOf(QuotedRevisionWord(name) +
                   " is a range, not a commit; name the commit to compare with, as " +
                   QuotedRevisionWord("git:" + first) + " or " +
                   QuotedRevisionWord("git:merge-base:" + first));
  }
  llvm::Expected<std::string> head = ObjectNamed("HEAD");
  if (!head) return head.takeError();
  if (head->empty() && (name == "@" || name.starts_with("HEAD"))) {
    return ErrorOf("`HEAD` of " + repository + " has no commit yet");
  }
  llvm::Expected<std::string> beginning = KnownBeginning(name);
  if (!beginning) return beginning.takeError();
  if (!beginning->empty()) {
    const bool is_ancestor = name[beginning->size()] == '~' || name[beginning->size()] == '^';
    return ErrorOf(repository + " has " + QuotedRevisionWord(*beginning) + ", but not " +
                   QuotedRevisionWord(name) +
                   (tree.is_shallow && is_ancestor ? "; " + std::string(kFetchAll)
                    : is_ancestor                  ? ": its history has no such commit"
                                                   : ""));
  }
  std::string way_out;
  if (const std::optional<std::string> remote = RemoteName(name)) {
    way_out = "; " + support::DidYouMean(*remote);
  } else if (CanBeFetched(name)) {
    way_out = "; " + fetch;
  }
  return ErrorOf(repository + " has no revision " + QuotedRevisionWord(name) + way_out);
}

}  // namespace ipec::pipeline
