#include "compiler/targets/targets.h"

#include <algorithm>
#include <array>
#include <vector>

#include "compiler/support/enum_set.h"
#include "compiler/support/numbers.h"
#include "compiler/support/wording.h"
#include "compiler/targets/features.h"

namespace ipec::targets {
namespace {

using enum Feature;

enum class TargetId : std::uint8_t {
#define IPEC_TARGET(id, name, summary, features, names) id,
#include "compiler/targets/targets.def"
};

// The other names of a row.
template <typename... Words>
constexpr std::array<std::string_view, sizeof...(Words)> Names(Words... words) {
  return {words...};
}
#define IPEC_TARGET(id, name, summary, features, names) constexpr auto k##id##Names = names;
#include "compiler/targets/targets.def"

constexpr std::array kTargets = {
#define IPEC_TARGET(id, name, summary, features, names) \
  Target{support::IndexOf(TargetId::id), name, k##id##Names, summary, features, {}},
#include "compiler/targets/targets.def"
};

// Each target without each set of properties, by the bits of the set.
constexpr std::size_t kPropertySets = std::size_t{1} << runtime::kPropertyCount;
constexpr auto kBuilt = [] {
  std::array<std::array<Target, kPropertySets>, kTargets.size()> built{};
  for (const Target& target : kTargets) {
    for (std::size_t bits = 0; bits < kPropertySets; ++bits) {
      Target& made = built[target.row][bits];
      made = target;
      for (const runtime::Property property : runtime::kProperties) {
        if ((bits >> support::IndexOf(property) & 1U) != 0) made.missing.Add(property);
      }
    }
  }
  return built;
}();

// Sets of targets, for the rows of words.def.
constexpr std::uint32_t InRow(std::size_t row) {
  return 1U << row;
}
constexpr std::uint32_t In(TargetId id) {
  return InRow(support::IndexOf(id));
}
constexpr std::uint32_t With(Feature feature) {
  std::uint32_t set = 0;
  for (const Target& target : kTargets) {
    if (target.Has(feature)) set |= InRow(target.row);
  }
  return set;
}
constexpr std::uint32_t Everywhere = (1U << kTargets.size()) - 1;
constexpr std::uint32_t Mainline = With(Securityfs);

constexpr auto kOperationSets = [] {
  policy::OperationMap<std::uint32_t> sets;
#define IPEC_KNOWN_OPERATION(id, set) sets[runtime::Operation::id] = set;
#include "compiler/targets/words.def"
  return sets;
}();

constexpr auto kHookSets = [] {
  support::EnumMap<runtime::Hook, std::uint32_t, runtime::kHookCount> sets;
#define IPEC_KNOWN_HOOK(id, set) sets[runtime::Hook::id] = set;
#include "compiler/targets/words.def"
  return sets;
}();

using enum runtime::Operation;
#define IPEC_ALIAS(spelling, set, ...)                                 \
  constexpr std::array kAliasOperations = {__VA_ARGS__};               \
  constexpr std::array kAliases = {Alias{spelling, kAliasOperations}}; \
  constexpr std::uint32_t kAliasSet = set;
#include "compiler/targets/words.def"

}  // namespace

policy::OperationSet SetOf(const Alias& alias) {
  policy::OperationSet operations;
  for (const runtime::Operation operation : alias.operations) operations.Add(operation);
  return operations;
}

bool Target::Knows(runtime::Operation operation) const {
  return (kOperationSets[operation] & InRow(row)) != 0;
}

bool Target::Knows(runtime::Hook hook) const {
  return (kHookSets[hook] & InRow(row)) != 0;
}

std::span<const Alias> Target::aliases() const {
  if ((kAliasSet & InRow(row)) == 0) return {};
  return kAliases;
}

policy::Semantics Target::semantics() const {
  policy::Semantics semantics;
  semantics.bare_digests = Has(BareDigests);
  semantics.fsverity_signature_needs_fsverity = Has(VerityBeforeSignature);
  semantics.boot_verified_excludes_dmverity = !Has(PinnedSuperblock);
  for (const runtime::Operation operation : runtime::kOperations) {
    if (Knows(operation)) semantics.operations.Add(operation);
  }
  semantics.operations.Remove(runtime::Operation::Unknown);
  semantics.missing = missing;
  return semantics;
}

const Target& Target::Without(policy::PropertySet properties) const {
  const policy::PropertySet all = missing | properties;
  return all.empty() ? kTargets[row] : kBuilt[row][all.bits()];
}

std::string Describe(const Target& target) {
  std::string text(target.name);
  std::vector<std::string_view> names;
  for (const runtime::Property property : target.missing) names.push_back(Name(property));
  if (!names.empty()) text += " without " + support::ListedInQuotes(names);
  return text;
}

std::span<const Target> AllTargets() {
  return kTargets;
}

std::span<const runtime::Hook> AllHooks() {
  static constexpr std::array kHooks = {
#define IPEC_KNOWN_HOOK(id, set) runtime::Hook::id,
#include "compiler/targets/words.def"
  };
  return kHooks;
}

const Target& DefaultTarget() {
  return kTargets[support::IndexOf(TargetId::Linux612)];
}

const Target* FindTarget(std::string_view name) {
  for (const Target& target : kTargets) {
    const auto& others = target.other_names;
    if (target.name == name || std::find(others.begin(), others.end(), name) != others.end()) {
      return &target;
    }
  }
  return nullptr;
}

std::span<const std::string_view> TargetsKnowing(runtime::Operation operation) {
  static const auto lists = [] {
    policy::OperationMap<std::vector<std::string_view>> made;
    for (const runtime::Operation known : runtime::kOperations) {
      for (const Target& target : kTargets) {
        if (target.Knows(known)) made[known].push_back(target.name);
      }
    }
    return made;
  }();
  return lists[operation];
}

}  // namespace ipec::targets
