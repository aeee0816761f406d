// Examples of layouts; tests/fuzz/format_fuzz checks the promises for any bytes.

#include "compiler/format/format.h"

#include <catch2/catch.hpp>
#include <string>
#include <string_view>

#include "compiler/syntax/parse.h"
#include "tests/unit/nasty_texts.h"

namespace ipec::format {
namespace {

using syntax::Lexis;

Result Lay(std::string_view text, const Style& style = {}, Lexis lexis = Lexis::Plain) {
  const syntax::Document document = syntax::Parse({text.data(), text.size()}, lexis);
  Result result = Format(document, style);
  INFO(result.failure.value_or(""));
  REQUIRE_FALSE(result.failure);
  return result;
}

constexpr std::string_view kHeader = "policy_name=a policy_version=1.0.0\n\n";

std::string WithHeader(std::string_view rest) {
  return std::string(kHeader) + std::string(rest);
}

TEST_CASE("one space between words, and before the comment of a statement") {
  CHECK(Lay(" policy_name=a\t policy_version=1.0.0 #x  \nDEFAULT   action=DENY#why\t\n").text ==
        "policy_name=a policy_version=1.0.0 #x\n\nDEFAULT action=DENY #why\n");
  CHECK(Lay("\t# a comment of its own\n").text == "# a comment of its own\n");
}

TEST_CASE("digests are written in lowercase, nothing else is") {
  CHECK(Lay(WithHeader("op=EXECUTE dmverity_roothash=SHA256:AbCD action=ALLOW\n")).text ==
        WithHeader("op=EXECUTE dmverity_roothash=SHA256:abcd action=ALLOW\n"));
  CHECK(Lay(WithHeader("op=EXECUTE dmverity_roothash=SHA256:ROOT action=ALLOW\n")).text ==
        WithHeader("op=EXECUTE dmverity_roothash=SHA256:ROOT action=ALLOW\n"));
  CHECK(Lay("op=EXECUTE fsverity_digest=\"ABCD\" action=ALLOW\n", {}, Lexis::Quoted).text ==
        "op=EXECUTE fsverity_digest=\"abcd\" action=ALLOW\n");
}

TEST_CASE(
    "blank lines: after the header, between DEFAULTs and rules, one in a row, none at the ends") {
  CHECK(Lay("\n\npolicy_name=a policy_version=1.0.0\nDEFAULT action=DENY\n# why\nop=EXECUTE "
            "action=ALLOW\n \n\nop=KMODULE action=ALLOW\n\n")
            .text ==
        WithHeader("DEFAULT action=DENY\n\n# why\nop=EXECUTE action=ALLOW\n\nop=KMODULE "
                   "action=ALLOW\n"));
  CHECK(Lay("\n \n").text.empty());
  CHECK(Lay("").text.empty());
}

TEST_CASE("every line ends in one newline") {
  CHECK(Lay("# a\r\n# b\r\n# c").text == "# a\n# b\n# c\n");
  CHECK(Lay("# a \r\n# b", {}, Lexis::Quoted).text == "# a\n# b\n");
}

TEST_CASE("text that is not understood is kept and reported") {
  const auto stays = [](std::string_view text, Oddity why, std::uint32_t where,
                        Lexis lexis = Lexis::Plain) {
    INFO(text);
    const Result result = Lay(text, {}, lexis);
    CHECK(result.text == text);
    REQUIRE(result.left.size() == 1);
    CHECK(result.left[0].why == why);
    CHECK(result.left[0].where.begin == where);
  };
  using namespace std::string_view_literals;
  stays("#  x\rop=EXECUTE action=ALLOW\n"sv, Oddity::LoneReturn, 4);
  stays("#\r\r\n#\n"sv, Oddity::LoneReturn, 1);
  stays("op=EXECUTE  action=ALLOW\xA0\n"sv, Oddity::OddBlank, 24);
  stays("op=EXECUTE  action=ALLOW # \x1B[2J\n"sv, Oddity::ControlByte, 27);
  stays("op=EXECUTE\0  action=ALLOW"sv, Oddity::Hidden, 10);
  stays("op=EXECUTE  x=\"a\n"sv, Oddity::OpenQuote, 0, Lexis::Quoted);
  stays("op=EXECUTE  action=ALLOW#x\n"sv, Oddity::GluedText, 24, Lexis::Quoted);
  CHECK(Lay("something  else\n").text == "something  else\n");
}

TEST_CASE("malformed lines stay byte for byte") {
  for (const std::string_view line : {
           "policy_name='a  b' policy_version=1.0.0\n",
           "policy_name=a   policy_version=1.0.0  more\n",
           "policy_version=1.0.0   policy_name=a\n",
           "policy_name=a   # no version\n",
           "DEFAULT  op=EXECUTE  boot_verified=TRUE  action=DENY\n",
           "DEFAULT   # action\n",
           "op=EXECUTE  junk \"a   b\"\n",
           "op=EXECUTE  boot_verified=  action=ALLOW\n",
           "op=EXECUTE  action=ALLOW  boot_verified=TRUE\n",
           "op=EXECUTE  dmverity_roothash=\"AB   # action=ALLOW\n",
           "op=EXECUTE  boot_verified='TRUE   action=ALLOW\n",
       }) {
    CHECK(Lay(line).text == line);
  }
  // In the dialect with quotes, they keep a word together, and a header needs no version.
  CHECK(Lay("policy_name='a  b'   #  x\n", {}, Lexis::Quoted).text == "policy_name='a  b' #  x\n");
  CHECK(Lay("op=EXECUTE  boot_verified='TRUE   '  action=ALLOW\n", {}, Lexis::Quoted).text ==
        "op=EXECUTE boot_verified='TRUE   ' action=ALLOW\n");
  for (const std::string_view line : {"DEFAULT  action=DENY  more=1\n", "op=EXECUTE  'a  b'\n"}) {
    CHECK(Lay(line, {}, Lexis::Quoted).text == line);
  }
}

TEST_CASE("properties are sorted and columns aligned on request") {
  Style style;
  style.sort_properties = true;
  CHECK(
      Lay(WithHeader("op=EXECUTE fsverity_signature=TRUE boot_verified=TRUE action=DENY\n"), style)
          .text ==
      WithHeader("op=EXECUTE boot_verified=TRUE fsverity_signature=TRUE action=DENY\n"));
  Style align;
  align.align = true;
  CHECK(
      Lay(WithHeader("op=EXECUTE boot_verified=TRUE action=DENY # a\nop=KMODULE action=ALLOW # b\n"
                     "\nop=POLICY action=DENY\n"),
          align)
          .text == WithHeader("op=EXECUTE boot_verified=TRUE action=DENY  # a\n"
                              "op=KMODULE                    action=ALLOW # b\n"
                              "\nop=POLICY action=DENY\n"));
}

TEST_CASE(
    "columns: comments do not end a group, digests do not widen one, defaults have columns, too") {
  Style align;
  align.align = true;
  const std::string digest(64, 'a');
  CHECK(Lay(WithHeader("DEFAULT action=DENY\nDEFAULT op=EXECUTE action=DENY\n"
                       "DEFAULT op=KEXEC_IMAGE action=ALLOW # b\n\n"
                       "op=EXECUTE boot_verified=TRUE action=DENY\n# why\n"
                       "op=KMODULE action=ALLOW\n"
                       "op=FIRMWARE dmverity_roothash=sha256:" +
                       digest + " action=ALLOW\n"),
            align)
            .text == WithHeader("DEFAULT action=DENY\n"
                                "DEFAULT op=EXECUTE     action=DENY\n"
                                "DEFAULT op=KEXEC_IMAGE action=ALLOW # b\n\n"
                                "op=EXECUTE  boot_verified=TRUE action=DENY\n# why\n"
                                "op=KMODULE                     action=ALLOW\n"
                                "op=FIRMWARE dmverity_roothash=sha256:" +
                                digest + " action=ALLOW\n"));
}

TEST_CASE("grouping: DEFAULTs first, then operations in order of appearance, with comments") {
  Style style;
  style.group = true;
  CHECK(Lay("# top\npolicy_name=a policy_version=1.0.0\n# one\nop=EXECUTE action=DENY\nop=KMODULE "
            "action=DENY\n# two\nop=EXECUTE action=ALLOW\nDEFAULT action=DENY # d\n# end\n",
            style)
            .text ==
        "# top\npolicy_name=a policy_version=1.0.0\n\nDEFAULT action=DENY # d\n\n# one\n"
        "op=EXECUTE action=DENY\n# two\nop=EXECUTE action=ALLOW\n\nop=KMODULE "
        "action=DENY\n# end\n");
  const Result broken = Lay("policy_name=a policy_version=1.0.0\nwhat\n", style);
  CHECK(broken.not_grouped == "it has a line that is not a statement");
  const std::string_view torn =
      "policy_name=a policy_version=1.0.0\n\nop=KMODULE action=DENY # ipec: allow-begin(all) x\n"
      "op=EXECUTE action=DENY\n#ipec:\tallow-end\nop=KMODULE action=ALLOW\n";
  const Result stretch = Lay(torn, style);
  CHECK(stretch.not_grouped == "a range of suppression would be split");
  CHECK(stretch.text == torn);
}

TEST_CASE("only the requested lines are formatted") {
  Style style;
  style.lines = {2, 3};
  CHECK(Lay("#  a  \nop=EXECUTE  action=DENY\n#  b  \n#  c  \n", style).text ==
        "#  a  \nop=EXECUTE action=DENY\n#  b\n#  c  \n");
  // A lone `\r` ends a line in editors, though not for every kernel; so does `\r\n`, which is kept.
  style.lines = {2, 5};
  CHECK(Lay("#\n\r\r\n\rop=EXECUTE  action=DENY\n#  b  \n#  c  \n", style, Lexis::Quoted).text ==
        "#\n\r\n\rop=EXECUTE  action=DENY\n#  b  \n#  c  \n");
}

// Lay() requires that no layout is rejected.
TEST_CASE("every text can be formatted") {
  for (const bool group : {false, true}) {
    Style style;
    style.group = group;
    style.align = group;
    for (const Lexis lexis : {Lexis::Plain, Lexis::Quoted}) {
      for (const auto& text : tests::NastyTexts()) {
        const std::string once = Lay(text, style, lexis).text;
        CHECK(Lay(once, style, lexis).text == once);
      }
    }
  }
}

}  // namespace
}  // namespace ipec::format
