#include "tests/unit/check_probe.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

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

// A statement that can be read at last, or has gone, may turn out to be a second one, or not to be
// the one that is missing. That is no fault of its repair.
bool IsOfTheWhole(const diagnostics::Diagnostic& finding) {
  return finding.descriptor == &diag::DuplicateDefault.descriptor ||
         finding.descriptor == &diag::MissingDefault.descriptor;
}

// A finding of `after` that `before` has not as often, or nothing.
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

// How often `key=` stands in a clause: at its beginning or, glued, after a value that ends in a
// capital or a digit, and not as the end of another key.
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
std::vector<std::size_t> Named(const std::string& text, syntax::Lexis lexis, bool all) {
  std::vector<std::string> words(runtime::kPropertyNames.begin(), runtime::kPropertyNames.end());
  words.emplace_back("action");
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

// A repair that does not say it removes something keeps every property and every action.
bool Keeps(const std::string& before, const std::string& after, syntax::Lexis lexis) {
  for (const bool all : {true, false}) {
    const auto had = Named(before, lexis, all);
    const auto has = Named(after, lexis, all);
    for (std::size_t i = 0; i < had.size(); ++i) {
      if (has[i] < had[i]) return false;
    }
  }
  return true;
}

bool Inside(support::Span span, std::size_t size) {
  return span.begin <= span.end && span.end <= size;
}

// No other finding is about the same line, as the kernel ends lines. Where there is one, a fix that
// writes a statement anew may repeat what is wrong with the rest of it.
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
  const syntax::Document document = syntax::Parse(text, check::LexisOf(target));
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
      const std::string repaired = Apply(text, fix);
      if (fix.title.rfind("remove", 0) != 0 && !Keeps(text, repaired, check::LexisOf(target))) {
        return fmt::format("{}: `{}` loses a word:\n{}", name, fix.title, repaired);
      }
      if (!IsAlone(document, probe, finding)) continue;
      const Probe after = CheckText(repaired, target, loaded);
      if (Count(after, finding.descriptor) >= Count(probe, finding.descriptor)) {
        return fmt::format("{}: `{}` does not make it go away:\n{}", name, fix.title, repaired);
      }
      if (const diagnostics::Diagnostic* made = NewFinding(probe, after); made != nullptr) {
        return fmt::format("{}: `{}` brings {}, {}:\n{}", name, fix.title, made->descriptor->name,
                           made->message, repaired);
      }
    }
  }
  return {};
}

}  // namespace ipec::tests
