#pragma once

// A whole text with its fixes applied, for `--fix`, `--unsafe-fixes` and `--diff`.

#include <string>

#include "lint/linter.h"

namespace ipec::lint {

struct FixedText {
  std::string text;
  std::size_t count = 0;  // of fixes applied
};

// Fixes and lints again until nothing is left to fix, so fixing the result changes nothing.
//
// Before safe fixes are applied, the text with all of them is proved, for every target: it means
// the same, records included, and but for style no statement is silenced that was not before, and
// no rule says more warnings or errors. Fixes that together break that are applied in part or not
// at all. With `unsafe` more may be said, and the other fixes follow, one rule's at a time; those
// that change no decision alone are proved to change none together. Whatever is applied, all
// kernels accept the result. A policy that one of them refuses stays as it is.
FixedText FixText(const support::SourceBuffer& source, const Result& found, Targets targets,
                  const Settings& settings, bool unsafe);

}  // namespace ipec::lint
