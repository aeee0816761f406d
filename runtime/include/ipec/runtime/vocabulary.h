#pragma once

// Operations, hooks, properties and actions as numbers, with their spellings.
//
// The rows are in vocabulary.def; this header makes enumerations and look-ups of them. Spellings
// are those that the kernel prints and reads; they are compared byte for byte.

#if __cplusplus <= 201703L
#error "the C++ headers of ipec/runtime need C++20: compile with -std=c++20"
#endif

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace ipec::runtime {

enum class Operation : std::uint8_t {
#define IPEC_OPERATION(id, number, spelling) id = number,
#include "ipec/runtime/vocabulary.def"
};

enum class Hook : std::uint8_t {
#define IPEC_HOOK(id, number, spelling) id = number,
#include "ipec/runtime/vocabulary.def"
};

enum class Property : std::uint8_t {
#define IPEC_PROPERTY(id, number, kind, spelling) id = number,
#include "ipec/runtime/vocabulary.def"
};

// All of them, in the order of their numbers; Operation::Unknown included.
inline constexpr std::array kOperations = {
#define IPEC_OPERATION(id, number, spelling) Operation::id,
#include "ipec/runtime/vocabulary.def"
};
inline constexpr std::array kHooks = {
#define IPEC_HOOK(id, number, spelling) Hook::id,
#include "ipec/runtime/vocabulary.def"
};
inline constexpr std::array kProperties = {
#define IPEC_PROPERTY(id, number, kind, spelling) Property::id,
#include "ipec/runtime/vocabulary.def"
};

// The value of a property: TRUE or FALSE, or a digest.
enum class PropertyKind : std::uint8_t { Boolean, Digest };

enum class Action : std::uint8_t { Allow = 0, Deny = 1 };

// The statement that decided: a rule, the DEFAULT of the operation, or the global DEFAULT.
enum class Match : std::uint8_t { Rule = 0, OperationDefault = 1, GlobalDefault = 2 };

inline constexpr std::array kOperationNames = {
#define IPEC_OPERATION(id, number, spelling) std::string_view(spelling),
#include "ipec/runtime/vocabulary.def"
};

inline constexpr std::array kHookNames = {
#define IPEC_HOOK(id, number, spelling) std::string_view(spelling),
#include "ipec/runtime/vocabulary.def"
};

inline constexpr std::array kPropertyNames = {
#define IPEC_PROPERTY(id, number, kind, spelling) std::string_view(spelling),
#include "ipec/runtime/vocabulary.def"
};

inline constexpr std::array kPropertyKinds = {
#define IPEC_PROPERTY(id, number, kind, spelling) PropertyKind::kind,
#include "ipec/runtime/vocabulary.def"
};

// Operation::Unknown included; it is always the last one.
inline constexpr std::size_t kOperationCount = kOperationNames.size();
inline constexpr std::size_t kHookCount = kHookNames.size();
inline constexpr std::size_t kPropertyCount = kPropertyNames.size();

// The rows are numbered 0, 1, 2 …: the look-ups below index by number.
#define IPEC_OPERATION(id, number, spelling) static_assert(kOperationNames[number] == spelling);
#define IPEC_HOOK(id, number, spelling) static_assert(kHookNames[number] == spelling);
#define IPEC_PROPERTY(id, number, kind, spelling) static_assert(kPropertyNames[number] == spelling);
#include "ipec/runtime/vocabulary.def"
static_assert(kOperationNames.back() == "UNKNOWN");

constexpr std::string_view Name(Operation operation) {
  return kOperationNames[static_cast<std::size_t>(operation)];
}
constexpr std::string_view Name(Hook hook) {
  return kHookNames[static_cast<std::size_t>(hook)];
}
constexpr std::string_view Name(Property property) {
  return kPropertyNames[static_cast<std::size_t>(property)];
}
constexpr PropertyKind Kind(Property property) {
  return kPropertyKinds[static_cast<std::size_t>(property)];
}
constexpr std::string_view Name(Action action) {
  return action == Action::Allow ? "ALLOW" : "DENY";
}

namespace internal {
template <typename Word, std::size_t kSize>
constexpr std::optional<Word> Find(const std::array<std::string_view, kSize>& names,
                                   std::string_view spelling) {
  for (std::size_t i = 0; i < kSize; ++i) {
    if (names[i] == spelling) return static_cast<Word>(i);
  }
  return std::nullopt;
}
}  // namespace internal

constexpr std::optional<Operation> FindOperation(std::string_view spelling) {
  return internal::Find<Operation>(kOperationNames, spelling);
}
constexpr std::optional<Hook> FindHook(std::string_view spelling) {
  return internal::Find<Hook>(kHookNames, spelling);
}
constexpr std::optional<Property> FindProperty(std::string_view spelling) {
  return internal::Find<Property>(kPropertyNames, spelling);
}
constexpr std::optional<Action> FindAction(std::string_view spelling) {
  if (spelling == "ALLOW") return Action::Allow;
  if (spelling == "DENY") return Action::Deny;
  return std::nullopt;
}

}  // namespace ipec::runtime
