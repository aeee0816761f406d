#pragma once

// One file of claims, as each of its targets reads it: like Reading for policies. It owns the text,
// and its results live as long as it does. Moving a ClaimsReading does not move its contents.
//
//   in   a text with its name, one target or several
//   out  by target: document, claims, diagnostics

#include <array>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "compiler/check/check_claims.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/pipeline/reading.h"
#include "compiler/policy/claims.h"
#include "compiler/support/source.h"
#include "compiler/syntax/document.h"
#include "compiler/targets/targets.h"

namespace ipec::pipeline {

// The text of a ClaimsReading as one target reads it.
class TargetClaims {
 public:
  // `document` must outlive this.
  TargetClaims(const syntax::Document& document, const targets::Target& target);

  const targets::Target& target() const { return target_; }
  const syntax::Document& document() const { return document_; }
  // Whether every line is a claim or blank.
  bool well_formed() const { return result_.well_formed; }
  // The well-formed claims in file order, also of a file with errors.
  const policy::Claims& claims() const { return result_.claims; }
  // How many of them cannot fail.
  std::size_t cannot_fail() const { return cannot_fail_; }
  // In file order: what is malformed, and the claims that cannot fail.
  const diagnostics::Sink& diagnostics() const { return sink_; }

 private:
  const syntax::Document& document_;
  const targets::Target& target_;
  diagnostics::Sink sink_;
  check::ClaimsResult result_;
  std::size_t cannot_fail_ = 0;
};

class ClaimsReading {
 public:
  // For at least one target, in this order. A target that is there twice is read once.
  ClaimsReading(support::SourceBuffer source, Targets targets);
  ClaimsReading(support::SourceBuffer source, const targets::Target& target);

  const support::SourceBuffer& source() const { return *source_; }
  llvm::StringRef text() const { return source_->text(); }
  Targets targets() const { return targets_; }
  // One for each target.
  const std::deque<TargetClaims>& by_target() const { return by_target_; }
  // The reading of the first target.
  const TargetClaims& first() const { return by_target_.front(); }
  // Whether the file is well-formed for every target.
  bool well_formed() const;

 private:
  std::unique_ptr<const support::SourceBuffer> source_;
  std::vector<const targets::Target*> targets_;
  // By lexis; null: no target reads the text so.
  std::array<std::unique_ptr<const syntax::Document>, 2> documents_;
  std::deque<TargetClaims> by_target_;
};

// The findings for all targets in file order: those that several targets have are there once, and
// those that not all of them have say for which they are. A claim that can fail on one of them is
// information, as `ipec test` only notes it.
// `names` are those of the targets, if they have others than their own.
std::vector<diagnostics::Diagnostic> JoinedFindings(const ClaimsReading& reading,
                                                    std::span<const std::string> names = {});

// Whether every target reads the same claims in both texts: of the same kinds, about the same
// operations and with the same conditions, line by line. Both are for the same targets.
bool ClaimTheSame(const ClaimsReading& before, const ClaimsReading& after);
// Whether `after` has every well-formed claim of `before`, in the same order, and maybe others.
bool KeepsClaims(const ClaimsReading& before, const ClaimsReading& after);

}  // namespace ipec::pipeline
