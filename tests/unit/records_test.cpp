// The records of every dialect, byte for byte as in the reference of each.

#include <catch2/catch.hpp>
#include <string>

#include "compiler/table/build.h"
#include "compiler/targets/features.h"
#include "ipec/runtime/audit.h"
#include "tests/unit/small_policies.h"

namespace ipec {
namespace {

using namespace runtime;

struct Dialect {
  explicit Dialect(std::string_view name) : target(*targets::FindTarget(name)) {}
  Features features() const { return ipec::table::FeaturesOf(target); }
  const targets::Target& target;
};

template <typename Write>
std::string Text(Write write) {
  std::string text(write(std::span<char>()) + 1, '?');
  CHECK(write(std::span(text)) == text.size() - 1);
  CHECK(text.back() == '\0');
  text.pop_back();
  return text;
}

// The record of `event` under `policy`, success auditing on.
std::string Access(const Dialect& dialect, const ipec::policy::Policy& policy, const Event& event,
                   bool success_audit = true) {
  const std::string table = ipec::table::Build(policy, dialect.target);
  Policy loaded;
  REQUIRE(Load(std::as_bytes(std::span(table)), loaded) == LoadStatus::Ok);
  const Decision decision = Evaluate(loaded, event);
  return Text([&](std::span<char> room) {
    return AccessRecord(loaded, event, decision, success_audit, room);
  });
}

ipec::policy::Policy DenyAll(const Dialect& dialect) {
  return tests::SmallPolicy(dialect.target, "deny").Default(Action::Deny).policy;
}

Event WithFile() {
  Event event;
  event.hook = Hook::Mmap;
  event.pid = 36;
  event.comm = "init";
  event.file = File{"/usr/bin/x", "dm-0", 97};
  return event;
}

constexpr std::array<std::uint8_t, 3> kHash = {0xE3, 0xB0, 0xC4};
const PolicyIdentity kOld{"old pol", {1, 0, 0}, {"sha256", kHash}};
const PolicyIdentity kNew{"new\"", {65535, 2, 3}, {"sha256", kHash}};

}  // namespace

TEST_CASE("access, mainline") {
  const Dialect dialect("linux-6.12");
  Event event = WithFile();
  CHECK(Access(dialect, DenyAll(dialect), event) ==
        R"(ipe_op=EXECUTE ipe_hook=MMAP enforcing=1 pid=36 comm="init" path="/usr/bin/x" )"
        R"(dev="dm-0" ino=97 rule="DEFAULT action=DENY")");
  event.enforcing = false;
  event.pid = -1;
  event.comm = "sixteen bytes of";
  event.file = File{"/opt/a b/\"c\"\xC3", "d\x7F", UINT64_MAX};
  CHECK(Access(dialect, DenyAll(dialect), event) ==
        "ipe_op=EXECUTE ipe_hook=MMAP enforcing=0 pid=-1 comm=7369787465656E206279746573206F "
        "path=2F6F70742F6120622F226322C3 dev=647F ino=18446744073709551615 "
        "rule=\"DEFAULT action=DENY\"");
  event.comm = "";
  event.file.reset();
  CHECK(Access(dialect, DenyAll(dialect), event) ==
        "ipe_op=EXECUTE ipe_hook=MMAP enforcing=0 pid=-1 comm=\"\" path=? dev=? ino=? "
        "rule=\"DEFAULT action=DENY\"");
}

// The `path=` of a record, up to the next field.
std::string PathOf(std::string_view target, const std::string& path) {
  const Dialect dialect(target);
  Event event = WithFile();
  event.file->path = path;
  const std::string record = Access(dialect, DenyAll(dialect), event);
  const std::string_view key = target == "rfc-v7" ? "ctx_pathname=" : " path=";
  const std::size_t begin = record.find(key) + key.size();
  return record.substr(begin, record.find(' ', begin) - begin);
}

TEST_CASE("access, mainline: a path is printed whole or not at all") {
  const std::string deleted = " (deleted)";
  for (const std::string_view target : {"linux-6.12", "linux-6.16", "linux-6.19", "linux-7.4"}) {
    for (const std::size_t length : {4094, 4095, 4096, 4097, 4105, 4106}) {
      CAPTURE(target, length);
      const std::string path = "/" + std::string(length - 1, 'a');
      CHECK(PathOf(target, path) == '"' + path + '"');
      // Two hex digits per byte, because of the space.
      const std::string hex = PathOf(target, path.substr(deleted.size()) + deleted);
      CHECK(hex.size() == 2 * length);
      CHECK(hex.substr(hex.size() - 2 * deleted.size()) == "202864656C6574656429");
    }
    for (const std::size_t length : {4107, 4108, 5000, 100000}) {
      CAPTURE(target, length);
      const std::string path = "/" + std::string(length - 1, 'a');
      CHECK(PathOf(target, path) == R"("<too_long>")");
      CHECK(PathOf(target, path.substr(deleted.size()) + deleted) == R"("<too_long>")");
    }
  }
}

TEST_CASE("access, rfc-v7: a path is cut at PATH_MAX") {
  for (const std::size_t length : {4094, 4095, 4096, 4106, 4107, 100000}) {
    CAPTURE(length);
    const std::string path(length, 'a');
    CHECK(PathOf("rfc-v7", path) == '"' + path.substr(0, 4095) + '"');
  }
}

TEST_CASE("access, mainline: the text of the decider") {
  const Dialect dialect("linux-6.19");
  const auto policy = tests::FullPolicy(dialect.target);
  const auto rule = [&](const Event& event) {
    const std::string record = Access(dialect, policy, event);
    return record.substr(record.find(" rule="));
  };
  Event event = WithFile();
  event.hook = Hook::BprmCredsForExec;
  CHECK(Access(dialect, policy, event).find(" ipe_hook=BPRM_CREDS_FOR_EXEC ") != std::string::npos);
  CHECK(rule(event) ==
        R"( rule="op=EXECUTE dmverity_signature=FALSE boot_verified=FALSE action=DENY")");
  const auto digest = tests::Sha256(2);
  event.fsverity = Fsverity{Digest{"sha256", digest}, false};
  CHECK(rule(event) == R"( rule="op=EXECUTE fsverity_digest="sha256":02)" + std::string(62, '1') +
                           R"( action=ALLOW")");
  const std::array<std::uint8_t, 5> five = {1, 2, 3, 4, 5};
  event.fsverity.reset();
  event.dmverity = Dmverity{Digest{"a \"b", five}, true};
  CHECK(rule(event) == R"( rule="op=EXECUTE dmverity_roothash=61202262:0102030405 action=ALLOW")");
  event.dmverity = Dmverity{Digest{"", {}}, true};
  CHECK(rule(event) == R"( rule="op=EXECUTE dmverity_roothash="": action=DENY")");
  event.dmverity.reset();
  event.operation = Operation::Firmware;
  CHECK(rule(event) == R"( rule="DEFAULT op=FIRMWARE action=ALLOW")");
  event.operation = Operation::Unknown;
  CHECK(rule(event) == R"( rule="DEFAULT action=DENY")");
}

TEST_CASE("success auditing: without it only DENY is recorded") {
  const Dialect dialect("linux-6.12");
  const auto allow = tests::SmallPolicy(dialect.target, "allow").Default(Action::Allow).policy;
  CHECK(Access(dialect, allow, WithFile(), false).empty());
  CHECK_FALSE(Access(dialect, allow, WithFile(), true).empty());
  CHECK_FALSE(Access(dialect, DenyAll(dialect), WithFile(), false).empty());
  Event permissive = WithFile();
  permissive.enforcing = false;
  CHECK_FALSE(Access(dialect, DenyAll(dialect), permissive, false).empty());
  CHECK(Granted({Action::Deny, Match::Rule, 1, 0}, permissive));
  CHECK_FALSE(Granted({Action::Deny, Match::Rule, 1, 0}, WithFile()));
  CHECK(Granted({Action::Allow, Match::Rule, 1, 0}, WithFile()));
}

TEST_CASE("an unknown operation without a global default is allowed") {
  const Dialect dialect("linux-6.12");
  tests::SmallPolicy made(dialect.target, "none");
  for (std::size_t i = 0; i < kOperationCount; ++i) {
    const auto operation = static_cast<Operation>(i);
    if (made.policy.semantics.Knows(operation)) made.Default(operation, Action::Deny);
  }
  Event event = WithFile();
  event.operation = Operation::Unknown;
  CHECK(Access(dialect, made.policy, event) ==
        R"(ipe_op=UNKNOWN ipe_hook=MMAP enforcing=1 pid=36 comm="init" path="/usr/bin/x" )"
        R"(dev="dm-0" ino=97 rule="DEFAULT action=ALLOW")");
}

TEST_CASE("access, rfc-v7") {
  const Dialect dialect("rfc-v7");
  Event event = WithFile();
  event.hook = Hook::Execve;
  CHECK(Access(dialect, DenyAll(dialect), event) ==
        R"(IPE ctx_pid=36 ctx_op=EXECUTE ctx_hook=EXECVE ctx_ns_enforce=1 ctx_comm="init" )"
        R"(ctx_pathname="/usr/bin/x" ctx_ino=97 ctx_dev=dm-0 rule="DEFAULT action=DENY")");
  event.file->path.reset();
  event.file->device = "a \"d";
  CHECK(Access(dialect, DenyAll(dialect), event) ==
        R"(IPE ctx_pid=36 ctx_op=EXECUTE ctx_hook=EXECVE ctx_ns_enforce=1 ctx_comm="init" )"
        R"( ctx_ino=97 ctx_dev=a "d rule="DEFAULT action=DENY")");
  event.file.reset();
  event.operation = Operation::ImaPolicy;
  CHECK(Access(dialect, DenyAll(dialect), event) ==
        R"(IPE ctx_pid=36 ctx_op=IMA_X509_CERT ctx_hook=EXECVE ctx_ns_enforce=1 ctx_comm="init" )"
        R"( rule="DEFAULT action=DENY")");

  tests::SmallPolicy made(dialect.target, "rules");
  made.Default(Action::Allow)
      .Rule(Operation::ImaX509Cert, Action::Deny)
      .Where(Property::DmverityRoothash, "", {0xAB, 0xCD})
      .Where(Property::BootVerified, false);
  const std::array<std::uint8_t, 2> roothash = {0xAB, 0xCD};
  event.operation = Operation::ImaX509Cert;
  event.dmverity = Dmverity{Digest{"ignored", roothash}, false};
  const std::string record = Access(dialect, made.policy, event);
  CHECK(record.find(" ctx_op=IMA_POLICY ") != std::string::npos);
  CHECK(record.substr(record.find("  rule=")) ==
        R"(  rule="op=IMA_POLICY dmverity_roothash=ABCD boot_verified=FALSE action=DENY")");
}

TEST_CASE("load, activation and mode, mainline") {
  const Actor actor{1000, 3};
  for (const std::string_view name : {"linux-6.12", "linux-6.16", "linux-6.19", "linux-7.4"}) {
    const Dialect dialect(name);
    const bool with_errno = dialect.target.Has(targets::Feature::LoadErrno);
    CHECK(Text([&](auto room) { return LoadRecord(dialect.features(), kNew, actor, room); }) ==
          std::string(R"(policy_name="new"" policy_version=65535.2.3 policy_digest=sha256:E3B0C4 )"
                      "auid=1000 ses=3 lsm=ipe res=1") +
              (with_errno ? " errno=0" : ""));
    CHECK(Text([&](auto room) { return FailedLoadRecord(dialect.features(), -74, {}, room); }) ==
          (with_errno ? "policy_name=? policy_version=? policy_digest=? auid=4294967295 "
                        "ses=4294967295 lsm=ipe res=0 errno=-74"
                      : ""));
    CHECK(Text([&](auto room) {
            return ActivationRecord(dialect.features(), &kOld, kNew, actor, room);
          }) == R"(old_active_pol_name="old pol" old_active_pol_version=1.0.0 )"
                R"(old_policy_digest=sha256:E3B0C4 new_active_pol_name="new"" )"
                "new_active_pol_version=65535.2.3 new_policy_digest=sha256:E3B0C4 auid=1000 ses=3 "
                "lsm=ipe res=1");
    CHECK(Text([&](auto room) {
            return ActivationRecord(dialect.features(), nullptr, kNew, {}, room);
          }) ==
          "old_active_pol_name=? old_active_pol_version=? old_policy_digest=? "
          R"(new_active_pol_name="new"" new_active_pol_version=65535.2.3 )"
          "new_policy_digest=sha256:E3B0C4 auid=4294967295 ses=4294967295 lsm=ipe res=1");
    CHECK(
        Text([&](auto room) { return ModeRecord(dialect.features(), false, true, actor, room); }) ==
        "enforcing=0 old_enforcing=1 auid=1000 ses=3 enabled=1 old-enabled=1 lsm=ipe res=1");
  }
}

TEST_CASE("load, activation and mode, rfc-v7") {
  const Dialect dialect("rfc-v7");
  const PolicyIdentity policy{"a name", {0, 0, 7}, {"sha1", kHash}};
  const std::string expected = "IPE policy_name=a name policy_version=0.0.7 sha1=E3B0C4";
  CHECK(Text([&](auto room) { return LoadRecord(dialect.features(), policy, {}, room); }) ==
        expected);
  CHECK(Text([&](auto room) {
          return ActivationRecord(dialect.features(), &kOld, policy, {}, room);
        }) == expected);
  CHECK(Text([&](auto room) { return ModeRecord(dialect.features(), true, false, {}, room); }) ==
        "IPE enforce=1");
  CHECK(
      Text([&](auto room) { return FailedLoadRecord(dialect.features(), -74, {}, room); }).empty());
}

TEST_CASE("the number of records for a change of the mode") {
  const auto count = [](std::string_view name) {
    return ModeRecordCount(Dialect(name).features());
  };
  CHECK(count("rfc-v7") == 1);
  CHECK(count("linux-6.12") == 2);
  CHECK(count("linux-6.16") == 2);
  CHECK(count("linux-6.19") == 2);
  CHECK(count("linux-7.4") == 1);
}

TEST_CASE("the numbers of records") {
  const auto types = [](std::string_view name) {
    const Features features = Dialect(name).features();
    return std::array{RecordType(features, Record::Access),
                      RecordType(features, Record::Activation), RecordType(features, Record::Load),
                      RecordType(features, Record::FailedLoad), RecordType(features, Record::Mode)};
  };
  CHECK(types("linux-6.12") == std::array<std::uint32_t, 5>{1420, 1421, 1422, 0, 1404});
  CHECK(types("linux-6.16") == std::array<std::uint32_t, 5>{1420, 1421, 1422, 1422, 1404});
  CHECK(types("linux-6.19") == std::array<std::uint32_t, 5>{1420, 1421, 1422, 1422, 1404});
  CHECK(types("linux-7.4") == std::array<std::uint32_t, 5>{1420, 1421, 1422, 1422, 1404});
  CHECK(types("rfc-v7") == std::array<std::uint32_t, 5>{1420, 1422, 1421, 0, 1423});
}

}  // namespace ipec
