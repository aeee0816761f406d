#include "compiler/replay/propose.h"

#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "compiler/support/wording.h"
#include "compiler/targets/features.h"

namespace ipec::replay {

using analysis::CaseSet;
using policy::Operation;
using policy::OperationSet;

namespace {

// The rules of proposals as a policy of their own.
std::string PolicyOf(const std::set<Proposal>& proposals) {
  std::string text = "policy_name=proposal policy_version=0.0.0\nDEFAULT action=DENY\n";
  for (const Proposal& proposal : proposals) text += proposal.rule + "\n";
  return text;
}

std::uint64_t CountLooser(const CaseSet& after, const CaseSet& before) {
  return CountMissing(after, before);
}

}  // namespace

std::string Proposer::ValueOf(const KnownDigest& digest) const {
  const llvm::StringRef text = digest.text;
  if (!after_.target().Has(targets::Feature::BareDigests)) return text.str();
  return text.rsplit(':').second.str();
}

std::string Proposer::Insert(const std::set<Proposal>& proposals) const {
  const llvm::StringRef text = source_.text();
  const support::LineMap lines(text);
  std::map<std::uint32_t, std::string> at;  // by offset
  for (const Proposal& proposal : proposals) {
    const std::uint32_t offset =
        proposal.line == 0 ? source_.size() : lines.LineSpan(text, proposal.line).begin;
    at[offset] += proposal.rule + "\n";
  }
  std::string patched;
  std::uint32_t from = 0;
  for (const auto& [offset, rules] : at) {
    patched += text.slice(from, offset);
    if (offset == source_.size() && !text.empty() && text.back() != '\n') patched += '\n';
    patched += rules;
    from = offset;
  }
  patched += text.drop_front(from);
  return patched;
}

bool Proposer::Proves(const std::string& patched, const std::set<Proposal>& proposals,
                      std::span<const CaseSet> sets) const {
  const pipeline::Reading reading(support::SourceBuffer("patched", patched), after_.target());
  const pipeline::Reading rules(support::SourceBuffer("rules", PolicyOf(proposals)),
                                after_.target());
  if (!reading.first().accepted() || !rules.first().accepted()) return false;
  // DEFAULTs are as before, so operations without a name are, too.
  const OperationSet all = after_.policy().semantics.operations;
  const CaseSet before = CaseSet::AllowedBy(after_.policy(), all);
  const CaseSet after = CaseSet::AllowedBy(reading.first().policy(), all);
  if (CountMissing(before, after) != 0) return false;
  CaseSet expected = before;
  for (const policy::RuleId rule : rules.first().policy().rule_ids()) {
    expected.Add(rules.first().policy(), rule);
  }
  if (CountLooser(after, expected) != 0) return false;
  return std::all_of(sets.begin(), sets.end(),
                     [&](const CaseSet& set) { return CountMissing(set, after) == 0; });
}

std::optional<std::string> Proposer::Patched(const std::set<Proposal>& proposals) const {
  std::string patched = Insert(proposals);
  if (!Proves(patched, proposals, {})) return std::nullopt;
  return patched;
}

Proposal Proposer::For(Operation operation, std::span<const CaseSet> sets, const FileFacts& facts,
                       std::span<const KnownDigest> quoted_roothashes,
                       std::span<const KnownDigest> quoted_digests, std::uint32_t line) const {
  Proposal proposal;
  proposal.line = line;
  if (facts.has_no_file || operation == Operation::Unknown) {
    proposal.advice = "no proposal: only a rule without properties, or with =FALSE, could allow it";
    return proposal;
  }
  std::vector<std::string> candidates;
  const bool any = kind_ == ProposalKind::Narrowest;
  if (any || kind_ == ProposalKind::Digest) {
    if (facts.file != nullptr) candidates.push_back("fsverity_digest=" + ValueOf(*facts.file));
    for (const KnownDigest& one : quoted_digests) {
      candidates.push_back("fsverity_digest=" + ValueOf(one));
    }
  }
  if (any || kind_ == ProposalKind::Roothash) {
    if (facts.volume != nullptr) {
      candidates.push_back("dmverity_roothash=" + ValueOf(*facts.volume));
    }
    for (const KnownDigest& one : quoted_roothashes) {
      candidates.push_back("dmverity_roothash=" + ValueOf(one));
    }
  }
  if (any || kind_ == ProposalKind::Signature) {
    candidates.emplace_back("fsverity_signature=TRUE");
    candidates.emplace_back("dmverity_signature=TRUE");
  }
  for (const std::string& condition : candidates) {
    proposal.rule = fmt::format("op={} {} action=ALLOW", runtime::Name(operation), condition);
    const std::set<Proposal> one = {proposal};
    if (Proves(Insert(one), one, sets)) return proposal;
  }
  proposal.rule.clear();
  switch (kind_) {
    case ProposalKind::Digest:
      proposal.advice =
          "no proposal: the file may have no fs-verity, or another digest; "
          "`fsverity measure FILE` prints the digest, if it has one";
      break;
    default:
      proposal.advice =
          "no proposal: the volume of the file is not known; `ipec scan IMAGE -o "
          "inventory.json` finds its root hash, for `--with=inventory.json`";
  }
  return proposal;
}

}  // namespace ipec::replay
