#pragma once

// A whole text with its fixes applied, for `--fix`, `--unsafe-fixes` and `--diff`.

#include <span>
#include <string>

#include "lint/linter.h"

namespace ipec::lint {

struct FixedText {
  std::string text;
  std::size_t count = 0;  // of fixes applied
};

// Fixes and lints again until nothing is left to fix. Without `unsafe` the text as a whole is
// proved to mean the same for every target, or stays as it was before the round that would not.
FixedText FixText(const support::SourceBuffer& source, const Result& found,
                  std::span<const targets::Target* const> targets, const Settings& settings,
                  bool unsafe);

}  // namespace ipec::lint
