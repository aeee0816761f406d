#include "lsp/features/actions.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "compiler/support/line_diff.h"
#include "compiler/targets/features.h"
#include "lint/fix_claims.h"
#include "lint/fix_text.h"
#include "lint/output.h"
#include "lsp/features/action_edits.h"
#include "lsp/features/pasted_digests.h"

namespace ipec::lsp {
namespace {

using diagnostics::Diagnostic;
using diagnostics::Fix;
using support::Span;
using syntax::Line;
using syntax::LineKind;

// Proving a fix reads the text again: beyond this many bytes for one answer, a fix counts as
// unsafe.
constexpr std::size_t kProofBytes = std::size_t{4} << 20;
// More findings at one place are not useful.
constexpr std::size_t kMostFindings = 50;

// The identity of a finding in the id of an action. Not its number, which changes with the
// configuration.
std::string KeyOf(const Diagnostic& finding) {
  return lint::Fingerprint(
      fmt::format("{}\n{}\n{}", finding.descriptor->code, finding.where.begin, finding.message));
}

bool Touch(Span a, Span b) {
  return a.begin <= b.end && b.begin <= a.end;
}

class Lister {
 public:
  Lister(const Snapshot& snapshot, Span range) : snapshot_(snapshot), range_(range) {}

  std::vector<CodeAction> List() {
    const std::vector<Diagnostic>& findings = snapshot_.findings();
    std::vector<std::size_t> here;
    bool any_safe = false;
    for (std::size_t i = 0; i < findings.size(); ++i) {
      const std::vector<Fix>& fixes = findings[i].fixes;
      for (const Fix& fix : fixes) any_safe = any_safe || fix.keeps_meaning;
      const bool is_repair = snapshot_.claims && !fixes.empty() && !fixes.front().is_guess;
      any_safe = any_safe || is_repair;
      if (here.size() < kMostFindings && Touch(findings[i].where, range_)) here.push_back(i);
    }
    for (const std::size_t i : here) Fixes(i, findings[i]);
    for (const std::size_t i : here) Suppress(i, findings[i]);
    Statements();
    if (any_safe) {
      actions_.push_back({snapshot_.claims ? "apply all repairs" : "apply all safe fixes",
                          ActionKind::FixAll,
                          true,
                          false,
                          {},
                          "fix-all"});
    }
    return std::move(actions_);
  }

 private:
  void Fixes(std::size_t number, const Diagnostic& finding) {
    // A repair of a rejected policy changes no decision, because there is none yet.
    const bool repair = !snapshot_.accepted();
    for (std::size_t i = 0; i < finding.fixes.size(); ++i) {
      const Fix& fix = finding.fixes[i];
      CodeAction action;
      action.kind = ActionKind::QuickFix;
      action.finding = number;
      action.id = fmt::format("fix:{}:{}", KeyOf(finding), i);
      // A person decides about a guess, but should know whether it changes anything.
      Fix claimed = fix;
      claimed.keeps_meaning = fix.keeps_meaning || (fix.is_guess && !repair);
      proved_ += claimed.keeps_meaning ? snapshot_.source.text().size() : 0;
      action.safe = claimed.keeps_meaning && proved_ <= kProofBytes && snapshot_.IsSafe(claimed);
      action.title = fix.title;
      if (!action.safe && !repair) action.title += " (changes decisions or records)";
      action.preferred = i == 0 && !fix.is_guess && (action.safe || repair);
      actions_.push_back(std::move(action));
    }
  }

  void Suppress(std::size_t number, const Diagnostic& finding) {
    if (!snapshot_.accepted()) return;
    const lint::Rule* rule = lint::FindRule(finding.descriptor->code);
    if (rule == nullptr || rule->category == lint::Category::Meta) return;
    if (snapshot_.configured->settings.unsuppressible[rule->id]) return;
    // It may be expired, or lack a reason.
    if (HasSuppression(snapshot_, finding.where.begin, *rule)) return;
    const std::string_view name = rule->descriptor.name;
    if (LineAt(snapshot_, finding.where.begin) != nullptr) {
      actions_.push_back({fmt::format("suppress {} here, with a reason", name),
                          ActionKind::QuickFix, false, false, number,
                          fmt::format("suppress:{}", KeyOf(finding))});
    }
    actions_.push_back({fmt::format("suppress {} in this file, with a reason", name),
                        ActionKind::QuickFix, false, false, number,
                        fmt::format("suppress-file:{}", KeyOf(finding))});
  }

  // The actions that statements in the range offer, correct or not.
  void Statements() {
    if (snapshot_.claims) return;
    const auto& lines = snapshot_.document().lines;
    auto line = std::partition_point(lines.begin(), lines.end(),
                                     [&](const Line& one) { return one.span.end < range_.begin; });
    bool header_or_default = false;
    std::size_t aliases = 0;
    for (; line != lines.end() && line->span.begin <= range_.end; ++line) {
      if (!Touch(line->span, range_) || line->kind == LineKind::Blank) continue;
      if (line->kind == LineKind::Header) RaiseVersion();
      if (line->kind == LineKind::Rule) Pasted(*line);
      header_or_default =
          header_or_default || line->kind == LineKind::Header || line->kind == LineKind::Default;
      const targets::Alias* alias = AliasOn(snapshot_, *line);
      if (alias == nullptr || aliases++ >= kMostFindings) continue;
      actions_.push_back(
          {fmt::format("expand `{}` to {} statements", alias->spelling, alias->operations.size()),
           ActionKind::Rewrite,
           true,
           false,
           {},
           fmt::format("expand:{}", line->span.begin)});
    }
    if (aliases > 0) {
      actions_.push_back(
          {"expand all aliases", ActionKind::Rewrite, true, false, {}, "expand-all"});
    }
    if (header_or_default) Defaults();
  }

  void Pasted(const Line& line) {
    if (pasted_++ >= kMostFindings || RepairPastedDigest(snapshot_, line).empty()) return;
    CodeAction action{"write the digest as ALGORITHM:HEX",     ActionKind::QuickFix, true, true, {},
                      fmt::format("paste:{}", line.span.begin)};
    if (snapshot_.target().Has(targets::Feature::BareDigests))
      action.title = "write the digest as HEX";
    const auto& findings = snapshot_.findings();
    const auto found = std::find_if(
        findings.begin(), findings.end(),
        [&](const Diagnostic& finding) { return Touch(finding.where, line.statement); });
    if (found != findings.end()) action.finding = support::ToSize(found - findings.begin());
    actions_.push_back(std::move(action));
  }

  void RaiseVersion() {
    const auto edit = NextVersion(snapshot_);
    if (!edit) return;
    actions_.push_back({fmt::format("raise the version to `{}`", edit->text),
                        ActionKind::Rewrite,
                        false,
                        false,
                        {},
                        "version"});
  }

  void Defaults() {
    const auto& global = snapshot_.policy().global_default;
    const policy::OperationSet missing = snapshot_.policy().OperationsWithoutDefault();
    // If both are missing, the policy is rejected, and the finding has the fix that adds the global
    // one.
    if (!global && missing.empty()) {
      actions_.push_back({"add a global DEFAULT that denies",
                          ActionKind::Rewrite,
                          false,
                          false,
                          {},
                          "defaults:global"});
    }
    if (!missing.empty()) {
      actions_.push_back(
          {fmt::format("add a DEFAULT for {}",
                       missing.size() == 1 ? std::string(Name(*missing.begin()))
                                           : fmt::format("each of {} operations", missing.size())),
           ActionKind::Rewrite,
           false,
           false,
           {},
           "defaults:operations"});
    }
  }

  const Snapshot& snapshot_;
  const Span range_;
  std::size_t proved_ = 0;
  std::size_t pasted_ = 0;
  std::vector<CodeAction> actions_;
};

// `WORD:OF:N`; parts that are missing are empty.
struct Id {
  std::string_view word;
  std::string_view of;
  std::string_view number;
};

Id ReadId(std::string_view text) {
  Id id;
  for (std::string_view* const part : {&id.word, &id.of, &id.number}) {
    *part = text.substr(0, text.find(':'));
    text.remove_prefix(std::min(text.size(), part->size() + 1));
  }
  return id;
}

// An unusable number if `digits` are not a number.
std::size_t NumberOf(std::string_view digits) {
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return error == std::errc() && end == digits.data() + digits.size() ? value : SIZE_MAX;
}

const Diagnostic* FindingOf(const Snapshot& snapshot, std::string_view key) {
  const std::vector<Diagnostic>& findings = snapshot.findings();
  const auto found = std::find_if(findings.begin(), findings.end(),
                                  [&](const Diagnostic& finding) { return KeyOf(finding) == key; });
  return found == findings.end() ? nullptr : &*found;
}

std::string FixedTextOf(const Snapshot& snapshot) {
  if (snapshot.claims) return lint::FixClaims(*snapshot.claims).text;
  const lint::Settings& settings = snapshot.configured->settings;
  const lint::Result found = lint::Lint(snapshot.reading, settings);
  return lint::FixText(snapshot.reading, found, settings, /*unsafe=*/false).text;
}

TextEdits FixAll(const Snapshot& snapshot) {
  const std::string fixed = FixedTextOf(snapshot);
  const llvm::StringRef before = snapshot.source.text();
  TextEdits edits;
  for (const support::TextChange& change :
       support::ChangesOf({before.data(), before.size()}, fixed)) {
    edits.push_back({change.where, std::string(change.text)});
  }
  return edits;
}

}  // namespace

std::vector<CodeAction> ActionsIn(const Snapshot& snapshot, Span range) {
  const std::uint32_t size = snapshot.source.size();
  range.begin = std::min(range.begin, size);
  range.end = std::clamp(range.end, range.begin, size);
  return Lister(snapshot, range).List();
}

TextEdits ResolveAction(const Snapshot& snapshot, std::string_view text) {
  if (text == "fix-all") return FixAll(snapshot);
  if (text == "defaults:global") {
    return snapshot.policy().global_default ? TextEdits() : AddGlobalDefault(snapshot);
  }
  if (text == "defaults:operations") return AddOperationDefaults(snapshot);
  if (text == "version") {
    const auto edit = NextVersion(snapshot);
    return edit ? TextEdits{*edit} : TextEdits();
  }
  const Id id = ReadId(text);
  if (id.word == "fix" || id.word == "suppress" || id.word == "suppress-file") {
    const Diagnostic* const finding = FindingOf(snapshot, id.of);
    if (finding == nullptr) return {};
    const std::string_view rule = finding->descriptor->name;
    if (id.word == "suppress") return SuppressHere(snapshot, finding->where.begin, rule);
    if (id.word == "suppress-file") return SuppressInFile(snapshot, rule);
    const std::size_t fix = NumberOf(id.number);
    return fix < finding->fixes.size() ? finding->fixes[fix].edits : TextEdits();
  }
  const auto& lines = snapshot.document().lines;
  if (id.word == "paste") {
    const std::size_t at = NumberOf(id.of);
    if (at >= snapshot.source.text().size()) return {};
    const Line* const line = LineAt(snapshot, support::ToU32(at));
    return line == nullptr ? TextEdits() : RepairPastedDigest(snapshot, *line);
  }
  std::vector<const Line*> wanted;
  if (text == "expand-all") {
    for (const Line& line : lines) wanted.push_back(&line);
  } else if (const std::size_t at = NumberOf(id.of);
             id.word == "expand" && at < snapshot.source.text().size()) {
    wanted.push_back(LineAt(snapshot, support::ToU32(at)));
    if (wanted.back() == nullptr) return {};
  }
  return ExpandAliases(snapshot, wanted);
}

}  // namespace ipec::lsp
