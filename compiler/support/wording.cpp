#include "compiler/support/wording.h"

namespace ipec::support {

std::string Quoted(std::string_view word) {
  std::string text;
  text.reserve(word.size() + 2);
  return text.append("`").append(word).append("`");
}

}  // namespace ipec::support
