#pragma once

// The digests of a policy and their uses.

#include <optional>
#include <string>
#include <vector>

#include "lsp/features/place.h"

namespace ipec::lsp {

// The digest of the word at `place`: the representative of all digests that are equal in the
// policy's dialect. Nothing if the word is not a digest or its statement was not understood.
std::optional<policy::DigestId> DigestAt(const Snapshot& snapshot, const Place& place);

// The values, without quotes, that are this digest, in file order. Linear in the policy.
std::vector<support::Span> UsesOf(const Snapshot& snapshot, policy::DigestId representative);

// A digest that a policy uses.
struct UsedDigest {
  policy::Property property = policy::Property::DmverityRoothash;
  std::string algorithm;  // empty: its dialect writes none
  std::string digits;
  std::string where;  // "line 3 of device.pol"
};
// Each once, in file order.
std::vector<UsedDigest> DigestsOf(const Snapshot& snapshot);

// The values in another policy that are the digest `of` this one. Dialects without algorithms
// compare bytes only.
std::vector<support::Span> UsesElsewhere(const Snapshot& elsewhere, const runtime::Digest& of);

// Whether the clauses of the rule's line correspond to its conditions one by one: the first one
// after the operation to the first condition. False if the dialect drops a word.
bool ClausesAreConditions(const Snapshot& snapshot, const policy::Rule& rule,
                          std::span<const syntax::Clause> clauses);

}  // namespace ipec::lsp
