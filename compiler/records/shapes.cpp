#include "compiler/records/shapes.h"

#include "compiler/records/field_values.h"
#include "llvm/ADT/STLExtras.h"

namespace ipec::records {
namespace {

constexpr Shape kShapes[] = {
#define IPEC_SHAPE(number, starts, lsm, type, dialect) \
  {number, starts, Lsm::lsm, Type::type, Dialect::dialect},
#include "compiler/records/shapes.def"
};

struct NamedType {
  std::uint32_t number;
  llvm::StringLiteral name;
};

constexpr NamedType kRecordTypes[] = {
#define IPEC_RECORD_TYPE(number, name) {number, name},
#include "compiler/records/types.def"
};

std::optional<std::uint32_t> KnownNumber(llvm::StringRef digits) {
  const std::optional<std::uint64_t> number = ToNumber(digits);
  if (!number) return std::nullopt;
  for (const NamedType& row : kRecordTypes) {
    if (row.number == *number) return row.number;
  }
  return std::nullopt;
}

}  // namespace

ShapeMatch FindShape(std::uint32_t number, llvm::StringRef body) {
  ShapeMatch match;
  for (const Shape& shape : kShapes) {
    if (shape.number != number) continue;
    if (body.startswith(shape.starts)) return {&shape, false};
    // A whole record is never that short. Without a type, it may be any text.
    if (number != 0 && !body.empty() && shape.starts.startswith(body)) match = {&shape, true};
  }
  return match;
}

std::optional<std::uint32_t> FindType(llvm::StringRef word) {
  if (word.empty()) return std::nullopt;
  if (word.front() >= '0' && word.front() <= '9') return KnownNumber(word);
  if (word.consume_front("AUDIT")) return KnownNumber(word);
  if (word.consume_front("UNKNOWN[")) {
    return word.consume_back("]") ? KnownNumber(word) : std::nullopt;
  }
  for (const NamedType& row : kRecordTypes) {
    if (row.name == word) return row.number;
  }
  return std::nullopt;
}

}  // namespace ipec::records
