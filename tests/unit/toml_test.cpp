// TOML 1.0: valid documents have the right meaning, and every mistake is found at its place.
// tests/command/toml_test.py compares with another TOML reader.

#include "compiler/support/toml.h"

#include <catch2/catch.hpp>
#include <chrono>

#include "compiler/support/date.h"

namespace ipec::support {
namespace {

// The mistake as `offset: words`.
std::string MistakeIn(std::string_view text) {
  const TomlDocument document = ReadToml(text);
  if (!document.mistake) return "none";
  return std::to_string(document.mistake->where) + ": " + document.mistake->words;
}

std::string Repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t i = 0; i < times; ++i) all += text;
  return all;
}

TEST_CASE("strings have the right value") {
  const auto text_of = [](std::string_view value) {
    TomlDocument document = ReadToml("a = " + std::string(value));
    return document.mistake ? MistakeIn("a = " + std::string(value))
                            : document.root.Find("a")->value.text;
  };
  CHECK(text_of(R"("a\tb\"\\\u00e9\U0001F600")") == "a\tb\"\\\u00E9\U0001F600");
  CHECK(text_of("'a\\tb'") == "a\\tb");
  CHECK(text_of("\"\"\"\na\r\nb\"\"\"") == "a\nb");
  CHECK(text_of("\"\"\"a\\  \n \r\n\t b\"\"\"") == "ab");
  CHECK(text_of("'''\n'a'''''") == "'a''");
  CHECK(text_of("\"\"\"\"\"\"").empty());
  CHECK(text_of("\"\"").empty());
  CHECK(text_of("\"\\ud800\"") == "5: a number that is not a character");
  CHECK(text_of("\"\\u00e\"") == "5: an escape of a character has 4 hex digits");
  CHECK_THAT(text_of("\"\\q\""), Catch::StartsWith("5: a backslash begins an escape"));
  CHECK(text_of("\"a\n\"") == "4: an unclosed string: expected a quote at the end of the line");
  CHECK(text_of("'''a") == "4: an unclosed string: expected three quotes at its end");
  CHECK(text_of("\"\x1B\"") == "5: a control character in a string: write \"\\u001B\"");
}

TEST_CASE("structural mistakes are found at their place") {
  CHECK(MistakeIn("[") ==
        "1: expected a key (letters, digits, `-` and `_`, or anything in quotes), found the "
        "end of the file");
  CHECK_THAT(MistakeIn("[*.pol]"),
             Catch::StartsWith("1: expected a key") && Catch::EndsWith("found `*.pol`"));
  CHECK_THAT(MistakeIn("[\xC3\xA9]"), Catch::StartsWith("1: expected a key"));
  CHECK_THAT(MistakeIn("[.a]"), Catch::StartsWith("1: expected a key"));
  CHECK_THAT(MistakeIn("[#"), Catch::StartsWith("1: expected a key"));
  CHECK(MistakeIn("[a") == "2: expected `]`, found the end of the file");
  CHECK(MistakeIn("[[a]\n") == "4: expected `]]`, found the end of the line");
  CHECK(MistakeIn("a\n") == "1: expected `=` after the key, found the end of the line");
  CHECK(MistakeIn("a = \r\n") == "4: expected a value, found the end of the line");
  CHECK(MistakeIn("a = b") == "4: expected a value, found `b`; a string must be in quotes");
  CHECK(MistakeIn("x=1979-05-27T:") ==
        "2: expected a value, found `1979-05-27T:`, which is not a valid number, date or time");
  CHECK(MistakeIn("a = 1 b = 2") == "6: expected the end of the line, found `b`");
  CHECK(MistakeIn("a = [1 2]") == "7: expected `,` or `]` after a value of the array, found `2`");
  CHECK(MistakeIn("a = {b = 1,}") ==
        "11: expected a key (letters, digits, `-` and `_`, or anything in quotes), found `}`");
  CHECK(MistakeIn("a = 1\nb = 2\na = 3") == "12: duplicate key `a`, first defined in line 1");
  CHECK(MistakeIn("# \x01") == "2: a control character in a comment");
  CHECK(MistakeIn("a = 1 # \xFF\n") == "8: a byte that is not UTF-8");
  CHECK(MistakeIn("a = 1\rb = 2") == "5: expected the end of the line, found `\\r`");
  CHECK_THAT(MistakeIn("\"\"\"a\"\"\" = 1"), Catch::StartsWith("0: a key in triple quotes"));
  CHECK(MistakeIn("\xEF\xBB\xBF"
                  "a = 1") == "none");
}

TEST_CASE("tables are defined once") {
  for (const char* text :
       {"[a]\n[a]", "[a]\n[[a]]", "[[a]]\n[a]", "a.b = 1\n[a]", "a = {}\n[a.b]", "a = {}\na.b = 1",
        "[a]\nb.c = 1\n[a.b]", "[a.b]\n[a]\nb.c = 1", "a = [{}]\n[[a]]", "a = 1\n[a.b]",
        "a = {b.c = 1, b = 2}", "a = {b = {}, b.c = 1}", "a.b = 1\n[c]\n[a]"}) {
    INFO(text);
    CHECK_THAT(MistakeIn(text), Catch::Contains("duplicate key"));
  }
  for (const char* text :
       {"[a.b]\n[a]\n[a.c]", "[a]\nb.c = 1\nb.d = 2\n[a.b.e]", "[[a]]\n[a.b]\n[[a]]\n[a.b]",
        "[[a.b]]\n[[a.b]]\n[a]", "a = {b.c = 1, b.d = 2}", "a . b = 1\n\"a\".'c' = 2"}) {
    INFO(text);
    CHECK(MistakeIn(text) == "none");
  }
}

TEST_CASE("unquoted values") {
  const auto kind_of = [](std::string_view word) {
    const std::optional<TomlValue> value = ReadTomlWord(word);
    return value ? std::optional(value->kind) : std::nullopt;
  };
  for (const char* word : {"0", "-0", "+1_000", "0xdead_BEEF", "0o17", "0b1_0",
                           "9223372036854775807", "-9223372036854775808"}) {
    INFO(word);
    CHECK(kind_of(word) == TomlKind::Integer);
  }
  CHECK(ReadTomlWord("-1_0")->integer == -10);
  CHECK(ReadTomlWord("0xFF")->integer == 255);
  for (const char* word : {"1.0", "-1e+06", "0.1_2e-3", "inf", "-nan", "1e05"}) {
    INFO(word);
    CHECK(kind_of(word) == TomlKind::Float);
  }
  for (const char* word : {"2026-02-28", "07:32:00", "07:32:00.999", "1979-05-27T07:32:00Z",
                           "1979-05-27 07:32:00.5-07:00", "1979-05-27t00:00:00"}) {
    INFO(word);
    CHECK(kind_of(word) == TomlKind::Time);
  }
  for (const char* word : {"",           "+",         "_1",          "1_",
                           "1__0",       "01",        "-01",         "0x",
                           "+0x1",       "0xg",       "1.",          ".1",
                           "1.e1",       "1e",        "01.5",        "9223372036854775808",
                           "Inf",        "True",      "2026-02-30",  "24:00:00",
                           "07:32",      "07:32:00.", "1979-05-27T", "1979-05-27T07:32:00+7",
                           "0000-01-01", "2026-13-45"}) {
    INFO(word);
    CHECK_FALSE(kind_of(word).has_value());
  }
}

TEST_CASE("dates are valid days of the calendar") {
  for (const char* day : {"2026-12-31", "2028-02-29", "2000-02-29", "0001-01-01", "9999-12-31"}) {
    INFO(day);
    CHECK(IsDate(day));
  }
  for (const char* day : {"", "2026-02-30", "2026-02-29", "1900-02-29", "2026-13-45", "2026-00-01",
                          "2026-01-00", "2026-04-31", "9999-99-99", "0000-01-01", "2026-1-01",
                          "2026-01-01 ", "26-01-01", "2026/01/01", "tomorrow"}) {
    INFO(day);
    CHECK_FALSE(IsDate(day));
  }
  CHECK(IsDate(Today()));
}

TEST_CASE("nesting of every kind is limited") {
  for (const char* piece : {"[", "{a=", "a.", "[{a=", "{a.b="}) {
    INFO(piece);
    const std::string inner = Repeated(piece, 100'000);
    CHECK_THAT(MistakeIn("a = " + inner), Catch::Contains("nested more than 64 levels deep") ||
                                              Catch::Contains("expected a value"));
    CHECK_THAT(MistakeIn(inner),
               Catch::Contains("nested more than") || Catch::Contains("expected"));
  }
  CHECK_THAT(MistakeIn("[" + Repeated("a.", 200'000) + "a]"), Catch::Contains("nested more than"));
  CHECK_THAT(MistakeIn(Repeated("a.", 200'000) + "a = 1"), Catch::Contains("nested more than"));
  // Several steps do not bypass the limit.
  const std::string header = "[" + Repeated("a.", 63) + "a]\n";
  CHECK(MistakeIn(header) == "none");
  CHECK_THAT(MistakeIn(header + "b = 1"), Catch::Contains("nested more than"));
  CHECK(MistakeIn("a = " + Repeated("[", 64) + Repeated("]", 64)) == "none");
}

TEST_CASE("time depends only on the size of the text") {
  using Clock = std::chrono::steady_clock;
  // Inputs for which other readers search a list, or read a part again and again.
  const auto text_of = [](std::string_view kind, std::size_t count) {
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      const std::string number = std::to_string(i);
      if (kind == "keys") text += "a" + number + "=1\n";
      if (kind == "dotted") text += "a" + number + ".b=1\n";
      if (kind == "headers") text += "[a" + number + ".b]\n";
      if (kind == "arrays") text += "[[a" + number + "]]\n";
      if (kind == "elements") text += "[[a]]\n[a.b]\n";
      if (kind == "siblings") text += "[a.b" + number + "]\n";
      if (kind == "siblings") text += "[a.b" + number + ".c]\n";
    }
    return text;
  };
  for (const char* kind : {"keys", "dotted", "headers", "arrays", "elements", "siblings"}) {
    INFO(kind);
    const std::string text = text_of(kind, 60'000);
    const auto begin = Clock::now();
    CHECK(MistakeIn(text) == "none");
    // A hundredth of this; quadratic readers take minutes.
    CHECK(Clock::now() - begin < std::chrono::seconds(10));
  }
}

}  // namespace
}  // namespace ipec::support
