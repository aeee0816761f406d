// The actions for a policy: fixes, suppressions, aliases, DEFAULTs. Their results are checked and
// linted again.

#include <algorithm>
#include <catch2/catch.hpp>

#include "lint/suppressions.h"
#include "lsp/features/actions.h"
#include "tests/unit/compare_policies.h"
#include "tests/unit/lint_text.h"
#include "tests/unit/lsp_policies.h"

namespace ipec::lsp::tests {
namespace {

using Catch::Matchers::Contains;

const std::string kHead = "policy_name=device policy_version=1.2.3\n";

std::vector<CodeAction> ActionsAt(const Opened& opened, const std::string& word) {
  const auto at = static_cast<std::uint32_t>(opened->source.text().find(word));
  return ActionsIn(*opened, {at, at});
}

const CodeAction* Find(const std::vector<CodeAction>& actions, const std::string& title) {
  const auto found = std::find_if(actions.begin(), actions.end(), [&](const CodeAction& one) {
    return one.title.find(title) != std::string::npos;
  });
  return found == actions.end() ? nullptr : &*found;
}

TEST_CASE("fixes are marked as safe or not") {
  const Opened opened = Open(kHead +
                             "DEFAULT action=DENY\n"
                             "op=EXECUTE boot_verified=TRUE action=ALLOW\n"
                             "op=EXECUTE boot_verified=TRUE action=ALLOW\n"
                             "op=KMODULE dmverity_signature=TRUE action=ALLOW\n"
                             "op=KMODULE dmverity_roothash=sha256:" +
                             Digest('a') + " action=DENY\n");
  const auto doubled =
      ActionsIn(*opened, {static_cast<std::uint32_t>(opened->source.text().rfind("op=EXECUTE")),
                          static_cast<std::uint32_t>(opened->source.text().rfind("op=EXECUTE"))});
  REQUIRE_FALSE(doubled.empty());
  CHECK(doubled[0].safe);
  CHECK(doubled[0].preferred);
  const std::string fixed = Edited(opened, ResolveAction(*opened, doubled[0].id));
  CHECK(fixed.size() < opened->source.text().size());
  const auto late = ActionsAt(opened, "op=KMODULE dmverity_roothash");
  const CodeAction* move = Find(late, "move the rule up");
  REQUIRE(move != nullptr);
  CHECK_FALSE(move->safe);
  CHECK_FALSE(move->preferred);
  CHECK_THAT(move->title, Contains("changes"));
  const CodeAction* all = Find(late, "all safe fixes");
  REQUIRE(all != nullptr);
  CHECK(all->kind == ActionKind::FixAll);
  CHECK(Edited(opened, ResolveAction(*opened, all->id)) == fixed);
}

TEST_CASE("a finding is suppressed with a reason, in the style of the text") {
  const std::string text =
      "policy_name=a policy_version=1.0.0\r\nDEFAULT action=DENY\r\n  op=FIRMWARE action=ALLOW\r\n";
  const Opened opened = Open(text);
  const auto actions = ActionsAt(opened, "op=FIRMWARE");
  const CodeAction* here = Find(actions, "suppress allow-all-op here");
  REQUIRE(here != nullptr);
  const std::string suppressed = Edited(opened, ResolveAction(*opened, here->id));
  CHECK_THAT(suppressed,
             Contains("\r\n  # ipec: allow(allow-all-op) say why this is meant\r\n  op="));
  const auto has = [](const Opened& one, std::string_view name) {
    const auto& findings = one->findings();
    return std::any_of(findings.begin(), findings.end(),
                       [&](const auto& finding) { return finding.descriptor->name == name; });
  };
  CHECK(has(opened, "allow-all-op"));
  // The reason is still missing, and until then nothing is suppressed.
  CHECK(has(Open(suppressed), "allow-all-op"));
  CHECK(has(Open(suppressed), "suppression-without-reason"));
  const auto reasoned = [](std::string given) {
    given.replace(given.find(lint::kReasonToCome), lint::kReasonToCome.size(), "no firmware here");
    return Open(given);
  };
  CHECK_FALSE(has(reasoned(suppressed), "allow-all-op"));
  CHECK_FALSE(has(reasoned(suppressed), "suppression-without-reason"));
  const CodeAction* file = Find(actions, "in this file");
  REQUIRE(file != nullptr);
  CHECK_FALSE(has(reasoned(Edited(opened, ResolveAction(*opened, file->id))), "allow-all-op"));
}

TEST_CASE("an existing suppression gets the name too") {
  for (const std::string& text :
       {kHead + "DEFAULT action=DENY\n# ipec: allow(weak-digest) x\nop=FIRMWARE action=ALLOW\n",
        kHead + "DEFAULT action=DENY\nop=FIRMWARE action=ALLOW # ipec: allow(weak-digest) x\n"}) {
    const Opened opened = Open(text);
    const auto actions = ActionsAt(opened, "op=FIRMWARE");
    const CodeAction* here = Find(actions, "suppress allow-all-op here");
    REQUIRE(here != nullptr);
    CHECK_THAT(Edited(opened, ResolveAction(*opened, here->id)),
               Contains("# ipec: allow(weak-digest, allow-all-op) x"));
  }
  const Opened other = Open(
      kHead + "DEFAULT action=DENY\n# ipec: allow-file(weak-digest) x\nop=FIRMWARE action=ALLOW\n");
  const auto actions = ActionsAt(other, "op=FIRMWARE");
  CHECK_THAT(Edited(other, ResolveAction(*other, Find(actions, "here")->id)),
             Contains("\n# ipec: allow(allow-all-op) say why this is meant\nop=FIRMWARE"));
}

TEST_CASE("aliases are expanded and keep their meaning") {
  for (const std::string end : {"\n", "\r\n", ""}) {
    const std::string text =
        "policy_name=a policy_version=1.0.0\nDEFAULT op=EXECUTE action=ALLOW\n"
        "DEFAULT op=\"KERNEL_READ\" action=DENY # why\n"
        "  op=KERNEL_READ boot_verified=TRUE action=ALLOW" +
        end;
    const Opened opened = Open(text, "rfc-v7");
    REQUIRE(opened->accepted());
    const auto actions = ActionsAt(opened, "op=KERNEL_READ");
    const CodeAction* one = Find(actions, "expand `KERNEL_READ` to 6 statements");
    const CodeAction* all = Find(actions, "expand all aliases");
    REQUIRE(one != nullptr);
    REQUIRE(all != nullptr);
    const Opened expanded = Open(Edited(opened, ResolveAction(*opened, one->id)), "rfc-v7");
    CHECK(expanded->document().lines.size() == opened->document().lines.size() + 5);
    const Opened everything = Open(Edited(opened, ResolveAction(*opened, all->id)), "rfc-v7");
    INFO(everything->source.text().str());
    CHECK(everything->document().lines.size() == opened->document().lines.size() + 10);
    CHECK_FALSE(everything->source.text().contains("KERNEL_READ"));
    CHECK(lint::HasSameMeaning(text, expanded->source.text().str(), opened->target()));
    CHECK(lint::HasSameMeaning(text, everything->source.text().str(), opened->target()));
    CHECK_THAT(everything->source.text().str(),
               Contains("DEFAULT op=\"FIRMWARE\" action=DENY # why\nDEFAULT op=\"KMODULE\""));
  }
}

TEST_CASE("missing defaults are added") {
  const Opened rejected = Open(kHead + "op=EXECUTE action=ALLOW");
  const auto fixes = ActionsAt(rejected, "policy_name");
  REQUIRE_FALSE(fixes.empty());
  CHECK_FALSE(fixes[0].preferred);  // the action of an omitted DEFAULT is a guess
  CHECK(Open(Edited(rejected, ResolveAction(*rejected, fixes[0].id)))->accepted());
  const CodeAction* each = Find(fixes, "add a DEFAULT for each of 7 operations");
  REQUIRE(each != nullptr);
  const Opened full = Open(Edited(rejected, ResolveAction(*rejected, each->id)));
  CHECK(full->accepted());
  const auto more = ActionsAt(full, "DEFAULT");
  const CodeAction* global = Find(more, "add a global DEFAULT");
  REQUIRE(global != nullptr);
  const Opened both = Open(Edited(full, ResolveAction(*full, global->id)));
  CHECK(both->accepted());
  CHECK(both->policy().global_default.has_value());
  // Decisions stay when the operations get what the global DEFAULT has.
  const Opened open =
      Open(kHead + "DEFAULT action=ALLOW\nop=EXECUTE boot_verified=TRUE action=DENY");
  const CodeAction* written = nullptr;
  const auto offered = ActionsAt(open, "DEFAULT");
  written = Find(offered, "add a DEFAULT for each");
  REQUIRE(written != nullptr);
  const Opened after = Open(Edited(open, ResolveAction(*open, written->id)));
  CHECK(after->accepted());
  CHECK(ipec::tests::IsSame(analysis::Keeps::Decision, open->policy(), after->policy()));
}

TEST_CASE("an id identifies its finding, whatever other settings find in the text") {
  const std::string text = kHead +
                           "DEFAULT action=DENY \nop=EXECUTE boot_verified=TRUE action=ALLOW\n"
                           "op=EXECUTE boot_verified=TRUE action=ALLOW\n";
  const Opened excerpt = Open(text, "linux-6.12", {"duplicate-rule"});
  const Opened many = Open(text, "linux-6.12", {"duplicate-rule", "trailing-space"});
  const Opened none = Open(text, "linux-6.12", {"trailing-space"});
  const auto actions = ActionsIn(*excerpt, {0, static_cast<std::uint32_t>(text.size())});
  const CodeAction* fix = Find(actions, "remove the rule");
  REQUIRE(fix != nullptr);
  REQUIRE(many->findings().size() > excerpt->findings().size());
  CHECK(Edited(many, ResolveAction(*many, fix->id)) ==
        Edited(excerpt, ResolveAction(*excerpt, fix->id)));
  CHECK(ResolveAction(*none, fix->id).empty());
}

TEST_CASE("a suppression is not offered where one stands") {
  for (const std::string& comment :
       {std::string("# ipec: allow(allow-all-op) until=2020-01-01 long ago\n"),
        std::string("# ipec: allow-file(IPE2002) until=2020-01-01 long ago\n")}) {
    const Opened opened =
        Open(kHead + "DEFAULT action=DENY\n" + comment + "op=FIRMWARE action=ALLOW\n");
    const auto& findings = opened->findings();
    INFO(comment);
    REQUIRE(std::any_of(findings.begin(), findings.end(), [](const auto& finding) {
      return finding.descriptor->name == "allow-all-op";
    }));
    CHECK(Find(ActionsAt(opened, "op=FIRMWARE"), "suppress allow-all-op") == nullptr);
  }
}

TEST_CASE("of two rules in conflict the later one is removed or moved") {
  const std::string later = "op=EXECUTE boot_verified=TRUE action=DENY\n";
  const std::string first = "op=EXECUTE boot_verified=TRUE action=ALLOW\n";
  const Opened opened =
      Open(kHead + "DEFAULT action=DENY\n" + first + later, "linux-6.12", {"conflicting-rule"});
  const auto actions = ActionsAt(opened, later.substr(0, later.size() - 1));
  const CodeAction* remove = Find(actions, "remove the later rule");
  const CodeAction* move = Find(actions, "move the later rule up");
  REQUIRE(remove != nullptr);
  REQUIRE(move != nullptr);
  CHECK(remove->title == "remove the later rule");
  CHECK_THAT(move->title, Contains("changes decisions"));
  CHECK_FALSE(remove->preferred);
  CHECK(Edited(opened, ResolveAction(*opened, remove->id)) ==
        kHead + "DEFAULT action=DENY\n" + first);
  CHECK(Edited(opened, ResolveAction(*opened, move->id)) ==
        kHead + "DEFAULT action=DENY\n" + later);
}

TEST_CASE("the version is raised") {
  const Opened opened = Open("policy_name=a policy_version=1.2.3\nDEFAULT action=DENY\n");
  const auto actions = ActionsAt(opened, "policy_version");
  const CodeAction* raise = Find(actions, "raise the version to `1.2.4`");
  REQUIRE(raise != nullptr);
  CHECK_THAT(Edited(opened, ResolveAction(*opened, raise->id)),
             Contains("policy_version=1.2.4\nDEFAULT"));
  const Opened last = Open("policy_name=a policy_version=1.2.65535\nDEFAULT action=DENY\n");
  CHECK(Find(ActionsAt(last, "policy_version"), "raise the version") == nullptr);
}

TEST_CASE("pasted digests are repaired") {
  const std::string digits = "8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887";
  const std::string upper = llvm::StringRef(digits).upper();
  const auto repaired = [&](const std::string& value, const std::string& target = "linux-6.12") {
    const Opened opened = Open(
        kHead + "DEFAULT action=DENY\nop=EXECUTE dmverity_roothash=" + value + " action=ALLOW\n",
        target);
    const auto actions = ActionsAt(opened, "dmverity_roothash");
    const CodeAction* action = Find(actions, "write the digest as");
    if (action == nullptr) return std::string("nothing");
    const Opened after = Open(Edited(opened, ResolveAction(*opened, action->id)), target);
    if (!after->accepted()) return "rejected: " + after->source.text().str();
    const auto last = after->source.text().rtrim('\n');
    return last.substr(last.rfind('\n') + 1).str();
  };
  const std::string good = "op=EXECUTE dmverity_roothash=sha256:" + digits + " action=ALLOW";
  for (const std::string& value :
       {"sha256: " + digits, "Root hash:\t" + digits, "0x" + digits, "sha-256:" + digits,
        "SHA256:" + digits, "sha256:" + upper, "Root hash:      " + upper, digits}) {
    INFO(value);
    CHECK(repaired(value) == good);
  }
  CHECK(repaired("sha256:" + digits + " /usr/bin/tool") == good + " # /usr/bin/tool");
  CHECK(repaired("sha256:" + digits) == "nothing");
  CHECK(repaired("sha3-256: " + digits) ==
        "op=EXECUTE dmverity_roothash=sha3-256:" + digits + " action=ALLOW");
  CHECK(repaired("sha256:" + digits + " sha256:" + digits) == "nothing");
  CHECK(repaired("sha256:" + digits, "rfc-v7") ==
        "op=EXECUTE dmverity_roothash=" + digits + " action=ALLOW");
  CHECK(repaired(digits, "rfc-v7") == "nothing");
}

TEST_CASE("an unknown id does nothing") {
  const Opened opened =
      Open(kHead + "DEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n");
  for (const char* id :
       {"", ":", "fix", "fix:", "fix:0", "fix:99:0", "fix:0:99", "suppress:99", "expand:0",
        "paste:0", "paste:999999", "paste:-1", "expand:999999", "expand:-1",
        "fix:18446744073709551616:0", "defaults:global", "nonsense"}) {
    INFO(id);
    CHECK(ResolveAction(*opened, id).empty());
  }
}

}  // namespace
}  // namespace ipec::lsp::tests
