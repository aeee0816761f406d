#include "compiler/support/wording.h"

namespace ipec::support {

std::string Quoted(std::string_view word) {
  std::string text;
  text.reserve(word.size() + 2);
  return text.append("`").append(word).append("`");
}

std::string NumberOf(std::size_t number, std::string_view noun) {
  std::string text = std::to_string(number);
  return text.append(" ").append(noun).append(number == 1 ? "" : "s");
}

}  // namespace ipec::support
