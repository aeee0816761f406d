#pragma once

// Findings on their way out: as text for people, as JSON (a contract, see the README of this
// folder) and as SARIF 2.1.0 for code review tools. All three are streams: a file's findings are
// written when it is rendered, so memory does not grow with the number of files.
//
// Lines and columns count from 1. Whatever bytes a policy holds, what is written is well-formed,
// and in text nothing of it can move a cursor or change a colour.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/diagnostics/explain.h"
#include "compiler/support/errno.h"
#include "compiler/support/source.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::diagnostics {

// All that was found out about one input.
struct FileReport {
  const support::SourceBuffer* source = nullptr;
  std::string_view target;
  std::optional<support::Errno> error;        // none: the kernel accepts the policy
  std::optional<std::string_view> name;       // none: it could not be read
  std::optional<std::string> policy_version;  // `1.2.3`; none, too
  std::span<const Diagnostic> diagnostics;    // in file order
  std::span<const std::string> fingerprints;  // one a diagnostic, or none: see SARIF
  std::size_t more = 0;                       // found, but not kept: see Sink
};

enum class Format { Text, Json, Sarif };

struct RenderOptions {
  bool color = false;        // text only
  bool verdict = true;       // text only: a last line a file says whether the kernel takes it
  std::string_view version;  // of ipec, for SARIF
  // Findings of somebody above this library, which SARIF then lists from the first to the last.
  std::span<const Explained> explained = {};
};

class Renderer {
 public:
  virtual ~Renderer() = default;
  virtual void Render(const FileReport& report) = 0;
  // To be called once, after the last file.
  virtual void Finish() = 0;
};

// `out` must outlive the renderer.
std::unique_ptr<Renderer> MakeRenderer(Format format, llvm::raw_ostream& out,
                                       const RenderOptions& options);

}  // namespace ipec::diagnostics
