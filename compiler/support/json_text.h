#pragma once

// Strings in JSON syntax, for output that is too fast or too small for a JSON library.

#include <string>
#include <string_view>

namespace ipec::support {

// Appends `text` to `out`, quoted and escaped. Invalid UTF-8 becomes U+FFFD.
void AppendJson(std::string& out, std::string_view text);

inline std::string Json(std::string_view text) {
  std::string out;
  AppendJson(out, text);
  return out;
}

}  // namespace ipec::support
