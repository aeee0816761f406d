#pragma once

// One text, as each of its targets reads it: commands, the linter and the language server work on
// this value, and fixes, formatting and emitted text are proved with it. It owns the text, and its
// results live as long as it does. Moving a Reading does not move its contents. Nothing changes a
// Reading; `std::move(reading).TakePolicy()` ends its use.
//
//   in   a text with its name, one target or several
//   out  by target: document, verdict, policy, diagnostics, coverage, reachability
//
// The text is parsed once per lexical dialect and checked once per target. Coverage and
// reachability are computed once, on first use; thread-safe.

#include <array>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/analysis/coverage.h"
#include "compiler/analysis/reachability.h"
#include "compiler/check/check.h"
#include "compiler/diagnostics/diagnostic.h"
#include "compiler/support/source.h"
#include "compiler/syntax/document.h"
#include "compiler/targets/targets.h"

namespace ipec::pipeline {

// The targets of one text.
using Targets = std::span<const targets::Target* const>;
// Each once: a configuration may name a target twice, by two of its names.
std::vector<const targets::Target*> Distinct(Targets targets);

// The name and version of a policy in reports; nothing if its header lacks them.
struct Identity {
  std::optional<std::string> name;
  std::optional<std::string> version;  // `1.2.3`
};

// The text of a Reading as one target reads it.
class TargetReading {
 public:
  // `document` must outlive this.
  TargetReading(const syntax::Document& document, const targets::Target& target,
                const check::Options& options);

  const targets::Target& target() const { return target_; }
  const syntax::Document& document() const { return document_; }
  // The errno with which the target's kernel rejects the policy; nothing if it accepts it.
  const std::optional<support::Errno>& error() const { return result_.error; }
  bool accepted() const { return !result_.error.has_value(); }
  // Whether name() and version() of the policy were read.
  bool has_header() const { return result_.has_header; }
  Identity identity() const;
  // Every well-formed statement in file order, of a rejected policy too.
  const policy::Policy& policy() const { return result_.policy; }
  // Moves the policy out. Nothing else may be called afterwards.
  policy::Policy TakePolicy() && { return std::move(result_.policy); }
  // Of the checker, in file order.
  const diagnostics::Sink& diagnostics() const { return sink_; }

  // Which statement of policy() decides which events.
  const analysis::Coverage& coverage() const;
  const analysis::Reachability& reachability() const;

 private:
  const syntax::Document& document_;
  const targets::Target& target_;
  diagnostics::Sink sink_;
  check::Result result_;
  mutable std::once_flag covered_;
  mutable std::optional<analysis::Coverage> coverage_;
  mutable std::once_flag reached_;
  mutable std::optional<analysis::Reachability> reachability_;
};

class Reading {
 public:
  // For at least one target, in this order. A target that is there twice is read once.
  Reading(support::SourceBuffer source, Targets targets, const check::Options& options = {});
  Reading(support::SourceBuffer source, const targets::Target& target,
          const check::Options& options = {});

  const support::SourceBuffer& source() const { return *source_; }
  llvm::StringRef text() const { return source_->text(); }
  Targets targets() const { return targets_; }
  // One for each target.
  const std::deque<TargetReading>& by_target() const { return by_target_; }
  // The reading of the first target.
  const TargetReading& first() const { return by_target_.front(); }
  // Moves the policy of the first target out. Nothing else may be called afterwards.
  policy::Policy TakePolicy() && { return std::move(by_target_.front()).TakePolicy(); }

 private:
  std::unique_ptr<const support::SourceBuffer> source_;
  std::vector<const targets::Target*> targets_;
  // By lexis; null: no target reads the text so.
  std::array<std::unique_ptr<const syntax::Document>, 2> documents_;
  std::deque<TargetReading> by_target_;
};

// How a change of its text changes the meaning of a policy, in ascending order.
enum class MeaningChange : std::uint8_t {
  None,       // a kernel behaves as before, or rejects both texts with the same errno
  Records,    // the same decisions, recorded differently
  Decisions,  // an event is decided differently, possibly an unnamed operation
  Header,     // the policy has another name or version
  Verdict,    // accepted or rejected differently, or rejected with another errno
};

// The greatest change over all targets. Both readings must be for the same targets.
MeaningChange CompareMeaning(const Reading& before, const Reading& after);
MeaningChange CompareMeaning(const TargetReading& before, const TargetReading& after);
// The same if the target accepts neither text.
MeaningChange CompareMeaning(const policy::Policy& before, const TargetReading& after);

// Whether the target accepts both, and the second is the first with a higher version: nothing else
// changes.
bool IsNextVersion(const TargetReading& before, const TargetReading& after);

// "the kernel's verdict would change". Of a change other than None.
std::string_view Describe(MeaningChange change);

}  // namespace ipec::pipeline
