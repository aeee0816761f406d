// A statement that a mail program, an editor or its author has wrapped over several lines. The
// kernel sees several statements, each of them wrong; for a person it is one, and its repair is to
// join it.

#include <algorithm>
#include <initializer_list>
#include <span>
#include <string>
#include <utility>

#include "compiler/check/explain.h"
#include "compiler/check/read_alone.h"
#include "compiler/diagnostics/definitions.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using support::Span;
using syntax::Line;
using syntax::LineKind;

constexpr std::size_t kMostLines = 8;
constexpr std::size_t kLongest = 2048;

// A part of a joined text, and where it comes from.
struct Piece {
  Span from;
  std::size_t at = 0;  // in the joined text
};

struct Joined {
  std::vector<Piece> pieces;
  std::vector<llvm::StringRef> seams;  // what stands between them
  Reading reading;
};

bool IsOneOf(const Diagnostic& finding,
             std::initializer_list<const diagnostics::Descriptor*> descriptors) {
  return std::find(descriptors.begin(), descriptors.end(), finding.descriptor) != descriptors.end();
}

// Whether `finding` says that a statement goes on after its line, or may.
bool IsOfThePart(const Diagnostic& finding) {
  return IsOneOf(finding, {&diag::MissingAction.descriptor, &diag::IncompleteHeader.descriptor,
                           &diag::MissingValue.descriptor, &diag::KeyLeftOut.descriptor,
                           &diag::UnknownAction.descriptor, &diag::OpenQuote.descriptor,
                           &diag::VersionParts.descriptor, &diag::VersionEmptyPart.descriptor,
                           &diag::UnknownProperty.descriptor, &diag::BadKey.descriptor});
}

// Whether `finding` is about a single value of a statement that has all of its parts.
bool IsOfAValue(const Diagnostic& finding) {
  return IsOneOf(finding, {&diag::UnknownOperation.descriptor, &diag::MisspeltKey.descriptor,
                           &diag::QuotedValue.descriptor, &diag::BooleanExpected.descriptor,
                           &diag::DigestNoAlgorithm.descriptor, &diag::DigestOddDigits.descriptor,
                           &diag::DigestNotHex.descriptor, &diag::DigestWithAlgorithm.descriptor});
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
      if (first > done && IsVersionBelowName(first)) --first;
      if (const std::size_t last = Join(first); last > first) done = last + 1;
    }
    Replace();
  }

 private:
  // The RFC series accepts a header without version, and what the next line has is lost.
  bool IsVersionBelowName(std::size_t i) const {
    return i > 0 && lines_[i].kind == LineKind::Header && lines_[i - 1].kind == LineKind::Header &&
           lines_[i - 1].clauses.count == 1 &&
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

  // Whether line `i` is nothing on its own and may be the rest of the statement that begins on
  // line `first`.
  bool MayContinue(std::size_t first, std::size_t i) const {
    if (Count(i) == 0) return false;
    if (lines_[i].kind == LineKind::Other) return true;
    // `DEFAULT` alone: its operation is on the next line.
    if (lines_[i].kind == LineKind::Rule) {
      return lines_[first].kind == LineKind::Default && lines_[first].clauses.count == 1;
    }
    return lines_[i].kind == LineKind::Header &&
           checker_.Text(checker_.document.ClausesOf(lines_[i])[0].key) == "policy_version";
  }

  // Joins lines from `first` on, if they are one statement; gives the last of them.
  std::size_t Join(std::size_t first) {
    const Line& line = lines_[first];
    const bool begins = line.kind == LineKind::Rule || line.kind == LineKind::Default ||
                        line.kind == LineKind::Header;
    if (!begins || !line.comment.empty() || !IsPart(first)) return first;
    Joined joined;
    joined.pieces.push_back({{line.span.begin, EndOf(line)}, 0});
    joined.reading.text = checker_.Text(joined.pieces[0].from).str();
    std::size_t before = Count(first);
    std::optional<Joined> best;
    std::size_t best_last = first;
    const std::size_t end = std::min(first + kMostLines, lines_.size());
    for (std::size_t last = first + 1; last < end; ++last) {
      if (lines_[last].kind == LineKind::Blank && lines_[last].comment.empty()) continue;
      if (!MayContinue(first, last)) break;
      // A name is not wrapped: what follows may be anything.
      const bool in_name = line.kind == LineKind::Header && lines_[last].kind != LineKind::Header &&
                           joined.reading.text.find("policy_version=") == std::string::npos;
      if (in_name) break;
      joined = With(joined, {line.span.begin, lines_[last].span.end}, lines_[last]);
      if (joined.reading.text.size() > kLongest) break;
      before += Count(last);
      const bool fewer = joined.reading.findings.size() < before;
      if (fewer && (!best || joined.reading.findings.size() < best->reading.findings.size()) &&
          HasNothingNew(joined, first, last)) {
        best = joined;
        best_last = last;
      }
      if (!lines_[last].comment.empty() || joined.reading.findings.empty()) break;
    }
    if (!best) return first;
    found_.push_back({first, best_last, std::move(*best)});
    return best_last;
  }

  // The end of a statement that goes on, without what says so.
  std::uint32_t EndOf(const Line& line) const {
    Span statement = WholeLine(checker_, line).statement;
    const llvm::StringRef text = checker_.Text(statement);
    if (!text.endswith("\\")) return statement.end;
    return statement.begin + static_cast<std::uint32_t>(text.drop_back().rtrim(" \t").size());
  }

  // `joined` and `line`, put together in the way of which the kernel refuses least.
  Joined With(const Joined& joined, Span whole, const Line& line) const {
    std::optional<Joined> best;
    for (const llvm::StringRef seam : {" ", ""}) {
      Joined made = joined;
      made.seams.push_back(seam);
      made.pieces.push_back(
          {{line.statement.begin, EndOf(line)}, made.reading.text.size() + seam.size()});
      std::string text =
          made.reading.text + seam.str() + checker_.Text(made.pieces.back().from).str();
      // The comment of the last line belongs to what is read.
      std::string read = text + checker_.Text({made.pieces.back().from.end, line.span.end}).str();
      if (checker_.Text(line.statement).endswith("\\")) read = text;
      made.reading = ReadAlone(checker_, whole, std::move(read));
      made.reading.text = std::move(text);
      if (!best || made.reading.findings.size() < best->reading.findings.size()) {
        best = std::move(made);
      }
    }
    return std::move(*best);
  }

  // The findings of the joined statement are about its values, and about ones that were known.
  bool HasNothingNew(const Joined& joined, std::size_t first, std::size_t last) const {
    const auto about = About(first, last);
    const auto& findings = joined.reading.findings;
    return std::all_of(findings.begin(), findings.end(), [&](const Diagnostic& finding) {
      return (IsOfAValue(finding) || finding.descriptor == &diag::MissingHeader.descriptor) &&
             std::any_of(about.begin(), about.end(), [&](const auto& known) {
               return checker_.sink.list()[known.second].descriptor == finding.descriptor;
             });
    });
  }

  // Whether line `first` lacks something that the next one may have.
  bool IsPart(std::size_t first) const {
    const auto about = About(first, first);
    return std::any_of(about.begin(), about.end(),
                       [&](const auto& known) {
                         return IsOfThePart(checker_.sink.list()[known.second]);
                       }) ||
           (about.empty() && lines_[first].kind == LineKind::Header);
  }

  // Puts what was found about the joined statements in place of what was found about their lines.
  void Replace() {
    if (found_.empty()) return;
    auto& list = checker_.sink.list();
    std::vector<Diagnostic> kept;
    for (Diagnostic& finding : list) {
      const std::size_t line = checker_.LineOf(finding.where.begin);
      const auto found = std::partition_point(found_.begin(), found_.end(),
                                              [&](const Found& each) { return each.last < line; });
      // That a header is missing is not about the line where it would be.
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
    checker_.wrapped.push_back({lines_[found.first].span.begin, lines_[found.last].span.end});
    std::vector<diagnostics::TextEdit> edits;
    for (std::size_t i = 0; i < joined.seams.size(); ++i) {
      edits.push_back(
          {{joined.pieces[i].from.end, joined.pieces[i + 1].from.begin}, joined.seams[i].str()});
    }
    checker_.sink.Emit(WholeLine(checker_, lines_[found.first]).statement, diag::WrappedStatement)
        .AddNote("it continues here", joined.pieces[1].from)
        .AddFix("join the lines", std::move(edits));
    for (Diagnostic finding : joined.reading.findings) {
      if (finding.descriptor == &diag::MissingHeader.descriptor) continue;
      if (checker_.sink.full()) return checker_.sink.Skip();
      // Repairs come when the lines are joined.
      finding.fixes.clear();
      finding.where = Back(joined, finding.where);
      for (diagnostics::Note& note : finding.notes) {
        if (note.has_place) note.where = Back(joined, note.where);
      }
      checker_.sink.list().push_back(std::move(finding));
    }
  }

  // From a place in the joined text to one in the document.
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
    return piece->from.begin + static_cast<std::uint32_t>(at - piece->at);
  }

  Checker& checker_;
  const std::vector<Line>& lines_;
  std::vector<std::pair<std::size_t, std::size_t>> about_;  // lines and findings, sorted
  std::vector<Found> found_;
};

}  // namespace

void JoinWrapped(Checker& checker) {
  // Without two findings there are no two lines to join, but for a header and its version.
  if (!checker.sink.list().empty()) Joiner(checker).Run();
}

}  // namespace ipec::check
