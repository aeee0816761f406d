#include "compiler/pipeline/claims_reading.h"

#include <algorithm>
#include <utility>

#include "compiler/check/check.h"
#include "compiler/support/assert.h"
#include "compiler/support/numbers.h"
#include "compiler/syntax/parse.h"

namespace ipec::pipeline {

TargetClaims::TargetClaims(const syntax::Document& document, const targets::Target& target)
    : document_(document), target_(target), result_(check::CheckClaims(document, target, sink_)) {}

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

bool ClaimTheSame(const policy::Claims& before, const policy::Claims& after) {
  return std::equal(before.claims.begin(), before.claims.end(), after.claims.begin(),
                    after.claims.end(),
                    [](const policy::Claim& a, const policy::Claim& b) {
                      return a.kind == b.kind && a.fits.count == b.fits.count;
                    }) &&
         std::equal(before.fits.rules.begin(), before.fits.rules.end(), after.fits.rules.begin(),
                    after.fits.rules.end(), [&](const policy::Rule& a, const policy::Rule& b) {
                      return SameConditions(before.fits, a, after.fits, b);
                    });
}

}  // namespace

bool ClaimTheSame(const ClaimsReading& before, const ClaimsReading& after) {
  return std::equal(before.by_target().begin(), before.by_target().end(), after.by_target().begin(),
                    after.by_target().end(), [](const TargetClaims& a, const TargetClaims& b) {
                      return a.well_formed() == b.well_formed() &&
                             ClaimTheSame(a.claims(), b.claims());
                    });
}

}  // namespace ipec::pipeline
