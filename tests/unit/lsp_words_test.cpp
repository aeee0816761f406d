// Completion and hover: what can be written at a place, and the meaning of what is there.

#include <algorithm>
#include <catch2/catch.hpp>

#include "compiler/policy/decide.h"
#include "compiler/targets/meanings.h"
#include "lsp/features/completion.h"
#include "lsp/features/hover.h"
#include "lsp/plain_text.h"
#include "tests/unit/lsp_policies.h"

namespace ipec::lsp::tests {
namespace {

using Catch::Matchers::Contains;

constexpr const char* kHead = "policy_name=device policy_version=1.2.3\n";

std::vector<std::string> Labels(const Opened& opened) {
  std::vector<std::string> labels;
  for (const Completion& item : CompleteAt(*opened, opened.cursor).items) {
    labels.push_back(item.label);
  }
  return labels;
}
std::vector<std::string> LabelsIn(const std::string& text,
                                  const std::string& target = "linux-6.12") {
  return Labels(Open(text, target));
}
// Below a header and a global DEFAULT.
std::vector<std::string> LabelsBelow(const std::string& text,
                                     const std::string& target = "linux-6.12") {
  return LabelsIn(kHead + std::string("DEFAULT action=DENY\n") + text, target);
}

const List kOperations = {"EXECUTE",         "FIRMWARE", "KMODULE",  "KEXEC_IMAGE",
                          "KEXEC_INITRAMFS", "POLICY",   "X509_CERT"};
const List kKeys = {"dmverity_signature=", "fsverity_signature=", "dmverity_roothash=",
                    "fsverity_digest=",    "boot_verified=",      "action="};

TEST_CASE("completion offers exactly the words of the slot") {
  // The header.
  const List header = {"policy_name=… policy_version=…", "a policy for a signed image",
                       "policy_name="};
  CHECK(LabelsIn("|") == header);
  CHECK(LabelsIn("# why\n\n|") == header);
  CHECK(LabelsIn("pol|") == header);
  CHECK(LabelsIn("policy_name=a |") == List{"policy_version="});
  CHECK(LabelsIn("policy_name=a policy_v|") == List{"policy_version="});
  CHECK(LabelsIn("policy_name=a policy_version=1.2.3 |").empty());
  CHECK(LabelsIn("policy_name=|") == List{"device"});
  CHECK(LabelsIn("policy_name=a policy_version=|") == List{"0.0.1", "1.0.0"});
  CHECK(LabelsIn("policy_name=a policy_version=1.2.3|") == List{"1.2.4", "1.3.0", "2.0.0"});
  CHECK(LabelsIn("policy_name=a policy_version=1.2.65535|") == List{"1.3.0", "2.0.0"});
  CHECK(LabelsIn(std::string("|\n") + kHead).empty());
  CHECK(LabelsIn("|\nDEFAULT action=DENY\n") ==
        List{"policy_name=… policy_version=…", "policy_name="});

  // The first word of a statement.
  CHECK(LabelsIn(kHead + std::string("|")) ==
        List{"DEFAULT action=…", "DEFAULT", "DEFAULT op=… action=…", "op=", "op=… action=…"});
  CHECK(LabelsBelow("|") == List{"op=", "op=… action=…", "DEFAULT", "DEFAULT op=… action=…"});
  CHECK(LabelsBelow("  D|\n") == List{"op=", "op=… action=…", "DEFAULT", "DEFAULT op=… action=…"});
  CHECK(LabelsBelow("o|p=EXECUTE action=ALLOW") == List{"op"});

  // A DEFAULT.
  CHECK(LabelsBelow("DEFAULT |") == List{"op=", "action="});
  CHECK(LabelsBelow("DEFAULT op=EXECUTE |") == List{"action="});
  CHECK(LabelsBelow("DEFAULT op=EXECUTE action=DENY |").empty());
  List rest = kOperations;
  rest.erase(rest.begin() + 1);
  CHECK(LabelsBelow("DEFAULT op=FIRMWARE action=DENY\nDEFAULT op=|") == rest);
  CHECK(LabelsBelow("DEFAULT op=FIRMWARE| action=DENY") == kOperations);

  // A rule.
  // Few policies have a rule for POLICY.
  List operations = kOperations;
  std::swap(operations[5], operations[6]);
  CHECK(LabelsBelow("op=|") == operations);
  CHECK(LabelsBelow("op=EX|") == operations);
  CHECK(LabelsBelow("op=EXECUTE |") == kKeys);
  // After a complete condition the action is first.
  List unused = kKeys;
  unused.erase(unused.end() - 2);
  List next = unused;
  std::rotate(next.begin(), next.end() - 1, next.end());
  CHECK(LabelsBelow("op=EXECUTE boot_verified=TRUE |") == next);
  CHECK(LabelsBelow("op=EXECUTE | boot_verified=TRUE") == unused);
  unused.pop_back();
  CHECK(LabelsBelow("op=EXECUTE boot_verified=TRUE | action=ALLOW") == unused);
  CHECK(LabelsBelow("op=EXECUTE action=ALLOW |").empty());
  CHECK(LabelsBelow("op=EXECUTE boot_verified=|") == List{"TRUE", "FALSE"});
  CHECK(LabelsBelow("op=EXECUTE boot_verified=TR|UE action=DENY") == List{"TRUE", "FALSE"});
  CHECK(LabelsBelow("op=EXECUTE action=|") == List{"ALLOW", "DENY"});
  // A DEFAULT should deny, and rules decide otherwise.
  CHECK(LabelsBelow("DEFAULT op=EXECUTE action=|") == List{"DENY", "ALLOW"});
  CHECK(LabelsBelow("DEFAULT op=KMODULE action=ALLOW\nop=KMODULE action=|") ==
        List{"DENY", "ALLOW"});
  // Operations without a rule are first.
  CHECK(LabelsBelow("op=EXECUTE action=ALLOW\nop=|").back() == "EXECUTE");
  CHECK(LabelsBelow("op=EXECUTE fsverity_digest=|") == List{"sha256:", "sha512:"});
  CHECK(LabelsBelow("op=EXECUTE dmverity_roothash=s|").front() == "sha256:");
  CHECK(LabelsBelow("op=EXECUTE dmverity_roothash=|").size() > 10);
  CHECK(LabelsBelow("op=EXECUTE fsverity_digest=sha256:|").empty());
  CHECK(LabelsBelow("op=EXECUTE nonsense=|").empty());

  // Broken lines.
  CHECK(LabelsBelow("boot_verified=TRUE |").front() == "op=");
  CHECK(LabelsBelow("op=NONSENSE |") == kKeys);
  CHECK(LabelsBelow("op |") == kKeys);
  CHECK(LabelsIn("op=EXECUTE |") == kKeys);
}

TEST_CASE("completion knows the words of its target") {
  const List words = LabelsBelow("op=|", "rfc-v7");
  CHECK(words.back() == "KERNEL_READ");
  CHECK(std::count(words.begin(), words.end(), "IMA_POLICY") == 1);
  CHECK(std::count(words.begin(), words.end(), "POLICY") == 0);
  CHECK(LabelsBelow("op=\"EX|ECUTE\" action=ALLOW", "rfc-v7") == words);
  CHECK(LabelsBelow("op=\"EX|", "rfc-v7") == words);
  CHECK(LabelsBelow("op=EXECUTE fsverity_digest=|", "rfc-v7").empty());
  // An alias is no longer offered once one of its operations has a DEFAULT.
  const List defaults = LabelsBelow("DEFAULT op=FIRMWARE action=DENY\nDEFAULT op=|", "rfc-v7");
  CHECK(std::count(defaults.begin(), defaults.end(), "KERNEL_READ") == 0);
}

TEST_CASE("completion replaces the word up to its end") {
  const auto spans = [](const std::string& text, const std::string& target = "linux-6.12") {
    const Opened opened = Open(text, target);
    const Completions made = CompleteAt(*opened, opened.cursor);
    return std::pair(opened.Text(made.typed), opened.Text(made.whole));
  };
  using Pair = std::pair<std::string, std::string>;
  CHECK(spans(kHead + std::string("op=EX|ECUTE action=ALLOW")) == Pair("EX", "EXECUTE"));
  CHECK(spans(kHead + std::string("op=EXECUTE| action=ALLOW")) == Pair("EXECUTE", "EXECUTE"));
  CHECK(spans(kHead + std::string("op=| action=ALLOW")) == Pair("", ""));
  CHECK(spans(kHead + std::string("op=EXECUTE boot|=TRUE")) == Pair("boot", "boot"));
  CHECK(spans(kHead + std::string("op=EXECUTE |action=ALLOW")) == Pair("", "action"));
  CHECK(spans(kHead + std::string("op=EXECUTE fsverity_digest=sh|a:00")) == Pair("sh", "sha:"));
  CHECK(spans(kHead + std::string("op=\"EX|ECUTE\""), "rfc-v7") == Pair("EX", "EXECUTE"));
  CHECK(spans(kHead + std::string("op=EX|ECUTE#x")) == Pair("EX", "EXECUTE"));
  CHECK(spans(kHead + std::string("# ipec: allow(unr|eachable-rule) x")) ==
        Pair("unr", "unreachable-rule"));
}

TEST_CASE("a key with `=` gets no second `=`") {
  const auto first = [](const std::string& text) {
    const Opened opened = Open(kHead + std::string("DEFAULT action=DENY\n") + text);
    const std::vector<Completion> items = CompleteAt(*opened, opened.cursor).items;
    const auto found = std::find_if(items.begin(), items.end(), [](const Completion& item) {
      return item.label.rfind("boot_verified", 0) == 0 || item.label == "op=";
    });
    REQUIRE(found != items.end());
    return *found;
  };
  CHECK(first("op=EXECUTE boot_ver|").insert == "boot_verified=");
  CHECK(first("op=EXECUTE boot_ver|").snippet == "boot_verified=${1|TRUE,FALSE|}");
  CHECK(first("op=EXECUTE boot_ver|=TRUE").insert == "boot_verified");
  CHECK(first("op=EXECUTE boot_ver|=TRUE").snippet.empty());
  CHECK(first("|").snippet ==
        "op=${1|EXECUTE,FIRMWARE,KMODULE,KEXEC_IMAGE,KEXEC_INITRAMFS,X509_CERT,POLICY|}");
}

TEST_CASE("suppressions are completed") {
  CHECK(LabelsBelow("op=EXECUTE action=ALLOW # |") ==
        List{"ipec: allow", "ipec: allow-file", "ipec: allow-begin", "ipec: allow-end"});
  CHECK(LabelsBelow("# ipec: al|") == List{"allow", "allow-file", "allow-begin", "allow-end"});
  CHECK(LabelsBelow("# anything |").empty());
  const List names = LabelsBelow("# ipec: allow(|");
  for (const lint::Rule& rule : lint::AllRules()) {
    // No comment suppresses findings about comments.
    const bool offered = std::count(names.begin(), names.end(), rule.descriptor.name) == 1;
    CHECK(offered == (rule.category != lint::Category::Meta));
  }
  CHECK(LabelsBelow("# ipec: allow(unreachable-rule, |").size() == names.size() - 1);
  CHECK(LabelsBelow("# ipec: allow(|, unreachable-rule)").size() == names.size() - 1);
  CHECK(LabelsBelow("# ipec: allow(unreachable-rule) |").empty());
  const Opened opened = Open(kHead + std::string("#|"));
  CHECK(CompleteAt(*opened, opened.cursor).items[0].insert == " ipec: allow(");
}

TEST_CASE("the names of rules with findings here come first") {
  CHECK(LabelsBelow("# ipec: allow(|\nop=FIRMWARE action=ALLOW\n").front() == "allow-all-op");
  CHECK(LabelsBelow("op=FIRMWARE action=ALLOW # ipec: allow(|) x\n").front() == "allow-all-op");
  CHECK(LabelsBelow("# ipec: allow(|\n\n").front() == "unreachable-rule");
}

TEST_CASE("nothing is completed after a NUL byte") {
  std::string text = kHead;
  text += std::string("DEFAULT action=DENY\n\0op=", 24);
  const Opened opened = OpenExactly(text);
  CHECK(CompleteAt(*opened, static_cast<std::uint32_t>(text.size())).items.empty());
}

// Every inserted text is accepted by the target: the resulting line, completed to the end with the
// first choices, is a statement.
TEST_CASE("whole statements that completion offers are accepted") {
  for (const targets::Target& target : targets::AllTargets()) {
    const std::string name(target.name);
    const Opened header = Open("|", name);
    const std::string head = CompleteAt(*header, 0).items[0].insert + "\n";
    const Opened opened = Open(head + "|", name);
    for (const Completion& item : CompleteAt(*opened, opened.cursor).items) {
      if (item.kind != CompletionKind::Snippet) continue;
      const bool global = item.insert.find("DEFAULT action") == 0;
      const std::string text = head + item.insert + "\n" + (global ? "" : "DEFAULT action=DENY\n");
      INFO(text);
      CHECK(Open(text, name)->accepted());
    }
  }
}

TEST_CASE("every item has documentation") {
  std::vector<std::string> texts = {"|", "policy_name=a |", kHead + std::string("|"),
                                    kHead + std::string("# |"),
                                    kHead + std::string("# ipec: allow(|")};
  for (const char* line : {"op=|", "op=EXECUTE |", "op=EXECUTE boot_verified=|", "DEFAULT |",
                           "op=EXECUTE action=|", "op=EXECUTE dmverity_roothash=|"}) {
    texts.push_back(kHead + std::string(line));
  }
  for (const char* target : {"linux-6.12", "rfc-v7"}) {
    for (const std::string& text : texts) {
      const Opened opened = Open(text, target);
      for (const Completion& item : CompleteAt(*opened, opened.cursor).items) {
        INFO(text << ": " << item.label << ", " << item.documentation);
        CHECK(DocumentationOf(*opened, item.documentation).size() > 20);
        CHECK_FALSE(item.detail.empty());
      }
    }
  }
  const Opened opened = Open(kHead);
  for (const char* none : {"", "op", "op:", "op:X", "rule:none", "verb:", "nothing:x", ":"}) {
    CHECK(DocumentationOf(*opened, none).empty());
  }
}

std::string HoverIn(const std::string& text, const std::string& target = "linux-6.12") {
  const Opened opened = Open(text, target);
  const auto hover = HoverAt(*opened, opened.cursor);
  return hover ? hover->markdown : std::string();
}

const std::string kPolicy =
    "policy_name=device policy_version=1.2.3\n"
    "DEFAULT action=DENY\n"
    "DEFAULT op=KMODULE action=ALLOW\n"
    "op=EXECUTE boot_verified=TRUE action=ALLOW\n"
    "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n"
    "op=EXECUTE boot_verified=TRUE fsverity_signature=TRUE action=DENY\n"
    "op=EXECUTE boot_verified=TRUE dmverity_signature=TRUE action=ALLOW\n"
    "op=EXECUTE fsverity_digest=sha256:" +
    Digest('a') + " action=ALLOW\n";

// The policy with the cursor before the `nth` occurrence of `word`.
std::string At(const std::string& word, std::size_t nth = 1, std::size_t into = 0) {
  std::string text = kPolicy;
  std::size_t at = text.find(word);
  while (--nth > 0) at = text.find(word, at + 1);
  return text.insert(at + into, "|");
}

TEST_CASE("hover explains words") {
  CHECK_THAT(HoverIn(At("op=EXECUTE", 1, 4)), Contains("running code") && Contains("execve"));
  CHECK_THAT(HoverIn(At("boot_verified")),
             Contains("initramfs") && Contains("Needs no kernel option"));
  CHECK_THAT(HoverIn(At("dmverity_signature")),
             Contains("`CONFIG_IPE_PROP_DM_VERITY_SIGNATURE=y`"));
  CHECK_THAT(HoverIn(At("policy_name")),
             Contains("/sys/kernel/security/ipe/policies/device") && Contains("EEXIST"));
  CHECK_THAT(HoverIn(At("1.2.3")), Contains("ESTALE") && Contains("above 1.2.3") &&
                                       Contains("EINVAL") && Contains("whatever its name"));
  CHECK_THAT(HoverIn(At("action=ALLOW", 2, 8)), Contains("access is granted"));
  CHECK(HoverIn("|\n" + kPolicy).empty());
  CHECK_THAT(HoverIn(kPolicy + "op=KERNEL|_READ action=ALLOW\n"),
             Contains("not known to `linux-6.12`") && Contains("`op=X509_CERT`"));
  CHECK_THAT(HoverIn(kPolicy + "op=EXECUTE bpf_sig|nature=TRUE action=ALLOW\n"),
             Contains("unmerged series"));
}

TEST_CASE("hover explains differences of the target") {
  const std::string text =
      "policy_name=\"a b\" policy_version=1.0.0\nDEFAULT action=DENY\n"
      "op=KERNEL_READ boot_verified=TRUE action=ALLOW\n";
  const auto at = [&](const std::string& word) {
    return std::string(text).insert(text.find(word), "|");
  };
  CHECK_THAT(HoverIn(at("KERNEL_READ"), "rfc-v7"),
             Contains("an alias") && Contains("Rule 1 of 1 for IMA_X509_CERT"));
  CHECK_THAT(HoverIn(at("boot_verified"), "rfc-v7"), Contains("first file that was executed"));
  // The updates of that series are not known.
  CHECK_THAT(HoverIn(at("1.0.0"), "rfc-v7"), !Contains("ESTALE"));
}

TEST_CASE("hover explains the effect of a statement") {
  // On the initramfs: fs-verity off, on, on and signed.
  CHECK_THAT(HoverIn(At("op=EXECUTE", 1)), Contains("Rule 1 of 5 for EXECUTE") &&
                                               Contains("allows") &&
                                               Contains(" cases: files on the initramfs"));
  CHECK_THAT(HoverIn(At("op=EXECUTE", 3)),
             Contains("never decides") && Contains("line 4") && Contains("differently") &&
                 Contains("\n- line 4 allows a file on the initramfs with a verified fs-verity "
                          "signature\n"));
  CHECK_THAT(HoverIn(At("op=EXECUTE", 4)),
             Contains("never matches") && Contains("not on a dm-verity volume"));
  CHECK_THAT(HoverIn(At("op=EXECUTE", 5)),
             Contains("lines 4 and 5") &&
                 Contains("\n- line 4 allows a file on the initramfs with") &&
                 Contains("\n- line 5 allows a file on a signed dm-verity volume with"));
  CHECK_THAT(HoverIn(At("DEFAULT action")),
             Contains("The global DEFAULT") && Contains("- EXECUTE, ") && !Contains("- KMODULE") &&
                 Contains("operations that the kernel has no name for"));
  CHECK_THAT(HoverIn(At("DEFAULT op")), Contains("- KMODULE, ") && !Contains("- EXECUTE"));
  const std::string rejected = kPolicy + "op=|EXECUTE action=ALLOW\nnonsense\n";
  CHECK_THAT(HoverIn(rejected), Contains("Rule 6 of 6") && Contains("rejects this policy"));
}

TEST_CASE("hover measures digests") {
  const auto digest = [](const std::string& value, const std::string& target = "linux-6.12",
                         const std::string& key = "fsverity_digest") {
    return HoverIn(kHead + std::string("DEFAULT action=DENY\nop=EXECUTE ") + key + "=|" + value +
                       " action=ALLOW\n",
                   target);
  };
  CHECK_THAT(digest("sha256:" + Digest('a')), Contains("64 hex digits, as its algorithm requires"));
  CHECK_THAT(digest("sha256:" + Digest('a', 56)),
             Contains("**`sha256`** – a sha256 digest has 64 hex digits, found 56: "
                      "a rule that tests it never"));
  CHECK_THAT(digest("sha256:"), Contains("**`sha256`** – the digest is empty: a rule"));
  CHECK_THAT(digest("SHA256:" + Digest('a')),
             Contains("`fsverity_digest` does not support the algorithm `SHA256`: a rule"));
  CHECK_THAT(digest("sha1:" + Digest('a', 40)),
             Contains("`fsverity_digest` does not support the algorithm `sha1`: a rule"));
  CHECK_THAT(digest("sha9:" + Digest('a'), "linux-6.12", "dmverity_roothash"),
             Contains("**`sha9`** – 64 hex digits; the algorithm is not a known one"));
  CHECK_THAT(digest(":aa", "linux-6.12", "dmverity_roothash"),
             Contains("**no algorithm** – 2 hex digits") && !Contains("``"));
  CHECK_THAT(digest("sha1:" + Digest('a', 40), "linux-6.12", "dmverity_roothash"),
             Contains("broken"));
  CHECK_THAT(digest(Digest('a'), "rfc-v7"), Contains("the length of sha256"));
  CHECK_THAT(digest(Digest('a', 10), "rfc-v7"), Contains("not the length of a known algorithm"));
  CHECK_THAT(HoverIn(At("sha256", 1, 2) + "op=KMODULE fsverity_digest=sha256:" + Digest('A') +
                     " action=ALLOW\n"),
             Contains("Occurs 2 times"));
}

TEST_CASE("hover reports whether a name can be loaded") {
  const auto name = [](const std::string& word) {
    return HoverIn("policy_|name=" + word + " policy_version=1.0.0\nDEFAULT action=DENY\n");
  };
  for (const char* directory : {"a", "...", "a.b", "\"q\""}) {
    CHECK_THAT(name(directory), Contains("Once loaded, the policy is the directory"));
  }
  CHECK_THAT(name(std::string(255, 'a')), Contains("Once loaded, the policy is the directory"));
  for (const char* none : {"/", ".", "..", "a/b"}) {
    CHECK_THAT(name(none),
               Contains("rejects the policy with `EACCES`") && !Contains("Once loaded"));
  }
  CHECK_THAT(name(std::string(256, 'a')), Contains("`ENAMETOOLONG`") && !Contains("Once loaded"));
}

TEST_CASE("hover explains suppressions, and bytes that are not read") {
  const std::string line = "op=EXECUTE action=ALLOW # ipec: allow(allow-all-op) tests\n";
  const auto at = [&](const std::string& word) {
    std::string text = kHead + std::string("DEFAULT action=DENY\n") + line;
    return text.insert(text.find(word) + 1, "|");
  };
  CHECK_THAT(HoverIn(at("allow-all-op")), Contains("IPE2002"));
  CHECK_THAT(HoverIn(at("ipec:")), Contains("It suppresses:") && Contains("line 3"));
  CHECK_THAT(HoverIn(kHead + std::string("# ipec: allow(unreachable-rul|) x\n")),
             Contains("Did you mean `unreachable-rule`?"));
  std::string hidden = kHead;
  hidden += std::string("DEFAULT action=DENY\n\0xyz", 24);
  const Opened opened = OpenExactly(hidden);
  const auto hover = HoverAt(*opened, static_cast<std::uint32_t>(hidden.size()) - 1);
  REQUIRE(hover);
  CHECK_THAT(hover->markdown, Contains("4 bytes"));
}

TEST_CASE("every word of the vocabulary has a meaning") {
  for (const runtime::Operation operation : runtime::kOperations) {
    CHECK_FALSE(targets::MeaningOf(operation).summary.empty());
  }
  for (const runtime::Property property : runtime::kProperties) {
    CHECK_FALSE(targets::MeaningOf(property).summary.empty());
  }
  for (const char* word : {"policy_name", "policy_version", "DEFAULT", "op", "action", "ALLOW",
                           "DENY", "TRUE", "FALSE"}) {
    CHECK(targets::MeaningOf(word) != nullptr);
  }
}

TEST_CASE("clients that show plain text get no Markdown") {
  CHECK(PlainText("# Title\n\n**`DEFAULT`** – what\n\n---\nmore") ==
        "Title\n\n`DEFAULT` – what\n\nmore");
  CHECK(PlainText("an example\n```ipe bad\n# a **comment**\nop=A\n```\n#no title\n") ==
        "an example\n# a **comment**\nop=A\n#no title\n");
  CHECK(PlainText("").empty());
  CHECK(PlainText("**\n```") == "\n");
}

}  // namespace
}  // namespace ipec::lsp::tests
