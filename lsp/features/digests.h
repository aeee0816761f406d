#pragma once

// The digests of a policy and their uses.

#include <optional>
#include <vector>

#include "lsp/features/place.h"

namespace ipec::lsp {

// The digest of the word at `place`: the representative of all digests that are equal in the
// policy's dialect. Nothing if the word is not a digest or its statement was not understood.
std::optional<policy::DigestId> DigestAt(const Snapshot& snapshot, const Place& place);

// The values, without quotes, that are this digest, in file order. Linear in the policy.
std::vector<support::Span> UsesOf(const Snapshot& snapshot, policy::DigestId representative);

// Whether the clauses of the rule's line correspond to its conditions one by one: the first one
// after the operation to the first condition. False if the dialect drops a word.
bool ClausesAreConditions(const Snapshot& snapshot, const policy::Rule& rule,
                          std::span<const syntax::Clause> clauses);

}  // namespace ipec::lsp
