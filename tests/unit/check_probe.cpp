#include "tests/unit/check_probe.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "compiler/support/printable.h"
#include "compiler/syntax/parse.h"

namespace ipec::tests {
namespace {

std::size_t Count(const Probe& probe, const diagnostics::Descriptor* descriptor) {
  return static_cast<std::size_t>(
      std::count_if(probe.findings.begin(), probe.findings.end(),
                    [&](const auto& finding) { return finding.descriptor == descriptor; }));
}

bool Inside(support::Span span, std::size_t size) {
  return span.begin <= span.end && span.end <= size;
}

// No other finding is about the same line. Where there is one, a fix that writes a statement anew
// may repeat what is wrong with the rest of it.
bool IsAlone(const std::string& text, const Probe& probe, const diagnostics::Diagnostic& finding) {
  const support::LineMap lines(text);
  return std::all_of(probe.findings.begin(), probe.findings.end(), [&](const auto& other) {
    return &other == &finding ||
           lines.PositionOf(other.where.begin).line != lines.PositionOf(finding.where.begin).line;
  });
}

bool Shows(const std::string& words) {
  return support::Printable(words) == words;
}

std::string EditsComplaint(const std::string& text, const diagnostics::Fix& fix) {
  std::uint32_t at = 0;
  for (const diagnostics::TextEdit& edit : fix.edits) {
    if (!Inside(edit.where, text.size())) return "an edit outside the text";
    if (edit.where.begin < at) return "edits that overlap or stand in no order";
    at = edit.where.end;
  }
  return fix.edits.empty() ? "a fix without edits" : "";
}

}  // namespace

Probe CheckText(const std::string& text, const targets::Target& target,
                const std::vector<std::string>& loaded) {
  const syntax::Document document = syntax::Parse(text, check::LexisOf(target));
  check::Options options;
  options.loaded = loaded;
  diagnostics::Sink sink;
  const check::Result result = check::CheckDocument(document, target, options, sink);
  return {result.error ? static_cast<int>(*result.error) : 0, std::move(sink.list())};
}

std::string Apply(const std::string& text, const diagnostics::Fix& fix) {
  std::string made = text;
  for (auto edit = fix.edits.rbegin(); edit != fix.edits.rend(); ++edit) {
    made.replace(edit->where.begin, edit->where.size(), edit->text);
  }
  return made;
}

std::string Complaint(const std::string& text, const targets::Target& target,
                      const std::vector<std::string>& loaded, const Probe& probe) {
  if ((probe.error == 0) != probe.findings.empty()) {
    return fmt::format("errno {} with {} findings", probe.error, probe.findings.size());
  }
  for (const diagnostics::Diagnostic& finding : probe.findings) {
    const std::string name(finding.descriptor->name);
    if (!Inside(finding.where, text.size())) return name + " outside the text";
    if (!Shows(finding.message)) return name + " has unprintable words: " + finding.message;
    for (const diagnostics::Note& note : finding.notes) {
      if (!Inside(note.where, text.size()) || !Shows(note.message)) return name + ": bad note";
    }
    for (const diagnostics::Fix& fix : finding.fixes) {
      if (const std::string bad = EditsComplaint(text, fix); !bad.empty()) {
        return fmt::format("{}: {}", name, bad);
      }
      if (!Shows(fix.title)) return name + ": unprintable fix";
      if (!IsAlone(text, probe, finding)) continue;
      const Probe after = CheckText(Apply(text, fix), target, loaded);
      if (Count(after, finding.descriptor) >= Count(probe, finding.descriptor)) {
        return fmt::format("{}: `{}` does not make it go away:\n{}", name, fix.title,
                           Apply(text, fix));
      }
    }
  }
  return {};
}

}  // namespace ipec::tests
