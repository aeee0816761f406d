// The speed of parsing policy text to a Document, and of only splitting it into tokens with the
// lexer that ANTLR generates from the grammar. The quotient shows the gain of the scanner and of
// the parser's setup.

#include <benchmark/benchmark.h>

#include <string>

#include "compiler/syntax/parse.h"
#include "tests/bench/digest_policy.h"
#include "tests/unit/grammar_lexer.h"

namespace ipec::bench {
namespace {

using syntax::Lexis;

void SetBytes(benchmark::State& state, const std::string& text) {
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

void StockLexer(benchmark::State& state) {
  const std::string text = DigestPolicy(100'000);
  tests::GrammarLexer lexer;
  while (state.KeepRunning()) benchmark::DoNotOptimize(lexer.CountTokens(text, Lexis::Plain));
  SetBytes(state, text);
}

void Scan(benchmark::State& state) {
  const std::string text = DigestPolicy(100'000);
  std::array<syntax::Token, 512> tokens;
  while (state.KeepRunning()) {
    syntax::Scanner scanner(text, static_cast<Lexis>(state.range(0)));
    while (scanner.Fill(tokens) == tokens.size()) benchmark::DoNotOptimize(tokens);
  }
  SetBytes(state, text);
}

void Parse(benchmark::State& state) {
  const std::string text = DigestPolicy(100'000);
  std::size_t kept = 0;
  while (state.KeepRunning()) {
    const syntax::Document document = syntax::Parse(text, static_cast<Lexis>(state.range(0)));
    kept = document.lines.capacity() * sizeof(syntax::Line) +
           document.clauses.capacity() * sizeof(syntax::Clause);
    benchmark::DoNotOptimize(kept);
  }
  SetBytes(state, text);
  state.counters["memory/input"] = static_cast<double>(kept) / static_cast<double>(text.size());
}

// One line of 100 MB: a word, clauses, quotes, a comment.
void ParseOneLine(benchmark::State& state, const std::string& unit) {
  std::string text;
  while (text.size() < 100'000'000) text += unit;
  while (state.KeepRunning()) benchmark::DoNotOptimize(syntax::Parse(text, Lexis::Quoted));
  SetBytes(state, text);
}

void ParseTenLines(benchmark::State& state) {
  const std::string text = DigestPolicy(8);
  while (state.KeepRunning()) benchmark::DoNotOptimize(syntax::Parse(text, Lexis::Plain));
  SetBytes(state, text);
}

BENCHMARK(StockLexer)->Unit(benchmark::kMillisecond);
BENCHMARK(Scan)->ArgName("quoted")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(Parse)->ArgName("quoted")->Arg(0)->Arg(1)->Unit(benchmark::kMillisecond);
BENCHMARK(ParseTenLines);
BENCHMARK_CAPTURE(ParseOneLine, word, std::string("a"))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ParseOneLine, clauses, std::string("key=value "))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ParseOneLine, quotes, std::string("'\""))->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ParseOneLine, comment, std::string("#"))->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace ipec::bench

BENCHMARK_MAIN();
