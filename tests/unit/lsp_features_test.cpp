// Requests about a whole policy: formatting, symbols, tokens, navigation.

#include <algorithm>
#include <catch2/catch.hpp>

#include "compiler/support/line_diff.h"
#include "lsp/features/evaluate.h"
#include "lsp/features/formatting.h"
#include "lsp/features/highlight.h"
#include "lsp/features/links.h"
#include "lsp/features/navigation.h"
#include "lsp/features/rename.h"
#include "lsp/features/selection.h"
#include "lsp/features/symbols.h"
#include "lsp/features/table_text.h"
#include "lsp/features/tokens.h"
#include "tests/unit/lsp_policies.h"

namespace ipec::lsp::tests {
namespace {

using Catch::Matchers::Contains;
using Catch::Matchers::StartsWith;

template <typename Value>
std::string ErrorOf(llvm::Expected<Value> made) {
  return made ? "none" : llvm::toString(made.takeError());
}

TEST_CASE("formatting makes the smallest edits") {
  const Opened opened =
      Open("policy_name=a   policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE  action=ALLOW\n");
  const TextEdits edits = FormatDocument(*opened);
  CHECK(Edited(opened, edits) ==
        "policy_name=a policy_version=1.0.0\n\nDEFAULT action=DENY\n\nop=EXECUTE action=ALLOW\n");
  for (const auto& edit : edits) CHECK(edit.where.size() + edit.text.size() <= 2);
  CHECK(FormatDocument(*Open(Edited(opened, edits))).empty());
}

TEST_CASE("formatting a range leaves the other lines unchanged") {
  const std::string text = "policy_name=a  policy_version=1.0.0\n\nDEFAULT  action=DENY\n\n";
  const Opened opened = Open(text);
  const auto begin = static_cast<std::uint32_t>(text.find("DEFAULT"));
  const TextEdits edits = FormatRange(*opened, {begin, begin + 22});
  CHECK_THAT(Edited(opened, edits),
             Contains("policy_name=a  policy") && Contains("DEFAULT action"));
}

TEST_CASE("a typed line end formats the line above and moves nothing below") {
  const Opened opened = Open(kHeader + "\nDEFAULT   action=DENY\n|\nop=EXECUTE  action=ALLOW\n");
  CHECK(Edited(opened, FormatOnType(*opened, opened.cursor)) ==
        kHeader + "\nDEFAULT action=DENY\n\nop=EXECUTE  action=ALLOW\n");
  CHECK(FormatOnType(*opened, 0).empty());
}

TEST_CASE("formatting a part keeps its line ends") {
  for (const char* target : {"linux-6.12", "rfc-v7"}) {
    INFO(target);
    const std::string text =
        "policy_name=a  policy_version=1.0.0\r\nDEFAULT action=DENY\r\n\r\n"
        "op=EXECUTE  action=DENY  \r\n|\r\n";
    const Opened opened = Open(text, target);
    CHECK(Edited(opened, FormatRange(*opened, {0, 5})) ==
          "policy_name=a policy_version=1.0.0\r\nDEFAULT action=DENY\r\n\r\n"
          "op=EXECUTE  action=DENY  \r\n\r\n");
    CHECK(Edited(opened, FormatOnType(*opened, opened.cursor)) ==
          "policy_name=a  policy_version=1.0.0\r\nDEFAULT action=DENY\r\n\r\n"
          "op=EXECUTE action=DENY\r\n\r\n");
    // An inserted blank line, and a last line without an end.
    const Opened last = Open("policy_name=a policy_version=1.0.0\r\nDEFAULT  action=DENY", target);
    CHECK(Edited(last, FormatRange(*last, {0, last.cursor})) ==
          "policy_name=a policy_version=1.0.0\r\n\r\nDEFAULT action=DENY\r\n");
    CHECK(FormatRange(*Open(Edited(last, FormatRange(*last, {0, last.cursor})), target), {0, 80})
              .empty());
  }
  // Different line ends stay different; the whole is formatted with one.
  const Opened mixed = Open(
      "policy_name=a policy_version=1.0.0\n\nDEFAULT  action=DENY\r\nDEFAULT op=EXECUTE  "
      "action=DENY\n");
  CHECK(Edited(mixed, FormatRange(*mixed, {0, mixed.cursor})) ==
        "policy_name=a policy_version=1.0.0\n\nDEFAULT action=DENY\r\nDEFAULT op=EXECUTE "
        "action=DENY\n");
  CHECK(Edited(mixed, FormatDocument(*mixed)).find('\r') == std::string::npos);
}

TEST_CASE("formatting is proved for every target of the file") {
  // rfc-v7 drops the action that the comment touches and rejects the policy; spaced, it would not.
  const std::string text = "policy_name=a policy_version=1.0.0\nDEFAULT action=DENY#x\n";
  CHECK_FALSE(FormatDocument(*Open(text)).empty());
  const SnapshotPtr both =
      MakeSnapshot("file:///a.pol", "/a.pol", 1, text, ConfiguredFor({"linux-6.12", "rfc-v7"}, {}));
  CHECK(FormatDocument(*both).empty());
}

TEST_CASE("the difference of two texts turns one into the other") {
  const std::vector<std::string> texts = {
      "",       "a",  "a\n",    "a\r\nb\r\n",   "a\nb\n",    "\xC3\xA9 x\n",  "\xC3\xA8 x\ny\n",
      "b\na\n", "\r", "\n\r\n", "a\nb\nc\nd\n", "a\nc\nd\n", "a  b\nc\nd\n\n"};
  for (const std::string& before : texts) {
    for (const std::string& after : texts) {
      std::string made;
      std::size_t at = 0;
      for (const support::TextChange& change : support::ChangesOf(before, after)) {
        REQUIRE(change.where.begin >= at);
        made += before.substr(at, change.where.begin - at);
        made += change.text;
        at = change.where.end;
        for (const std::size_t edge : {change.where.begin, change.where.end}) {
          const bool split =
              edge > 0 && edge < before.size() && before[edge - 1] == '\r' && before[edge] == '\n';
          CHECK_FALSE(split);
          if (edge < before.size()) CHECK((before[edge] & 0xC0) != 0x80);
        }
      }
      CHECK(made + before.substr(at) == after);
    }
  }
}

TEST_CASE("symbols are policy, operations, defaults and rules") {
  const Opened opened = Open(kHeader +
                             "DEFAULT action=DENY\nop=KMODULE action=ALLOW\n"
                             "op=EXECUTE boot_verified=TRUE action=ALLOW\n"
                             "DEFAULT op=EXECUTE action=DENY\nop=KMODULE action=DENY\n");
  const std::vector<Symbol> symbols = SymbolsOf(*opened);
  REQUIRE(symbols.size() == 1);
  CHECK(symbols[0].name == "device");
  CHECK(symbols[0].detail == "1.2.3");
  REQUIRE(symbols[0].children.size() == 3);
  CHECK(symbols[0].children[0].name == "DEFAULT");
  CHECK(symbols[0].children[0].detail == "DENY");
  const Symbol& modules = symbols[0].children[1];
  CHECK(modules.name == "KMODULE");
  CHECK(modules.detail == "2 rules");
  CHECK(modules.children.size() == 2);
  CHECK(modules.children[0].name == "any");
  const Symbol& execute = symbols[0].children[2];
  CHECK(execute.children.size() == 2);
  CHECK(execute.children[0].name == "boot_verified=TRUE");
  CHECK(execute.children[1].name == "DEFAULT");
  CHECK(SymbolsOf(*Open("# nothing\n")).empty());

  CHECK(FindSymbols(*opened, "", 100).size() == 3);
  const auto found = FindSymbols(*opened, "btv", 100);
  REQUIRE(found.size() == 1);
  CHECK(found[0].container == "device EXECUTE");
  CHECK(FindSymbols(*opened, "any", 1).size() == 1);
}

TEST_CASE("a selection grows from a part of a word to the whole text") {
  const Opened opened =
      Open(kHeader +
           "\nop=EXECUTE fsverity_digest=sha256:a|b action=ALLOW # why\nop=KMODULE "
           "action=DENY\n");
  CHECK(Texts(opened, SelectionsAt(*opened, opened.cursor)) ==
        List{"ab", "sha256:ab", "fsverity_digest=sha256:ab",
             "op=EXECUTE fsverity_digest=sha256:ab action=ALLOW",
             "op=EXECUTE fsverity_digest=sha256:ab action=ALLOW # why",
             "op=EXECUTE fsverity_digest=sha256:ab action=ALLOW # why\n",
             "op=EXECUTE fsverity_digest=sha256:ab action=ALLOW # why\nop=KMODULE action=DENY\n",
             opened->source.text().str()});
}

TEST_CASE("highlights are the same word in the same role, or the same digest") {
  const std::string text = kHeader +
                           "DEFAULT op=EXECUTE action=DENY\nop=EXECUTE boot_verified=TRUE "
                           "action=ALLOW # EXECUTE\n";
  Opened opened = Open(text);
  const auto at = [&](const std::string& word) {
    return static_cast<std::uint32_t>(text.find(word));
  };
  CHECK(Texts(opened, HighlightsAt(*opened, at("EXECUTE"))) == List{"EXECUTE", "EXECUTE"});
  CHECK(Texts(opened, HighlightsAt(*opened, at("TRUE"))) == List{"TRUE"});
  CHECK(HighlightsAt(*opened, at("# EXECUTE")).empty());
  opened = Open(kHeader +
                "DEFAULT action=DENY\nop=EXECUTE fsverity_digest=sha256:A|A action=DENY\n"
                "op=KMODULE fsverity_digest=sha256:aa action=DENY\n"
                "op=KMODULE fsverity_digest=sha512:aa action=DENY\n");
  CHECK(Texts(opened, HighlightsAt(*opened, opened.cursor)) == List{"sha256:AA", "sha256:aa"});
}

TEST_CASE("tokens name what the target knows") {
  const Opened opened = Open(kHeader +
                             "op=EXECUTE fsverity_digest=sha256:ab boot_verified=TRUE "
                             "odd=x action=DENY # ipec: allow(weak-digest) x\n");
  List seen;
  for (const SemanticToken& token : TokensOf(*opened)) {
    seen.push_back(opened.Text(token.span) + " " +
                   std::string(kTokenTypes[static_cast<std::size_t>(token.type)]));
  }
  CHECK(seen == List{"policy_name keyword",
                     "= operator",
                     "device namespace",
                     "policy_version keyword",
                     "= operator",
                     "1.2.3 number",
                     "op keyword",
                     "= operator",
                     "EXECUTE class",
                     "fsverity_digest property",
                     "= operator",
                     "sha256 type",
                     ": operator",
                     "ab number",
                     "boot_verified property",
                     "= operator",
                     "TRUE enumMember",
                     "= operator",
                     "action keyword",
                     "= operator",
                     "DENY enumMember",
                     "# ipec: allow( comment",
                     "weak-digest decorator",
                     ") x comment"});
  const auto second = static_cast<std::uint32_t>(kHeader.size());
  CHECK(TokensIn(*opened, {second, second + 1}).size() == seen.size() - 6);
  CHECK(TokensIn(*opened, {0, 0}).size() == 6);
}

TEST_CASE("the difference of tokens turns one into the other") {
  const auto check = [](std::vector<std::uint32_t> before, std::vector<std::uint32_t> after) {
    const auto edit = DifferenceOf(before, after);
    REQUIRE(edit.has_value() == (before != after));
    if (!edit) return;
    CHECK(edit->start % 5 == 0);
    CHECK(edit->removed % 5 == 0);
    const auto at = before.begin() + edit->start;
    const auto rest = before.erase(at, at + edit->removed);
    before.insert(rest, edit->inserted.begin(), edit->inserted.end());
    CHECK(before == after);
  };
  const auto tokens = [](const std::vector<std::uint32_t>& lines) {
    std::vector<std::uint32_t> numbers;
    for (const std::uint32_t line : lines) numbers.insert(numbers.end(), {line, 0, 3, 1, 0});
    return numbers;
  };
  const std::vector<std::vector<std::uint32_t>> all = {{},        {1},       {1, 1},    {1, 2},
                                                       {2, 1, 1}, {1, 1, 1}, {1, 2, 1}, {0}};
  for (const auto& before : all) {
    for (const auto& after : all) check(tokens(before), tokens(after));
  }
}

TEST_CASE("navigation between a DEFAULT and its rules") {
  const Opened opened = Open(kRules);
  const auto at = [&](const std::string& word) {
    return static_cast<std::uint32_t>(kRules.find(word));
  };
  CHECK(Texts(opened, DefinitionAt(*opened, at("op=EXECUTE")).targets) ==
        List{"DEFAULT action=DENY"});
  CHECK(Texts(opened, DefinitionAt(*opened, at("op=KMODULE action=DENY")).targets) ==
        List{"DEFAULT op=KMODULE action=ALLOW"});
  CHECK(Texts(opened, DefinitionAt(*opened, at("DEFAULT action")).targets) ==
        List{"op=EXECUTE boot_verified=TRUE action=ALLOW"});
  CHECK(ReferencesAt(*opened, at("DEFAULT action"), false).size() == 3);
  CHECK(ReferencesAt(*opened, at("DEFAULT action"), true).size() == 4);
  CHECK(Texts(opened, ReferencesAt(*opened, at("DEFAULT op"), false)) ==
        List{"op=KMODULE action=DENY"});
  CHECK(ReferencesAt(*opened, at("EXECUTE"), true).size() == 4);
  CHECK(ReferencesAt(*opened, at("TRUE"), true).empty());
}

TEST_CASE("navigation between a suppression and its statements") {
  const Opened opened = Open(kRules);
  const auto at = [&](const std::string& word) {
    return static_cast<std::uint32_t>(kRules.find(word));
  };
  const Definition from = DefinitionAt(*opened, at("catch-all"));
  CHECK(opened.Text(from.origin) == "catch-all-hides-default");
  CHECK(Texts(opened, from.targets) == List{"op=KMODULE action=DENY"});
  CHECK(Texts(opened, DefinitionAt(*opened, at("action=DENY # ipec")).targets) ==
        List{"# ipec: allow(catch-all-hides-default) meant"});
  CHECK(ReferencesAt(*opened, at("catch-all"), true).size() == 2);
}

TEST_CASE("navigation between the uses of a digest") {
  const Opened opened = Open(kHeader +
                             "DEFAULT action=DENY\nop=EXECUTE fsverity_digest=sha256:AA "
                             "action=DENY\nop=KMODULE dmverity_roothash=sha256:a|a "
                             "action=DENY\n");
  CHECK(Texts(opened, DefinitionAt(*opened, opened.cursor).targets) == List{"sha256:AA"});
  CHECK(Texts(opened, ReferencesAt(*opened, opened.cursor, false)) ==
        List{"sha256:AA", "sha256:aa"});
}

TEST_CASE("the policy is renamed if that is safe") {
  const Opened opened = Open(
      "policy_name=dev|ice policy_version=1.2.3 # device, devices, a-device\n"
      "DEFAULT action=DENY # the device.\n");
  const Renamable found = llvm::cantFail(RenamableAt(*opened, opened.cursor));
  CHECK(opened.Text(found.span) == "device");
  const Renamed renamed = llvm::cantFail(RenameAt(*opened, opened.cursor, "other"));
  CHECK(Edited(opened, renamed.edits).find("policy_name=other policy_version") == 0);
  CHECK(Edited(opened, renamed.in_comments) ==
        "policy_name=device policy_version=1.2.3 # other, devices, a-device\n"
        "DEFAULT action=DENY # the other.\n");
  CHECK(ErrorOf(RenamableAt(*opened, 40)) == "only the policy name, in the header, can be renamed");
  using namespace std::string_literals;
  for (const std::string& bad : {""s, "a b"s, "a#b"s, "a/b"s, "."s, ".."s, "a\nb"s, "a\rb"s,
                                 "a\0b"s, "\0"s, " a"s, "#"s, std::string(256, 'a')}) {
    INFO(bad);
    CHECK_FALSE(ErrorOf(RenameAt(*opened, opened.cursor, bad)) == "none");
  }
  for (const char* good : {"a", "\"a\"", "a=b", "\xC3\xA9", "..."}) {
    CHECK(ErrorOf(RenameAt(*opened, opened.cursor, good)) == "none");
  }
}

TEST_CASE("a policy name in quotes is renamed within them") {
  const std::string text = "policy_name=\"My |Policy\" policy_version=1.0.0\nDEFAULT action=DENY\n";
  const Opened opened = Open(text, "rfc-v7");
  CHECK(Edited(opened, llvm::cantFail(RenameAt(*opened, opened.cursor, "a b # c")).edits) ==
        "policy_name=\"a b # c\" policy_version=1.0.0\nDEFAULT action=DENY\n");
  CHECK_FALSE(ErrorOf(RenameAt(*opened, opened.cursor, "a\"b")) == "none");
  const Opened plain = Open("DEFAULT action=DENY\nx=|1\n");
  CHECK(ErrorOf(RenamableAt(*plain, plain.cursor)) ==
        "this policy has no header that its target can read");
}

TEST_CASE("addresses and files in comments are links") {
  const Opened opened =
      Open(kHeader +
           "# see https://example.org/a_(b)?c=d#e, (http://x.org/) and ./base.pol.\n"
           "DEFAULT action=DENY # other.policy or and/or http:// /\n");
  List links;
  for (const Link& link : LinksOf(*opened)) {
    CHECK(opened.Text(link.span) == link.target);
    links.push_back((link.is_path ? "path " : "") + link.target);
  }
  CHECK(links == List{"https://example.org/a_(b)?c=d#e", "http://x.org/", "path ./base.pol",
                      "path other.policy"});
}

TEST_CASE("an event is decided and recorded") {
  const Opened opened = Open(kRules);
  const Evaluated denied = llvm::cantFail(
      EvaluateEvent(*opened, R"({"op":"EXECUTE","hook":"MMAP","pid":7,"comm":"x"})", {}));
  CHECK(denied.decision == runtime::Action::Deny);
  CHECK_FALSE(denied.granted);
  CHECK(denied.match == "global-default");
  CHECK(denied.line == 2);
  CHECK(opened.Text(*denied.statement) == "DEFAULT action=DENY");
  CHECK(denied.audit ==
        "ipe_op=EXECUTE ipe_hook=MMAP enforcing=1 pid=7 comm=\"x\" path=? dev=? "
        "ino=? rule=\"DEFAULT action=DENY\"");
  const std::string allow = R"({"op":"EXECUTE","hook":"MMAP","file":{},"boot_verified":true})";
  const Evaluated allowed = llvm::cantFail(EvaluateEvent(*opened, allow, {}));
  CHECK(allowed.decision == runtime::Action::Allow);
  CHECK(allowed.rule == "op=EXECUTE boot_verified=TRUE action=ALLOW");
  CHECK_FALSE(allowed.audit.has_value());
  CHECK(llvm::cantFail(EvaluateEvent(*opened, allow, {.success_audit = true})).audit);
  const Evaluated permitted = llvm::cantFail(
      EvaluateEvent(*opened, R"({"op":"EXECUTE","hook":"MMAP"})", {.permissive = true}));
  CHECK(permitted.granted);
  CHECK_THAT(ErrorOf(EvaluateEvent(*opened, R"({"op":"EXECUTE","hook":"MAPP"})", {})),
             StartsWith("column 24: linux-6.12 has no hook `MAPP`"));
  CHECK_THAT(ErrorOf(EvaluateEvent(*Open("x"), allow, {})), Contains("EBADMSG"));
}

TEST_CASE("the decision table is shown, or the reason why there is none") {
  CHECK_THAT(llvm::cantFail(TableOf(*Open(kRules))), Contains("initramfs"));
  CHECK_THAT(ErrorOf(TableOf(*Open("x"))), Contains("EBADMSG"));
}

}  // namespace
}  // namespace ipec::lsp::tests
