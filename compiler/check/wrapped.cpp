// A statement that a mail program, an editor or its author has wrapped over several lines. The
// kernel sees several malformed statements; the author sees one, so the repair joins the lines.

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "compiler/check/explain.h"
#include "compiler/check/read_alone.h"
#include "compiler/check/statement_roles.h"
#include "compiler/check/wrapped.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/support/numbers.h"
#include "ipec/runtime/vocabulary.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using support::Span;
using syntax::Line;
using syntax::LineKind;

constexpr std::size_t kLongestJoined = 2048;

bool IsOneOf(const Diagnostic& finding, const auto&... definitions) {
  return ((finding.descriptor == &definitions.descriptor) || ...);
}

// A part of a joined text, and where it comes from.
struct Piece {
  Span from;
  std::size_t at = 0;  // in the joined text
};

struct Joined {
  std::vector<Piece> pieces;
  std::vector<llvm::StringRef> seams;  // the text between them
  Reading reading;
};

// Whether the words that `finding` is about cannot be read as a statement.
bool IsOfNoStatement(const Diagnostic& finding) {
  return IsOneOf(finding, diag::UnknownStatement, diag::SeveralStatements, diag::ExtraHeaderWord,
                 diag::SecondHeader, diag::BadKey, diag::OpenQuote, diag::TextAfterQuote,
                 diag::ControlCharacter);
}

class Joiner {
 public:
  explicit Joiner(Checker& checker) : checker_(checker), lines_(checker.document.lines) {
    for (std::size_t i = 0; i < checker.sink.list().size(); ++i) {
      about_.emplace_back(checker.LineOf(checker.sink.list()[i].where.begin), i);
    }
    std::stable_sort(about_.begin(), about_.end());
  }

  void Run() {
    std::size_t done = 0;
    for (std::size_t i = 0; i < about_.size(); ++i) {
      std::size_t first = about_[i].first;
      if (first < done) continue;
      if (const std::size_t name = NameAbove(first); name >= done) first = name;
      if (const std::size_t last = Join(first); last > first) done = last + 1;
    }
    Replace();
  }

 private:
  // The line of the name that the version on line `i` belongs to, or `i`. The RFC series accepts a
  // header without version, and what the next line has is lost.
  std::size_t NameAbove(std::size_t i) const {
    if (!IsVersion(i)) return i;
    std::size_t above = i;
    while (above > 0 && lines_[above - 1].kind == LineKind::Blank) --above;
    if (above == 0 || i - above >= kMostWrappedLines) return i;
    --above;
    const bool is_name = lines_[above].kind == LineKind::Header && !IsVersion(above);
    return is_name && lines_[above].clauses.count == 1 ? above : i;
  }
  bool IsVersion(std::size_t i) const {
    return lines_[i].kind == LineKind::Header &&
           checker_.Text(checker_.document.ClausesOf(lines_[i])[0].key) == "policy_version";
  }

  // The findings about lines `first` to `last`.
  std::span<const std::pair<std::size_t, std::size_t>> About(std::size_t first,
                                                             std::size_t last) const {
    const auto begin = std::lower_bound(about_.begin(), about_.end(), std::pair(first, 0UL));
    const auto end = std::lower_bound(begin, about_.end(), std::pair(last + 1, 0UL));
    return {begin, end};
  }
  std::size_t Count(std::size_t i) const { return About(i, i).size(); }

  // Whether line `i` is not a statement itself and may continue the statement that begins on line
  // `first`.
  bool MayContinue(std::size_t first, std::size_t i) const {
    if (Count(i) == 0 || Count(i) > kMostFindingsOfHalf) return false;
    if (lines_[i].kind == LineKind::Other) return !BeginsStatement(checker_, lines_[i]);
    // `DEFAULT` alone: its operation is on the next line.
    if (lines_[i].kind == LineKind::Rule) {
      return lines_[first].kind == LineKind::Default && lines_[first].clauses.count == 1;
    }
    return IsVersion(i) && IsMeantAsHeader(first);
  }
  bool IsMeantAsHeader(std::size_t i) const {
    if (lines_[i].clauses.empty()) return false;
    return lines_[i].kind == LineKind::Header ||
           IsNearlyHeader(checker_.Text(checker_.document.ClausesOf(lines_[i])[0].key));
  }

  // Joins lines from `first` on, if they form one statement; returns the last of them.
  std::size_t Join(std::size_t first) {
    const Line& line = lines_[first];
    if (line.clauses.empty() || Count(first) > kMostFindingsOfHalf || !IsPart(first)) return first;
    Joined joined;
    joined.pieces.push_back({{line.span.begin, EndOf(line)}, 0});
    joined.reading.text = checker_.Text(joined.pieces[0].from).str();
    std::size_t before = Count(first);
    std::optional<Joined> best;
    std::size_t best_last = first;
    const std::size_t end = std::min(first + kMostWrappedLines, lines_.size());
    for (std::size_t last = first + 1; last < end; ++last) {
      if (lines_[last].kind == LineKind::Blank) continue;
      if (!MayContinue(first, last)) break;
      // A name is not wrapped: what follows may be anything.
      const bool in_name = IsMeantAsHeader(first) && lines_[last].kind != LineKind::Header &&
                           joined.reading.text.find("policy_version=") == std::string::npos;
      if (in_name) break;
      joined = With(joined, {line.span.begin, lines_[last].span.end}, lines_[last]);
      if (joined.reading.text.size() > kLongestJoined) break;
      before += Count(last);
      const bool is_better =
          joined.reading.findings.size() < before && AddsNoKindOfFinding(joined, first, last);
      // A text that does not even begin as a statement is rarely one.
      if (!is_better && !BeginsStatement(checker_, line)) break;
      if (is_better) {
        best = joined;
        best_last = last;
        // Does it go on, once these are joined?
        before = joined.reading.findings.size();
        if (std::none_of(joined.reading.findings.begin(), joined.reading.findings.end(),
                         IsAboutPart))
          break;
      }
    }
    if (!best) return first;
    found_.push_back({first, best_last, std::move(*best)});
    return best_last;
  }

  // The end of a statement that continues, without the continuation mark.
  std::uint32_t EndOf(const Line& line) const {
    Span statement = WholeLine(checker_, line).statement;
    const llvm::StringRef text = checker_.Text(statement);
    if (!text.endswith("\\")) return statement.end;
    return statement.begin + support::ToU32(text.drop_back().rtrim(" \t").size());
  }

  // `joined` and `line`, joined in the way with the fewest errors for the kernel.
  Joined With(const Joined& joined, Span whole, const Line& line) const {
    std::optional<Joined> best;
    for (const llvm::StringRef seam : {" ", ""}) {
      Joined made = joined;
      made.seams.push_back(seam);
      made.pieces.push_back(
          {{line.statement.begin, EndOf(line)}, made.reading.text.size() + seam.size()});
      std::string text =
          made.reading.text + seam.str() + checker_.Text(made.pieces.back().from).str();
      // The comment of the last line is included.
      std::string read = text + checker_.Text({made.pieces.back().from.end, line.span.end}).str();
      if (checker_.Text(line.statement).endswith("\\")) read = text;
      made.reading = ReadAlone(checker_, whole, std::move(read));
      made.reading.text = std::move(text);
      // A word of its own is not torn, unless all is well when it is put together.
      const std::size_t left = made.reading.findings.size();
      const bool is_word = checker_.document.ClausesOf(line)[0].has_equals &&
                           !checker_.document.ClausesOf(line)[0].key.empty();
      if (!best || (left < best->reading.findings.size() && (!is_word || left == 0))) {
        best = std::move(made);
      }
    }
    return std::move(*best);
  }

  // The joined lines are a statement, and its findings are of kinds that its lines have.
  bool AddsNoKindOfFinding(const Joined& joined, std::size_t first, std::size_t last) const {
    const auto about = About(first, last);
    const auto& findings = joined.reading.findings;
    return std::all_of(findings.begin(), findings.end(), [&](const Diagnostic& finding) {
      if (IsOfNoStatement(finding)) return false;
      return std::any_of(about.begin(), about.end(), [&](const auto& known) {
        return checker_.sink.list()[known.second].descriptor == finding.descriptor;
      });
    });
  }

  // Whether line `first` lacks something that the next line may have.
  bool IsPart(std::size_t first) const {
    const auto about = About(first, first);
    return std::any_of(about.begin(), about.end(),
                       [&](const auto& known) {
                         return IsAboutPart(checker_.sink.list()[known.second]);
                       }) ||
           (about.empty() && lines_[first].kind == LineKind::Header);
  }

  // Replaces the findings about single lines with those about the joined statements.
  void Replace() {
    if (found_.empty()) return;
    auto& list = checker_.sink.list();
    std::vector<Diagnostic> kept;
    for (Diagnostic& finding : list) {
      const std::size_t line = checker_.LineOf(finding.where.begin);
      const auto found = std::partition_point(found_.begin(), found_.end(),
                                              [&](const Found& each) { return each.last < line; });
      // A missing header is not about the line where it would be.
      const bool is_whole = finding.descriptor == &diag::MissingHeader.descriptor;
      if (is_whole || found == found_.end() || line < found->first)
        kept.push_back(std::move(finding));
    }
    list = std::move(kept);
    for (const Found& found : found_) Report(found);
  }

  struct Found {
    std::size_t first;
    std::size_t last;
    Joined joined;
  };

  void Report(const Found& found) {
    const Joined& joined = found.joined;
    // It is the header as soon as the lines are joined.
    if (!checker_.header && llvm::StringRef(joined.reading.text).startswith("policy_name=")) {
      checker_.header = WholeLine(checker_, lines_[found.first]).statement;
    }
    checker_.wrapped.push_back({lines_[found.first].span.begin, lines_[found.last].span.end});
    std::vector<diagnostics::TextEdit> edits;
    // Comments between the lines go above what becomes of these.
    std::string comments;
    bool holds_words = false;
    for (std::size_t i = found.first; i < found.last; ++i) {
      if (lines_[i].comment.empty()) continue;
      const llvm::StringRef comment = checker_.Text(lines_[i].comment);
      comments += comment.str() + "\n";
      holds_words = holds_words || HoldsPartOfStatement(comment);
    }
    const std::uint32_t begin = lines_[found.first].span.begin;
    if (!comments.empty()) edits.push_back({{begin, begin}, std::move(comments)});
    for (std::size_t i = 0; i < joined.seams.size(); ++i) {
      edits.push_back(
          {{joined.pieces[i].from.end, joined.pieces[i + 1].from.begin}, joined.seams[i].str()});
    }
    Diagnostic& diagnostic = checker_.sink.Emit(WholeLine(checker_, lines_[found.first]).statement,
                                                diag::WrappedStatement);
    diagnostic.AddNote("it continues here", joined.pieces[1].from);
    diagnostic.AddFix("join the lines", std::move(edits));
    diagnostic.fixes.back().is_guess = holds_words;
    for (Diagnostic finding : joined.reading.findings) {
      if (finding.descriptor == &diag::MissingHeader.descriptor) continue;
      if (checker_.sink.full()) return checker_.sink.Skip();
      // Repairs are offered once the lines are joined.
      finding.fixes.clear();
      finding.where = Back(joined, finding.where);
      for (diagnostics::Note& note : finding.notes) {
        if (note.has_place) note.where = Back(joined, note.where);
      }
      checker_.sink.list().push_back(std::move(finding));
    }
  }

  // From a place in the joined text to the place in the document.
  static Span Back(const Joined& joined, Span span) {
    const auto begin = Back(joined, span.begin);
    if (span.empty()) return {begin, begin};
    return {begin, std::max(begin, Back(joined, span.end - 1) + 1)};
  }
  static std::uint32_t Back(const Joined& joined, std::uint32_t at) {
    const Piece* piece = &joined.pieces[0];
    for (const Piece& each : joined.pieces) {
      if (each.at <= at) piece = &each;
    }
    return piece->from.begin + support::ToU32(at - piece->at);
  }

  Checker& checker_;
  const std::vector<Line>& lines_;
  std::vector<std::pair<std::size_t, std::size_t>> about_;  // lines and findings, sorted
  std::vector<Found> found_;
};

}  // namespace

bool HoldsPartOfStatement(llvm::StringRef comment) {
  const auto holds = [&](std::string_view key) {
    for (std::size_t at = comment.find(key); at != llvm::StringRef::npos;
         at = comment.find(key, at + 1)) {
      if (comment.drop_front(at + key.size()).startswith("=")) return true;
    }
    return false;
  };
  return holds("op") || holds("action") || holds("policy_version") ||
         std::any_of(runtime::kPropertyNames.begin(), runtime::kPropertyNames.end(), holds);
}

bool IsAboutPart(const Diagnostic& finding) {
  return IsOneOf(finding, diag::MissingAction, diag::IncompleteHeader, diag::MissingValue,
                 diag::KeyLeftOut, diag::UnknownAction, diag::OpenQuote, diag::VersionParts,
                 diag::VersionEmptyPart, diag::UnknownProperty, diag::BadKey);
}

void JoinWrapped(Checker& checker) {
  // Without two findings there are no lines to join, except a header and its version.
  if (!checker.sink.list().empty()) Joiner(checker).Run();
}

}  // namespace ipec::check
