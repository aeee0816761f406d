#pragma once

// Splits policy text into tokens as grammar/IpePolicyLexer.g4 specifies, much faster than the lexer
// that ANTLR generates from it. The tokens tile the text: each begins where the previous one ended.
//
// Linear in time for any bytes. Allocates no memory: the caller provides the buffer for a number of
// tokens at a time.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "compiler/syntax/document.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::syntax {

// The numbers are those of the grammar; compiler/syntax/parse.cpp does not compile if they differ.
enum class TokenKind : std::uint8_t {
  Newline = 1,
  Blank,
  OddBlank,
  Equals,
  Comment,
  Unread,
  Word,
  Quoted,
  OpenQuote,
};

struct Token {
  TokenKind kind = TokenKind::Unread;
  std::uint32_t end = 0;
  friend constexpr bool operator==(const Token&, const Token&) = default;
};

class Scanner {
 public:
  Scanner(std::string_view text, Lexis lexis);

  // Fills `tokens` from the front and returns their number; fewer than fit only at the end of the
  // text.
  std::size_t Fill(std::span<Token> tokens);

 private:
  Token Next();
  // Texts are below 4 GiB.
  Token UpTo(const unsigned char* end, TokenKind kind) const {
    return {kind, static_cast<std::uint32_t>(end - begin_)};
  }
  const unsigned char* EndOfRun(const unsigned char* at, unsigned classes) const;
  Token Quotation(unsigned char quote, const unsigned char* at) const;

  const unsigned char* begin_;
  const unsigned char* at_;
  const unsigned char* end_;
  const unsigned char* classes_;  // the class of each byte, one row of 256
};

}  // namespace ipec::syntax
