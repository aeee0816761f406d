#pragma once

// A part of a policy, read separately: which errors would the kernel find in it?

#include <cstdint>
#include <string>
#include <vector>

#include "compiler/check/checker.h"

namespace ipec::check {

struct Reading {
  std::string text;
  std::vector<diagnostics::Diagnostic> findings;  // in file order; places are relative to the part
  policy::Policy policy;                          // the policy that was read from it
  BrokenDefaults broken;
  bool is_template = false;
  bool is_empty = false;  // no statement at all
};

// Makes a place in the text relative to `from`.
inline void Move(support::Span& place, std::uint32_t from) {
  place = {place.begin - from, place.end - from};
}

// Whether `part` is read as following a header.
bool IsBelowHeader(const Checker& checker, support::Span part);

// Reads `text` as a replacement of `part`, a part of the document.
Reading ReadAlone(const Checker& checker, support::Span part, std::string text);

}  // namespace ipec::check
