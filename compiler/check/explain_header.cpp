// Explains errors in a header.

#include <algorithm>
#include <span>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "compiler/check/explain.h"
#include "compiler/check/explain_values.h"
#include "compiler/check/placeholder.h"
#include "compiler/check/regroup.h"
#include "compiler/check/show.h"
#include "compiler/check/words.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/support/characters.h"
#include "compiler/support/numbers.h"
#include "compiler/support/suggest.h"
#include "compiler/targets/features.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using support::Span;

constexpr std::string_view kKeys[] = {"policy_name", "policy_version"};
constexpr std::string_view kShapes[] = {"policy_name=NAME", "policy_version=A.B.C"};

// The name can be in quotes in every dialect.
bool IsPlain(char byte) {
  return llvm::isPrint(byte) && byte != '"' && byte != '\'';
}

enum class Part : std::uint8_t { Name, Version, Other };

class HeaderExplainer {
 public:
  HeaderExplainer(Checker& checker, const syntax::Line& line, const StatementExcerpt& excerpt)
      : checker_(checker),
        line_(line),
        kept_(excerpt),
        excerpt_(AsWritten(checker, line, excerpt)),
        words_(excerpt_.words) {}

  MeantHeader Explain() {
    MeantHeader meant;
    if (!IsMeantAsHeader()) {
      ReportMissing();
      meant.is_header = false;
      return meant;
    }
    // The words that the kernel reads, without the word that a comment makes it drop.
    const std::size_t rest = CutRest(WholeWords(checker_, kept_.words).size());
    if (kept_.is_whole && rest != SIZE_MAX) meant.rest = NumberOf(rest);
    words_ = Regroup(checker_, line_, words_);
    JoinName();
    if (!has_rest_) CutRest(words_.size());
    // A word that touches the previous one is not read separately.
    if (has_rest_ && meant.rest == SIZE_MAX) checker_.broken.any = true;
    for (const Word& word : words_) parts_.push_back(PartOf(word));
    CheckParts();
    CheckKeys();
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (parts_[i] == Part::Version) ExplainVersion(checker_, words_[i]);
      if (parts_[i] == Part::Name) ExplainName(words_[i]);
    }
    return meant;
  }

 private:
  llvm::StringRef Text(Span span) const { return checker_.Text(span); }

  Part PartOf(const Word& word) const {
    const llvm::StringRef key = Text(word.key).take_front(64);
    if (key == "policy_name") return Part::Name;
    if (key == "policy_version") return Part::Version;
    if (!word.has_equals) return Part::Other;
    if (key.equals_insensitive("version") || key.equals_insensitive("policy_ver")) {
      return Part::Version;
    }
    if (key.equals_insensitive("name") || key.equals_insensitive("policy")) return Part::Name;
    const std::string_view meant = support::Nearest({key.data(), key.size()}, kKeys);
    return meant == kKeys[0] ? Part::Name : meant == kKeys[1] ? Part::Version : Part::Other;
  }

  bool IsMeantAsHeader() const {
    if (line_.kind == syntax::LineKind::Header) return true;
    if (line_.kind == syntax::LineKind::Rule || line_.kind == syntax::LineKind::Default) {
      return false;
    }
    return std::any_of(words_.begin(), words_.end(), [&](const Word& word) {
      return PartOf(word) != Part::Other ||
             Text(word.span()).take_front(256).contains("policy_name");
    });
  }

  void ReportMissing() {
    const auto& lines = checker_.document.lines;
    const auto header = std::find_if(lines.begin(), lines.end(), [&](const syntax::Line& line) {
      if (line.kind == syntax::LineKind::Header) return true;
      if (line.kind != syntax::LineKind::Other) return false;
      // A header whose words are separated by another character than a space counts, too.
      llvm::StringRef text = checker_.document.text.drop_front(line.statement.begin);
      return text.consume_front("policy_name") && OddBlankAt(text).length > 0;
    });
    const bool is_below = header != lines.end();
    const Span below = is_below ? WholeLine(checker_, *header).statement : Span{};
    if (is_below) checker_.header = below;
    // A placeholder at the top may contain the header.
    const llvm::StringRef text = Text(line_.statement);
    const llvm::StringRef found = FindTemplate(text);
    if (!found.empty() && found.begin() == text.begin()) return;

    Diagnostic& diagnostic = checker_.sink.Emit(line_.statement, diag::MissingHeader);
    const std::uint32_t at = LineBegin(checker_, line_.span.begin);
    if (is_below) {
      diagnostic.AddNote("the header is here", below);
      diagnostic.AddFix("move the header to the top",
                        {{{at, at}, Text(below).str() + "\n"},
                         {header->comment.empty() ? header->span : below, ""}});
      return;
    }
    diagnostic.AddFix("insert a header above this line",
                      {{{at, at}, "policy_name=policy policy_version=0.0.1\n"}});
  }

  // `policy_name=My Policy policy_version=…`: words without `=` after a name belong to it.
  void JoinName() {
    if (words_.size() < 2 || !words_[0].has_equals || PartOf(words_[0]) != Part::Name) return;
    std::size_t last = 0;
    while (last + 1 < words_.size() && !words_[last + 1].has_equals &&
           Text(words_[last + 1].key) != "DEFAULT") {
      ++last;
    }
    // Up to the last word without `=` before the version; without a version this cannot be
    // determined.
    if (last == 0 || last + 1 == words_.size() || PartOf(words_[last + 1]) != Part::Version) return;
    words_[0].written.end = words_[last].written.end;
    words_[0].value = words_[0].written;
    words_.erase(words_.begin() + 1, words_.begin() + support::ToOffset(last + 1));
    is_joined_ = true;
  }

  // `policy_name=… policy_version=… DEFAULT action=DENY`: reports and removes another statement
  // among the first `count` words. Returns where it began, or SIZE_MAX.
  std::size_t CutRest(std::size_t count) {
    std::size_t rest = 1;
    while (rest < count && Text(words_[rest].key) != (words_[rest].has_equals ? "op" : "DEFAULT")) {
      ++rest;
    }
    if (rest >= count) return SIZE_MAX;
    // A DEFAULT that is glued to the version is a part of it.
    if (words_[rest].has_equals && Text(words_[rest - 1].key) == "policy_version" &&
        Text(words_[rest - 1].written).endswith("DEFAULT")) {
      checker_.broken.any = true;
      return SIZE_MAX;
    }
    Span blank{words_[rest - 1].written.end, words_[rest].key.begin};
    // A quote before the word, which the kernel drops, is not whitespace.
    const std::size_t quote = Text(blank).find_first_of("\"'");
    if (quote != llvm::StringRef::npos) blank.end = support::ToU32(blank.begin + quote);
    const Span extra{words_[rest].key.begin, words_.back().written.end};
    Diagnostic& diagnostic = checker_.sink.Emit(extra, diag::ExtraHeaderWord, Show(Text(extra)));
    if (!NoteReturn(checker_, diagnostic, blank)) {
      diagnostic.AddNote("a statement ends at the end of its line");
    }
    if (kept_.is_whole) diagnostic.AddFix("insert a line break", {{blank, "\n"}});
    words_.erase(words_.begin() + support::ToOffset(rest), words_.end());
    has_rest_ = true;
    return rest;
  }

  // The kernel's word that begins where the author's word number `whole` does, or SIZE_MAX.
  std::size_t NumberOf(std::size_t whole) const {
    const std::uint32_t begin = excerpt_.words[whole].key.begin;
    const auto at = std::find_if(kept_.words.begin(), kept_.words.end(),
                                 [&](const Word& word) { return word.key.begin == begin; });
    return at == kept_.words.end() ? SIZE_MAX : support::ToSize(at - kept_.words.begin());
  }

  std::size_t First(Part part) const {
    return support::ToSize(std::find(parts_.begin(), parts_.end(), part) - parts_.begin());
  }

  void CheckParts() {
    const std::size_t name = First(Part::Name);
    const std::size_t version = First(Part::Version);
    const bool has_name = name < words_.size();
    const bool has_version = version < words_.size();
    const bool takes_none = checker_.target.Has(targets::Feature::QuotedValues);
    if (!has_name && !has_version) {
      checker_.sink.Emit(line_.statement, diag::MissingHeader)
          .AddNote("this line has neither `policy_name=` nor `policy_version=`");
      return;
    }
    if (ReportTemplate()) return;
    if (!has_name) {
      checker_.sink.Emit(line_.statement, diag::IncompleteHeader, kShapes[0])
          .AddFix("insert a name",
                  {{{line_.statement.begin, line_.statement.begin}, "policy_name=policy "}});
    }
    // A comment after another statement belongs to that statement.
    const bool needs_version = !has_version && !takes_none;
    const bool hidden =
        !has_rest_ && ExplainCut(checker_, line_, needs_version ? "policy_version=" : "");
    if (needs_version && !hidden) {
      const std::uint32_t end = words_[name].written.end;
      Diagnostic& diagnostic =
          checker_.sink.Emit(line_.statement, diag::IncompleteHeader, kShapes[1]);
      // Another word may be the intended version.
      if (words_.size() == 1) {
        diagnostic.AddGuess("insert a version", {{{end, end}, " policy_version=0.0.1"}});
      }
    }
    if (has_name && has_version && version < name) {
      const Span last = words_[name].span();
      checker_.sink.Emit({words_[version].key.begin, last.end}, diag::HeaderOrder)
          .AddFix("swap the two",
                  {{words_[version].span(), Text(last).str()},
                   {last, Text(words_[version].span()).str() + BlankAfter(last.end)}});
    }
    if (has_version || takes_none) ReportExtra(has_name ? name : words_.size(), version);
  }

  // All words except the name and the version, as one finding.
  void ReportExtra(std::size_t name, std::size_t version) {
    std::size_t first = 0;
    while (first < words_.size() && (first == name || first == version)) ++first;
    if (first == words_.size()) return;
    std::size_t last = words_.size() - 1;
    while (last > first && (last == name || last == version)) --last;
    const Span extra{words_[first].key.begin, words_[last].written.end};
    Diagnostic& diagnostic = checker_.sink.Emit(extra, diag::ExtraHeaderWord, Show(Text(extra)));
    if (!excerpt_.is_whole || last + 1 != words_.size() || first == 0) return;
    const auto removed = std::span(words_).subspan(first);
    const bool denies = std::any_of(removed.begin(), removed.end(), [&](const Word& word) {
      return Denies(Text(word.key), Text(word.value));
    });
    std::string title = "remove the unexpected part";
    if (denies) title += kLoosens;
    diagnostic.AddFix(std::move(title),
                      {{{words_[first - 1].written.end, extra.end}, BlankAfter(extra.end)}});
    diagnostic.fixes.back().is_guess = denies;
  }

  // A placeholder among the words may contain what is missing or unexpected.
  bool ReportTemplate() {
    bool found = false;
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (parts_[i] == Part::Other && ExplainTemplate(checker_, words_[i].key)) found = true;
    }
    return found;
  }

  // The text needed after new text that ends at `end`.
  std::string BlankAfter(std::uint32_t end) const {
    return end == line_.statement.end ? BlankBeforeComment(checker_, line_).str() : "";
  }

  void CheckKeys() {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      if (parts_[i] == Part::Other) continue;
      const std::size_t part = support::IndexOf(parts_[i]);
      if (Text(words_[i].key) == llvm::StringRef(kKeys[part].data(), kKeys[part].size())) continue;
      checker_.sink
          .Emit(words_[i].key, diag::UnknownHeaderWord, Show(Text(words_[i].key)), kShapes[part])
          .AddNote(support::DidYouMean(kKeys[part]))
          .AddFix(fmt::format("replace with `{}`", kKeys[part]),
                  {{words_[i].key, std::string(kKeys[part])}});
    }
  }

  void ExplainName(const Word& word) {
    if (!word.has_value()) {
      checker_.sink.Emit(word.span(), diag::MissingValue, Show(Text(word.key)));
      return;
    }
    // The checks of securityfs also apply to a name that the kernel did not read.
    const bool is_read = Text(word.written) == llvm::StringRef(checker_.result.policy.name);
    if (!is_read && checker_.target.Has(targets::Feature::Securityfs)) {
      CheckName(checker_, word.written);
    }
    const llvm::StringRef text = Text(word.written);
    if (IsCutInCharacter(word)) {
      checker_.sink.Emit(word.written, diag::WhitespaceInName, Show(text))
          .AddNote("it is the byte a0 of a character, which this kernel reads as whitespace");
      return;
    }
    const bool knows_quotes = checker_.document.lexis == syntax::Lexis::Quoted;
    if (knows_quotes ? !is_joined_ : text.find_first_of(" \t") == text.npos) return;
    std::string name = text.trim("\"'").str();
    Diagnostic& diagnostic = checker_.sink.Emit(word.written, diag::WhitespaceInName, Show(text));
    if (knows_quotes) {
      diagnostic.AddNote("a name with whitespace must be in quotes");
      if (!llvm::all_of(text, IsPlain)) return;
      name = fmt::format("\"{}\"", name);
    } else {
      diagnostic.AddNote("the RFC series of 2021 supported names in quotes, mainline does not");
      std::replace(name.begin(), name.end(), ' ', '_');
      std::replace(name.begin(), name.end(), '\t', '_');
    }
    diagnostic.AddFix(fmt::format("replace with `{}`", Show(name)), {{word.written, name}});
  }

  // Whether the kernel ends `word` within a character and continues with another word.
  bool IsCutInCharacter(const Word& word) const {
    return std::any_of(kept_.words.begin(), kept_.words.end(), [&](const Word& kept) {
      const std::uint32_t end = kept.written.end;
      return kept.key.begin == word.key.begin && end < word.written.end &&
             support::CharacterFloor(checker_.document.text, end) != end &&
             support::CharacterCeiling(checker_.document.text, end) < word.written.end;
    });
  }

  Checker& checker_;
  const syntax::Line& line_;
  const StatementExcerpt& kept_;    // the kernel's words
  const StatementExcerpt excerpt_;  // the author's words
  std::vector<Word> words_;
  std::vector<Part> parts_;  // of `words_`
  bool is_joined_ = false;   // the name consisted of several words
  bool has_rest_ = false;    // another statement followed on the line
};

}  // namespace

MeantHeader ExplainHeader(Checker& checker, const syntax::Line& line,
                          const StatementExcerpt& words) {
  const std::size_t before = checker.sink.list().size() + checker.sink.more();
  const std::size_t first = checker.sink.list().size();
  const MeantHeader meant = HeaderExplainer(checker, line, words).Explain();
  KeepFirstRepair(checker, line, first);
  if (meant.is_header && checker.sink.list().size() + checker.sink.more() == before) {
    checker.sink.Emit(line.statement, diag::MissingHeader);
  }
  return meant;
}

syntax::Line RestOf(const Checker& checker, const syntax::Line& line, std::size_t at) {
  syntax::Line rest = line;
  rest.clauses.first += support::ToU32(at);
  rest.clauses.count -= support::ToU32(at);
  const syntax::Clause& first = checker.document.ClausesOf(rest)[0];
  rest.kind = first.has_equals ? syntax::LineKind::Rule : syntax::LineKind::Default;
  rest.statement.begin = first.key.begin;
  rest.span = rest.statement;  // removing the rest keeps the header's line
  return rest;
}

}  // namespace ipec::check
