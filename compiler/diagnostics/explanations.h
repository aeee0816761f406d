#pragma once

// The files of explanations/ as constants. The definition is generated when this is built.

#include <span>
#include <string_view>

namespace ipec::diagnostics {

struct Explanation {
  std::string_view name;  // of the file without `.md`, which is the name of the row
  std::string_view text;
};

extern const std::span<const Explanation> kExplanations;  // by name

}  // namespace ipec::diagnostics
