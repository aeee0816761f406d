#include "compiler/pipeline/rendered_file.h"

#include <utility>

#include "compiler/pipeline/policy_file.h"
#include "compiler/render/map_findings.h"
#include "compiler/support/errno.h"

namespace ipec::pipeline {
namespace {

std::vector<RenderedSource> Sources(const render::Rendered& rendered) {
  std::vector<RenderedSource> sources;
  sources.reserve(rendered.sources.size());
  for (const render::Source& source : rendered.sources) {
    sources.push_back({&source.buffer, source.path, {}, 0});
  }
  return sources;
}

}  // namespace

std::vector<RenderedSource> ProblemsBySource(const render::Rendered& rendered) {
  std::vector<RenderedSource> sources = Sources(rendered);
  for (std::size_t i = 0; i < sources.size(); ++i) {
    sources[i].findings = rendered.problems[i].list();
    sources[i].more = rendered.problems[i].more();
  }
  return sources;
}

std::vector<RenderedSource> FindingsBySource(const render::Rendered& rendered,
                                             std::span<const diagnostics::Diagnostic> findings,
                                             std::size_t more) {
  std::vector<RenderedSource> sources = Sources(rendered);
  std::vector<std::vector<diagnostics::Diagnostic>> mapped =
      render::MapFindings(rendered, findings);
  for (std::size_t i = 0; i < sources.size(); ++i) sources[i].findings = std::move(mapped[i]);
  sources.front().more = more;
  return sources;
}

support::Errno ErrorOfTemplate() {
  return support::Errno::kEBADMSG;
}

RenderedFile::RenderedFile(const render::Rendered& rendered, const targets::Target& target) {
  if (rendered.HasProblems()) {
    sources_ = ProblemsBySource(rendered);
    error_ = ErrorOfTemplate();
    return;
  }
  const PolicyFileReading reading(
      OpenPolicyFile(support::SourceBuffer(rendered.sources.front().buffer.name(), rendered.text)),
      target);
  sources_ = FindingsBySource(rendered, reading.diagnostics(), reading.more());
  error_ = reading.error();
  identity_ = reading.identity();
}

}  // namespace ipec::pipeline
