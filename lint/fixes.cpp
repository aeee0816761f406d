#include "lint/fixes.h"

#include <algorithm>

#include "compiler/analysis/compare.h"

namespace ipec::lint {
namespace {

// Bytes that are read again to prove the fixes of one file.
constexpr std::size_t kProofBytes = std::size_t{32} << 20;

}  // namespace

std::string Apply(llvm::StringRef text, std::span<const diagnostics::TextEdit> edits) {
  std::string after;
  std::uint32_t at = 0;
  for (const diagnostics::TextEdit& edit : edits) {
    after += text.slice(at, edit.where.begin);
    after += edit.text;
    at = edit.where.end;
  }
  return after += text.drop_front(at);
}

bool MeansTheSame(const pipeline::Checked& before, llvm::StringRef after,
                  const targets::Target& target) {
  const pipeline::Checked other = pipeline::CheckText(after, target);
  if (before.result.error || other.result.error) return false;
  const policy::Policy& a = before.result.policy;
  const policy::Policy& b = other.result.policy;
  return a.name == b.name && a.version == b.version &&
         a.global_default.has_value() == b.global_default.has_value() &&
         (!a.global_default || a.global_default->action == b.global_default->action) &&
         analysis::Same(analysis::Keeps::Audit, a, b);
}

void Prove(const pipeline::Checked& checked, const targets::Target& target,
           std::vector<diagnostics::Diagnostic>& findings) {
  const llvm::StringRef text = checked.document.text;
  std::size_t bytes = 0;
  for (diagnostics::Diagnostic& finding : findings) {
    for (diagnostics::Fix& fix : finding.fixes) {
      if (!fix.keeps_meaning) continue;
      bytes += text.size();
      fix.keeps_meaning =
          bytes <= kProofBytes && MeansTheSame(checked, Apply(text, fix.edits), target);
    }
  }
}

Fixed ApplyFixes(llvm::StringRef text, std::span<const diagnostics::Diagnostic> findings,
                 bool unsafe_too) {
  std::vector<const diagnostics::Fix*> fixes;
  for (const diagnostics::Diagnostic& finding : findings) {
    for (const diagnostics::Fix& fix : finding.fixes) {
      if (!fix.edits.empty() && (fix.keeps_meaning || unsafe_too)) {
        fixes.push_back(&fix);
        break;
      }
    }
  }
  std::stable_sort(fixes.begin(), fixes.end(),
                   [](const diagnostics::Fix* a, const diagnostics::Fix* b) {
                     return a->edits.front().where.begin < b->edits.front().where.begin;
                   });
  std::vector<diagnostics::TextEdit> edits;
  Fixed fixed;
  for (const diagnostics::Fix* fix : fixes) {
    // A fix goes in whole or not at all; two insertions at one place are not mixed either.
    const bool touches = !edits.empty() &&
                         fix->edits.front().where.begin <= edits.back().where.end &&
                         !(fix->edits.front().where.begin == edits.back().where.end &&
                           !fix->edits.front().where.empty() && !edits.back().where.empty());
    if (touches) continue;
    edits.insert(edits.end(), fix->edits.begin(), fix->edits.end());
    ++fixed.count;
  }
  fixed.text = Apply(text, edits);
  return fixed;
}

}  // namespace ipec::lint
