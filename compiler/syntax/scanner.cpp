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

Scanner::Scanner(llvm::StringRef text, Lexis lexis)
    : begin_(text.bytes_begin()),
      at_(begin_),
      end_(text.bytes_end()),
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
  const auto token = [this](TokenKind kind, const unsigned char* end) {
    return Token{kind, static_cast<std::uint32_t>(end - begin_)};
  };
  const unsigned char* next = at_ + 1;
  switch (classes_[*at_]) {
    case kBlank:
      return token(TokenKind::Blank, EndOfRun(next, kBlank));
    case kOddBlank:
      return token(TokenKind::OddBlank, EndOfRun(next, kOddBlank));
    case kNewline:
      return token(TokenKind::Newline, next);
    case kReturn:
      return token(TokenKind::Newline, next != end_ && *next == '\n' ? next + 1 : next);
    case kEquals:
      return token(TokenKind::Equals, next);
    case kHash:
      return token(TokenKind::Comment, EndOfRun(next, kComment));
    case kQuote:
      return Quotation(*at_, next);
    case kNul:
      return token(TokenKind::Unread, end_);
    default:
      return token(TokenKind::Word, EndOfRun(next, kWord));
  }
}

// In Quoted, `\r` is whitespace; so a comment and an open quote end at the same bytes.
Token Scanner::Quotation(unsigned char quote, const unsigned char* at) const {
  while (at != end_ && *at != quote && (classes_[*at] & kComment) != 0) ++at;
  const bool closed = at != end_ && *at == quote;
  return {closed ? TokenKind::Quoted : TokenKind::OpenQuote,
          static_cast<std::uint32_t>(at + (closed ? 1 : 0) - begin_)};
}

}  // namespace ipec::syntax
