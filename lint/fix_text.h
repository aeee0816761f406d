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
// Before safe fixes are applied, the text with all of them is proved, for every target: it has the
// same meaning, records included; except for style, no finding is suppressed that was not before,
// and no statement has an error or warning that is more severe than all its findings before. Fixes
// that would break this together are applied in part or not at all. With `unsafe`, statements may
// get worse, and the other fixes follow, those of one rule at a time; fixes that change no decision
// individually are proved to change none together. Every kernel accepts the result. A policy that a
// kernel rejects is not changed.
//
// The text is linted a limited number of times, however many fixes there are.
// `found` are findings of Lint about the reading.
FixedText FixText(const pipeline::Reading& reading, const Result& found, const Settings& settings,
                  bool unsafe);

}  // namespace ipec::lint
