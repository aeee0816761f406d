#pragma once

// The kernel dialects that ipec supports, as rows of features and sets of words.
//
// Code outside this directory never names a target or compares two: it tests
// `target.Has(Feature::X)`.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "compiler/policy/policy.h"
#include "compiler/support/numbers.h"
#include "ipec/runtime/vocabulary.h"

namespace ipec::targets {

// features.h lists them.
enum class Feature : std::uint8_t;

// A set of features; `A | B` builds one.
struct FeatureSet {
  std::uint32_t bits = 0;
  constexpr FeatureSet(Feature feature) : bits(1U << support::IndexOf(feature)) {}
  constexpr FeatureSet() = default;
  friend constexpr FeatureSet operator|(FeatureSet a, FeatureSet b) {
    FeatureSet both;
    both.bits = a.bits | b.bits;
    return both;
  }
};
constexpr FeatureSet operator|(Feature a, Feature b) {
  return FeatureSet(a) | FeatureSet(b);
}

// A word for several operations.
struct Alias {
  std::string_view spelling;
  std::span<const runtime::Operation> operations;
};
policy::OperationSet SetOf(const Alias& alias);

struct Target {
  std::uint8_t row;  // in targets.def; says nothing about age
  std::string_view name;
  std::span<const std::string_view> other_names;  // later releases with the same dialect
  std::string_view summary;
  FeatureSet features;
  // Properties that the kernel was built without; empty for the rows of targets.def.
  policy::PropertySet missing = {};

  constexpr bool Has(Feature feature) const {
    return (features.bits >> support::IndexOf(feature) & 1U) != 0;
  }
  // Unknown is known if events of operations without a name can occur.
  bool Knows(runtime::Operation operation) const;
  bool Knows(runtime::Hook hook) const;
  std::span<const Alias> aliases() const;
  // The meaning of rules in this dialect.
  policy::Semantics semantics() const;
  // The same target, built without these properties too. Lives as long as the program; equal
  // targets have the same address.
  const Target& Without(policy::PropertySet properties) const;
};

// "linux-6.12 without `fsverity_signature`".
std::string Describe(const Target& target);

std::span<const Target> AllTargets();
// The hooks of all targets, each in the order of its kernel.
std::span<const runtime::Hook> AllHooks();
const Target& DefaultTarget();
// The target with this name, which may be one of its other names. Null for an unknown name, for
// which unknown_target.h has the error message.
const Target* FindTarget(std::string_view name);

// The names of the targets that know the word, for example for "did you mean another dialect".
std::span<const std::string_view> TargetsKnowing(runtime::Operation operation);

// A word of another code base that occurs in real policies. The rows are in foreign_words.cpp.
struct ForeignWord {
  enum class Kind : std::uint8_t { Operation, Property };
  Kind kind;
  std::string_view spelling;
  std::string_view who;  // the code base that knows the word, for a note
  std::span<const runtime::Operation> replacement;
};

// Null if `word` is not in the table.
const ForeignWord* FindForeignWord(ForeignWord::Kind kind, std::string_view word);
std::span<const ForeignWord> ForeignWords();

}  // namespace ipec::targets
