#include "lint/well_formed.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "compiler/check/check.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

using syntax::LineKind;

// A longer text, or more malformed statements, are not being typed.
constexpr std::size_t kLongest = std::size_t{1} << 20;
constexpr std::size_t kMostMalformed = 20;

constexpr llvm::StringLiteral kHeader = "policy_name=a policy_version=1.0.0";
constexpr llvm::StringLiteral kDefault = "DEFAULT action=DENY\n";

// The beginnings of lines with errors of the checker.
using Begins = std::set<std::uint32_t>;

bool IsAccepted(const pipeline::Reading& reading) {
  return std::all_of(reading.by_target().begin(), reading.by_target().end(),
                     [](const pipeline::TargetReading& seen) { return seen.accepted(); });
}

// The text without the malformed statements, each byte at its place; empty if there is none that
// could be accepted.
std::string WithoutMalformed(const pipeline::Reading& reading, Begins& malformed) {
  std::string text = reading.text().str();
  for (const pipeline::TargetReading& seen : reading.by_target()) {
    if (seen.diagnostics().more() != 0) return {};
    for (const Diagnostic& finding : seen.diagnostics().list()) {
      if (finding.severity != Severity::Error || check::IsAboutMissingStatement(finding)) continue;
      const syntax::Line* const line = seen.document().LineAt(finding.where.begin);
      if (line == nullptr) return {};
      if (!malformed.insert(line->span.begin).second) continue;
      const Span statement = line->statement;
      std::string stand_in;
      if (line->kind == LineKind::Header) {
        if (statement.size() < kHeader.size()) return {};
        stand_in = kHeader.str();
      }
      stand_in.resize(statement.size(), ' ');
      text.replace(statement.begin, statement.size(), stand_in);
    }
  }
  return malformed.size() > kMostMalformed ? std::string() : text;
}

bool IsAboutRules(const Diagnostic& finding, const syntax::Document& document,
                  const Begins& malformed, std::size_t size) {
  const Rule* const rule = FindRule(*finding.descriptor);
  if (rule == nullptr || rule->category == Category::Meta) return false;
  const syntax::Line* const line = document.LineAt(finding.where.begin);
  if (line == nullptr || line->span.end > size || malformed.contains(line->span.begin)) {
    return false;
  }
  const bool is_kept =
      line->kind == LineKind::Rule || (line->kind == LineKind::Blank && !line->comment.empty());
  return is_kept && std::all_of(finding.notes.begin(), finding.notes.end(), [&](const auto& note) {
           return !note.has_place || note.where.end <= size;
         });
}

}  // namespace

std::vector<Diagnostic> LintWellFormed(const pipeline::Reading& reading, const Settings& settings,
                                       const Options& options) {
  if (reading.text().size() > kLongest) return {};
  Begins malformed;
  std::string text = WithoutMalformed(reading, malformed);
  if (text.empty()) return {};
  const auto read = [&] {
    return pipeline::Reading(support::SourceBuffer(reading.source().name(), text),
                             reading.targets());
  };
  pipeline::Reading rest = read();
  if (!IsAccepted(rest) && !rest.first().policy().global_default) {
    if (!text.ends_with('\n')) text += '\n';
    text += kDefault;
    rest = read();
  }
  if (!IsAccepted(rest)) return {};
  std::vector<Diagnostic> findings = Lint(rest, settings, options).findings;
  std::erase_if(findings, [&](const Diagnostic& finding) {
    return !IsAboutRules(finding, rest.first().document(), malformed, reading.text().size());
  });
  for (Diagnostic& finding : findings) finding.fixes.clear();
  return findings;
}

}  // namespace ipec::lint
