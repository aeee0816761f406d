#include "compiler/pipeline/claims_reading.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

#include "compiler/analysis/prove_claims.h"
#include "compiler/check/check.h"
#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "compiler/support/wording.h"
#include "compiler/syntax/parse.h"

namespace ipec::pipeline {

TargetClaims::TargetClaims(const syntax::Document& document, const targets::Target& target)
    : document_(document), target_(target), result_(check::CheckClaims(document, target, sink_)) {
  // Independent of malformed claims: none of them, once repaired, makes another one fail.
  const std::vector<bool> can_fail = analysis::CanFail(result_.claims);
  cannot_fail_ = support::ToSize(std::count(can_fail.begin(), can_fail.end(), false));
  if (cannot_fail_ != 0) check::ReportCannotFail(document, result_.claims, can_fail, sink_);
}

ClaimsReading::ClaimsReading(support::SourceBuffer source, Targets targets)
    : source_(std::make_unique<const support::SourceBuffer>(std::move(source))),
      targets_(Distinct(targets)) {
  IPEC_CHECK(!targets_.empty(), "claims are read without a target");
  for (const targets::Target* target : targets_) {
    const syntax::Lexis lexis = check::LexisOf(*target);
    auto& document = documents_[support::IndexOf(lexis)];
    if (!document) {
      document = std::make_unique<const syntax::Document>(syntax::Parse(source_->text(), lexis));
    }
    by_target_.emplace_back(*document, *target);
  }
}

ClaimsReading::ClaimsReading(support::SourceBuffer source, const targets::Target& target)
    : ClaimsReading(std::move(source), std::array{&target}) {}

bool ClaimsReading::well_formed() const {
  return std::all_of(by_target_.begin(), by_target_.end(),
                     [](const TargetClaims& one) { return one.well_formed(); });
}

std::vector<diagnostics::Diagnostic> JoinedFindings(const ClaimsReading& reading,
                                                    std::span<const std::string> names) {
  struct Found {
    diagnostics::Diagnostic finding;
    std::vector<std::string> by;
  };
  std::vector<Found> all;
  std::map<std::tuple<std::uint32_t, std::string_view, std::string>, std::size_t> known;
  for (std::size_t i = 0; i < reading.by_target().size(); ++i) {
    const TargetClaims& one = reading.by_target()[i];
    for (const diagnostics::Diagnostic& finding : one.diagnostics().list()) {
      const auto [place, is_new] = known.try_emplace(
          {finding.where.begin, finding.descriptor->code, finding.message}, all.size());
      if (is_new) all.push_back({finding, {}});
      all[place->second].by.push_back(names.empty() ? Describe(one.target()) : names[i]);
    }
  }
  std::vector<diagnostics::Diagnostic> findings;
  for (Found& found : all) {
    if (found.by.size() < reading.by_target().size()) {
      found.finding.only_for = support::Listed(found.by, "and");
      if (check::IsAboutCannotFail(found.finding)) {
        found.finding.severity = diagnostics::Severity::Information;
      }
      found.finding.AddNote("only for " + found.finding.only_for);
    }
    findings.push_back(std::move(found.finding));
  }
  std::stable_sort(findings.begin(), findings.end(),
                   [](const auto& a, const auto& b) { return a.where.begin < b.where.begin; });
  return findings;
}

namespace {

bool SameCondition(const policy::Policy& before, const policy::Condition& old_one,
                   const policy::Policy& after, const policy::Condition& new_one) {
  if (old_one.property != new_one.property || old_one.expected != new_one.expected ||
      old_one.digest.valid() != new_one.digest.valid()) {
    return false;
  }
  if (!old_one.digest.valid()) return true;
  const runtime::Digest old_digest = before.digests.Get(old_one.digest);
  const runtime::Digest new_digest = after.digests.Get(new_one.digest);
  return old_digest.algorithm == new_digest.algorithm &&
         std::ranges::equal(old_digest.bytes, new_digest.bytes);
}

// In any order: all conditions have to match.
bool SameConditions(const policy::Policy& before, const policy::Rule& old_rule,
                    const policy::Policy& after, const policy::Rule& new_rule) {
  const auto old_ones = before.ConditionsOf(old_rule);
  const auto new_ones = after.ConditionsOf(new_rule);
  if (old_rule.operation != new_rule.operation || old_ones.size() != new_ones.size()) return false;
  return std::is_permutation(old_ones.begin(), old_ones.end(), new_ones.begin(),
                             [&](const auto& old_one, const auto& new_one) {
                               return SameCondition(before, old_one, after, new_one);
                             });
}

bool SameClaim(const policy::Claims& before, const policy::Claim& old_one,
               const policy::Claims& after, const policy::Claim& new_one) {
  return old_one.kind == new_one.kind &&
         std::ranges::equal(old_one.fits, new_one.fits, [&](policy::RuleId a, policy::RuleId b) {
           return SameConditions(before.fits, before.fits[a], after.fits, after.fits[b]);
         });
}

bool ClaimTheSame(const policy::Claims& before, const policy::Claims& after) {
  return std::ranges::equal(before.claims, after.claims,
                            [&](const policy::Claim& a, const policy::Claim& b) {
                              return SameClaim(before, a, after, b);
                            });
}

bool KeepsClaims(const policy::Claims& before, const policy::Claims& after) {
  auto next = after.claims.begin();
  for (const policy::Claim& kept : before.claims) {
    next = std::find_if(next, after.claims.end(), [&](const policy::Claim& one) {
      return SameClaim(before, kept, after, one);
    });
    if (next == after.claims.end()) return false;
    ++next;
  }
  return true;
}

}  // namespace

bool ClaimTheSame(const ClaimsReading& before, const ClaimsReading& after) {
  return std::equal(before.by_target().begin(), before.by_target().end(), after.by_target().begin(),
                    after.by_target().end(), [](const TargetClaims& a, const TargetClaims& b) {
                      return a.well_formed() == b.well_formed() &&
                             ClaimTheSame(a.claims(), b.claims());
                    });
}

bool KeepsClaims(const ClaimsReading& before, const ClaimsReading& after) {
  return std::equal(before.by_target().begin(), before.by_target().end(), after.by_target().begin(),
                    after.by_target().end(), [](const TargetClaims& a, const TargetClaims& b) {
                      return KeepsClaims(a.claims(), b.claims());
                    });
}

}  // namespace ipec::pipeline
