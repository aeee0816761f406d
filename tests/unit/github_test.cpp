#include "compiler/support/github.h"

#include <catch2/catch.hpp>
#include <string>

namespace ipec::support {
namespace {

using Level = GithubAnnotation::Level;

// tests/command/lint_formats_test.py and test_formats_test.py read such lines as GitHub does.
TEST_CASE("an annotation is one line, whatever its texts contain") {
  CHECK(GithubLine({Level::Warning, "a.pol", {2, 3}, Position{2, 8}, "title", {"one", "two"}}) ==
        "::warning file=a.pol,line=2,endLine=2,col=3,endColumn=8,title=title::one%0Atwo\n");
  CHECK(GithubLine({Level::Error,
                    "a,b:%\n.pol",
                    {1, 2},
                    Position{3, 4},
                    "a::b,%",
                    {"50 %: \r\n\x1b::error::"}}) ==
        "::error file=a%2Cb%3A%25%0A.pol,line=1,endLine=3,title=a%3A%3Ab%2C%25::"
        "50 %25: \\r\\n\\x1b::error::\n");
}

TEST_CASE("errors come first, and milder annotations up to a number") {
  std::string text;
  llvm::raw_string_ostream out(text);
  GithubAnnotations annotations(out);
  for (int i = 0; i < 1002; ++i)
    annotations.Add({Level::Notice, "n", {}, std::nullopt, "t", {"m"}});
  annotations.Add({Level::Warning, "w", {}, std::nullopt, "t", {"m"}});
  CHECK(out.str().empty());
  annotations.Add({Level::Error, "e", {}, std::nullopt, "t", {"m"}});
  CHECK(out.str().starts_with("::error file=e,"));
  annotations.Finish("tests");
  CHECK(out.str().find("::warning ") < out.str().find("::notice "));
  CHECK(out.str().ends_with("\n2 more tests are not annotated\n"));
}

}  // namespace
}  // namespace ipec::support
