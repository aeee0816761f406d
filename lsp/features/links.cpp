#include "lsp/features/links.h"

#include <algorithm>

#include "llvm/ADT/StringExtras.h"
#include "lsp/features/place.h"

namespace ipec::lsp {
namespace {

// Characters of an address or a path that a person typed.
bool IsLinkByte(char c) {
  return c > ' ' && c < 0x7F && llvm::StringRef("<>\"`{}|\\^").find(c) == llvm::StringRef::npos;
}

// Without the end of the sentence, and without a parenthesis that was opened before the word.
llvm::StringRef Trimmed(llvm::StringRef word) {
  for (;;) {
    const llvm::StringRef before = word;
    word = word.rtrim(".,;:!?'");
    if (word.endswith(")") && !word.contains('(')) word = word.drop_back();
    if (word.endswith("]") && !word.contains('[')) word = word.drop_back();
    if (word.size() == before.size()) return word;
  }
}

bool IsAddress(llvm::StringRef word) {
  for (const llvm::StringRef scheme : {"https://", "http://"}) {
    if (word.startswith_insensitive(scheme) && word.size() > scheme.size()) return true;
  }
  return false;
}

bool IsPath(llvm::StringRef word) {
  const bool rooted = word.startswith("/") || word.startswith("./") || word.startswith("../");
  if (rooted) return std::any_of(word.begin(), word.end(), [](char c) { return llvm::isAlnum(c); });
  constexpr llvm::StringLiteral kEndings[] = {".pol", ".policy", ".ipe", ".p7b", ".p7s", ".toml"};
  return std::any_of(std::begin(kEndings), std::end(kEndings), [&](llvm::StringRef ending) {
    return word.size() > ending.size() && word.endswith(ending);
  });
}

void FindLinks(const support::SourceBuffer& source, support::Span where, std::vector<Link>& links) {
  const llvm::StringRef comment = source.text(where);
  std::size_t at = 0;
  while (at < comment.size()) {
    const llvm::StringRef rest = comment.drop_front(at);
    const llvm::StringRef run = rest.take_while(IsLinkByte);
    if (run.empty()) {
      ++at;
      continue;
    }
    // `(see http://…)`, `url=https://…`
    const std::size_t scheme = std::min(run.find("http://"), run.find("https://"));
    const llvm::StringRef word =
        Trimmed(scheme == llvm::StringRef::npos ? run.ltrim("#('[") : run.drop_front(scheme));
    const bool address = IsAddress(word);
    if (address || IsPath(word)) {
      links.push_back({source.SpanOf(word), word.str(), !address});
    }
    at += run.size();
  }
}

}  // namespace

std::vector<Link> LinksOf(const Snapshot& snapshot) {
  std::vector<Link> links;
  for (const syntax::Line& line : snapshot.document().lines) {
    if (!line.comment.empty()) FindLinks(snapshot.source, line.comment, links);
  }
  return links;
}

}  // namespace ipec::lsp
