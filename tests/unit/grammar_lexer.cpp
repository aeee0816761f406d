#include "tests/unit/grammar_lexer.h"

#include <string>

#include "IpePolicyLexer.h"
#include "compiler/support/assert.h"

namespace ipec::tests {
namespace {

// Bytes are the code points 0 to 255; the stream expects them as UTF-8.
std::string Utf8OfLatin1(llvm::StringRef text) {
  std::string utf8;
  utf8.reserve(text.size());
  for (const unsigned char byte : text.bytes()) {
    if (byte < 0x80) {
      utf8.push_back(static_cast<char>(byte));
    } else {
      utf8.push_back(static_cast<char>(0xC0 | (byte >> 6)));
      utf8.push_back(static_cast<char>(0x80 | (byte & 0x3F)));
    }
  }
  return utf8;
}

}  // namespace

struct GrammarLexer::Parts {
  antlr4::ANTLRInputStream input;
  grammar::IpePolicyLexer lexer{&input};

  void Start(llvm::StringRef text, syntax::Lexis lexis) {
    input.load(Utf8OfLatin1(text));
    lexer.setInputStream(&input);
    if (lexis == syntax::Lexis::Quoted) lexer.setMode(grammar::IpePolicyLexer::QUOTING);
  }
};

GrammarLexer::GrammarLexer() : parts_(std::make_unique<Parts>()) {
  parts_->lexer.removeErrorListeners();
}

GrammarLexer::~GrammarLexer() = default;

std::vector<syntax::Token> GrammarLexer::Tokens(llvm::StringRef text, syntax::Lexis lexis) {
  grammar::IpePolicyLexer& lexer = parts_->lexer;
  parts_->Start(text, lexis);
  std::vector<syntax::Token> tokens;
  std::size_t at = 0;
  while (true) {
    const auto token = lexer.nextToken();
    if (token->getType() == antlr4::Token::EOF) break;
    if (token->getStartIndex() != at) return {};
    at = token->getStopIndex() + 1;
    tokens.push_back(
        {static_cast<syntax::TokenKind>(token->getType()), static_cast<std::uint32_t>(at)});
  }
  if (at != text.size() || lexer.getNumberOfSyntaxErrors() != 0) return {};
  return tokens;
}

std::size_t GrammarLexer::CountTokens(llvm::StringRef text, syntax::Lexis lexis) {
  parts_->Start(text, lexis);
  std::size_t count = 0;
  while (parts_->lexer.nextToken()->getType() != antlr4::Token::EOF) ++count;
  return count;
}

std::vector<syntax::Token> ScannedTokens(llvm::StringRef text, syntax::Lexis lexis) {
  syntax::Scanner scanner(text, lexis);
  std::vector<syntax::Token> tokens;
  std::array<syntax::Token, 7> some;  // few, so that short texts need several fillings
  while (true) {
    const std::size_t count = scanner.Fill(some);
    tokens.insert(tokens.end(), some.begin(), some.begin() + count);
    if (count < some.size()) return tokens;
  }
}

}  // namespace ipec::tests
