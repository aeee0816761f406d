#pragma once

// The lexer that ANTLR generates from grammar/IpePolicyLexer.g4: the specification of the scanner
// in compiler/syntax. Only for tests and measurements, because it is ten times slower.

#include <memory>
#include <vector>

#include "compiler/syntax/scanner.h"

namespace ipec::tests {

class GrammarLexer {
 public:
  GrammarLexer();
  ~GrammarLexer();
  GrammarLexer(const GrammarLexer&) = delete;
  GrammarLexer& operator=(const GrammarLexer&) = delete;

  // The tokens of `text`. Empty if the lexer reports an error, or if its tokens do not tile the
  // text; neither must ever happen.
  std::vector<syntax::Token> Tokens(llvm::StringRef text, syntax::Lexis lexis);

  // The same work without keeping the tokens, for measurements.
  std::size_t CountTokens(llvm::StringRef text, syntax::Lexis lexis);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// All tokens of `text` from the scanner of compiler/syntax.
std::vector<syntax::Token> ScannedTokens(llvm::StringRef text, syntax::Lexis lexis);

}  // namespace ipec::tests
