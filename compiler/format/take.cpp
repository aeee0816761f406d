// From lines to pieces: which lines can be laid out, and what is kept of them.

#include <algorithm>
#include <optional>

#include "compiler/format/layout.h"
#include "compiler/policy/claims.h"
#include "compiler/support/numbers.h"
#include "ipec/runtime/vocabulary.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::format {
namespace {

using support::Span;
using syntax::Clause;
using syntax::Document;
using syntax::Lexis;
using syntax::Line;
using syntax::LineKind;

constexpr unsigned char kNoBreakSpace = 0xA0;

bool IsControl(unsigned char byte) {
  return (byte < 0x20 && byte != '\t') || byte == 0x7F;
}

bool IsOddBlank(unsigned char byte) {
  return byte == '\v' || byte == '\f' || byte == kNoBreakSpace;
}

bool IsQuote(char byte) {
  return byte == '"' || byte == '\'';
}

class PieceBuilder {
 public:
  PieceBuilder(const Document& document, const Style& style) : document_(document), style_(style) {}

  Pieces Run() {
    for (const Line& line : document_.lines) {
      if (line.span.empty()) continue;
      Piece piece = EndOf(line);
      Fill(line, piece);
      pieces_.list.push_back(std::move(piece));
    }
    if (!document_.hidden.empty()) {
      Report(Oddity::Hidden, document_.hidden.begin);
      // Text before a NUL byte has no line ending of its own.
      if (!pieces_.list.empty() && pieces_.list.back().end.empty()) {
        pieces_.list.back().fixed = true;
      }
    }
    return std::move(pieces_);
  }

 private:
  void Report(Oddity why, std::uint32_t offset) {
    pieces_.left.push_back({why, {offset, offset + 1}});
  }

  Piece EndOf(const Line& line) {
    const llvm::StringRef text = document_.Text(line.span);
    const llvm::StringRef ends = document_.lexis == Lexis::Plain ? "\r\n" : "\n";
    std::size_t size = text.size();
    if (ends.contains(text.back())) --size;
    if (size != 0 && text.back() == '\n' && text[size - 1] == '\r' && ends.contains('\r')) --size;
    Piece piece;
    piece.line = line.kind;
    piece.content = {text.data(), size};
    piece.end = {text.data() + size, text.size() - size};
    piece.fixed = !style_.lines.Contains(line.number);
    return piece;
  }

  void Fill(const Line& line, Piece& piece) {
    const std::size_t reported = pieces_.left.size();
    const Span content{line.span.begin, line.span.begin + support::ToU32(piece.content.size())};
    if (piece.end == "\r") Report(Oddity::LoneReturn, content.end);
    if (line.open_quote) Report(Oddity::OpenQuote, line.statement.begin);
    if (pieces_.left.size() == reported) FindOddity(line, content);
    if (pieces_.left.size() > reported || !HasShape(line)) {
      piece.kind = Piece::Kind::Verbatim;
      if (piece.fixed) pieces_.left.resize(reported);
      return;
    }
    for (const Clause& clause : document_.ClausesOf(line)) {
      piece.words.push_back(WordOf(document_, clause));
    }
    piece.comment = document_.Text(line.comment).rtrim(" \t\r").str();
    if (!piece.words.empty()) {
      piece.kind = Piece::Kind::Statement;
    } else if (!line.comment.empty()) {
      piece.kind = Piece::Kind::Comment;
    }
  }

  // Whether the line is blank or has the words of a header, a DEFAULT or a rule, in their order.
  bool HasShape(const Line& line) const {
    const auto clauses = document_.ClausesOf(line);
    if (style_.claims) return line.kind == LineKind::Blank || IsClaim(line);
    const bool parted = IsParted(line);
    const std::size_t size = clauses.size();
    switch (line.kind) {
      case LineKind::Blank:
        return true;
      case LineKind::Header:
        // If the dialect has quotes, the version of a header is optional.
        return parted && IsPair(clauses[0], "policy_name") &&
               (size == 1 ? document_.lexis == Lexis::Quoted
                          : size == 2 && IsPair(clauses[1], "policy_version"));
      case LineKind::Default:
        return parted && !clauses[0].has_equals && (size == 2 || size == 3) &&
               (size == 2 || IsPair(clauses[1], "op")) && IsPair(clauses[size - 1], "action");
      case LineKind::Rule:
        return parted && size >= 2 && IsPair(clauses[0], "op") &&
               IsPair(clauses[size - 1], "action") &&
               std::all_of(clauses.begin(), clauses.end(),
                           [&](const Clause& clause) { return !clause.value.empty(); });
      case LineKind::Other:
        return false;
    }
    return false;
  }

  // Whether the words of the line are the same in each dialect.
  bool IsParted(const Line& line) const {
    const auto clauses = document_.ClausesOf(line);
    return document_.lexis == Lexis::Quoted ||
           std::none_of(clauses.begin(), clauses.end(),
                        [&](const Clause& clause) { return OpensQuote(clause); });
  }

  bool IsClaim(const Line& line) const {
    const auto clauses = document_.ClausesOf(line);
    const std::string_view word = document_.Text(clauses[0].span());
    return IsParted(line) && clauses.size() >= 2 && !clauses[0].has_equals &&
           std::find(policy::kClaimWords.begin(), policy::kClaimWords.end(), word) !=
               policy::kClaimWords.end() &&
           IsPair(clauses[1], "op") &&
           std::all_of(clauses.begin() + 1, clauses.end(),
                       [&](const Clause& clause) { return !clause.value.empty(); });
  }

  bool IsPair(const Clause& clause, llvm::StringRef key) const {
    return document_.Text(clause.key) == key && !clause.value.empty();
  }

  // Whether the clause opens a quote that it does not close. If the dialect has quotes, the
  // whitespace and the comment after it might be part of a name.
  bool OpensQuote(const Clause& clause) const {
    char quote = 0;
    for (const char byte : document_.Text(clause.span())) {
      if (quote != 0) {
        if (byte == quote) quote = 0;
      } else if (IsQuote(byte)) {
        quote = byte;
      }
    }
    return quote != 0;
  }

  // Reports the first byte of the line that prevents its layout.
  void FindOddity(const Line& line, Span content) {
    std::uint32_t at = content.begin;
    bool first = true;
    for (const Clause& clause : document_.ClausesOf(line)) {
      const Span word = clause.span();
      if (!first && word.begin == at) return Report(Oddity::GluedText, at);
      first = false;
      if (!OnlyWhitespace(at, word.begin) || !WordIsPlain(word)) return;
      at = word.end;
    }
    // If the dialect has quotes, a comment that touches a word makes the kernel drop that word.
    // No kernel reads claims.
    if (document_.lexis == Lexis::Quoted && !style_.claims && !first && line.comment.begin == at) {
      return Report(Oddity::GluedText, at);
    }
    const std::uint32_t behind =
        line.comment.empty() ? EndOfWhitespace(content) : line.comment.begin;
    if (!OnlyWhitespace(at, behind) || line.comment.empty()) return;
    const Span comment{line.comment.begin, EndOfWhitespace(content)};
    for (std::uint32_t i = comment.begin; i < comment.end; ++i) {
      if (IsControl(Byte(i))) return Report(Oddity::ControlByte, i);
    }
  }

  // The beginning of the trailing whitespace of a line; includes `\r` if only `\n` ends lines.
  std::uint32_t EndOfWhitespace(Span content) const {
    const llvm::StringRef spaces = document_.lexis == Lexis::Quoted ? " \t\r" : " \t";
    return content.begin + support::ToU32(document_.Text(content).rtrim(spaces).size());
  }

  bool OnlyWhitespace(std::uint32_t begin, std::uint32_t end) {
    for (std::uint32_t i = begin; i < end; ++i) {
      const unsigned char byte = Byte(i);
      if (byte == ' ' || byte == '\t') continue;
      Report(IsOddBlank(byte)  ? Oddity::OddBlank
             : IsControl(byte) ? Oddity::ControlByte
                               : Oddity::GluedText,
             i);
      return false;
    }
    return true;
  }

  bool WordIsPlain(Span word) {
    for (std::uint32_t i = word.begin; i < word.end; ++i) {
      if (IsControl(Byte(i))) {
        Report(IsOddBlank(Byte(i)) ? Oddity::OddBlank : Oddity::ControlByte, i);
        return false;
      }
    }
    // Within a word the byte is part of a character; at its end the kernel may read it as
    // whitespace.
    if (Byte(word.end - 1) == kNoBreakSpace) {
      Report(Oddity::OddBlank, word.end - 1);
      return false;
    }
    return true;
  }

  unsigned char Byte(std::uint32_t offset) const { return support::ToByte(document_.text[offset]); }

  const Document& document_;
  const Style& style_;
  Pieces pieces_;
};

}  // namespace

std::string WordOf(const Document& document, const Clause& clause) {
  std::string word = document.Text(clause.span()).str();
  const llvm::StringRef key = document.Text(clause.key);
  const auto property = runtime::FindProperty({key.data(), key.size()});
  if (!property || runtime::Kind(*property) != runtime::PropertyKind::Digest) return word;
  llvm::StringRef digits = document.Text(clause.value);
  if (digits.size() > 1 && IsQuote(digits.front()) && digits.back() == digits.front()) {
    digits = digits.drop_front().drop_back();
  }
  const std::size_t colon = digits.rfind(':');
  if (colon != llvm::StringRef::npos) digits = digits.drop_front(colon + 1);
  if (!std::all_of(digits.begin(), digits.end(), llvm::isHexDigit)) return word;
  const std::uint32_t begin = support::SpanIn(document.text, digits).begin - clause.span().begin;
  word.replace(begin, digits.size(), digits.lower());
  return word;
}

Pieces Take(const Document& document, const Style& style) {
  return PieceBuilder(document, style).Run();
}

}  // namespace ipec::format
