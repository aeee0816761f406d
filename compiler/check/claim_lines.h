#pragma once

// The lines of a file of claims: the word with which each begins, and what only claims can have
// wrong. The rest of a line is that of a rule: DeriveRules makes a policy with one rule for each
// claim, `op=… PROPERTY=VALUE… action=ALLOW`.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/check/check.h"
#include "compiler/check/derived_text.h"
#include "compiler/policy/claims.h"

namespace ipec::check {

// Lines that the derived text has above the first one, and what it has at the end of each rule.
inline constexpr std::uint32_t kDerivedLines = 2;
inline constexpr llvm::StringLiteral kDerivedHead =
    "policy_name=claims policy_version=0.0.0\nDEFAULT action=DENY\n";
inline constexpr llvm::StringLiteral kDerivedAction = " action=ALLOW";

// For notes.
inline constexpr std::string_view kClaimForm =
    "a claim has the form `never op=OPERATION PROPERTY=VALUE…`";

struct ClaimLine {
  std::uint32_t number = 0;  // of the line, as editors count
  support::Span statement;   // without comment and line ending
  std::uint32_t rest = 0;    // where the part of a rule begins
  std::string word;          // `never`; empty: the line is passed on as it is
  // The meaning; none: something is wrong with the part that only claims have.
  std::optional<policy::ClaimKind> kind;
};

struct DerivedRules {
  DerivedText text;
  std::vector<ClaimLine> lines;  // those that `text` has, in file order
};

// Reports to `sink` what is wrong with the parts that only claims have.
DerivedRules DeriveRules(const syntax::Document& document, const targets::Target& target,
                         diagnostics::Sink& sink);

}  // namespace ipec::check
