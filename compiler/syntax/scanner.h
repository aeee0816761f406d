#pragma once

// Cuts policy text into tokens, as grammar/IpePolicyLexer.g4 specifies and much faster than the
// lexer that ANTLR makes of it. The tokens tile the text: each begins where the one before it
// ended.
//
// Linear in time whatever the bytes, and it owns no memory: the caller gives it room for as many
// tokens as it wants at a time.

#include <cstddef>
#include <cstdint>
#include <span>

#include "compiler/syntax/document.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::syntax {

// The numbers are the grammar's; compiler/syntax/parse.cpp does not compile when they differ.
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
  Scanner(llvm::StringRef text, Lexis lexis);

  // Fills the front of `tokens` and says how many; fewer than there is room for only at the end.
  std::size_t Fill(std::span<Token> tokens);

 private:
  Token Next();
  const unsigned char* EndOfRun(const unsigned char* at, unsigned classes) const;
  Token Quotation(unsigned char quote, const unsigned char* at) const;

  const unsigned char* begin_;
  const unsigned char* at_;
  const unsigned char* end_;
  const unsigned char* classes_;  // what each byte is, one row of 256
};

}  // namespace ipec::syntax
