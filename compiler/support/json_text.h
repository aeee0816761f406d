#pragma once

// Strings as JSON writes them, for output too fast or too small for a JSON library.

#include <string>
#include <string_view>

namespace ipec::support {

// Appends `text` to `out` in quotes, escaped. Bytes that are no UTF-8 become U+FFFD.
void AppendJson(std::string& out, std::string_view text);

inline std::string Json(std::string_view text) {
  std::string out;
  AppendJson(out, text);
  return out;
}

}  // namespace ipec::support
