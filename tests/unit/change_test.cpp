#include "compiler/pipeline/change.h"

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "compiler/pipeline/change_words.h"

namespace ipec::pipeline {
namespace {

using policy::Operation;

const std::string kHeader = "policy_name=p policy_version=1.0.0\n";
const std::string kDigest(64, 'a');

bool IsOk(llvm::Error error) {
  return llvm::toString(std::move(error)).empty();
}

// Two texts, and the change from one to the other.
struct Changed {
  Changed(const std::string& before_text, const std::string& after_text,
          const ChangeOptions& options = {},
          const targets::Target& target = targets::DefaultTarget())
      : before(support::SourceBuffer("old.pol", before_text), target),
        after(support::SourceBuffer("new.pol", after_text), target),
        change(ChangeSide{&before.first(), &before.source()},
               ChangeSide{&after.first(), &after.source()}, options) {}

  std::set<std::string> Fingerprints() const {
    std::set<std::string> all;
    for (const ChangedCases& one : change.differences()) all.insert(change.FingerprintOf(one));
    return all;
  }

  Reading before;
  Reading after;
  Change change;
};

std::set<std::string> FingerprintsOf(const std::string& before, const std::string& after) {
  return Changed(kHeader + before, kHeader + after).Fingerprints();
}

TEST_CASE("a fingerprint covers the meaning of both statements and nothing of layout") {
  const std::string before = "DEFAULT action=DENY\n";
  const std::string after = before + "op=EXECUTE fsverity_digest=sha256:" + kDigest +
                            " boot_verified=TRUE action=ALLOW\n";
  const auto expected = FingerprintsOf(before, after);
  REQUIRE(expected.size() == 1);
  CHECK(expected.begin()->size() == kFingerprintDigits);

  const std::string upper(64, 'A');
  for (const std::string& same :
       {"\n# why\n" + after,
        "  DEFAULT \t action=DENY # c\nop=EXECUTE  fsverity_digest=sha256:" + upper +
            "\tboot_verified=TRUE   action=ALLOW\n",
        before + "op=KMODULE action=DENY\nop=EXECUTE fsverity_digest=sha256:" + kDigest +
            " boot_verified=TRUE action=ALLOW\n"}) {
    CAPTURE(same);
    const auto found = FingerprintsOf(before, same);
    CHECK(found.contains(*expected.begin()));
  }
  const std::string other(64, 'b');
  for (const std::string& different :
       {before + "op=EXECUTE boot_verified=TRUE fsverity_digest=sha256:" + kDigest +
            " action=ALLOW\n",
        before + "op=EXECUTE fsverity_digest=sha256:" + other +
            " boot_verified=TRUE action=ALLOW\n",
        before + "op=EXECUTE boot_verified=TRUE action=ALLOW\n",
        before + "op=KMODULE fsverity_digest=sha256:" + kDigest +
            " boot_verified=TRUE action=ALLOW\n"}) {
    CAPTURE(different);
    CHECK_FALSE(FingerprintsOf(before, different).contains(*expected.begin()));
  }
  // The statement before is another one.
  CHECK_FALSE(FingerprintsOf("DEFAULT op=EXECUTE action=DENY\n" + before, after)
                  .contains(*expected.begin()));
  CHECK_FALSE(
      FingerprintsOf(before + "op=EXECUTE action=DENY\n", after).contains(*expected.begin()));
  // It no longer decides some of the cases.
  CHECK_FALSE(FingerprintsOf(before, before + "op=EXECUTE fsverity_signature=TRUE action=DENY\n" +
                                         after.substr(before.size()))
                  .contains(*expected.begin()));
  // Another policy, and the way back.
  CHECK_FALSE(Changed(kHeader + before, "policy_name=q policy_version=1.0.0\n" + after)
                  .Fingerprints()
                  .contains(*expected.begin()));
  CHECK_FALSE(FingerprintsOf(after, before).contains(*expected.begin()));
}

TEST_CASE("layout, comments, line ends, case of hex digits: equivalent") {
  const std::string rule = "op=EXECUTE dmverity_roothash=sha256:";
  const Changed changed(
      kHeader + "DEFAULT action=DENY\n" + rule + kDigest + " action=ALLOW\n",
      "policy_name=p policy_version=1.0.0\r\n# why\r\nDEFAULT   action=DENY\r\n\r\n" + rule +
          std::string(64, 'A') + " action=ALLOW # c\r\n");
  CHECK(changed.change.differences().empty());
  CHECK(changed.change.verdict() == Verdict::Equivalent);
  CHECK_FALSE(changed.change.life_cycle_problem());
  CHECK_FALSE(changed.change.Fails(FailOn::Any));
}

TEST_CASE("what fails: looser is above tighter, which is above records") {
  const std::string deny = kHeader + "DEFAULT action=DENY\n";
  const std::string allow = deny + "op=EXECUTE boot_verified=TRUE action=ALLOW\n";
  const std::string recorded =
      deny + "op=EXECUTE boot_verified=TRUE dmverity_signature=FALSE action=ALLOW\n";
  struct Row {
    std::string before;
    std::string after;
    std::vector<FailOn> fails;
  };
  const Row rows[] = {
      {deny, allow, {FailOn::Looser, FailOn::Tighter, FailOn::Records, FailOn::Any}},
      {allow, deny, {FailOn::Tighter, FailOn::Records, FailOn::Any}},
      {allow, recorded, {FailOn::Records, FailOn::Any}},
      {allow, allow, {}},
      {allow, "policy_name=q policy_version=1.0.0\n" + allow.substr(kHeader.size()), {FailOn::Any}},
  };
  for (const Row& row : rows) {
    const Changed changed(row.before, row.after);
    for (const FailOn level :
         {FailOn::None, FailOn::Looser, FailOn::Tighter, FailOn::Records, FailOn::Any}) {
      const bool expected = std::find(row.fails.begin(), row.fails.end(), level) != row.fails.end();
      CHECK(changed.change.Fails(level) == expected);
    }
  }
}

TEST_CASE("accepted differences do not fail and are still there; others do") {
  const std::string deny = kHeader + "DEFAULT action=DENY\n";
  const std::string after = deny +
                            "op=EXECUTE boot_verified=TRUE action=ALLOW\n"
                            "op=KMODULE boot_verified=TRUE action=ALLOW\n";
  const auto all = Changed(deny, after).Fingerprints();
  REQUIRE(all.size() == 2);
  Acceptances acceptances;
  REQUIRE(IsOk(acceptances.Read(
      "accepted.txt", "# why\n\nIpec-Accept: " + *all.begin() + " because\r\nipec-accept:\t" +
                          std::string(kFingerprintDigits, '0') + " old\n")));
  const Changed one(deny, after, {.acceptances = &acceptances});
  CHECK(one.change.differences().size() == 2);
  CHECK(one.change.accepted().looser == 1);
  CHECK(one.change.Fails(FailOn::Looser));
  REQUIRE(acceptances.Unused().size() == 1);
  CHECK(acceptances.Unused()[0]->place == "accepted.txt:4");
  REQUIRE(IsOk(acceptances.Add(*all.rbegin(), "", "--accept")));
  const Changed both(deny, after, {.acceptances = &acceptances});
  CHECK(both.change.verdict() == Verdict::Looser);
  CHECK_FALSE(both.change.Fails(FailOn::Looser));
  for (const auto& finding : FindingsOf(both.change)) {
    CHECK(finding.severity == (finding.descriptor->name == "version-not-bumped"
                                   ? diagnostics::Severity::Error
                                   : diagnostics::Severity::Information));
  }
}

TEST_CASE("malformed acceptances have a place and a way out") {
  const auto error = [](const std::string& text) {
    Acceptances acceptances;
    return llvm::toString(acceptances.Read("a.txt", text));
  };
  CHECK(error("# c\nIpec-Acept: 1 x\n") ==
        "a.txt:2: expected `Ipec-Accept: FINGERPRINT reason`, or a comment after `#`");
  CHECK(error("Ipec-Accept: 12 x\n") ==
        "a.txt:1: `12` is not a fingerprint, which has 20 lowercase hex digits");
  CHECK(error("Ipec-Accept: " + std::string(20, 'a') + " \n") ==
        "a.txt:1: an acceptance needs a reason: `Ipec-Accept: FINGERPRINT reason`");
  CHECK(error("Ipec-Accept:\n") ==
        "a.txt:1: `` is not a fingerprint, which has 20 lowercase hex digits");
  CHECK(error(std::string(Acceptances::kLongest + 1, '\n')) ==
        "a.txt:1: the file is longer than 1 MiB");
}

TEST_CASE("against no policy nothing is looser, and nothing fails") {
  const Reading after(support::SourceBuffer("new.pol", kHeader + "DEFAULT action=DENY\n"
                                                                 "op=EXECUTE action=ALLOW\n"),
                      targets::DefaultTarget());
  const Change change(std::nullopt, {&after.first(), &after.source()});
  CHECK(change.verdict() == Verdict::New);
  CHECK(change.counts().verdict() == Verdict::Tighter);
  CHECK(change.counts().looser == 0);
  CHECK_FALSE(change.life_cycle());
  CHECK_FALSE(change.Fails(FailOn::Any));
  for (const auto& finding : FindingsOf(change)) {
    CHECK(finding.notes[0].message.find("there was no policy") != std::string::npos);
  }
}

TEST_CASE("an added global DEFAULT changes operations without a name only") {
  std::string before = kHeader;
  for (const Operation operation : targets::DefaultTarget().semantics().operations) {
    before += "DEFAULT op=" + std::string(Name(operation)) + " action=DENY\n";
  }
  const Changed changed(before, before + "DEFAULT action=DENY\n");
  REQUIRE(changed.change.differences().size() == 1);
  CHECK(MessageOf(changed.change.differences()[0], changed.change) ==
        "operations without a name are now denied; all others are decided as before");
  CHECK(KindsOf(changed.change.differences()[0], changed.change).empty());
}

TEST_CASE("only the selected operations are compared") {
  const std::string deny = kHeader + "DEFAULT action=DENY\n";
  const std::string allow = kHeader + "DEFAULT action=ALLOW\n";
  CHECK(Changed(deny, allow, {.only = {Operation::KernelModule}}).change.counts().looser == 1);
  CHECK(Changed(deny, allow, {.only = {Operation::Unknown}}).change.OnlyUnknownOperations());
}

TEST_CASE("problems of the life cycle") {
  const auto text = [](const std::string& name, const std::string& version,
                       const std::string& action) {
    return "policy_name=" + name + " policy_version=" + version + "\nDEFAULT action=" + action +
           "\n";
  };
  const auto problem = [](const std::string& before, const std::string& after) {
    return Changed(before, after).change.life_cycle_problem();
  };
  const std::string first = text("p", "1.0.0", "DENY");
  CHECK(problem(first, text("p", "1.0.0", "ALLOW")) == LifeCycleProblem::VersionNotBumped);
  CHECK_FALSE(problem(first, text("p", "1.0.1", "ALLOW")));
  CHECK_FALSE(problem(first, first));
  CHECK(problem(first, text("p", "0.9.9", "DENY")) == LifeCycleProblem::VersionDecreased);
  CHECK(problem(first, text("q", "1.0.1", "DENY")) == LifeCycleProblem::NameChanged);
  // The length is checked first; a text with the same meaning need not be loaded.
  const Changed too_long(first, text("q", "1.0.0", "ALLOW"), {.is_too_long = true});
  CHECK(too_long.change.life_cycle()->update == support::Errno::kEMSGSIZE);
  CHECK(too_long.change.life_cycle_problem() == LifeCycleProblem::TooLarge);
  CHECK(too_long.change.Fails(FailOn::Any));
  CHECK(MessageOf(LifeCycleProblem::TooLarge, too_long.change) ==
        "once signed, the policy has more than 65535 bytes: `update` answers EMSGSIZE");
  CHECK_FALSE(Changed(first, first, {.is_too_long = true}).change.life_cycle_problem());
}

TEST_CASE("a fingerprint covers all rules before, however many they are") {
  const std::string before = "DEFAULT action=DENY\n";
  const auto rule = [](std::size_t number) {
    return fmt::format("op=EXECUTE fsverity_digest=sha256:{:064x} action=ALLOW\n", number);
  };
  const std::string last = "op=EXECUTE boot_verified=TRUE action=ALLOW\n";
  // The fingerprint of the last difference.
  const auto print_of = [&](const std::string& rules) {
    const Changed changed(kHeader + before, kHeader + before + rules + last);
    for (const ChangedCases& one : changed.change.differences()) {
      if (changed.after.source().text(one.after.where).startswith("op=EXECUTE boot_verified")) {
        return changed.change.FingerprintOf(one);
      }
    }
    return std::string();
  };
  std::set<std::string> all;
  std::string rules;
  for (std::size_t i = 0; i < 520; ++i) {
    rules += rule(i);
    if (i < 254 || (i > 258 && i < 510)) continue;
    all.insert(print_of(rules));
    all.insert(print_of(rules + rule(1000)));
    all.insert(print_of(rule(1001) + rules));
  }
  CHECK(all.size() == 3 * 15);
  CHECK_FALSE(all.contains(""));
}

TEST_CASE("one policy on two kernels: a DENY that is compiled out is looser") {
  const targets::Target& target = targets::DefaultTarget();
  const targets::Target& without =
      target.Without(policy::PropertySet{policy::Property::FsveritySignature});
  const targets::Target* const both[] = {&target, &without};
  const Reading reading(
      support::SourceBuffer("p.pol", kHeader + "DEFAULT action=ALLOW\n"
                                               "op=EXECUTE fsverity_signature=FALSE action=DENY\n"),
      both);
  const ChangeSide sides[] = {{&reading.by_target()[0], &reading.source()},
                              {&reading.by_target()[1], &reading.source()}};
  const Change change(sides[0], sides[1], {.on_two_kernels = true});
  CHECK(change.verdict() == Verdict::Looser);
  REQUIRE(change.differences().size() == 1);
  CHECK(MessageOf(change.differences()[0], change)
            .starts_with("EXECUTE is allowed on the second kernel for "));
  CHECK_FALSE(change.life_cycle());
  CHECK(Change(sides[1], sides[0]).verdict() == Verdict::Tighter);
}

TEST_CASE("the kinds of events of a difference") {
  const std::string deny = kHeader + "DEFAULT action=DENY\n";
  const Changed named(deny, deny + "op=EXECUTE dmverity_roothash=sha256:" + kDigest +
                                " fsverity_signature=TRUE action=ALLOW\n");
  const auto kinds = KindsOf(named.change.differences()[0], named.change);
  REQUIRE(kinds.size() == 2);  // unsigned and signed
  for (const EventKind& kind : kinds) {
    CHECK_FALSE(kind.boot_verified);
    CHECK(kind.dmverity->roothash == "sha256:" + kDigest);
    CHECK(kind.fsverity->digest == kOtherDigest);
    CHECK(kind.fsverity->is_signed);
  }
  CHECK(kinds[0].dmverity->is_signed != kinds[1].dmverity->is_signed);
  const Changed initramfs(deny, deny + "op=EXECUTE boot_verified=TRUE action=ALLOW\n");
  for (const EventKind& kind : KindsOf(initramfs.change.differences()[0], initramfs.change)) {
    CHECK(kind.boot_verified);
    CHECK_FALSE(kind.dmverity);
  }
}

}  // namespace
}  // namespace ipec::pipeline
