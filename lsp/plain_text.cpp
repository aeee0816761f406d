#include "lsp/plain_text.h"

#include <algorithm>

#include "llvm/ADT/StringRef.h"

namespace ipec::lsp {
namespace {

bool IsFence(llvm::StringRef line) {
  return line.startswith("```");
}

bool IsRuler(llvm::StringRef line) {
  return line.size() >= 3 && line.find_first_not_of('-') == llvm::StringRef::npos;
}

}  // namespace

std::string PlainText(std::string_view markdown) {
  std::string plain;
  plain.reserve(markdown.size());
  llvm::StringRef rest(markdown.data(), markdown.size());
  bool in_example = false;
  while (!rest.empty()) {
    const std::size_t size = std::min(rest.find('\n'), rest.size() - 1) + 1;
    llvm::StringRef line = rest.take_front(size);
    rest = rest.drop_front(size);
    if (IsFence(line)) {
      in_example = !in_example;
      continue;
    }
    if (!in_example) {
      if (IsRuler(line.rtrim())) continue;
      if (line.ltrim('#').startswith(" ")) line = line.ltrim('#').drop_front();
    }
    while (!in_example && !line.empty()) {
      const auto [words, more] = line.split("**");
      plain += words;
      line = more;
    }
    plain += line;
  }
  return plain;
}

}  // namespace ipec::lsp
