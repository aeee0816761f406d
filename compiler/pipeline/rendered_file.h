#pragma once

// A rendered policy as a kernel reads it, with findings at places in the template and the files
// that it includes.

#include <cstddef>
#include <deque>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/pipeline/reading.h"
#include "compiler/render/render.h"

namespace ipec::pipeline {

// The findings of one source of a rendered policy.
struct RenderedSource {
  const support::SourceBuffer* buffer = nullptr;
  std::string path;  // empty: not a file
  std::vector<diagnostics::Diagnostic> findings;
  std::size_t more = 0;  // found but not kept
};

class RenderedFile {
 public:
  // `rendered` must outlive this. A template with problems is not checked any further.
  RenderedFile(const render::Rendered& rendered, const targets::Target& target);

  // The template first.
  std::span<const RenderedSource> sources() const { return sources_; }
  // The errno with which the kernel rejects the policy, or EBADMSG for a malformed template; none:
  // it is accepted.
  const std::optional<support::Errno>& error() const { return error_; }
  const Identity& identity() const { return identity_; }
  // Whether the template is well-formed and the kernel accepts the policy.
  bool is_usable() const { return !error_; }

 private:
  std::vector<RenderedSource> sources_;
  std::optional<support::Errno> error_;
  Identity identity_;
};

// The errno of a malformed template: what a kernel answers to its text.
support::Errno ErrorOfTemplate();

// Findings about the text of `rendered`, by source. `more` of them were not kept.
std::vector<RenderedSource> FindingsBySource(const render::Rendered& rendered,
                                             std::span<const diagnostics::Diagnostic> findings,
                                             std::size_t more);
// The problems of the template itself, by source.
std::vector<RenderedSource> ProblemsBySource(const render::Rendered& rendered);

}  // namespace ipec::pipeline
