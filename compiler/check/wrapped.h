#pragma once

// Recognizes a statement that was wrapped over several lines.

#include <cstddef>

#include "compiler/diagnostics/diagnostic.h"

namespace ipec::check {

// A statement over more lines is not recognised.
inline constexpr std::size_t kMostWrappedLines = 8;

// A line with more findings is not half of a statement.
inline constexpr std::size_t kMostFindingsOfHalf = 6;

// Whether `finding` says that a statement goes on after its line, or may.
bool IsAboutPart(const diagnostics::Diagnostic& finding);

}  // namespace ipec::check
