#include "compiler/check/placeholder.h"

#include <fmt/format.h>

#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "compiler/targets/digest_algorithms.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::check {
namespace {

// A value of a hundred megabytes is not a placeholder.
constexpr std::size_t kLongestTemplate = 4096;

bool IsNameByte(char byte) {
  return llvm::isAlnum(byte) || byte == '_';
}

struct Brackets {
  llvm::StringLiteral open;
  llvm::StringLiteral close;
};
constexpr Brackets kBrackets[] = {{"{{", "}}"}, {"{%", "%}"}, {"${", "}"}, {"@{", "}"},
                                  {"$(", ")"},  {"<", ">"},   {"{", "}"},  {"[", "]"}};
// Brackets that always mark a placeholder.
constexpr std::size_t kEvident = 5;

llvm::ArrayRef<Brackets> Evident() {
  return llvm::ArrayRef(kBrackets).take_front(kEvident);
}

llvm::StringRef InBrackets(llvm::StringRef text, llvm::ArrayRef<Brackets> all) {
  for (const Brackets& brackets : all) {
    const std::size_t begin = text.find(brackets.open);
    if (begin == llvm::StringRef::npos) continue;
    const std::size_t end = text.find(brackets.close, begin + brackets.open.size());
    if (end != llvm::StringRef::npos) return text.slice(begin, end + brackets.close.size());
  }
  return {};
}

llvm::StringRef Open(llvm::StringRef text, llvm::ArrayRef<Brackets> all) {
  text = text.take_front(kLongestTemplate);
  for (const Brackets& brackets : all) {
    const std::size_t begin = text.find(brackets.open);
    if (begin == llvm::StringRef::npos) continue;
    if (text.find(brackets.close, begin) == llvm::StringRef::npos) return brackets.close;
    return {};
  }
  return {};
}

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

// `@NAME@`, `%NAME%`, `$NAME`, `%s`.
llvm::StringRef Variable(llvm::StringRef text) {
  for (const llvm::StringRef mark : {"@", "%"}) {
    if (const llvm::StringRef found = Marked(text, mark); !found.empty()) return found;
  }
  if (const llvm::StringRef found = ShellVariable(text); !found.empty()) return found;
  return Conversion(text);
}

// An uppercase word that names the missing value: `ROOTHASH`, `YOUR_HASH_HERE`, `TODO`.
bool IsUppercasePlaceholder(llvm::StringRef word) {
  if (!llvm::all_of(word, [](char byte) {
        return (byte >= 'A' && byte <= 'Z') || llvm::isDigit(byte) || byte == '_' || byte == '-';
      })) {
    return false;
  }
  for (const llvm::StringRef part :
       {"HASH", "DIGEST", "TODO", "XXX", "FIXME", "YOUR_", "REPLACE", "PLACEHOLDER", "CHANGE"}) {
    if (word.contains(part)) return true;
  }
  return false;
}

// Documentation's notation for the reader's own value: `your-root-hash`, `xxxx`, `dead...`.
bool IsDocumentationPlaceholder(llvm::StringRef word) {
  if (word.startswith_insensitive("your-") || word.startswith_insensitive("your_")) return true;
  if (word.size() > 2 && word.find_first_not_of("xX") == llvm::StringRef::npos) return true;
  // A version of only digits and dots is not a placeholder.
  return (word.contains("...") || word.contains("\xE2\x80\xA6")) &&
         word.find_first_not_of("0123456789.") != llvm::StringRef::npos;
}

}  // namespace

llvm::StringRef FindPlaceholder(llvm::StringRef value) {
  value = support::TakeCharacters(value, kLongestTemplate);
  if (const llvm::StringRef found = InBrackets(value, kBrackets); !found.empty()) return found;
  if (const llvm::StringRef found = Variable(value); !found.empty()) return found;
  if (const llvm::StringRef found = Marked(value, "__"); !found.empty()) return found;
  const std::size_t colon = value.find(':');
  const llvm::StringRef word = colon == llvm::StringRef::npos ? value : value.drop_front(colon + 1);
  return IsUppercasePlaceholder(word) || IsDocumentationPlaceholder(word) ? word
                                                                          : llvm::StringRef();
}

llvm::StringRef FindTemplate(llvm::StringRef text) {
  text = text.take_front(kLongestTemplate);
  if (const llvm::StringRef found = InBrackets(text, Evident()); !found.empty()) return found;
  if (const llvm::StringRef found = Variable(text); !found.empty()) return found;
  const llvm::StringRef found = Marked(text, "__");
  return found.size() == text.size() ? found : llvm::StringRef();
}

std::optional<std::string> DescribeDigestPlaceholder(llvm::StringRef value,
                                                     llvm::StringRef placeholder, bool bare) {
  using targets::DigestAlgorithm;
  constexpr llvm::StringLiteral kQuotes = "'\"";
  const std::size_t begin = support::ToSize(placeholder.begin() - value.begin());
  const llvm::StringRef before = value.take_front(begin).ltrim(kQuotes);
  const llvm::StringRef after = value.drop_front(begin + placeholder.size()).rtrim(kQuotes);
  if (bare) {
    if (!before.empty() || !after.empty()) return std::nullopt;
    return "it stands for the hex digits of a digest, without the algorithm";
  }
  if (before.empty() && after.empty()) {
    const auto* named = targets::FindAlgorithmIn({placeholder.data(), placeholder.size()});
    if (named == nullptr) {
      return "it stands for a whole digest, ALGORITHM:HEX, for example `sha256:` and 64 hex digits";
    }
    return fmt::format("it stands for a whole digest, `{}:` and {} hex digits", named->name,
                       2 * named->bytes);
  }
  if (before.empty() && after == ":") {
    return "if it stands for a whole digest, ALGORITHM:HEX, remove the `:` after it";
  }
  if (before.empty() && after.startswith(":")) {
    return "it stands for the algorithm, for example `sha256`";
  }
  if (!before.endswith(":") || !after.empty()) return std::nullopt;
  const llvm::StringRef algorithm = before.drop_back();
  const DigestAlgorithm* known = targets::FindAlgorithm({algorithm.data(), algorithm.size()});
  if (known == nullptr) return "it stands for the hex digits of a digest";
  return fmt::format("it stands for the {} hex digits of a {} digest", 2 * known->bytes,
                     known->name);
}

llvm::StringRef OpenPlaceholder(llvm::StringRef value) {
  return Open(value, kBrackets);
}

llvm::StringRef OpenTemplate(llvm::StringRef text) {
  return Open(text, Evident());
}

}  // namespace ipec::check
