#pragma once

// The digests of a policy and where it names them.

#include <optional>
#include <vector>

#include "lsp/features/place.h"

namespace ipec::lsp {

// The digest that the word at `place` names: the representative of all that are the same to the
// policy's dialect. Nothing, when the word is none or its statement was not understood.
std::optional<policy::DigestId> DigestAt(const Snapshot& snapshot, const Place& place);

// The values, without quotes, that name this digest, in file order. Linear in the policy.
std::vector<support::Span> UsesOf(const Snapshot& snapshot, policy::DigestId representative);

// Whether the clauses of the rule's line stand for its conditions one by one: the first after the
// operation for the first condition. Not so where a dialect drops a word.
bool ClausesAreConditions(const Snapshot& snapshot, const policy::Rule& rule,
                          std::span<const syntax::Clause> clauses);

}  // namespace ipec::lsp
