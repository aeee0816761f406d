#include "lint/moves.h"

#include "compiler/format/format.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

using format::Mark;
using syntax::Line;
using syntax::LineKind;

class Mover {
 public:
  explicit Mover(const Context& context)
      : context_(context), first_(context.document.lines.data()) {}

  std::vector<diagnostics::TextEdit> Move(const Line* moved, const Line* other, Goes goes) const {
    // What an allow-end ends stands above it; what an allow-begin begins, below.
    const Line* place = Above(other, [](Mark mark) { return mark != Mark::End; });
    const Line* begin =
        SkipBlank(Above(moved, [](Mark mark) { return mark == Mark::None; }), moved);
    if (MarkOn(*moved) != Mark::None || !Balanced(place, begin)) return {};
    if (goes == Goes::AboveComments) place = SkipBlank(place, other);

    std::string text = context_.source.text({begin->span.begin, moved->span.end}).str();
    if (!Ends(text.back())) text += EndOf(*(moved - 1));
    // Of the blank lines above and below what goes, those below stay.
    const Line* behind = moved + 1;
    const bool to_the_end = behind == first_ + context_.document.lines.size();
    while ((to_the_end || IsBlank(*behind)) && begin > place && IsBlank(*(begin - 1))) --begin;
    std::vector<diagnostics::TextEdit> edits =
        context_.Replace({place->span.begin, place->span.begin}, std::move(text));
    edits.push_back({{begin->span.begin, moved->span.end}, {}});
    return edits;
  }

 private:
  static bool IsBlank(const Line& line) {
    return line.kind == LineKind::Blank && line.comment.empty();
  }

  Mark MarkOn(const Line& line) const {
    return format::MarkOf(context_.document.Text(line.comment));
  }

  // The first of the lines without a statement above `line` that all have marks that `passes`.
  template <typename Passes>
  const Line* Above(const Line* line, Passes passes) const {
    while (line != first_ && (line - 1)->kind == LineKind::Blank && passes(MarkOn(*(line - 1)))) {
      --line;
    }
    return line;
  }

  static const Line* SkipBlank(const Line* line, const Line* last) {
    while (line != last && IsBlank(*line)) ++line;
    return line;
  }

  // Whether each stretch that begins among these lines ends there, and the other way round.
  bool Balanced(const Line* line, const Line* end) const {
    std::size_t open = 0;
    for (; line < end; ++line) {
      const Mark mark = MarkOn(*line);
      if (mark == Mark::Begin) ++open;
      if (mark == Mark::End && open-- == 0) return false;
    }
    return open == 0;
  }

  bool Ends(char last) const {
    return last == '\n' || (last == '\r' && context_.document.lexis == syntax::Lexis::Plain);
  }

  std::string EndOf(const Line& line) const {
    return context_.source.text(line.span).endswith("\r\n") ? "\r\n" : "\n";
  }

  const Context& context_;
  const Line* const first_;
};

}  // namespace

std::vector<diagnostics::TextEdit> MoveInFront(const Context& context, Span moved, Span other,
                                               Goes goes) {
  return Mover(context).Move(&context.DocumentLineAt(moved.begin),
                             &context.DocumentLineAt(other.begin), goes);
}

}  // namespace ipec::lint
