#include "lsp/uri.h"

#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Path.h"

namespace ipec::lsp {

std::string PathOf(std::string_view uri) {
  llvm::StringRef rest(uri.data(), uri.size());
  if (!rest.consume_front_insensitive("file:")) return {};
  if (rest.consume_front("//")) rest.consume_front_insensitive("localhost");
  if (!rest.startswith("/")) return {};
  rest = rest.take_until([](char c) { return c == '?' || c == '#'; });
  llvm::SmallString<128> path;
  while (!rest.empty()) {
    const bool escaped = rest.size() >= 3 && rest[0] == '%' && llvm::isHexDigit(rest[1]) &&
                         llvm::isHexDigit(rest[2]);
    const char byte = escaped ? llvm::fromHex(rest.substr(1, 2)).front() : rest[0];
    rest = rest.drop_front(escaped ? 3 : 1);
    if (byte != '/' || !path.str().endswith("/")) path += byte;
  }
  if (path.str().contains('\0')) return {};
  llvm::sys::path::remove_dots(path, /*remove_dot_dot=*/true, llvm::sys::path::Style::posix);
  return path.str().str();
}

std::string UriOf(std::string_view path) {
  std::string uri = "file://";
  for (const char c : path) {
    if (llvm::isAlnum(c) || llvm::StringRef("/-._~").contains(c)) {
      uri += c;
    } else {
      uri += '%';
      uri += llvm::toHex(llvm::StringRef(&c, 1));
    }
  }
  return uri;
}

}  // namespace ipec::lsp
