#include "compiler/records/record.h"

#include "compiler/support/numbers.h"

namespace ipec::records {
namespace {

constexpr llvm::StringLiteral kTypeNames[kTypes] = {"access", "activation",  "load",
                                                    "mode",   "system-call", "process-title"};
constexpr llvm::StringLiteral kDialectNames[] = {"early-rfc", "context-rfc", "later-rfc",
                                                 "mainline", "audit"};

}  // namespace

llvm::StringRef Name(Type type) {
  return kTypeNames[support::IndexOf(type)];
}

llvm::StringRef Name(Dialect dialect) {
  return kDialectNames[support::IndexOf(dialect)];
}

}  // namespace ipec::records
