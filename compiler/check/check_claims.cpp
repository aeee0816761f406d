#include "compiler/check/check_claims.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/check/claim_lines.h"
#include "compiler/check/prove_in_whole.h"
#include "compiler/check/show.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/diagnostics/edits.h"
#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "compiler/support/wording.h"
#include "compiler/syntax/parse.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using diagnostics::Fix;
using diagnostics::TextEdit;
using support::Span;

// Findings about the derived rules as findings about the claims.
class Translator {
 public:
  Translator(const syntax::Document& document, const DerivedRules& derived, diagnostics::Sink& sink)
      : document_(document), derived_(derived), sink_(sink) {}

  void Translate(diagnostics::Sink& from) {
    for (Diagnostic& finding : from.list()) {
      if (sink_.full()) {
        sink_.Skip();
      } else {
        Translate(std::move(finding));
      }
    }
    for (std::size_t i = 0; i < from.more(); ++i) sink_.Skip();
  }

 private:
  void Translate(Diagnostic finding) {
    line_ = LineAt(finding.where.begin);
    for (Fix& fix : finding.fixes) Translate(fix);
    std::erase_if(finding.fixes, [](const Fix& fix) { return fix.edits.empty(); });
    finding.where = Back(finding.where);
    for (diagnostics::Note& note : finding.notes) {
      // The head of the derived text is not the author's.
      note.has_place = note.has_place && note.where.begin >= kDerivedHead.size();
      if (note.has_place) note.where = Back(note.where);
    }
    Add(std::move(finding));
  }

  // Some findings about rules have another name in claims.
  void Add(Diagnostic finding) {
    const auto* kind = finding.descriptor;
    const bool has_word = line_ != nullptr && !line_->word.empty();
    if (kind == &diag::UnknownStatement.descriptor && !has_word) {
      Diagnostic& made = sink_.Emit(finding.where, diag::UnknownClaim, Shown(finding.where));
      made.notes = std::move(finding.notes);
      made.fixes = std::move(finding.fixes);
    } else if (kind == &diag::UnknownStatement.descriptor ||
               kind == &diag::MissingOperation.descriptor) {
      const std::string_view word = has_word ? std::string_view(line_->word) : "never";
      Diagnostic& made = sink_.Emit(finding.where, diag::ClaimWithoutOperation, word);
      made.AddNote(std::string(kClaimForm));
      made.fixes = std::move(finding.fixes);
    } else if (kind == &diag::RepeatedAction.descriptor ||
               kind == &diag::ActionNotLast.descriptor) {
      // The note shows the author's action, the finding the derived one.
      const bool has_note = !finding.notes.empty() && finding.notes[0].has_place;
      const Span where = has_note ? finding.notes[0].where : finding.where;
      sink_.Emit(where, diag::ClaimWithAction, Shown(where));
    } else {
      sink_.list().push_back(std::move(finding));
    }
  }

  std::string Shown(Span span) const { return Show(document_.Text(span)); }

  Span Back(Span span) const {
    return support::WholeCharacters(document_.text, derived_.text.Back(span));
  }

  const ClaimLine* LineAt(std::uint32_t at) const {
    const std::uint32_t original = derived_.text.Back(at);
    const auto& lines = derived_.lines;
    const auto after = std::upper_bound(
        lines.begin(), lines.end(), original,
        [](std::uint32_t place, const ClaimLine& line) { return place < line.statement.begin; });
    return after == lines.begin() ? nullptr : &*std::prev(after);
  }

  // A fix that cannot be made in the claims loses its edits.
  void Translate(Fix& fix) {
    for (TextEdit& edit : fix.edits) {
      if (derived_.text.IsInserted(edit.where.begin) || derived_.text.IsInserted(edit.where.end) ||
          edit.where.begin < kDerivedHead.size()) {
        fix.edits.clear();
        return;
      }
      const ClaimLine* line = LineAt(edit.where.begin);
      if (line != nullptr && !line->word.empty()) edit.text = WithoutActions(edit.text, *line);
      edit.where = derived_.text.Back(edit.where);
      // Without its statement, the word of a claim is nothing.
      if (line != nullptr && edit.text.empty() && edit.where.begin <= line->rest &&
          edit.where.end >= line->statement.end) {
        edit.where.begin = std::min(edit.where.begin, line->statement.begin);
      }
    }
  }

  // Rules as the claims that they are derived from; the first one has its word already.
  static std::string WithoutActions(llvm::StringRef text, const ClaimLine& line) {
    std::string made;
    for (bool is_first = true;; is_first = false) {
      const std::size_t end = text.find('\n');
      llvm::StringRef one = text.take_front(end);
      if (!is_first) made += '\n';
      if (!is_first && !one.empty()) made.append(line.word).append(" ");
      const llvm::StringRef body = one.rtrim(' ');
      if (body.endswith(kDerivedAction)) {
        made += body.drop_back(kDerivedAction.size());
      } else {
        made += one;
      }
      if (end == llvm::StringRef::npos) return made;
      text = text.drop_front(end + 1);
    }
  }

  const syntax::Document& document_;
  const DerivedRules& derived_;
  diagnostics::Sink& sink_;
  const ClaimLine* line_ = nullptr;  // of the finding
};

std::vector<runtime::Operation> OperationsOf(const targets::Target& target) {
  const policy::OperationSet known = target.semantics().operations;
  return {known.begin(), known.end()};
}

// The claims that `derived` has, as `fits` has their rules.
policy::Claims ClaimsOf(policy::Policy fits, const DerivedRules& derived) {
  policy::Claims claims;
  const std::vector<policy::Rule> rules = std::exchange(fits.rules, {});
  auto line = derived.lines.begin();
  for (const policy::Rule& rule : rules) {
    const std::uint32_t number = rule.line - kDerivedLines;
    while (line != derived.lines.end() && line->number < number) ++line;
    if (line == derived.lines.end() || line->number != number || !line->kind) continue;
    if (claims.claims.empty() || claims.claims.back().line != number) {
      claims.claims.push_back(
          {*line->kind, {support::ToU32(fits.rules.size()), 0}, number, line->statement});
    }
    ++claims.claims.back().fits.count;
    fits.rules.push_back(rule);
    fits.rules.back().line = number;
    fits.rules.back().statement = line->statement;
  }
  claims.fits = std::move(fits);
  return claims;
}

void ReportHidden(const syntax::Document& document, diagnostics::Sink& sink) {
  if (document.hidden.empty()) return;
  const std::uint32_t begin = document.hidden.begin;
  sink.Emit({begin, begin + 1}, diag::NulInClaims,
            support::NumberOf(document.hidden.size() - 1, "byte"));
}

ClaimsResult CheckClaimsOnce(const syntax::Document& document, const targets::Target& target,
                             diagnostics::Sink& sink, bool offers_repairs) {
  ClaimsResult result;
  if (IsUtf16(document.text)) {
    sink.Emit({0, 2}, diag::Utf16Text).AddNote("save the file as UTF-8, or as ASCII");
    return result;
  }
  const DerivedRules derived = DeriveRules(document, target, sink);
  const syntax::Document rules = syntax::Parse(derived.text.text(), document.lexis);
  const std::vector<runtime::Operation> every = OperationsOf(target);
  Options options;
  options.every = every;
  diagnostics::Sink found;
  Result checked = CheckOnce(rules, target, options, found, offers_repairs);
  Translator(document, derived, sink).Translate(found);
  ReportHidden(document, sink);
  if (document.clauses.empty() && document.hidden.empty()) sink.Emit({}, diag::NoClaims);
  sink.SortByPlace();
  result.claims = ClaimsOf(std::move(checked.policy), derived);
  result.well_formed = sink.list().empty() && sink.more() == 0;
  return result;
}

// Fixes of longer lines are not proved, so they are not offered.
constexpr std::uint32_t kLongestProved = 4096;

// The lines that `fix` edits, whole.
Span LinesOf(const syntax::Document& document, const Fix& fix) {
  Span lines = fix.edits.front().where;
  lines.begin = document.LineAt(lines.begin)->span.begin;
  lines.end = std::max(document.LineAt(fix.edits.back().where.end)->span.end, lines.begin);
  return lines;
}

std::map<const diagnostics::Descriptor*, std::size_t> CountFindings(
    std::string_view text, const syntax::Document& document, const targets::Target& target) {
  diagnostics::Sink found;
  CheckClaimsOnce(syntax::Parse(text, document.lexis), target, found, false);
  std::map<const diagnostics::Descriptor*, std::size_t> counts;
  for (const Diagnostic& finding : found.list()) ++counts[finding.descriptor];
  counts.erase(&diag::NoClaims.descriptor);  // of the whole file
  return counts;
}

// Whether the lines of `fix`, read again, have one finding less of `kind`, and none more.
bool IsProved(const syntax::Document& document, const targets::Target& target, const Fix& fix,
              const diagnostics::Descriptor* kind) {
  if (document.lines.empty()) return false;
  const Span lines = LinesOf(document, fix);
  if (lines.size() > kLongestProved) return false;
  auto before = CountFindings(document.Text(lines), document, target);
  const auto after =
      CountFindings(diagnostics::Apply(document.text, lines, fix.edits), document, target);
  const auto now = after.find(kind);
  return (now == after.end() ? 0 : now->second) < before[kind] &&
         std::all_of(after.begin(), after.end(),
                     [&](const auto& count) { return count.second <= before[count.first]; });
}

void ProveEach(const syntax::Document& document, const targets::Target& target,
               diagnostics::Sink& sink) {
  for (Diagnostic& finding : sink.list()) {
    std::erase_if(finding.fixes, [&](const Fix& fix) {
      return !IsProved(document, target, fix, finding.descriptor);
    });
  }
}

}  // namespace

ClaimsResult CheckClaims(const syntax::Document& document, const targets::Target& target,
                         diagnostics::Sink& sink) {
  ClaimsResult result = CheckClaimsOnce(document, target, sink, true);
  ProveEach(document, target, sink);
  ProveInWhole(
      document,
      [&](const syntax::Document& after, diagnostics::Sink& findings) {
        CheckClaimsOnce(after, target, findings, false);
      },
      sink);
  return result;
}

void ReportCannotFail(const syntax::Document& document, const policy::Claims& claims,
                      const std::vector<bool>& can_fail, diagnostics::Sink& sink) {
  for (std::size_t i = 0; i < can_fail.size(); ++i) {
    if (can_fail[i]) continue;
    const policy::Claim& claim = claims.claims[i];
    Diagnostic& finding =
        sink.Emit(support::WholeCharacters(document.text, claim.statement), diag::ClaimCannotFail);
    if (claim.kind == policy::ClaimKind::Only) {
      finding.AddNote(
          "`only` claims about an operation are proved together, and these fit every event");
    }
  }
  sink.SortByPlace();
}

bool IsAboutCannotFail(const Diagnostic& finding) {
  return finding.descriptor == &diag::ClaimCannotFail.descriptor;
}

}  // namespace ipec::check
