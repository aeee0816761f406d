// While a policy is written: completion that leads to a good policy, findings that stay, digests of
// the workspace.

#include <algorithm>
#include <catch2/catch.hpp>

#include <fmt/format.h>

#include "lsp/features/completion.h"
#include "lsp/features/navigation.h"
#include "tests/unit/lsp_policies.h"

namespace ipec::lsp::tests {
namespace {

using Catch::Matchers::Contains;

List LabelsOf(const Opened& opened) {
  List labels;
  for (const Completion& item : CompleteAt(*opened, opened.cursor).items) {
    labels.push_back(item.label);
  }
  return labels;
}

// The text that results from taking the first item everywhere, as plain text.
std::string TakeFirst(const targets::Target& target, std::size_t statements) {
  std::string text;
  while (statements > 0) {
    const Opened opened = OpenExactly(text, std::string(target.name));
    const Completions made = CompleteAt(*opened, static_cast<std::uint32_t>(text.size()));
    if (made.items.empty()) return text + "(nothing is offered)";
    text += made.items.front().insert;
    if (text.back() == '=' || text.back() == ':') continue;
    const std::string line = text.substr(text.rfind('\n') + 1);
    const bool ends = line.find("action=") != std::string::npos ||
                      line.find("policy_version=") != std::string::npos;
    text += ends ? '\n' : ' ';
    if (ends) --statements;
  }
  return text;
}

TEST_CASE("always taking the first item makes a policy without findings") {
  for (const targets::Target& target : targets::AllTargets()) {
    for (const std::size_t statements : {2, 3, 5, 8}) {
      const std::string text = TakeFirst(target, statements);
      INFO(text);
      const Opened opened = OpenExactly(text, std::string(target.name));
      CHECK(opened->accepted());
      CHECK_THAT(text, Contains("\nDEFAULT action=DENY\n"));
      const auto& findings = opened->findings();
      for (const auto& finding : findings) UNSCOPED_INFO(finding.descriptor->name);
      // A policy under which nothing runs is not finished.
      CHECK(findings.size() == (statements == 2 ? 1 : 0));
    }
  }
}

TEST_CASE("the first item is selected") {
  const Opened opened = Open(kHeader + std::string("|"));
  const std::vector<Completion> items = CompleteAt(*opened, opened.cursor).items;
  REQUIRE(items.size() > 1);
  CHECK(items[0].preselect);
  CHECK_FALSE(items[1].preselect);
}

TEST_CASE("digests in use are completed") {
  const std::string rule = "op=EXECUTE dmverity_roothash=sha256:" + Digest('a') + " action=DENY\n";
  const Opened opened = Open(kHeader + rule + "op=EXECUTE dmverity_roothash=sha256:|\n");
  CHECK(LabelsOf(opened) == List{"sha256:" + Digest('a')});
  const auto labels = [&](policy::Property property, const std::string& target) {
    const std::string value = target == "rfc-v7" ? "" : "sha256:";
    const Opened one =
        Open(kHeader + std::string("op=EXECUTE dmverity_roothash=") + value + "|", target);
    const std::vector<UsedDigest> used = {{property, "sha256", Digest('b'), "line 1 of b.pol"}};
    List found;
    for (const Completion& item : CompleteAt(*one, one.cursor, [&] { return used; }).items) {
      found.push_back(item.label + ", " + item.detail);
    }
    return found;
  };
  CHECK(labels(policy::Property::DmverityRoothash, "linux-6.12") ==
        List{"sha256:" + Digest('b') + ", line 1 of b.pol"});
  CHECK(labels(policy::Property::DmverityRoothash, "rfc-v7") ==
        List{Digest('b') + ", line 1 of b.pol"});
  CHECK(labels(policy::Property::FsverityDigest, "linux-6.12").empty());
}

std::vector<std::string> FindingsOf(const std::string& text,
                                    const std::string& target = "linux-6.12") {
  std::vector<std::string> names;
  const Opened opened = Open(text, target);
  for (const auto& finding : opened->findings()) {
    const std::size_t line = opened->lines.PositionOf(finding.where.begin).line;
    names.push_back(fmt::format("{} {}", line, finding.descriptor->name));
  }
  return names;
}

TEST_CASE("findings about well-formed rules stay while another statement is written") {
  const std::string rules =
      "op=FIRMWARE action=ALLOW\n"
      "op=EXECUTE boot_verified=TRUE fsverity_signature=TRUE action=ALLOW\n"
      "op=EXECUTE fsverity_signature=TRUE boot_verified=TRUE action=ALLOW\n";
  const auto stay = [&](const std::vector<std::string>& found) {
    return std::count(found.begin(), found.end(), "3 allow-all-op") == 1 &&
           std::count(found.begin(), found.end(), "5 duplicate-rule") == 1;
  };
  const std::string deny = "DEFAULT action=DENY\n";
  CHECK(stay(FindingsOf(kHeader + deny + rules)));
  const std::string next = "op=KMODULE dmverity_signature=TRUE action=ALLOW";
  for (std::size_t typed = 1; typed < next.size(); ++typed) {
    const auto found = FindingsOf(kHeader + deny + rules + next.substr(0, typed));
    INFO(next.substr(0, typed));
    CHECK(stay(found));
    // Nothing but errors about the statement itself.
    CHECK(std::all_of(found.begin(), found.end(), [](const std::string& one) {
      return one[0] == '3' || one[0] == '4' || one[0] == '5' || one[0] == '6';
    }));
  }
  // The DEFAULT or the header is being written.
  for (std::size_t typed = 1; typed < deny.size(); ++typed) {
    INFO(deny.substr(0, typed));
    CHECK(stay(FindingsOf(kHeader + deny.substr(0, typed) + "\n" + rules)));
  }
  CHECK(stay(FindingsOf("policy_name=device policy_version=1.2.\n" + deny + rules)));
  // A finding is not made up: the statement that is written may be what another one misses.
  for (const std::string& one :
       FindingsOf(kHeader + deny + "op=EXECUTE dmverity_signature=TRUE action=ALL\n")) {
    CHECK_THAT(one, Catch::Matchers::StartsWith("3 "));
  }
  CHECK(FindingsOf("nonsense\n").size() == FindingsOf("nonsense\n# x\n").size());
}

TEST_CASE("a digest is found in other policies") {
  const std::string rule = "op=EXECUTE dmverity_roothash=sha256:" + Digest('a') + " action=DENY\n";
  const Opened opened =
      Open(kHeader + "op=EXECUTE dmverity_roothash=sha256:|" + Digest('a') + " action=DENY\n");
  REQUIRE(IsDigestAt(*opened, opened.cursor));
  const Opened same =
      OpenExactly(kHeader + rule + "op=KMODULE dmverity_roothash=sha256:" + std::string(64, 'A') +
                  " action=ALLOW\n");
  CHECK(ReferencesIn(*same, *opened, opened.cursor).size() == 2);
  const Opened bare = OpenExactly(
      kHeader + "op=EXECUTE dmverity_roothash=" + Digest('a') + " action=DENY\n", "rfc-v7");
  CHECK(Texts(bare, ReferencesIn(*bare, *opened, opened.cursor)) == List{Digest('a')});
  const Opened other = OpenExactly(
      kHeader + "op=EXECUTE dmverity_roothash=sha512:" + Digest('a', 128) + " action=DENY\n");
  CHECK(ReferencesIn(*other, *opened, opened.cursor).empty());
  CHECK_FALSE(IsDigestAt(*opened, 0));
}

TEST_CASE("a rule that never decides leads to those that do") {
  const Opened opened =
      Open(kHeader +
           "DEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n"
           "op=EXECUTE boot_verified=TRUE fsverity_signature=TRUE act|ion=DENY\n");
  CHECK(Texts(opened, DefinitionAt(*opened, opened.cursor).targets) ==
        List{"op=EXECUTE boot_verified=TRUE action=ALLOW"});
}

}  // namespace
}  // namespace ipec::lsp::tests
