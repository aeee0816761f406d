// JSON documents as the language server reads them, compared with LLVM's reader.

#include "compiler/support/json_tree.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/unit/json_oracle.h"

namespace ipec::support {
namespace {

using Tree = std::shared_ptr<const JsonTree>;

Tree Read(const std::string& text) {
  auto tree = JsonTree::Parse(text, JsonText::Lenient);
  INFO(text);
  REQUIRE(static_cast<bool>(tree));
  return *tree;
}

std::string Problem(const std::string& text, const JsonLimits& limits = {}) {
  auto tree = JsonTree::Parse(text, JsonText::Lenient, limits);
  INFO(text);
  REQUIRE_FALSE(static_cast<bool>(tree));
  return llvm::toString(tree.takeError());
}

std::string Written(const Tree& tree) {
  std::string text;
  JsonWriter json(text);
  tree->root().Write(json);
  return text;
}

TEST_CASE("values are found by their path, and absent ones need no checks") {
  const Tree tree = Read(R"( {"a": {"b": [1, "x", true, null, {}]}, "n": -7, "a ": 1e2} )");
  const JsonValue root = tree->root();
  std::vector<JsonKind> kinds;
  for (const JsonValue one : root["a"]["b"]) {
    for (const JsonKind kind :
         {JsonKind::Number, JsonKind::String, JsonKind::True, JsonKind::Null, JsonKind::Object}) {
      if (one.Is(kind)) kinds.push_back(kind);
    }
  }
  CHECK(kinds == std::vector<JsonKind>{JsonKind::Number, JsonKind::String, JsonKind::True,
                                       JsonKind::Null, JsonKind::Object});
  CHECK(root["n"].Integer() == -7);
  CHECK(root["a "].Integer() == 100);
  CHECK_FALSE(root["x"]["y"]["z"].exists());
  CHECK_FALSE(root["a"]["b"]["c"].exists());
  CHECK_FALSE(root["n"].String());
  CHECK_FALSE(JsonValue().Integer());
  CHECK(JsonValue().begin() == JsonValue().end());
  CHECK(Written(tree) == R"({"a":{"b":[1,"x",true,null,{}]},"n":-7,"a ":1e2})");
}

TEST_CASE("of members with one name the last counts") {
  CHECK(Read(R"({"a":1,"a":{"a":3},"b":0,"a":2})")->root()["a"].Integer() == 2);
}

TEST_CASE("an integer is a number without a fractional part, within 64 bits") {
  const auto integer = [](const std::string& text) { return Read(text)->root().Integer(); };
  CHECK(integer("9223372036854775807") == INT64_MAX);
  CHECK(integer("-9223372036854775808") == INT64_MIN);
  CHECK(integer("1.0") == 1);
  CHECK(integer("-0") == 0);
  CHECK_FALSE(integer("1.5"));
  CHECK_FALSE(integer("9223372036854775808"));
  CHECK_FALSE(integer("1e400"));
  CHECK_FALSE(integer("\"1\""));
}

TEST_CASE("strings keep single bytes, and half a surrogate pair is replaced") {
  CHECK(Read("\"a\xFF\"")->root().String() == "a\xFF");
  CHECK(Read(R"("\ud800x")")->root().String() == "\uFFFDx");
  CHECK(Read(R"("\ud800\ud83d\ude00")")->root().String() == "\uFFFD\U0001F600");
  CHECK(Read(R"("\ud840\udd80")")->root().String() == "\U00020180");
  CHECK(Read(R"("\udbff\udfff")")->root().String() == "\U0010FFFF");
  CHECK(Read(R"("\udc80")")->root().String() == "\uFFFD");
}

TEST_CASE("what is not JSON is rejected with its place") {
  CHECK(Problem("") == "byte 1: expected a value, found the end of the line");
  CHECK(Problem("[1,]") == "byte 4: expected a value, found `]`");
  CHECK(Problem("{\"a\":}") == "byte 6: expected a value, found `}`");
  CHECK(Problem("[1 2]").starts_with("byte 4: "));
  CHECK(Problem("[1]x") == "byte 4: unexpected text after the end of the document");
  CHECK(Problem("\"a\nb\"").starts_with("byte 3: "));
  CHECK(Problem("[01]").starts_with("byte 2: "));
  CHECK(Problem("nul").starts_with("byte 1: "));
}

TEST_CASE("depth and size are bounded") {
  JsonLimits limits;
  limits.depth = 3;
  limits.values = 5;
  CHECK(Problem("[[[[]]]]", limits) == "a document nested too deeply");
  CHECK(Problem("[1,2,3,4,5]", limits) == "a document with too many values");
  CHECK(static_cast<bool>(JsonTree::Parse("[[[1]],1]", JsonText::Lenient, limits)));
  CHECK(JsonTree::Parse("[1,2,3,4,5", JsonText::Lenient, limits).errorIsA<JsonTooBig>());
  CHECK(Problem(std::string(1'000'000, '[')) == "a document nested too deeply");
}

// All texts of a few pieces: accepted as LLVM accepts them, with the same value.
TEST_CASE("small documents are read as LLVM reads them") {
  const std::string pieces[] = {"{", "}", "[", "]", ",", ":", "\"a\"", "1", "null", " "};
  std::size_t accepted = 0;
  std::vector<std::string> texts = {""};
  for (int length = 1; length <= 5; ++length) {
    std::vector<std::string> longer;
    for (const std::string& text : texts) {
      for (const std::string& piece : pieces) {
        std::string made = text;
        made += piece;
        longer.push_back(std::move(made));
      }
    }
    texts = std::move(longer);
    for (const std::string& text : texts) {
      auto tree = JsonTree::Parse(text, JsonText::Lenient);
      const auto other = tests::CanonicalJson(text);
      if (!tree) llvm::consumeError(tree.takeError());
      if (static_cast<bool>(tree) != other.has_value()) FAIL_CHECK(text);
      if (!tree || !other) continue;
      ++accepted;
      if (tests::CanonicalJson(Written(*tree)) != other) FAIL_CHECK(text);
    }
  }
  CHECK(accepted > 150);
}

}  // namespace
}  // namespace ipec::support
