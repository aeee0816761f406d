#pragma once

// Code lenses above claims: whether each of them holds for the policy beside the file, as
// `ipec test` proves it. Their titles are short; hover has the reasons.

#include <optional>
#include <string>
#include <vector>

#include "lsp/snapshot.h"

namespace ipec::lsp {

struct ClaimLens {
  support::Span span;  // the claim
  std::string title;
  std::string reasons;  // as Markdown; empty: the title says it all
  // In the policy: the statement that decides against the claim.
  std::optional<support::Span> decides;
};

// In file order. Without a policy beside it, or if the policy is rejected, one says so. None while
// the claims are malformed.
std::vector<ClaimLens> ClaimLensesOf(const Snapshot& claims, const Snapshot* policy);

}  // namespace ipec::lsp
