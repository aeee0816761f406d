#pragma once

// A policy at one version, made by the same calls as `ipec check` and `ipec lint`. Immutable, and
// shared between threads: what is dear is made when it is first asked for, once.
//
// Offsets and spans are bytes of `source.text()`; lines and columns for editors are lsp/position's.

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/analysis/coverage.h"
#include "compiler/analysis/reachability.h"
#include "compiler/analysis/shares.h"
#include "compiler/pipeline/reading.h"
#include "compiler/support/source.h"
#include "compiler/targets/targets.h"
#include "lint/linter.h"
#include "lint/settings.h"

namespace ipec::lsp {

// What ipec.toml and the editor's settings say about one file.
struct Configured {
  lint::Settings settings;
  std::vector<const targets::Target*> targets;  // never empty; the first one answers questions
  std::string problem;    // what is wrong with ipec.toml; then what it said before applies
  bool excluded = false;  // by ipec.toml: nothing is reported
  friend bool operator==(const Configured&, const Configured&) = default;
};

class Snapshot {
 public:
  // Parses and checks, for every target. `uri` and `path` name the same file; the path is empty
  // where the editor has none.
  Snapshot(std::string uri, std::string path, std::optional<std::int64_t> version, std::string text,
           std::shared_ptr<const Configured> configured);
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  const std::string uri;
  const std::string path;
  const std::optional<std::int64_t> version;  // the editor's; nothing: it has not opened the file
  const std::shared_ptr<const Configured> configured;
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

  // What `ipec lint` prints for this text: the checker's findings where a kernel refuses it, the
  // linter's where it is accepted; with the comments that silence, and what they silence. A fix
  // that says it keeps the meaning only claims to: ask IsSafe.
  const lint::Result& lint() const;
  const std::vector<diagnostics::Diagnostic>& findings() const { return lint().findings; }
  // Whether the fix is proved to keep every decision and record, for every target.
  bool IsSafe(const diagnostics::Fix& fix) const;

  // Which statement decides what, of policy().
  const analysis::Coverage& coverage() const { return first().coverage(); }
  const analysis::Reachability& reachability() const { return first().reachability(); }

  // How much of what it asks for each rule of policy() decides. Digests that nothing can have count
  // for nothing.
  const analysis::Shares& shares() const;

  // Says that nobody wants the findings any more: whoever is making them stops soon, and lint() may
  // be incomplete from now on.
  void Abandon() const { abandoned_.store(true, std::memory_order_relaxed); }
  // lint() was stopped like that.
  bool incomplete() const { return incomplete_.load(std::memory_order_relaxed); }

 private:
  mutable std::atomic<bool> abandoned_ = false;
  mutable std::atomic<bool> incomplete_ = false;
  mutable std::once_flag linted_;
  mutable lint::Result lint_;
  mutable std::once_flag shared_;
  mutable std::unique_ptr<const analysis::Shares> shares_;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

SnapshotPtr MakeSnapshot(std::string uri, std::string path, std::optional<std::int64_t> version,
                         std::string text, std::shared_ptr<const Configured> configured);

}  // namespace ipec::lsp
