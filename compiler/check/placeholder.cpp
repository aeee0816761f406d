#include "compiler/check/placeholder.h"

#include "llvm/ADT/StringExtras.h"

namespace ipec::check {
namespace {

bool IsNameByte(char byte) {
  return llvm::isAlnum(byte) || byte == '_';
}

struct Brackets {
  llvm::StringLiteral open;
  llvm::StringLiteral close;
};
constexpr Brackets kBrackets[] = {{"{{", "}}"}, {"${", "}"}, {"$(", ")"},
                                  {"<", ">"},   {"{", "}"},  {"[", "]"}};

// `@NAME@`, `%NAME%`, `__NAME__`: a name between two equal marks.
llvm::StringRef Marked(llvm::StringRef value, llvm::StringRef mark) {
  const std::size_t begin = value.find(mark);
  if (begin == llvm::StringRef::npos) return {};
  const std::size_t end = value.find(mark, begin + mark.size());
  if (end == llvm::StringRef::npos || end == begin + mark.size()) return {};
  const llvm::StringRef name = value.slice(begin + mark.size(), end);
  if (!llvm::all_of(name,
                    [](char byte) { return IsNameByte(byte) || byte == '-' || byte == '.'; })) {
    return {};
  }
  return value.slice(begin, end + mark.size());
}

// `$NAME` of a shell.
llvm::StringRef ShellVariable(llvm::StringRef value) {
  const std::size_t begin = value.find('$');
  if (begin == llvm::StringRef::npos) return {};
  std::size_t end = begin + 1;
  while (end < value.size() && IsNameByte(value[end])) ++end;
  return end == begin + 1 ? llvm::StringRef() : value.slice(begin, end);
}

// `%s`, `%d`, `%08x` of printf.
llvm::StringRef Conversion(llvm::StringRef value) {
  const std::size_t begin = value.find('%');
  if (begin == llvm::StringRef::npos) return {};
  std::size_t end = begin + 1;
  while (end < value.size() && (llvm::isDigit(value[end]) || value[end] == '.')) ++end;
  if (end == value.size() || !llvm::StringRef("sdiux").contains(value[end])) return {};
  return value.slice(begin, end + 1);
}

// A word in capitals that names what should stand there: `ROOTHASH`, `YOUR_HASH_HERE`, `TODO`.
llvm::StringRef Capitals(llvm::StringRef value) {
  const std::size_t colon = value.find(':');
  const llvm::StringRef word = colon == llvm::StringRef::npos ? value : value.drop_front(colon + 1);
  if (!llvm::all_of(word, [](char byte) {
        return (byte >= 'A' && byte <= 'Z') || llvm::isDigit(byte) || byte == '_' || byte == '-';
      })) {
    return {};
  }
  for (const llvm::StringRef part :
       {"HASH", "DIGEST", "TODO", "XXX", "FIXME", "YOUR_", "REPLACE", "PLACEHOLDER", "CHANGE"}) {
    if (word.contains(part)) return word;
  }
  return {};
}

}  // namespace

llvm::StringRef FindPlaceholder(llvm::StringRef value) {
  // A value of a hundred megabytes is no placeholder.
  value = value.take_front(4096);
  for (const Brackets& brackets : kBrackets) {
    const std::size_t begin = value.find(brackets.open);
    if (begin == llvm::StringRef::npos) continue;
    const std::size_t end = value.find(brackets.close, begin + brackets.open.size());
    if (end != llvm::StringRef::npos) return value.slice(begin, end + brackets.close.size());
  }
  for (const llvm::StringRef mark : {"@", "%", "__"}) {
    if (const llvm::StringRef found = Marked(value, mark); !found.empty()) return found;
  }
  if (const llvm::StringRef found = ShellVariable(value); !found.empty()) return found;
  if (const llvm::StringRef found = Conversion(value); !found.empty()) return found;
  return Capitals(value);
}

llvm::StringRef OpenPlaceholder(llvm::StringRef text) {
  text = text.take_front(4096);
  for (const Brackets& brackets : kBrackets) {
    const std::size_t begin = text.find(brackets.open);
    if (begin == llvm::StringRef::npos) continue;
    if (text.find(brackets.close, begin) == llvm::StringRef::npos) return brackets.close;
    return {};
  }
  return {};
}

}  // namespace ipec::check
