#pragma once

// Checking a file of claims: from its text to what it claims about a policy for one target.
//
//   in   syntax::Document   any text, however broken, cut by the target's lexis
//        targets::Target    the kernel dialect in which its conditions are written
//   out  ClaimsResult       every well-formed claim, in file order
//        sink               all problems of the file, not only the first, without cascades
//
// No kernel reads claims. Their words are those of rules, so from each claim the rule is made that
// the claim fits, and these rules are checked as a policy. So whatever is explained and repaired in
// a policy is explained and repaired in claims. Never fails and never stops early.

#include <vector>

#include "compiler/check/check.h"
#include "compiler/policy/claims.h"

namespace ipec::check {

struct ClaimsResult {
  policy::Claims claims;
  bool well_formed = false;  // every line of the file; then `sink` has nothing
};

ClaimsResult CheckClaims(const syntax::Document& document, const targets::Target& target,
                         diagnostics::Sink& sink);

// Reports the claims for which `can_fail` has no: no policy contradicts them.
void ReportCannotFail(const syntax::Document& document, const policy::Claims& claims,
                      const std::vector<bool>& can_fail, diagnostics::Sink& sink);
bool IsAboutCannotFail(const diagnostics::Diagnostic& finding);

}  // namespace ipec::check
