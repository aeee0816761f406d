#pragma once

// The narrowest rule that allows what a new policy denies of a record.
//
//   in   the new policy with its text; the cases of a record; what is known of the file
//   out  a rule and the line before which it goes, or words why there is none
//
// Never a rule without properties, and never `=FALSE`: both allow files that are not verified.
// A proposal is proved before it is made: with it, the policy allows all cases of the record, only
// cases that the rule matches are decided differently, and none is denied that was allowed.

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>

#include "compiler/analysis/case_set.h"
#include "compiler/pipeline/reading.h"
#include "compiler/replay/facts.h"

namespace ipec::replay {

enum class ProposalKind : std::uint8_t { Narrowest, Signature, Roothash, Digest };

struct Proposal {
  std::string rule;        // empty: there is none
  std::uint32_t line = 0;  // before which it goes; 0: the end
  std::string advice;      // without a rule: the way to one

  friend auto operator<=>(const Proposal&, const Proposal&) = default;  // NOLINT: no pointer
};

class Proposer {
 public:
  // All must outlive this.
  Proposer(const pipeline::TargetReading& after, const support::SourceBuffer& source,
           ProposalKind kind)
      : after_(after), source_(source), kind_(kind) {}

  // `line`: of the first statement that denies some of the cases; 0: a DEFAULT does.
  Proposal For(policy::Operation operation, std::span<const analysis::CaseSet> sets,
               const FileFacts& facts, std::span<const KnownDigest> quoted_roothashes,
               std::span<const KnownDigest> quoted_digests, std::uint32_t line) const;

  // The text with all of the rules; nothing if it cannot be proved.
  std::optional<std::string> Patched(const std::set<Proposal>& proposals) const;

 private:
  bool Proves(const std::string& patched, const std::set<Proposal>& proposals,
              std::span<const analysis::CaseSet> sets) const;
  std::string Insert(const std::set<Proposal>& proposals) const;
  std::string ValueOf(const KnownDigest& digest) const;

  const pipeline::TargetReading& after_;
  const support::SourceBuffer& source_;
  const ProposalKind kind_;
};

}  // namespace ipec::replay
