#include "compiler/syntax/directive.h"

#include <catch2/catch.hpp>
#include <optional>
#include <string>

namespace ipec::syntax {
namespace {

TEST_CASE("a directive that is written reads back") {
  for (const std::string_view word : kDirectiveVerbs) {
    const std::string shortest = "#ipec:" + std::string(word);
    const std::optional<Directive> known = ReadDirective(shortest);
    REQUIRE(known);
    REQUIRE(known->Verb());
    CHECK(Name(*known->Verb()) == word);
    const std::string comment = WriteDirective(*known->Verb(), "a-rule", "why");
    const std::optional<Directive> read = ReadDirective(comment);
    REQUIRE(read);
    CHECK(read->Is(*known->Verb()));
    CHECK(read->rest == "(a-rule) why");
  }
}

TEST_CASE("the parts of a directive are views into its comment") {
  const llvm::StringRef comment = "# \t IPEC:  allow-it \t(x) # y";
  const std::optional<Directive> read = ReadDirective(comment);
  REQUIRE(read);
  CHECK(read->mark.data() == comment.data() + comment.find('I'));
  CHECK(read->mark == "IPEC");
  CHECK(read->body == "allow-it \t(x) # y");
  CHECK(read->verb == "allow-it");
  CHECK(read->rest == "(x) # y");
  CHECK_FALSE(read->IsMarked());
  CHECK_FALSE(read->Verb());
}

TEST_CASE("other comments are not directives") {
  for (const char* comment : {"", "#", "# ipec", "# see ipec: allow(x)", "## ipec: allow(x)"}) {
    INFO(comment);
    CHECK_FALSE(ReadDirective(comment));
  }
  // The verb must be whole, and the mark must have the right case.
  for (const char* comment : {"# ipec:", "# ipec: (x)", "# ipec: allows(x)", "# Ipec: allow(x)",
                              "# ipec: Allow(x)", "# ipec: allow-file-(x)"}) {
    INFO(comment);
    REQUIRE(ReadDirective(comment));
    CHECK_FALSE(ReadDirective(comment)->Verb());
  }
}

}  // namespace
}  // namespace ipec::syntax
