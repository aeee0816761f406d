#pragma once

// The parts of a record on which its answer depends.

#include <cstddef>
#include <string>

#include "compiler/records/record.h"
#include "compiler/replay/result.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::replay {

// Names of programs have at most 15 bytes; a log can have any.
inline constexpr std::size_t kLongestComm = 64;
inline constexpr std::size_t kLongestHook = 32;

// The hook of operations that never have a file.
llvm::StringRef LoadHook();
// Operations without a file, and hooks that never have one.
bool IsWithoutFile(const records::Access& access);

// `policy`: the thumbprint of the policy that was active; empty: one policy for all.
GroupKey KeyOf(const records::Access& access, const std::string& policy);

// As recorded, or else as the statement names it.
llvm::StringRef OperationNameOf(const records::Access& access);

}  // namespace ipec::replay
