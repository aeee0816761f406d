#include "lint/fix_claims.h"

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "compiler/check/check_claims.h"
#include "lint/fixes.h"

namespace ipec::lint {
namespace {

using pipeline::ClaimsReading;
using pipeline::TargetClaims;

// Of one file: repairs that fail together are tried in halves, and these in halves again.
constexpr std::size_t kMostClaimProofs = 256;

// A claim that cannot fail is well-formed, and its line may have been malformed before.
using ErrorCounts = std::map<const diagnostics::Descriptor*, std::size_t>;
ErrorCounts CountsOf(const TargetClaims& claims) {
  ErrorCounts counts;
  for (const diagnostics::Diagnostic& finding : claims.diagnostics().list()) {
    if (!check::IsAboutCannotFail(finding)) ++counts[finding.descriptor];
  }
  return counts;
}

std::size_t TotalOf(const ErrorCounts& counts, const TargetClaims& claims) {
  std::size_t total = claims.diagnostics().more();
  for (const auto& [kind, count] : counts) total += count;
  return total;
}

// Whether the errors of no kind became more. `fewer` is set if there are fewer in all.
bool HasNoMoreErrors(const TargetClaims& before, const TargetClaims& after, bool& fewer) {
  ErrorCounts old_ones = CountsOf(before);
  const ErrorCounts new_ones = CountsOf(after);
  const std::size_t old_total = TotalOf(old_ones, before);
  const std::size_t new_total = TotalOf(new_ones, after);
  fewer = fewer || new_total < old_total;
  // Of a file with very many, some are only counted.
  const bool are_listed = before.diagnostics().more() == 0;
  return new_total <= old_total &&
         (!are_listed || std::all_of(new_ones.begin(), new_ones.end(), [&](const auto& kind) {
           return kind.second <= old_ones[kind.first];
         }));
}

bool Improves(const ClaimsReading& before, const ClaimsReading& after) {
  bool fewer = false;
  for (std::size_t i = 0; i < before.by_target().size(); ++i) {
    if (!HasNoMoreErrors(before.by_target()[i], after.by_target()[i], fewer)) return false;
  }
  return fewer && pipeline::KeepsClaims(before, after);
}

class ClaimsFixer {
 public:
  explicit ClaimsFixer(const ClaimsReading& reading) : now_(&reading) {}

  FixedText Run() {
    while (Step()) {
    }
    return {now_->text().str(), count_};
  }

 private:
  // Applies as many repairs as improve the text together; false: none.
  bool Step() {
    const std::vector<diagnostics::Diagnostic> findings = pipeline::JoinedFindings(*now_);
    Fixes fixes;
    for (const diagnostics::Diagnostic& finding : findings) {
      if (finding.fixes.empty()) continue;
      const diagnostics::Fix& first = finding.fixes.front();
      if (!first.is_guess && !first.edits.empty()) fixes.push_back(&first);
    }
    Fixes taken;
    std::unique_ptr<const ClaimsReading> next;
    std::vector<Fixes> parts;  // that are still to be tried, the first one last
    parts.push_back(Compatible(std::move(fixes)));
    while (!parts.empty() && proofs_ != 0) {
      const Fixes part = std::move(parts.back());
      parts.pop_back();
      if (part.empty()) continue;
      --proofs_;
      Fixes together = taken;
      together.insert(together.end(), part.begin(), part.end());
      auto made = std::make_unique<const ClaimsReading>(
          support::SourceBuffer(now_->source().name(), Apply(now_->text(), together)),
          now_->targets());
      if (Improves(next == nullptr ? *now_ : *next, *made)) {
        taken = std::move(together);
        next = std::move(made);
      } else if (part.size() > 1) {
        const auto half = part.begin() + support::ToOffset(part.size() / 2);
        parts.emplace_back(half, part.end());
        parts.emplace_back(part.begin(), half);
      }
    }
    if (next == nullptr) return false;
    count_ += taken.size();
    repaired_ = std::move(next);
    now_ = repaired_.get();
    return true;
  }

  const ClaimsReading* now_;
  std::unique_ptr<const ClaimsReading> repaired_;  // what `now_` is, after the first step
  std::size_t count_ = 0;
  std::size_t proofs_ = kMostClaimProofs;  // that are left
};

}  // namespace

FixedText FixClaims(const ClaimsReading& reading) {
  return ClaimsFixer(reading).Run();
}

}  // namespace ipec::lint
