#pragma once

// Output of diagnostics: human-readable text, JSON (a contract, see the README of this directory)
// and SARIF 2.1.0 for code review tools. Text and JSON are streams: the diagnostics of a file are
// written when it is rendered. SARIF keeps as many as its readers accept, the worst. So memory does
// not grow with the number of files.
//
// Lines and columns count from 1. The output is well-formed whatever bytes a policy contains, and
// nothing in the text form can move the cursor or change a color.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/explain.h"
#include "compiler/support/source.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::support {
enum class Errno : std::uint8_t;
}

namespace ipec::diagnostics {

// The results for one input.
struct FileReport {
  const support::SourceBuffer* source = nullptr;
  // From the root of the repository, or from `/` where it is elsewhere; none: not of a file.
  std::optional<std::string> path;
  std::string_view target;
  std::optional<support::Errno> error;        // none: the kernel accepts the policy
  std::optional<std::string> name;            // none: it could not be read
  std::optional<std::string> policy_version;  // `1.2.3`; none: as above
  std::span<const Diagnostic> diagnostics;    // in file order
  std::span<const std::string> fingerprints;  // one per diagnostic, or empty: see SARIF
  std::size_t more = 0;                       // found but not kept: see Sink
  // Of a file of claims, which no kernel reads: the number of well-formed claims.
  std::optional<std::size_t> claims;
  std::size_t cannot_fail = 0;  // of these, claims that no event can contradict

  // A policy without an errno, or claims without errors.
  bool accepted() const { return !error && (!claims || (!has_errors() && more == 0)); }
  bool has_errors() const {
    return std::any_of(diagnostics.begin(), diagnostics.end(), [](const Diagnostic& finding) {
      return finding.severity == Severity::Error;
    });
  }
  // How formats for reviewers of a repository name the file; the others name it as `source` does.
  const std::string& reviewed_path() const { return path ? *path : source->name(); }
};

enum class Format { Text, Json, Sarif };

// Limits of GitHub's code scanning: how much of one run it accepts, and how much it shows.
struct SarifLimits {
  std::size_t results = 25'000;
  std::size_t gzip_bytes = 10'000'000;
  std::size_t shown = 5'000;
  std::size_t held_bytes = std::size_t{128} << 20;  // of memory, before compression
};

struct RenderOptions {
  bool color = false;        // text only
  bool verdict = true;       // text only: a last line per file with the kernel's verdict
  std::string_view version;  // version of ipec, for SARIF
  // Findings of libraries above this one; SARIF lists all of them.
  std::span<const Explained> explained = {};
  SarifLimits sarif_limits = {};
};

class Renderer {
 public:
  virtual ~Renderer() = default;
  virtual void Render(const FileReport& report) = 0;
  // A message about the run and none of its files, in formats that have them.
  virtual void Warn(std::string_view) {}
  // Call once, after the last file.
  virtual void Finish() = 0;
};

// `out` must outlive the renderer.
std::unique_ptr<Renderer> MakeRenderer(Format format, llvm::raw_ostream& out,
                                       const RenderOptions& options);

}  // namespace ipec::diagnostics
