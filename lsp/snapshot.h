#pragma once

// A policy at one version, analyzed by the same calls as `ipec check` and `ipec lint`. Immutable,
// and shared between threads: expensive parts are computed lazily, once.
//
// Offsets and spans are bytes of `source.text()`; lsp/position converts them to lines and columns
// of the editor.

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/analysis/coverage.h"
#include "compiler/analysis/reachability.h"
#include "compiler/analysis/shares.h"
#include "compiler/pipeline/claims_reading.h"
#include "compiler/pipeline/reading.h"
#include "compiler/support/source.h"
#include "compiler/targets/targets.h"
#include "lint/linter.h"
#include "lint/settings.h"

namespace ipec::lsp {

// The configuration of one file, from ipec.toml and the editor's settings.
struct Configured {
  lint::Settings settings;
  std::vector<const targets::Target*> targets;  // never empty; features use the first one
  std::vector<std::string> target_names;        // one for each target; empty: their own names
  // The error in ipec.toml, whose previous content applies then, or in the editor's settings.
  std::optional<std::string> problem;
  // The kernel is unknown: only findings of the checker are true.
  bool lacks_kernel = false;
  // Of a target, by its index.
  std::string NameOf(std::size_t target) const;
  // The names of those built without the property.
  std::vector<std::string> Without(policy::Property property) const;
  std::string config_path;       // of the ipec.toml that applies, from the root; empty: none
  bool has_own_targets = false;  // the targets are those of the editor's settings
  bool excluded = false;         // by ipec.toml: nothing is reported
  friend bool operator==(const Configured&, const Configured&) = default;
};

class Snapshot {
 public:
  // Parses and checks, for every target. `uri` and `path` name the same file; the path is empty if
  // the editor has none.
  Snapshot(std::string uri, std::string path, std::optional<std::int64_t> version, std::string text,
           std::shared_ptr<const Configured> configured);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  const std::string uri;
  const std::string path;
  const std::optional<std::int64_t> version;  // the editor's; nothing: it has not opened the file
  const std::shared_ptr<const Configured> configured;
  // Of a file of claims. Then the document and the text are those of `reading`, and all else that
  // it knows means nothing.
  const std::optional<pipeline::ClaimsReading> claims;
  const pipeline::Reading reading;
  const support::SourceBuffer& source;
  const support::LineMap lines;

  // As the first target reads it.
  const pipeline::TargetReading& first() const { return reading.first(); }
  const targets::Target& target() const { return first().target(); }
  const syntax::Document& document() const { return first().document(); }
  // Every well-formed statement, of a rejected policy too.
  const policy::Policy& policy() const { return first().policy(); }
  bool accepted() const { return first().accepted(); }

  // The output of `ipec lint` for this text: the checker's findings if a kernel rejects it, the
  // linter's if it is accepted, with the suppressions and the suppressed findings. For a rejected
  // document that is open, also those about its well-formed rules. `keeps_meaning`
  // of a fix is only a claim: call IsSafe.
  const lint::Result& lint() const;
  const std::vector<diagnostics::Diagnostic>& findings() const { return lint().findings; }
  // Whether the fix is proved to keep every decision and record, for every target.
  bool IsSafe(const diagnostics::Fix& fix) const;

  // Which statement decides what, of policy().
  const analysis::Coverage& coverage() const { return first().coverage(); }
  const analysis::Reachability& reachability() const { return first().reachability(); }

  // The share of its events that each rule of policy() decides. Digests that no file or volume can
  // have do not count.
  const analysis::Shares& shares() const;

  // This text as one of its targets reads it, an index into `configured->targets`: this snapshot
  // for the first one, and else another one, made on first use, that has no other target.
  const Snapshot& For(std::size_t target) const;

  // Tells that the findings are no longer needed: the thread that computes them stops soon, and
  // lint() may be incomplete from then on.
  void Abandon() const { abandoned_.store(true, std::memory_order_relaxed); }
  // lint() was stopped in this way.
  bool incomplete() const { return incomplete_.load(std::memory_order_relaxed); }

 private:
  lint::Options LintOptions() const;
  lint::Result LintReading(const pipeline::Reading& policy) const;
  // Of a template, whose placeholders stand for any values, without the files that it includes.
  lint::Result LintTemplate() const;

  mutable std::atomic<bool> abandoned_ = false;
  mutable std::atomic<bool> incomplete_ = false;
  mutable std::once_flag linted_;
  mutable lint::Result lint_;
  mutable std::once_flag shared_;
  mutable std::unique_ptr<const analysis::Shares> shares_;
  mutable std::mutex others_mutex_;
  mutable std::map<std::size_t, std::unique_ptr<const Snapshot>> others_;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

SnapshotPtr MakeSnapshot(std::string uri, std::string path, std::optional<std::int64_t> version,
                         std::string text, std::shared_ptr<const Configured> configured);

}  // namespace ipec::lsp
