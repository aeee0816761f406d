#pragma once

// Recognizes a statement that was wrapped over several lines.

#include <cstddef>

#include "compiler/diagnostics/diagnostic.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::check {

// A statement over more lines is not recognised.
inline constexpr std::size_t kMostWrappedLines = 8;

// A line with more findings is not half of a statement.
inline constexpr std::size_t kMostFindingsOfHalf = 6;

// Whether `comment` holds a part of a statement, which may have been taken out of this one.
bool HoldsPartOfStatement(llvm::StringRef comment);

// Whether `finding` says that a statement goes on after its line, or may.
bool IsAboutPart(const diagnostics::Diagnostic& finding);

}  // namespace ipec::check
