// From pieces to text: adds the blank lines.

#include "compiler/format/layout.h"
#include "compiler/support/numbers.h"

namespace ipec::format {
namespace {

using syntax::LineKind;

class Printer {
 public:
  Printer(const std::vector<Piece>& pieces, bool keeps_ends)
      : pieces_(pieces), keeps_ends_(keeps_ends) {}

  std::string Run() {
    for (std::size_t i = 0; i < pieces_.size(); ++i) {
      const Piece& piece = pieces_[i];
      if (piece.kind == Piece::Kind::Blank && !piece.fixed) {
        Blank(piece, i);
      } else {
        if (!piece.fixed && WantsBlankBefore(i)) text_ += EndOf(i - 1);
        Content(piece, i);
      }
      if (!piece.fixed) laid_out_ = text_.size();
    }
    return std::move(text_);
  }

  // The end of the last piece that is not fixed.
  std::size_t laid_out() const { return laid_out_; }

 private:
  bool AfterLoneReturn() const { return !text_.empty() && text_.back() == '\r'; }
  bool AfterBlankLine() const {
    return text_.empty() || text_ == "\n" ||
           (text_.size() > 1 && text_.back() == '\n' && blank_since_ == text_.size());
  }

  // Keeps one of several consecutive blank lines, and none at the beginning or end.
  void Blank(const Piece& piece, std::size_t at) {
    if (AfterLoneReturn()) {
      // A `\n` here would turn the preceding line's ending into `\r\n`.
      text_ += piece.content;
      text_ += piece.content.empty() ? piece.end : EndOf(at);
      return;
    }
    if (AfterBlankLine() || OnlyBlankFrom(at)) return;
    text_ += EndOf(at);
    blank_since_ = text_.size();
  }

  bool OnlyBlankFrom(std::size_t at) {
    // Finds the next nonblank piece after `at` once, not once per blank line.
    if (next_content_ <= at) {
      next_content_ = at + 1;
      while (next_content_ < pieces_.size() && pieces_[next_content_].kind == Piece::Kind::Blank &&
             !pieces_[next_content_].fixed) {
        ++next_content_;
      }
    }
    return next_content_ == pieces_.size();
  }

  // After the header, and between defaults and rules, above the comments of the first rule.
  bool WantsBlankBefore(std::size_t at) {
    if (AfterLoneReturn() || AfterBlankLine() || at == 0 || pieces_[at - 1].fixed) return false;
    const Piece& before = pieces_[at - 1];
    if (before.kind != Piece::Kind::Statement) return false;
    if (before.line == LineKind::Header) return true;
    if (before.line != LineKind::Default) return false;
    std::size_t next = at;
    while (next < pieces_.size() && pieces_[next].kind == Piece::Kind::Comment) ++next;
    return next < pieces_.size() && pieces_[next].kind == Piece::Kind::Statement &&
           pieces_[next].line == LineKind::Rule;
  }

  // The line ending of a piece that is laid out. If the kernel reads the `\r` of `\r\n` as
  // whitespace, editors still see a line ending. A line with no ending, or with a lone `\r`, gets
  // the ending of the line above.
  std::string_view EndOf(std::size_t at) const {
    for (std::size_t i = at + 1; keeps_ends_ && i-- != 0;) {
      const Piece& piece = pieces_[i];
      if (piece.end == "\n" && piece.content.ends_with('\r')) return "\r\n";
      if (piece.end.ends_with('\n')) return piece.end;
    }
    return "\n";
  }

  void Content(const Piece& piece, std::size_t at) {
    if (piece.fixed) {
      text_ += piece.content;
      text_ += piece.end;
      const bool empty = piece.content.empty() || piece.content == "\r";
      if (piece.kind == Piece::Kind::Blank && empty && piece.end.ends_with('\n')) {
        blank_since_ = text_.size();
      }
      return;
    }
    if (piece.kind == Piece::Kind::Verbatim) {
      text_ += piece.content;
      // The content has all bytes except those of the line ending.
      text_ += piece.end == "\r" ? "\r" : piece.content.ends_with('\r') ? "\n" : EndOf(at);
      return;
    }
    for (const std::string& word : piece.words) {
      if (&word != &piece.words.front()) text_ += ' ';
      text_ += word;
    }
    if (!piece.words.empty() && !piece.comment.empty()) text_ += ' ';
    text_ += piece.comment;
    text_ += EndOf(at);
  }

  const std::vector<Piece>& pieces_;
  const bool keeps_ends_;
  std::string text_;
  std::size_t blank_since_ = 0;  // the size of text_ after the last blank line
  std::size_t next_content_ = 0;
  std::size_t laid_out_ = 0;
};

}  // namespace

std::string Print(const std::vector<Piece>& pieces, LineRange& lines) {
  Printer printer(pieces, !lines.IsAll());
  std::string text = printer.Run();
  if (lines.last == UINT32_MAX) return text;
  // Counted as editors count lines, since ranges are given that way.
  const llvm::StringRef before(text.data(), printer.laid_out());
  lines.last = support::LineMap(before).PositionOf(support::ToU32(before.size())).line;
  if (before.empty() || before.back() == '\n' || before.back() == '\r') --lines.last;
  return text;
}

}  // namespace ipec::format
