#include "lsp/snapshot.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "compiler/check/check.h"
#include "compiler/content/content.h"
#include "compiler/pipeline/file_kind.h"
#include "compiler/pipeline/git_repository.h"
#include "compiler/pipeline/policy_file.h"
#include "compiler/render/map_findings.h"
#include "compiler/render/render.h"
#include "compiler/render/stand_ins.h"
#include "lint/digest_algorithms.h"
#include "lint/fixes.h"
#include "lint/image.h"
#include "lint/well_formed.h"

namespace ipec::lsp {
namespace {

std::optional<pipeline::ClaimsReading> ReadClaims(const std::string& name, const std::string& text,
                                                  pipeline::Targets targets) {
  if (!pipeline::IsClaimsName(name)) return std::nullopt;
  return pipeline::ClaimsReading(support::SourceBuffer(name, text), targets);
}

}  // namespace

Snapshot::Snapshot(std::string the_uri, std::string the_path,
                   std::optional<std::int64_t> the_version, std::string text,
                   std::shared_ptr<const Configured> the_configured)
    : uri(std::move(the_uri)),
      path(std::move(the_path)),
      version(the_version),
      configured(std::move(the_configured)),
      claims(ReadClaims(path.empty() ? uri : path, text, configured->targets)),
      reading(support::SourceBuffer(path.empty() ? uri : path, std::move(text)),
              configured->targets),
      source(reading.source()),
      lines(source.text()) {}

std::string Configured::NameOf(std::size_t target) const {
  return target_names.empty() ? Describe(*targets[target]) : target_names[target];
}

std::vector<std::string> Configured::Without(policy::Property property) const {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i]->missing.Contains(property)) names.push_back(NameOf(i));
  }
  return names;
}

const lint::Result& Snapshot::lint() const {
  std::call_once(linted_, [this] {
    if (configured->excluded || pipeline::IsLogName(source.name())) return;
    if (claims) {
      lint_.findings = pipeline::JoinedFindings(*claims, configured->target_names);
      return;
    }
    const content::Content content = content::Classify(source.text());
    if (content.kind != content::Kind::Text) {
      // Reported for a file that the user opened; others are skipped, as in `ipec lint DIR`.
      if (!version) return;
      diagnostics::Sink sink;
      pipeline::ReportOtherFile(content.what, sink);
      lint_.findings = sink.list();
      return;
    }
    if (configured->lacks_kernel && accepted()) return;
    const bool is_template = render::IsTemplateName(source.name());
    lint_ = is_template ? LintTemplate() : LintReading(reading);
    // While a statement is being written, what is found about the others stays.
    if (lint_.error && version && !is_template && !configured->lacks_kernel) {
      std::vector<diagnostics::Diagnostic> others =
          lint::LintWellFormed(reading, configured->settings, LintOptions());
      std::move(others.begin(), others.end(), std::back_inserter(lint_.findings));
    }
    incomplete_.store(abandoned_.load());
  });
  return lint_;
}

lint::Result Snapshot::LintReading(const pipeline::Reading& policy) const {
  return lint::Lint(policy, configured->settings, LintOptions());
}

lint::Options Snapshot::LintOptions() const {
  // A fix is proved when it is asked for.
  return {.prove = false, .target_names = configured->target_names, .stop = &abandoned_};
}

lint::Result Snapshot::LintTemplate() const {
  const render::DigestForm form = render::FormFor(target());
  std::optional<render::InventoryValues> known;
  if (const auto& image = configured->settings.image) {
    known = llvm::cantFail(render::InventoryValues::Make(image->inventory(), {}, form));
  }
  render::StandIns values(known ? &*known : nullptr, form);
  render::Options options;
  options.leaves_out_includes = true;
  options.hides_text = !known;
  const render::Rendered rendered = render::Render(
      {support::SourceBuffer(source.name(), source.text().str()), path}, values, nullptr, options);
  lint::Result result;
  if (rendered.HasProblems()) {
    result.findings = rendered.problems.front().list();
    result.more = rendered.problems.front().more();
    return result;
  }
  const pipeline::Reading policy(support::SourceBuffer(source.name(), rendered.text),
                                 configured->targets);
  const bool is_accepted =
      std::all_of(policy.by_target().begin(), policy.by_target().end(),
                  [](const pipeline::TargetReading& seen) { return seen.accepted(); });
  // The files that are left out may decide what rules do, so that only errors in words are known.
  if (rendered.has_left_out && is_accepted) return result;
  result = LintReading(policy);
  // Suppressions have places in the rendered text.
  for (lint::TargetResult& one : result.by_target) one = {};
  result.suppressed_count = 0;
  std::vector<diagnostics::Diagnostic> mapped =
      std::move(render::MapFindings(rendered, result.findings).front());
  if (rendered.has_left_out) {
    std::erase_if(mapped, [](const diagnostics::Diagnostic& finding) {
      return check::IsAboutMissingStatement(finding);
    });
  }
  result.findings = std::move(mapped);
  return result;
}

bool Snapshot::IsSafe(const diagnostics::Fix& fix) const {
  return fix.keeps_meaning && lint::KeepsMeaning(reading, fix);
}

const analysis::Shares& Snapshot::shares() const {
  std::call_once(shared_, [this] {
    const auto can_exist = [this](policy::Property property, policy::DigestId digest) {
      return lint::CanExist(policy(), property, digest);
    };
    shares_ = std::make_unique<const analysis::Shares>(coverage(), can_exist);
  });
  return *shares_;
}

const Snapshot& Snapshot::For(std::size_t target) const {
  if (target == 0) return *this;
  const std::lock_guard lock(others_mutex_);
  std::unique_ptr<const Snapshot>& other = others_[target];
  if (other == nullptr) {
    auto only = std::make_shared<Configured>(*configured);
    only->targets = {configured->targets[target]};
    only->target_names = {configured->NameOf(target)};
    other =
        std::make_unique<const Snapshot>(uri, path, version, source.text().str(), std::move(only));
  }
  return *other;
}

SnapshotPtr MakeSnapshot(std::string uri, std::string path, std::optional<std::int64_t> version,
                         std::string text, std::shared_ptr<const Configured> configured) {
  return std::make_shared<const Snapshot>(std::move(uri), std::move(path), version, std::move(text),
                                          std::move(configured));
}

}  // namespace ipec::lsp
