// The checker against a second, plain implementation of the kernels, on every short policy of
// significant words, on every short sequence of significant bytes, and on mutilated policies.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/edits.h"
#include "compiler/syntax/parse.h"
#include "tests/unit/check_probe.h"
#include "tests/unit/kernel_oracle.h"
#include "tests/unit/sampling.h"

namespace ipec::tests {
namespace {

using Strings = std::vector<std::string>;

const targets::Target& Mainline() {
  return *targets::FindTarget("linux-6.12");
}
const targets::Target& Rfc() {
  return *targets::FindTarget("rfc-v7");
}

std::string Text(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

// The verdicts of both dialects equal the oracle's, and the findings are in order.
void CheckOneText(const std::string& text) {
  for (const targets::Target* target : {&Mainline(), &Rfc()}) {
    const Probe probe = CheckText(text, *target);
    const int want = target == &Mainline() ? MainlineVerdict(text) : QuotedVerdict(text);
    if (probe.error != want) {
      INFO(target->name << " on:\n" << text);
      CHECK(probe.error == want);
    }
    const std::optional<std::string> problem = FindProblem(text, *target, {}, probe);
    if (problem) FAIL(target->name << " on:\n" << text << *problem);
  }
}

// Calls `use` with every sequence of `length` of `words`, joined by `separator` (see sampling.h).
template <typename Use>
void ForAll(const Strings& words, std::size_t length, const std::string& separator,
            const Use& use) {
  Sampling sampling;
  std::vector<std::size_t> chosen(length, 0);
  for (;;) {
    std::string text;
    for (const std::size_t i : chosen) {
      if (!text.empty()) text += separator;
      text += words[i];
    }
    if (sampling.Next()) use(text);
    std::size_t at = 0;
    while (at < length && ++chosen[at] == words.size()) chosen[at++] = 0;
    if (at == length) return;
  }
}

const std::string kHeader = "policy_name=n policy_version=1.2.3\n";
const std::string kDefault = "DEFAULT action=DENY\n";

const Strings kStatementWords = {"DEFAULT",
                                 "op=EXECUTE",
                                 "op=POLICY",
                                 "op=KERNEL_READ",
                                 "op=",
                                 "action=ALLOW",
                                 "action=deny",
                                 "boot_verified=TRUE",
                                 "fsverity_digest=a:0",
                                 "=",
                                 "dmverity_roothash=sha256:ab",
                                 "boot_verified",
                                 "EXECUTE",
                                 "op",
                                 "dmverity_roothash=\"ab\"",
                                 "policy_name=x"};

const Strings kHeaderWords = {"policy_name=n",
                              "policy_name=",
                              "policy_version=1.2.3",
                              "policy_version=1.2",
                              "policy_version=1.2.x",
                              "policy_version=65536.0.0",
                              "policy_version=",
                              "policy_name",
                              "policy_version=\"1.2.3\"",
                              "policy_name=\"n m\"",
                              "DEFAULT",
                              "op=EXECUTE",
                              "action=DENY",
                              "@X@",
                              "x=y",
                              "policy_name=a/b",
                              "polici_name=n"};

TEST_CASE("every short statement gets the kernel's verdict") {
  for (std::size_t length = 1; length <= 3; ++length) {
    ForAll(kStatementWords, length, " ", [](const std::string& statement) {
      CheckOneText(Text({kHeader, kDefault, statement, "\n"}));
      CheckOneText(kHeader + statement);
    });
  }
}

TEST_CASE("every longer statement gets the kernel's verdict", "[.slow]") {
  ForAll(kStatementWords, 4, " ", [](const std::string& statement) {
    CheckOneText(Text({kHeader, kDefault, statement, "\n"}));
  });
}

TEST_CASE("quotes around words and comments that touch them get the kernel's verdict") {
  const Strings words = {"'op=EXECUTE'",
                         "op=EXECUTE",
                         "op=KERNEL_READ",
                         "DEFAULT",
                         "action=ALLOW",
                         "\"action=ALLOW\"",
                         "boot_verified=TRUE",
                         "'boot_verified=yes'",
                         "fsverity_digest='aa'",
                         "op=KMODULE,fsverity_digest='aa'",
                         "'op=KMODULE boot_verified=TRUE action=ALLOW'",
                         "a-b",
                         "{{ x }}"};
  for (std::size_t length = 1; length <= 3; ++length) {
    ForAll(words, length, " ", [](const std::string& statement) {
      CheckOneText(Text({kHeader, kDefault, statement, "\n"}));
      CheckOneText(Text({kHeader, kDefault, statement, "#c\n"}));
      CheckOneText(Text({kHeader, kDefault, statement, "# action=ALLOW\n"}));
    });
  }
}

TEST_CASE("every statement on the header's line gets the kernel's verdict") {
  const Strings lines = {
      "policy_name=n policy_version=1.2.3 DEFAULT action=DENY",
      "policy_name=n policy_version=1.2 op=EXECUTE boot_verified=yes action=DENY",
      "policy_name=n policy_version=1.2.3\rDEFAULT action=DENY",
      "policy_name=a/b DEFAULT op=EXECUT action=DENY#c",
      "polici_name=a/b policy_version=1.2.3 DEFAULT action=DENY # c",
      "DEFAULT action=ALLOW",
      "@RULES@",
      "op=EXECUTE action=ALLOW"};
  for (std::size_t length = 1; length <= 4; ++length) ForAll(lines, length, "\n", CheckOneText);
}

TEST_CASE("every short header gets the kernel's verdict") {
  for (std::size_t length = 1; length <= 3; ++length) {
    ForAll(kHeaderWords, length, " ", [](const std::string& header) {
      CheckOneText(Text({header, "\n", kDefault}));
    });
  }
}

TEST_CASE("every order of statements gets the kernel's verdict") {
  const Strings lines = {"policy_name=n policy_version=1.2.3",
                         "policy_name=n",
                         "DEFAULT action=ALLOW",
                         "DEFAULT op=EXECUTE action=ALLOW",
                         "DEFAULT op=KERNEL_READ action=DENY",
                         "op=EXECUTE action=bad",
                         "op=NONE action=DENY",
                         "DEFAULT op=EXECUTE action=bad",
                         "policy_version=1.2.3 policy_name=n",
                         "op=EXECUTE \"",
                         "op=EXECUTE action=ALLOW#",
                         "# comment"};
  for (std::size_t length = 1; length <= 4; ++length) ForAll(lines, length, "\n", CheckOneText);
}

TEST_CASE("every sequence of significant bytes gets the kernel's verdict") {
  const Strings bytes = {"#",  " ", "\n", "\r",  "\v", "\xA0", std::string(1, '\0'),
                         "\"", "=", "x",  "\x01"};
  for (std::size_t length = 1; length <= 3; ++length) {
    ForAll(bytes, length, "", [](const std::string& run) {
      CheckOneText(Text({kHeader, kDefault, "op=EXECUTE", run, "action=ALLOW"}));
      CheckOneText(Text({kHeader, kDefault, "op=EXECUTE action=ALLOW", run}));
      CheckOneText(Text({run, kHeader, kDefault}));
      CheckOneText(Text({"policy_name=", run, " policy_version=1.2.3\n", kDefault}));
    });
  }
}

TEST_CASE("every version gets the kernel's verdict") {
  const Strings parts = {"0",
                         "1",
                         "+1",
                         "-1",
                         "",
                         "65535",
                         "65536",
                         "0065535",
                         "65536x",
                         "1x",
                         "0x1",
                         "18446744073709551615",
                         "18446744073709551616x",
                         " 1",
                         "++1",
                         "+"};
  for (std::size_t length = 1; length <= 4; ++length) {
    if (length == 4) continue;
    ForAll(parts, length, ".", [](const std::string& version) {
      CheckOneText(Text({"policy_name=n policy_version=", version, "\n", kDefault}));
    });
  }
  for (const std::string& part : parts) {
    CheckOneText(Text({"policy_name=n policy_version=1.2.3.", part, "\n", kDefault}));
  }
}

TEST_CASE("mutilated policies get the kernel's verdict") {
  const std::string seed =
      kHeader + kDefault +
      "DEFAULT op=POLICY action=ALLOW # c\n"
      "op=EXECUTE boot_verified=TRUE action=ALLOW\r\n"
      "op=KMODULE dmverity_roothash=sha256:0123 fsverity_signature=FALSE action=DENY\n"
      "op='FIRMWARE' fsverity_digest=\"abcd\" action=\"DENY\"\n";
  const Strings pieces = {"=",
                          "\"",
                          "'",
                          " ",
                          "#",
                          "\n",
                          "\r",
                          "\xA0",
                          "\xC2\xA0",
                          "\v",
                          "\xEF\xBB\xBF",
                          ",",
                          "op=",
                          "action=",
                          "DEFAULT ",
                          "KERNEL_READ",
                          "$X",
                          "<a b>",
                          "sha256:",
                          "@X@",
                          "{{ x }}",
                          "...",
                          "0x",
                          "g",
                          "."};
  std::mt19937 random(20211013);
  const auto below = [&](std::size_t limit) { return random() % limit; };
  // IPEC_MUTILATED=ROUNDS looks at more policies than a quick run does.
  const char* rounds = std::getenv("IPEC_MUTILATED");
  const int count = rounds == nullptr ? SampledRounds(5000) : std::atoi(rounds);
  for (int round = 0; round < count; ++round) {
    std::string text = seed;
    for (std::size_t changes = 1 + below(3); changes > 0; --changes) {
      const std::size_t at = below(text.size());
      switch (below(4)) {
        case 0:
          text.erase(at, 1 + below(8));
          break;
        case 1:
          text.insert(at, pieces[below(pieces.size())]);
          break;
        case 2:
          text[at] = static_cast<char>(below(256));
          break;
        default:
          text.insert(below(text.size()), text.substr(at, 1 + below(20)));
          break;
      }
      if (text.empty()) text = "x";
    }
    CheckOneText(text);
  }
}

TEST_CASE("names have the limits of securityfs") {
  for (const std::string& name :
       {std::string("."), std::string(".."), std::string("..."), std::string("a/b"),
        std::string(255, 'n'), std::string(256, 'n'), std::string(256, '/')}) {
    CheckOneText(Text({"policy_name=", name, " policy_version=1.2.3\n", kDefault}));
  }
  CHECK(CheckText(kHeader + kDefault, Mainline(), {"n"}).error == 17);
  CHECK(CheckText(kHeader + kDefault, Mainline(), {"m"}).error == 0);
  CHECK(CheckText(kHeader + kDefault, Rfc(), {"n"}).error == 0);
}

// The findings of a policy, in file order, and the text after the first repair of each.
struct Reported {
  std::string code;
  std::string repaired;  // empty: no repair
};
std::vector<Reported> Report(const std::string& text, const targets::Target& target) {
  std::vector<Reported> reported;
  for (const diagnostics::Diagnostic& finding : CheckText(text, target).findings) {
    reported.push_back(
        {std::string(finding.descriptor->code),
         finding.fixes.empty() ? std::string() : Apply(text, finding.fixes[0].edits)});
  }
  return reported;
}

TEST_CASE("a repair keeps the word that the kernel drops because of a comment") {
  const std::string begin = kHeader + kDefault;
  const auto order = Report(begin + "action=ALLOW op=EXECUTE fsverity_digest=aabb#c\n", Rfc());
  REQUIRE(order.size() == 2);
  CHECK(order[0].code == "IPE0113");
  CHECK(order[0].repaired == begin + "op=EXECUTE fsverity_digest=aabb action=ALLOW #c\n");
  CHECK(order[1].code == "IPE0117");
  CHECK(order[1].repaired == begin + "action=ALLOW op=EXECUTE fsverity_digest=aabb #c\n");
  const auto several =
      Report(begin + "op=KMODULE op=EXECUTE boot_verified=TRUE action=ALLOW#c\n", Rfc());
  REQUIRE(several.size() == 2);
  CHECK(several[0].code == "IPE0114");
  CHECK(several[0].repaired == begin +
                                   "op=KMODULE boot_verified=TRUE action=ALLOW\n"
                                   "op=EXECUTE boot_verified=TRUE action=ALLOW #c\n");
  CHECK(several[1].code == "IPE0117");
}

TEST_CASE("quotes around a word are removed as a pair") {
  const std::string begin = kHeader + kDefault;
  for (const char* statement : {"'op=EXECUTE' action=ALLOW", "'op=EXECUTE action=ALLOW'",
                                "\"op=EXECUTE\" 'action=ALLOW'"}) {
    const auto reported = Report(Text({begin, statement, "\n"}), Rfc());
    REQUIRE(reported.size() == 1);
    CHECK(reported[0].code == "IPE0302");
    CHECK(reported[0].repaired == begin + "op=EXECUTE action=ALLOW\n");
  }
}

TEST_CASE("findings beyond the limit are counted") {
  std::string text = kHeader + kDefault;
  for (int i = 0; i < 20000; ++i) text += "op=EXECUT action=ALLOW\n";
  const syntax::Document document = syntax::Parse(text, check::LexisOf(Mainline()));
  diagnostics::Sink sink;
  check::CheckDocument(document, Mainline(), {}, sink);
  CHECK(sink.list().size() == diagnostics::Sink::kDefaultLimit);
  CHECK(sink.more() == 20000 - diagnostics::Sink::kDefaultLimit);
}

}  // namespace
}  // namespace ipec::tests
