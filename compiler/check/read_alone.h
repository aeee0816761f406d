#pragma once

// A part of a policy read on its own: what would the kernel refuse there if it were written so?

#include <string>
#include <vector>

#include "compiler/check/checker.h"

namespace ipec::check {

struct Reading {
  std::string text;
  std::vector<diagnostics::Diagnostic> findings;  // in file order; places count from its beginning
  policy::Policy policy;                          // what was read of it
  BrokenDefaults broken;
  bool is_template = false;
  bool is_empty = false;  // no statement at all
};

// Reads `text` as it would be read in place of `part`, a part of the document.
Reading ReadAlone(const Checker& checker, support::Span part, std::string text);

}  // namespace ipec::check
