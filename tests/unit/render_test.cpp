// Edits of a text. The promises of renderers whatever a policy contains: no byte of it reaches a
// terminal unescaped, long lines are clipped, carets are below their text, JSON and SARIF are
// well-formed.

#include <catch2/catch.hpp>
#include <string>

#include "compiler/diagnostics/definitions.h"
#include "compiler/diagnostics/edits.h"
#include "compiler/diagnostics/render.h"
#include "compiler/diagnostics/source_excerpt.h"
#include "compiler/support/errno.h"
#include "tests/unit/json_oracle.h"

namespace ipec::diagnostics {
namespace {

std::string Render(Format format, const std::string& name, const std::string& text,
                   const std::vector<Diagnostic>& findings, const RenderOptions& options = {}) {
  const support::SourceBuffer source(name, text);
  std::string out;
  llvm::raw_string_ostream stream(out);
  const auto renderer = MakeRenderer(format, stream, options);
  FileReport report;
  report.source = &source;
  report.target = "linux-6.12";
  report.error = support::Errno::kEBADMSG;
  report.diagnostics = findings;
  renderer->Render(report);
  renderer->Finish();
  stream.flush();
  return out;
}

std::vector<Diagnostic> OneFinding(support::Span where) {
  Sink sink;
  sink.Emit(where, diag::UnknownAction, "x")
      .AddNote("a note", where)
      .AddFix("replace with `y`", {{where, "y"}});
  return sink.list();
}

TEST_CASE("edits replace, remove and insert, also in a part of the text") {
  const std::vector<TextEdit> edits = {
      {{2, 2}, "<"}, {{2, 4}, "CD"}, {{4, 4}, ">"}, {{6, 8}, ""}, {{10, 10}, "!"}};
  CHECK(Apply("abcdefghij", edits) == "ab<CD>efij!");
  CHECK(Apply("abcdefghij", {}) == "abcdefghij");
  CHECK(Apply("", std::vector<TextEdit>{{{0, 0}, "x"}}) == "x");
  const std::span few = std::span(edits).first(3);
  CHECK(Apply("abcdefghij", {2, 4}, few) == "<CD>");
  CHECK(Apply("abcdefghij", {1, 7}, few) == "b<CD>efg");
  CHECK(Apply("abcdefghij", {3, 5}, {}) == "de");
}

TEST_CASE("text has place, code, line, caret, note and fix") {
  const std::string out =
      Render(Format::Text, "a.pol", "one\naction=x # c\n", OneFinding({11, 12}));
  CHECK(out ==
        "a.pol:2:8: error: unknown action `x`; the actions are ALLOW and DENY "
        "[IPE0203 unknown-action]\n"
        "    2 | action=x # c\n"
        "      |        ^\n"
        "a.pol:2:8: note: a note\n"
        "    2 | action=x # c\n"
        "      |        ^\n"
        "a.pol:2:8: fix: replace with `y`\n"
        "    2 + action=y # c\n"
        "a.pol: linux-6.12 rejects this policy with EBADMSG "
        "(malformed policy text or signed message)\n");
}

TEST_CASE("no byte can harm a terminal") {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string bad(3, static_cast<char>(byte));
    std::string text =
        "a\xE2\x80\xAE"
        "b\n";
    text.insert(1, bad);
    text += bad;
    for (const support::Span where : {support::Span{0, 1}, support::Span{2, 6}}) {
      const std::string out = Render(Format::Text, "f" + bad, text, OneFinding(where));
      for (const char c : out) {
        const auto code = static_cast<unsigned char>(c);
        INFO(byte << ' ' << static_cast<int>(code));
        CHECK((code >= 0x20 || c == '\n'));
        CHECK(code != 0x7F);
      }
      CHECK(out.find("\xE2\x80\xAE") == std::string::npos);
      CHECK(out.find("\xC2\x9B") == std::string::npos);
    }
  }
}

TEST_CASE("colors are on only on request") {
  const auto findings = OneFinding({0, 1});
  CHECK(Render(Format::Text, "a", "x", findings).find('\033') == std::string::npos);
  RenderOptions options;
  options.color = true;
  CHECK(Render(Format::Text, "a", "x", findings, options).find("\033[1;31merror: \033[0m") !=
        std::string::npos);
}

TEST_CASE("long lines are clipped around the caret") {
  std::string text;
  text.resize(10'000'000, 'a');
  text[5'000'000] = '!';
  const auto size = static_cast<std::uint32_t>(text.size());
  const Excerpt excerpt = ExcerptOf(text, {0, size}, {5'000'000, 5'000'001});
  CHECK(excerpt.text.size() < 400);
  CHECK(excerpt.text.substr(0, 3) == "…");
  // The ellipsis is one column and three bytes.
  CHECK(excerpt.text[excerpt.column + 2] == '!');
  CHECK(excerpt.width == 1);
  const Excerpt end = ExcerptOf(text, {0, size}, {size, size});
  CHECK(end.text.size() < 400);
  CHECK(ExcerptOf(text, {0, size}, {0, size}).width < 400);
}

TEST_CASE("carets count columns of a terminal") {
  // A tab, an accent, a wide character, a control character.
  CHECK(ExcerptOf("\tx", {0, 2}, {1, 2}).column == 8);
  CHECK(ExcerptOf("a\tx", {0, 3}, {2, 3}).column == 8);
  CHECK(ExcerptOf("\xC3\xA9x", {0, 3}, {2, 3}).column == 1);
  CHECK(ExcerptOf("\xE6\xBC\xA2x", {0, 4}, {3, 4}).column == 2);
  CHECK(ExcerptOf("\xE6\xBC\xA2x", {0, 4}, {0, 3}).width == 2);
  CHECK(ExcerptOf("\x01x", {0, 2}, {1, 2}).column == 4);
  CHECK(ExcerptOf("\xFFx", {0, 2}, {0, 1}).text == "\\xffx");
}

TEST_CASE("JSON is well-formed whatever the bytes") {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string bad(2, static_cast<char>(byte));
    const std::string json = Render(Format::Json, "f" + bad, "x" + bad, OneFinding({0, 1}));
    INFO(json);
    auto read = tests::JsonObject::Parse(json);
    REQUIRE(static_cast<bool>(read));
    CHECK(read->Integer("version") == 1);
    const std::string sarif = Render(Format::Sarif, "f" + bad, "x" + bad, OneFinding({0, 1}));
    INFO(sarif);
    auto log = tests::JsonObject::Parse(sarif);
    REQUIRE(static_cast<bool>(log));
    CHECK(log->String("version") == "2.1.0");
  }
}

}  // namespace
}  // namespace ipec::diagnostics
