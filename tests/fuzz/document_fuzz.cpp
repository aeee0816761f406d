// Any bytes are a document, in both lexes: printing it gives the bytes back, it equals the oracle's
// result, and the scanner splits them as the grammar specifies. A text that the generated parser
// rejects would stop the program.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "compiler/support/assert.h"
#include "compiler/syntax/parse.h"
#include "tests/unit/document_oracle.h"
#include "tests/unit/grammar_lexer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using ipec::syntax::Lexis;
  static ipec::tests::GrammarLexer lexer;
  constexpr std::size_t kSmall = 4096;  // the grammar's lexer is slow
  const llvm::StringRef text(reinterpret_cast<const char*>(data), size);
  for (const Lexis lexis : {Lexis::Plain, Lexis::Quoted}) {
    const std::optional<std::string> wrong =
        ipec::tests::FindProblem(ipec::syntax::Parse(text, lexis));
    IPEC_CHECK(!wrong, wrong->c_str());
    IPEC_CHECK(
        size > kSmall || lexer.Tokens(text, lexis) == ipec::tests::ScannedTokens(text, lexis),
        "the scanner differs from the grammar's lexer");
  }
  return 0;
}
