#include "compiler/render/template_line.h"

#include <algorithm>
#include <string_view>

#include "compiler/render/problems.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"

namespace ipec::render {
namespace {

using support::Span;
using support::SpanAt;

constexpr llvm::StringLiteral kOpen = "@{";
constexpr llvm::StringLiteral kInclude = "@include";
constexpr llvm::StringLiteral kSpaces = " \t";

class LineReader {
 public:
  LineReader(llvm::StringRef text, std::uint32_t begin, diagnostics::Sink& sink)
      : text_(text), sink_(sink) {
    line_.whole = {begin, support::ToU32(text.size())};
    line_.end = support::ToU32(std::min(text.find_first_of("\r\n", begin), text.size()));
    if (line_.end < text.size()) {
      const bool is_pair = text.substr(line_.end).startswith("\r\n");
      line_.whole.end = line_.end + (is_pair ? 2 : 1);
    }
    line_.comment = support::ToU32(std::min<std::size_t>(text.find('#', begin), line_.end));
  }

  TemplateLine Read() && {
    const std::uint32_t first = support::ToU32(
        std::min<std::size_t>(text_.find_first_not_of(kSpaces, line_.whole.begin), line_.comment));
    const llvm::StringRef code = text_.slice(first, line_.comment);
    if (code.startswith("@") && !code.startswith(kOpen)) {
      ReadDirective(first, code.rtrim(kSpaces));
    } else {
      FindPlaceholders(first);
    }
    return std::move(line_);
  }

 private:
  void BadPlaceholder(Span where, std::string_view words) {
    line_.is_malformed = true;
    ReportBadPlaceholder(sink_, where, words);
  }

  void BadDirective(Span where, std::string_view words) {
    line_.is_malformed = true;
    ReportBadDirective(sink_, where, words);
  }

  void ReadDirective(std::uint32_t begin, llvm::StringRef code) {
    const llvm::StringRef word =
        code.take_until([](char c) { return c == ' ' || c == '\t' || c == '"'; });
    if (word != kInclude) {
      constexpr std::string_view kWords[] = {"@include"};
      BadDirective(
          SpanAt(begin, word.size()),
          "unknown directive " + support::Quoted(support::Abbreviated(word)) +
              support::Suggest(word, kWords,
                               "; the only one is `@include \"FILE\"`, and a placeholder is "
                               "written `@{NAME}`"));
      return;
    }
    const llvm::StringRef rest = code.drop_front(word.size()).ltrim(kSpaces);
    const std::uint32_t at = begin + support::ToU32(code.size() - rest.size());
    const std::size_t close = rest.find('"', 1);
    if (!rest.startswith("\"") || close == llvm::StringRef::npos || close == 1) {
      BadDirective(SpanAt(begin, code.size()),
                   "expected a file name in double quotes after `@include`");
      return;
    }
    const llvm::StringRef after = rest.drop_front(close + 1).ltrim(kSpaces);
    if (!after.empty() || line_.comment != line_.end) {
      const std::uint32_t from =
          after.empty() ? line_.comment : begin + support::ToU32(code.size() - after.size());
      BadDirective(
          {from, line_.end},
          "only the file name may follow `@include`; write a comment on a line of its own");
      return;
    }
    line_.include = SpanAt(at + 1, close - 1);
  }

  void FindPlaceholders(std::uint32_t at) {
    while (true) {
      const std::size_t begin = text_.slice(0, line_.comment).find(kOpen, at);
      if (begin == llvm::StringRef::npos) return;
      const std::size_t name = begin + kOpen.size();
      const std::size_t close = text_.slice(0, line_.comment).find('}', name);
      if (close == llvm::StringRef::npos) {
        BadPlaceholder({support::ToU32(begin), line_.comment}, "missing `}` of a placeholder");
        return;
      }
      Add({{support::ToU32(begin), support::ToU32(close + 1)},
           {support::ToU32(name), support::ToU32(close)}});
      at = support::ToU32(close + 1);
    }
  }

  void Add(const Placeholder& placeholder) {
    const llvm::StringRef name = text_.slice(placeholder.name.begin, placeholder.name.end);
    if (name.empty()) {
      BadPlaceholder(placeholder.where, "a placeholder without a name");
    } else if (name.find_first_of(" \t") != llvm::StringRef::npos) {
      BadPlaceholder(placeholder.where, "whitespace in the name of a placeholder");
    } else if (name.contains(kOpen)) {
      BadPlaceholder(placeholder.where, "missing `}` before the next placeholder");
    } else {
      line_.placeholders.push_back(placeholder);
    }
  }

  llvm::StringRef text_;
  diagnostics::Sink& sink_;
  TemplateLine line_;
};

}  // namespace

TemplateLine ReadTemplateLine(llvm::StringRef text, std::uint32_t begin, diagnostics::Sink& sink) {
  return LineReader(text, begin, sink).Read();
}

}  // namespace ipec::render
