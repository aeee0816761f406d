#include "compiler/support/markdown.h"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

namespace ipec::support {
namespace {

// tests/command/markdown_test.py lets two parsers of Markdown read what `ipec diff` prints.
TEST_CASE("code in Markdown is closed by no backquote of its text") {
  CHECK(MarkdownCode("") == "(empty)");
  CHECK(MarkdownCode("op=EXECUTE") == "`op=EXECUTE`");
  CHECK(MarkdownCode("x](http://e) @team <img>") == "`x](http://e) @team <img>`");
  CHECK(MarkdownCode("a`b``c") == "```a`b``c```");
  CHECK(MarkdownCode("`a") == "`` `a ``");
  CHECK(MarkdownCode(" a ") == "`  a  `");
  CHECK(MarkdownCode("  ") == "`  `");
  CHECK(MarkdownCode("a\nb\x1b") == "`a\\nb\\x1b`");
  CHECK(MarkdownCell("a|b\\|`") == "`` a\\|b\\\\|` ``");
  CHECK(MarkdownSummary("<b>&@team") == "<code>&lt;b&gt;&amp;@team</code>");
  CHECK(MarkdownBlock("a\n````\nb") == "`````\na\n````\nb\n`````\n");
  CHECK(MarkdownBlock("a\n") == "```\na\n```\n");
}

TEST_CASE("the marker of a comment is one comment of HTML, whatever the name is") {
  CHECK(MarkdownMarker("diff", "policies/a-b_1.pol") == "<!-- ipec diff policies/a-b_1.pol -->\n");
  CHECK(MarkdownMarker("diff", "-->\n<img>--") == "<!-- ipec diff %2D-%3E%0A%3Cimg%3E-%2D -->\n");
  CHECK(MarkdownMarker("diff", std::string(100'000, '\n')).size() < 1000);
}

TEST_CASE("a comment in Markdown is never too long") {
  MarkdownComment comment("head\n");
  CHECK(comment.Add(std::string(60'000, 'x')));
  const std::string before = comment.text();
  CHECK_FALSE(comment.Add(std::string(4000, 'x')));
  CHECK(comment.AddList("(", std::vector<std::string>{std::string(4000, 'x')}, ")") == 1);
  CHECK(comment.text() == before);
  const std::vector<std::string> items(100, std::string(99, 'y') + "\n");
  const std::size_t left = comment.AddList("(", items, ")");
  CHECK(left != 0);
  CHECK(left != items.size());
  CHECK(comment.text() == before + "(" + [&] {
    std::string all;
    for (std::size_t i = left; i < items.size(); ++i) all += items[i];
    return all;
  }() + ")");
  comment.AddLast("and more\n");
  CHECK(comment.text().size() <= MarkdownComment::kLongest);
}

}  // namespace
}  // namespace ipec::support
