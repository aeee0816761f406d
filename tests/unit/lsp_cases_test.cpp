// Hints and lenses: which cases statements decide, and how many.

#include <catch2/catch.hpp>

#include "lsp/features/hints.h"
#include "lsp/features/lenses.h"
#include "tests/unit/lsp_policies.h"

namespace ipec::lsp::tests {
namespace {

TEST_CASE("hints number rules and count cases, if enabled") {
  const Opened opened = Open(kRules);
  const support::Span all = {0, static_cast<std::uint32_t>(opened->source.text().size())};
  CHECK(HintsIn(*opened, all, {}).empty());
  List labels;
  for (const Hint& hint : HintsIn(*opened, all, {true, true})) labels.push_back(hint.label);
  // EXECUTE has these cases: on the initramfs, on a signed volume or neither, times fs-verity off,
  // on, or on and signed.
  CHECK(labels == List{"1.", "decides 3 of 3 cases", "2.", "decides 0 of 1 cases", "1.",
                       "decides 9 of 9 cases", "3.", "decides 3 of 3 cases"});
  CHECK(HintsIn(*opened, {0, 10}, {true, true}).empty());
  List tooltips;
  for (const Hint& hint : HintsIn(*opened, all, {.cases = true})) tooltips.push_back(hint.tooltip);
  CHECK(tooltips == List{"files on the initramfs", "decided earlier by line 4",
                         "all files, and data without a file",
                         "files on a signed dm-verity volume"});
}

TEST_CASE("lenses show statements that never decide, and remaining cases") {
  const Opened opened = Open(kRules);
  List titles;
  for (const Lens& lens : LensesOf(*opened)) titles.push_back(lens.title);
  CHECK(titles == List{"never decides: rules decide all cases of KMODULE",
                       "EXECUTE: 3 of 9 cases decided by default: DENY",
                       "never decides: decided earlier by line 4",
                       "KMODULE: rules decide all cases"});
  CHECK(Texts(opened, LensesOf(*opened)[2].places) ==
        List{"op=EXECUTE boot_verified=TRUE action=ALLOW"});
}

TEST_CASE("digests that no file or volume can have decide nothing and do not count") {
  const std::string head = kHeader + "DEFAULT action=DENY\n";
  const std::string rest = "op=EXECUTE boot_verified=TRUE action=ALLOW\n";
  const auto told = [](const std::string& text, const std::string& target) {
    const Opened opened = Open(text, target);
    List words;
    for (const Hint& hint : HintsIn(*opened, {0, opened.cursor}, {.cases = true})) {
      words.push_back(hint.label + (hint.tooltip.empty() ? "" : ", " + hint.tooltip));
    }
    for (const Lens& lens : LensesOf(*opened)) words.push_back(lens.title);
    return words;
  };
  const std::string none = "the digest is empty";
  const auto check = [&](const std::string& condition, const std::string& why,
                         const std::string& target = "linux-6.12") {
    INFO(condition);
    const List without = told(head + rest, target);
    List wanted = without;
    wanted.insert(wanted.begin() + 1, "decides 0 of 0 cases, never matches: " + why);
    wanted.push_back("never matches: " + why);
    CHECK(told(head + rest + "op=EXECUTE " + condition + " action=ALLOW\n", target) == wanted);
  };
  check("dmverity_roothash=sha256:", none);
  check("fsverity_digest=sha512: boot_verified=TRUE", none);
  check("dmverity_roothash=sha256:" + Digest('a', 56),
        "a sha256 digest has 64 hex digits, found 56");
  check("fsverity_digest=sha1:" + Digest('a', 40),
        "`fsverity_digest` does not support the algorithm `sha1`");
  check("dmverity_roothash=SHA256:" + Digest('a'),
        "`dmverity_roothash` does not support the algorithm `SHA256`");
  const std::string real = "fsverity_digest=sha256:" + Digest('a');
  const List pair = told(head + "op=EXECUTE " + real + " dmverity_roothash=sha256: action=ALLOW\n" +
                             "op=EXECUTE " + real + " action=ALLOW\n",
                         "linux-6.12");
  CHECK(pair[0] == "decides 0 of 0 cases, never matches: " + none);
  // On the initramfs, on a signed volume or neither, signed or not.
  CHECK(pair[1] == "decides 6 of 6 cases, files with the fs-verity digest sha256:aaaaaaaa…");
}

}  // namespace
}  // namespace ipec::lsp::tests
