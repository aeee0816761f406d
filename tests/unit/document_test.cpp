// A Document equals its text, whatever the bytes, split as kernels split it.

#include <optional>
#include <string>

#include "catch2/catch.hpp"
#include "compiler/syntax/parse.h"
#include "tests/unit/document_oracle.h"
#include "tests/unit/nasty_texts.h"

namespace ipec::tests {
namespace {

using syntax::Document;
using syntax::Lexis;
using syntax::Line;
using syntax::LineKind;

std::optional<std::string> Wrong(llvm::StringRef text) {
  for (const Lexis lexis : {Lexis::Plain, Lexis::Quoted}) {
    if (auto wrong = FindProblem(syntax::Parse(text, lexis))) return wrong;
  }
  return std::nullopt;
}

// The formatter's view: every line as written, then the part that no kernel reads.
std::string Printed(const Document& document) {
  std::string printed;
  for (const Line& line : document.lines) printed += document.Text(line.span);
  return printed + document.Text(document.hidden).str();
}

// The number of texts of up to `length` whose document is not the kernels' reading.
std::size_t WrongDocuments(std::size_t length) {
  std::size_t texts = 0;
  std::size_t wrong = 0;
  ForEachShortText(length, [&](const std::string& text) {
    ++texts;
    const std::optional<std::string> what = Wrong(text);
    if (!what) return;
    ++wrong;
    UNSCOPED_INFO(*what << ": " << Catch::StringMaker<std::string>::convert(text));
  });
  REQUIRE(texts == CountOfShortTexts(length));
  return wrong;
}

TEST_CASE("a document equals the kernels' reading, for all short texts") {
  CHECK(WrongDocuments(5) == 0);
}

TEST_CASE("a document equals the kernels' reading, for all texts of up to six bytes", "[.slow]") {
  CHECK(WrongDocuments(6) == 0);
}

TEST_CASE("a document equals the kernels' reading, for texts made by hand") {
  for (const std::string& text : NastyTexts()) {
    INFO(text);
    CHECK(Wrong(text) == std::nullopt);
    CHECK(Printed(syntax::Parse(text, Lexis::Plain)) == text);
    CHECK(Printed(syntax::Parse(text, Lexis::Quoted)) == text);
  }
}

TEST_CASE("a rule has its clauses, its comment and its number") {
  const Document document = syntax::Parse(
      "policy_name=a policy_version=1.0.0\r\n\r\n  op=EXECUTE  action=ALLOW\v # why\r\n",
      Lexis::Plain);
  REQUIRE(document.lines.size() == 3);
  CHECK(document.lines[0].kind == LineKind::Header);
  CHECK(document.lines[1].kind == LineKind::Blank);
  const Line& rule = document.lines[2];
  CHECK(rule.kind == LineKind::Rule);
  CHECK(rule.number == 3);
  CHECK(document.Text(rule.statement) == "op=EXECUTE  action=ALLOW");
  CHECK(document.Text(rule.comment) == "# why");
  REQUIRE(document.ClausesOf(rule).size() == 2);
  CHECK(document.Text(document.ClausesOf(rule)[1].key) == "action");
  CHECK(document.Text(document.ClausesOf(rule)[1].value) == "ALLOW");
}

TEST_CASE("quotes keep a clause together in rfc-v7 and have no meaning in mainline") {
  const llvm::StringRef text = "policy_name='a # b' policy_version=1.0.0";
  const Document quoted = syntax::Parse(text, Lexis::Quoted);
  REQUIRE(quoted.clauses.size() == 2);
  CHECK(quoted.Text(quoted.clauses[0].value) == "'a # b'");
  const Document plain = syntax::Parse(text, Lexis::Plain);
  REQUIRE(plain.clauses.size() == 1);
  CHECK(plain.Text(plain.clauses[0].value) == "'a");
}

TEST_CASE("a text without lines is a document without lines") {
  CHECK(syntax::Parse("", Lexis::Plain).lines.empty());
  const Document hidden = syntax::Parse(llvm::StringRef("\0op", 3), Lexis::Quoted);
  CHECK(hidden.lines.empty());
  CHECK(hidden.hidden == support::Span{0, 3});
}

// Linear: each of these is one line, or one clause, or only line ends. A parser that looked back or
// recursed would need hours or a stack of this size.
TEST_CASE("long uniform texts are read in linear time") {
  constexpr std::size_t kLength = 2'000'000;
  for (const char* unit :
       {"a", "a ", "=", "\v", " \v", "'", "\"", "'\"", "#", "\n", "\r", "a=b "}) {
    std::string text;
    while (text.size() < kLength) text += unit;
    INFO(unit);
    CHECK(Wrong(text) == std::nullopt);
  }
}

}  // namespace
}  // namespace ipec::tests
