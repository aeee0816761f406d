#include "compiler/syntax/scanner.h"

#include <array>

namespace ipec::syntax {
namespace {

// Classes of bytes. They are bits, so that a run of several classes needs one comparison.
enum ByteClass : unsigned {
  kWord = 1,
  kBlank = 2,
  kOddBlank = 4,
  kNewline = 8,
  kReturn = 16,  // `\r` if it ends a line
  kEquals = 32,
  kHash = 64,
  kQuote = 128,
  kNul = 0,  // in no class, so that it ends every run
};
constexpr unsigned kComment = kWord | kBlank | kOddBlank | kEquals | kHash | kQuote;

using ByteClasses = std::array<unsigned char, 256>;

constexpr ByteClasses Classes(Lexis lexis) {
  ByteClasses classes{};
  for (auto& each : classes) each = kWord;
  classes[0] = kNul;
  classes['='] = kEquals;
  classes['#'] = kHash;
  classes['\n'] = kNewline;
  for (unsigned char blank : {' ', '\t'}) classes[blank] = kBlank;
  const bool plain = lexis == Lexis::Plain;
  for (unsigned blank : {0x0BU, 0x0CU, 0xA0U}) classes[blank] = plain ? kOddBlank : kBlank;
  classes['\r'] = plain ? kReturn : kBlank;
  if (!plain) classes['"'] = classes['\''] = kQuote;
  return classes;
}

constexpr ByteClasses kPlain = Classes(Lexis::Plain);
constexpr ByteClasses kQuoted = Classes(Lexis::Quoted);

}  // namespace

Scanner::Scanner(std::string_view text, Lexis lexis)
    : begin_(llvm::StringRef(text).bytes_begin()),
      at_(begin_),
      end_(llvm::StringRef(text).bytes_end()),
      classes_((lexis == Lexis::Plain ? kPlain : kQuoted).data()) {}

std::size_t Scanner::Fill(std::span<Token> tokens) {
  std::size_t count = 0;
  while (count < tokens.size() && at_ != end_) {
    tokens[count] = Next();
    at_ = begin_ + tokens[count].end;
    ++count;
  }
  return count;
}

const unsigned char* Scanner::EndOfRun(const unsigned char* at, unsigned classes) const {
  while (at != end_ && (classes_[*at] & classes) != 0) ++at;
  return at;
}

Token Scanner::Next() {
  const unsigned char* next = at_ + 1;
  switch (classes_[*at_]) {
    case kBlank:
      return UpTo(EndOfRun(next, kBlank), TokenKind::Blank);
    case kOddBlank:
      return UpTo(EndOfRun(next, kOddBlank), TokenKind::OddBlank);
    case kNewline:
      return UpTo(next, TokenKind::Newline);
    case kReturn:
      return UpTo(next != end_ && *next == '\n' ? next + 1 : next, TokenKind::Newline);
    case kEquals:
      return UpTo(next, TokenKind::Equals);
    case kHash:
      return UpTo(EndOfRun(next, kComment), TokenKind::Comment);
    case kQuote:
      return Quotation(*at_, next);
    case kNul:
      return UpTo(end_, TokenKind::Unread);
    default:
      return UpTo(EndOfRun(next, kWord), TokenKind::Word);
  }
}

// In Quoted, `\r` is whitespace; so a comment and an open quote end at the same bytes.
Token Scanner::Quotation(unsigned char quote, const unsigned char* at) const {
  while (at != end_ && *at != quote && (classes_[*at] & kComment) != 0) ++at;
  const bool closed = at != end_ && *at == quote;
  return closed ? UpTo(at + 1, TokenKind::Quoted) : UpTo(at, TokenKind::OpenQuote);
}

}  // namespace ipec::syntax
