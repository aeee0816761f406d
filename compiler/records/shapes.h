#pragma once

// The rows of shapes.def and types.def.

#include <cstdint>
#include <optional>

#include "compiler/records/record.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::records {

enum class Lsm : std::uint8_t { Any, Named };

struct Shape {
  std::uint32_t number;
  llvm::StringLiteral starts;
  Lsm lsm;
  Type type;
  Dialect dialect;
};

struct ShapeMatch {
  const Shape* shape = nullptr;
  bool is_cut = false;  // the body is the beginning of a beginning
};

// The meaning of a body of a type. Without a shape the record is not one of IPE.
ShapeMatch FindShape(std::uint32_t number, llvm::StringRef body);

// The number of `1420`, `UNKNOWN[1420]`, `AUDIT1420` or `IPE_ACCESS`, if it has a row.
std::optional<std::uint32_t> FindType(llvm::StringRef word);

}  // namespace ipec::records
