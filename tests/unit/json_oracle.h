#pragma once

// LLVM's JSON reader behind plain types: no clang compiles its header of LLVM 14 as C++20, so its
// only user is compiled as C++17.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "llvm/Support/Error.h"

namespace llvm::json {
class Object;
}

namespace ipec::tests {

// A JSON object with its nested ones.
class JsonObject {
 public:
  static llvm::Expected<JsonObject> Parse(std::string_view text);

  std::optional<std::string> String(std::string_view key) const;
  std::optional<bool> Boolean(std::string_view key) const;
  std::optional<std::int64_t> Integer(std::string_view key) const;
  std::optional<JsonObject> Object(std::string_view key) const;
  bool Has(std::string_view key) const;

 private:
  std::shared_ptr<const void> owner_;
  const llvm::json::Object* object_ = nullptr;
};

// Any JSON document in one form: no whitespace, members sorted by name. Null if LLVM rejects it.
std::optional<std::string> CanonicalJson(std::string_view text);

}  // namespace ipec::tests
