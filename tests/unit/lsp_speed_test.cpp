// The time of answers, for the largest policy that a kernel accepts and for one of 100,000 rules.
// On demand (`[.slow]`): prints milliseconds; fails only if an answer is not linear in the policy.

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdio>

#include "lsp/features/actions.h"
#include "lsp/features/completion.h"
#include "lsp/features/folding.h"
#include "lsp/features/formatting.h"
#include "lsp/features/highlight.h"
#include "lsp/features/hints.h"
#include "lsp/features/hover.h"
#include "lsp/features/lenses.h"
#include "lsp/features/links.h"
#include "lsp/features/navigation.h"
#include "lsp/features/rename.h"
#include "lsp/features/selection.h"
#include "lsp/features/symbols.h"
#include "lsp/features/tokens.h"
#include "tests/unit/lsp_policies.h"

namespace ipec::lsp::tests {
namespace {

std::string PolicyOf(std::size_t rules) {
  std::string text = "policy_name=device policy_version=1.2.3\nDEFAULT action=DENY\n";
  for (std::size_t i = 0; i < rules; ++i) {
    std::string digest = Digest('a');
    for (std::size_t j = 0, rest = i * 2654435761U; j < 12; ++j, rest /= 16) {
      digest[j] = "0123456789abcdef"[rest % 16];
    }
    text +=
        i % 3 == 0 ? "op=KMODULE dmverity_roothash=sha256:" : "op=EXECUTE fsverity_digest=sha256:";
    text += digest + (i % 5 == 0 ? " boot_verified=FALSE action=ALLOW # why\n" : " action=ALLOW\n");
  }
  return text + "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n";
}

using Ask = void (*)(const Snapshot& snapshot, std::uint32_t offset);

struct Question {
  const char* name;
  Ask ask;
};

const Question kQuestions[] = {
    {"analysis", [](const Snapshot& s, std::uint32_t) { (void)s.shares(); }},
    {"lint", [](const Snapshot& s, std::uint32_t) { (void)s.lint(); }},
    {"completion", [](const Snapshot& s, std::uint32_t at) { CompleteAt(s, at); }},
    {"hover", [](const Snapshot& s, std::uint32_t at) { HoverAt(s, at); }},
    {"tokens", [](const Snapshot& s, std::uint32_t) { TokensOf(s); }},
    {"tokens of a range",
     [](const Snapshot& s, std::uint32_t at) {
       TokensIn(s, {at, at + 4000});
     }},
    {"selection", [](const Snapshot& s, std::uint32_t at) { SelectionsAt(s, at); }},
    {"highlight", [](const Snapshot& s, std::uint32_t at) { HighlightsAt(s, at); }},
    {"definition", [](const Snapshot& s, std::uint32_t at) { DefinitionAt(s, at); }},
    {"references", [](const Snapshot& s, std::uint32_t at) { ReferencesAt(s, at, true); }},
    {"rename", [](const Snapshot& s,
                  std::uint32_t) { llvm::consumeError(RenameAt(s, 13, "other").takeError()); }},
    {"symbols", [](const Snapshot& s, std::uint32_t) { SymbolsOf(s); }},
    {"folding", [](const Snapshot& s, std::uint32_t) { FoldsOf(s); }},
    {"links", [](const Snapshot& s, std::uint32_t) { LinksOf(s); }},
    {"hints",
     [](const Snapshot& s, std::uint32_t at) {
       HintsIn(s, {at, at + 4000}, {true, true});
     }},
    {"all hints",
     [](const Snapshot& s, std::uint32_t) {
       HintsIn(s, {0, UINT32_MAX}, {true, true});
     }},
    {"all actions",
     [](const Snapshot& s, std::uint32_t) {
       ActionsIn(s, {0, UINT32_MAX});
     }},
    {"lenses", [](const Snapshot& s, std::uint32_t) { LensesOf(s); }},
    {"actions",
     [](const Snapshot& s, std::uint32_t at) {
       ActionsIn(s, {at, at});
     }},
    {"format", [](const Snapshot& s, std::uint32_t) { FormatDocument(s); }},
    {"format on type", [](const Snapshot& s, std::uint32_t at) { FormatOnType(s, at); }},
};

std::vector<double> Measure(std::size_t rules) {
  const std::string text = PolicyOf(rules);
  const Opened opened = OpenExactly(text);
  REQUIRE(opened->accepted());
  const auto at = static_cast<std::uint32_t>(text.find('=', text.size() / 2) + 1);
  std::vector<double> times;
  for (const Question& question : kQuestions) {
    const auto begin = std::chrono::steady_clock::now();
    question.ask(*opened, at);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
    times.push_back(took.count());
  }
  return times;
}

TEST_CASE("answers take time linear in the policy", "[.slow]") {
  const std::vector<double> largest = Measure(600);
  const std::vector<double> medium = Measure(10'000);
  const std::vector<double> huge = Measure(100'000);
  std::printf("%-20s %10s %10s %10s  ms\n", "rules", "600", "10,000", "100,000");
  for (std::size_t i = 0; i < largest.size(); ++i) {
    std::printf("%-20s %10.3f %10.3f %10.3f\n", kQuestions[i].name, largest[i], medium[i], huge[i]);
    INFO(kQuestions[i].name);
    CHECK(huge[i] < 40 * medium[i] + 5);
  }
}

}  // namespace
}  // namespace ipec::lsp::tests
