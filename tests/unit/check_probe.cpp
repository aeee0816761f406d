#include "tests/unit/check_probe.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "compiler/check/check_claims.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/diagnostics/edits.h"
#include "compiler/support/printable.h"
#include "compiler/syntax/parse.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::tests {
namespace {

std::size_t Count(const Probe& probe, const diagnostics::Descriptor* descriptor) {
  return static_cast<std::size_t>(
      std::count_if(probe.findings.begin(), probe.findings.end(),
                    [&](const auto& finding) { return finding.descriptor == descriptor; }));
}

// A statement that can finally be read, or was removed, may turn out to be a duplicate, or not to
// be the missing one. That is not an error of its repair.
bool IsOfTheWhole(const diagnostics::Diagnostic& finding) {
  return finding.descriptor == &diag::DuplicateDefault.descriptor ||
         finding.descriptor == &diag::MissingDefault.descriptor;
}

// A finding that is more frequent in `after` than in `before`, or nothing.
const diagnostics::Diagnostic* NewFinding(const Probe& before, const Probe& after) {
  const auto count = [](const Probe& probe, const diagnostics::Diagnostic& like) {
    return std::count_if(probe.findings.begin(), probe.findings.end(), [&](const auto& finding) {
      return finding.descriptor == like.descriptor && finding.message == like.message;
    });
  };
  for (const diagnostics::Diagnostic& finding : after.findings) {
    if (!IsOfTheWhole(finding) && count(after, finding) > count(before, finding)) return &finding;
  }
  return nullptr;
}

// The number of clauses with `key=`: at their beginning or, without a space, after a value that
// ends in an uppercase letter or a digit, and not as the end of another key.
std::size_t CountWord(llvm::StringRef text, const std::string& key) {
  std::size_t count = 0;
  for (std::size_t at = text.find(key); at != llvm::StringRef::npos; at = text.find(key, at + 1)) {
    const char before = at == 0 ? ' ' : text[at - 1];
    const bool is_letter = llvm::isAlpha(before) || before == '_';
    const bool begins =
        !is_letter || (before >= 'A' && before <= 'Z' && text.take_front(at).contains('='));
    if (begins && text.drop_front(at + key.size()).startswith("=")) ++count;
  }
  return count;
}

// How often a statement of `text` names each property or an action: all, or those the kernel reads.
// A claim has no action.
std::vector<std::size_t> Named(const std::string& text, syntax::Lexis lexis, bool all, Form form) {
  std::vector<std::string> words(runtime::kPropertyNames.begin(), runtime::kPropertyNames.end());
  if (form == Form::Policy) words.emplace_back("action");
  std::vector<std::size_t> counts(words.size(), 0);
  const syntax::Document document = syntax::Parse(text, lexis);
  for (const syntax::Line& line : document.lines) {
    for (const syntax::Clause& clause : document.ClausesOf(line)) {
      const bool dropped = lexis == syntax::Lexis::Quoted && !line.comment.empty() &&
                           line.comment.begin == clause.span().end;
      if (dropped && !all) continue;
      const llvm::StringRef written = document.Text(clause.span());
      for (std::size_t i = 0; i < words.size(); ++i) counts[i] += CountWord(written, words[i]);
    }
  }
  return counts;
}

// A repair that does not announce a removal keeps every property and every action.
bool Keeps(const std::string& before, const std::string& after, syntax::Lexis lexis, Form form) {
  for (const bool all : {true, false}) {
    const auto had = Named(before, lexis, all, form);
    const auto has = Named(after, lexis, all, form);
    for (std::size_t i = 0; i < had.size(); ++i) {
      if (has[i] < had[i]) return false;
    }
  }
  return true;
}

// The number of statements that deny.
std::size_t Denials(const std::string& text, syntax::Lexis lexis) {
  const syntax::Document document = syntax::Parse(text, lexis);
  return static_cast<std::size_t>(
      std::count_if(document.lines.begin(), document.lines.end(), [&](const syntax::Line& line) {
        const auto clauses = document.ClausesOf(line);
        return std::any_of(clauses.begin(), clauses.end(), [&](const syntax::Clause& clause) {
          return document.Text(clause.key).trim("'\"") == "action" &&
                 document.Text(clause.value).trim("'\"") == "DENY";
        });
      }));
}

// Whether a repair removes a statement that denies and does not say so. Of two DEFAULTs, the other
// one may deny, too.
bool HidesLoosening(const std::string& before, const std::string& after, syntax::Lexis lexis,
                    const diagnostics::Diagnostic& finding, const diagnostics::Fix& fix) {
  return fix.title.rfind("remove", 0) == 0 &&
         finding.descriptor != &diag::DuplicateDefault.descriptor &&
         fix.title.find("loosens the policy") == std::string::npos &&
         Denials(after, lexis) < Denials(before, lexis);
}

// The places of `text` that are not within a character, computed without the code under test: a
// sequence is the shortest form of a code point that is not a surrogate.
std::vector<bool> Boundaries(const std::string& text) {
  std::vector<bool> places(text.size() + 1, true);
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  for (std::size_t at = 0; at < text.size(); ++at) {
    const std::size_t size = byte(at) >= 0xF0 ? 4 : byte(at) >= 0xE0 ? 3 : byte(at) >= 0xC0 ? 2 : 1;
    if (size == 1 || at + size > text.size()) continue;
    std::uint32_t point = byte(at) & (0xFFU >> (size + 1));
    bool goes_on = byte(at) < 0xF8;
    for (std::size_t i = 1; i < size; ++i) {
      goes_on = goes_on && (byte(at + i) & 0xC0U) == 0x80U;
      point = point << 6U | (byte(at + i) & 0x3FU);
    }
    constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
    if (!goes_on || point < kLeast[size] || point > 0x10FFFF) continue;
    if (point >= 0xD800 && point < 0xE000) continue;
    for (std::size_t i = 1; i < size; ++i) places[at + i] = false;
  }
  return places;
}

// Whether bytes of `text` are in no character: an editor would show and write U+FFFD for them.
bool HasLooseBytes(const std::string& text) {
  const std::vector<bool> places = Boundaries(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) >= 0x80 && places[i] && places[i + 1]) return true;
  }
  return false;
}

bool Inside(support::Span span, const std::vector<bool>& places) {
  return span.begin <= span.end && span.end < places.size() && places[span.begin] &&
         places[span.end];
}

// No other finding is about the same line, as the kernel ends lines. If there is one, a fix that
// rewrites a statement may repeat the other errors of it.
bool IsAlone(const syntax::Document& document, const Probe& probe,
             const diagnostics::Diagnostic& finding) {
  const auto line_of = [&](const diagnostics::Diagnostic& of) {
    return std::upper_bound(
        document.lines.begin(), document.lines.end(), of.where.begin,
        [](std::uint32_t at, const syntax::Line& line) { return at < line.span.begin; });
  };
  return std::all_of(probe.findings.begin(), probe.findings.end(), [&](const auto& other) {
    return &other == &finding || line_of(other) != line_of(finding);
  });
}

bool Shows(const std::string& words) {
  return support::Printable(words) == words;
}

std::optional<std::string> FindEditProblem(const std::string& text, const std::vector<bool>& places,
                                           const diagnostics::Fix& fix) {
  std::uint32_t at = 0;
  for (const diagnostics::TextEdit& edit : fix.edits) {
    if (!Inside(edit.where, places)) return "an edit outside the text, or within a character";
    if (edit.where.begin < at) return "edits that overlap or are not in order";
    at = edit.where.end;
  }
  if (!HasLooseBytes(text) && HasLooseBytes(Apply(text, fix.edits)))
    return "an edit cuts a character";
  if (fix.edits.empty()) return "a fix without edits";
  return std::nullopt;
}

// Edits may touch, but the order of two insertions at one place is not defined.
bool OverlapsOneOf(const diagnostics::TextEdit& edit,
                   const std::vector<diagnostics::TextEdit>& others) {
  return std::any_of(others.begin(), others.end(), [&](const diagnostics::TextEdit& other) {
    if (edit.where.empty() && edit.where == other.where) return true;
    return edit.where.begin < other.where.end && other.where.begin < edit.where.end;
  });
}

// The first repairs that are made at once, as one; without edits: there are none.
diagnostics::Fix NextRepairs(const Probe& probe, Way way) {
  std::vector<const diagnostics::Fix*> firsts;
  for (const diagnostics::Diagnostic& finding : probe.findings) {
    if (!finding.fixes.empty()) firsts.push_back(&finding.fixes[0]);
  }
  if (firsts.empty()) return {};
  if (way == Way::FromTheTop) return *firsts.front();
  if (way == Way::FromTheBottom) return *firsts.back();
  diagnostics::Fix all;
  for (const diagnostics::Fix* fix : firsts) {
    if (std::any_of(fix->edits.begin(), fix->edits.end(), [&](const diagnostics::TextEdit& edit) {
          return OverlapsOneOf(edit, all.edits);
        })) {
      continue;
    }
    all.title += all.title.empty() ? fix->title : " and " + fix->title;
    all.edits.insert(all.edits.end(), fix->edits.begin(), fix->edits.end());
  }
  // Insertions precede replacements at the same place.
  std::stable_sort(all.edits.begin(), all.edits.end(), [](const auto& a, const auto& b) {
    return std::pair(a.where.begin, !a.where.empty()) < std::pair(b.where.begin, !b.where.empty());
  });
  return all;
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

Probe CheckClaimsText(const std::string& text, const targets::Target& target) {
  const syntax::Document document = syntax::Parse(text, check::LexisOf(target));
  diagnostics::Sink sink;
  const check::ClaimsResult result = check::CheckClaims(document, target, sink);
  return {result.well_formed ? 0 : 1, std::move(sink.list())};
}

std::optional<std::string> FindPlaceProblem(const std::string& text, const Probe& probe) {
  const std::vector<bool> places = Boundaries(text);
  for (const diagnostics::Diagnostic& finding : probe.findings) {
    const std::string name(finding.descriptor->name);
    if (!Inside(finding.where, places)) return name + " outside the text, or within a character";
    if (!Shows(finding.message)) return name + " has unprintable words: " + finding.message;
    for (const diagnostics::Note& note : finding.notes) {
      if (!Inside(note.where, places) || !Shows(note.message)) return name + ": bad note";
    }
    for (const diagnostics::Fix& fix : finding.fixes) {
      if (const auto problem = FindEditProblem(text, places, fix)) {
        return fmt::format("{}: {}", name, *problem);
      }
      if (!Shows(fix.title)) return name + ": unprintable fix";
    }
  }
  return std::nullopt;
}

namespace {

Probe Check(const std::string& text, const targets::Target& target,
            const std::vector<std::string>& loaded, Form form) {
  return form == Form::Policy ? CheckText(text, target, loaded) : CheckClaimsText(text, target);
}

}  // namespace

std::optional<std::string> FindProblem(const std::string& text, const targets::Target& target,
                                       const std::vector<std::string>& loaded, const Probe& probe,
                                       Form form) {
  if ((probe.error == 0) != probe.findings.empty()) {
    return fmt::format("errno {} with {} findings", probe.error, probe.findings.size());
  }
  if (auto problem = FindPlaceProblem(text, probe)) return problem;
  const syntax::Document document = syntax::Parse(text, check::LexisOf(target));
  for (const diagnostics::Diagnostic& finding : probe.findings) {
    const std::string name(finding.descriptor->name);
    for (const diagnostics::Fix& fix : finding.fixes) {
      const std::string repaired = Apply(text, fix.edits);
      const bool says_so =
          fix.title.rfind("remove", 0) == 0 || fix.title == "turn the line into a comment";
      if (!says_so && !Keeps(text, repaired, check::LexisOf(target), form)) {
        return fmt::format("{}: `{}` loses a word:\n{}", name, fix.title, repaired);
      }
      if (form == Form::Policy &&
          HidesLoosening(text, repaired, check::LexisOf(target), finding, fix)) {
        return fmt::format("{}: `{}` removes a DENY:\n{}", name, fix.title, repaired);
      }
      if (!IsAlone(document, probe, finding)) continue;
      const Probe after = Check(repaired, target, loaded, form);
      if (Count(after, finding.descriptor) >= Count(probe, finding.descriptor)) {
        return fmt::format("{}: `{}` does not make it go away:\n{}", name, fix.title, repaired);
      }
      if (const diagnostics::Diagnostic* made = NewFinding(probe, after); made != nullptr) {
        return fmt::format("{}: `{}` brings {}, {}:\n{}", name, fix.title, made->descriptor->name,
                           made->message, repaired);
      }
    }
  }
  return std::nullopt;
}

std::optional<std::string> FindRepairProblem(const std::string& text, const targets::Target& target,
                                             Way way, Form form) {
  Probe probe = Check(text, target, {}, form);
  std::set<std::string_view> codes;
  for (const diagnostics::Diagnostic& finding : probe.findings)
    codes.insert(finding.descriptor->code);
  std::string made = text;
  std::string explanation;
  // Each round fixes at least one mistake of a statement.
  for (std::size_t round = 0; round < text.size() + 16; ++round) {
    const diagnostics::Fix fix = NextRepairs(probe, way);
    if (fix.edits.empty()) return std::nullopt;
    const std::string before = std::exchange(made, Apply(made, fix.edits));
    if (made == before) return fmt::format("`{}` changes nothing:\n{}", fix.title, made);
    explanation += fmt::format("`{}` gives:\n{}\n", fix.title, made);
    probe = Check(made, target, {}, form);
    for (const diagnostics::Diagnostic& finding : probe.findings) {
      if (codes.count(finding.descriptor->code) != 0) continue;
      return fmt::format("{}{} is new: {}", explanation, finding.descriptor->name, finding.message);
    }
  }
  return "the repairs do not end:\n" + explanation.substr(0, 2000);
}

}  // namespace ipec::tests
