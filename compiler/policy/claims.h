#pragma once

// The meaning of a file of claims, without its text: what its author promises about a policy.
//
//   never  op=X CONDITIONS   no event that fits is allowed
//   always op=X CONDITIONS   every event that fits is allowed
//   only   op=X CONDITIONS   every event of X that is allowed fits one of the `only` claims about X
//
// An event fits if all conditions match, as for a rule. `op=*` stands for every operation with a
// name.

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "compiler/policy/policy.h"
#include "compiler/support/numbers.h"

namespace ipec::policy {

enum class ClaimKind : std::uint8_t { Never, Always, Only };

// The word with which a claim begins, by kind.
inline constexpr std::array<std::string_view, 3> kClaimWords = {"never", "always", "only"};

constexpr std::string_view Name(ClaimKind kind) {
  return kClaimWords[support::IndexOf(kind)];
}

struct Claim {
  ClaimKind kind = ClaimKind::Never;
  // In Claims::fits: a rule for each operation that the claim names. Their conditions are equal,
  // and their statements and lines are those of the claim.
  RuleIds fits;
  std::uint32_t line = 0;   // from 1
  support::Span statement;  // without comment and line ending
};

struct Claims {
  // A policy only in form: its rules match the events that fit the claims. Their actions, and its
  // header and DEFAULTs, mean nothing.
  Policy fits;
  std::vector<Claim> claims;  // the well-formed ones, in file order
};

}  // namespace ipec::policy
