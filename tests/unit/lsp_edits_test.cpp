// Edits applied one by one give the intended text, and every request answers as if that text had
// been opened.

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "lsp/documents.h"
#include "lsp/protocol/check.h"
#include "lsp/uri.h"
#include "lsp/workspace.h"
#include "tests/unit/sampling.h"

namespace ipec::lsp {
namespace {

constexpr const char* kUri = "file:///p.pol";

class Session {
 public:
  explicit Session(const std::string& text) { Open(text); }

  void Open(const std::string& text) { documents_.Open(kUri, 1, text, workspace_.For("/p.pol")); }
  void Edit(const TextChange& change, PositionEncoding encoding) {
    REQUIRE(documents_.Change(kUri, 1, {change}, encoding));
  }
  SnapshotPtr snapshot() { return documents_.Current(kUri)->Get(); }
  std::string text() { return snapshot()->source.text().str(); }
  CheckResult Check() { return CheckRequests(files_, snapshot()); }

 private:
  support::MemoryFileSystem files_;
  Workspace workspace_{files_};
  Documents documents_;
};

const std::string kPieces[] = {
    "policy_name=demo policy_version=1.0.0\n",
    "DEFAULT action=DENY\n",
    "DEFAULT op=EXECUTE action=ALLOW\r\n",
    "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n",
    "op=FIRMWARE dmverity_roothash=sha256:00ff action=DENY # \xF0\x9F\x98\x80 why\n",
    "# ipec: allow(allow-all-op) because\n",
    "op=KMODULE action=ALLOW\r",
    "\xFF",
    "op=",
    "=",
    " ",
    "\xC3\xBC",
    "\n",
    "\r",
    "TRUE",
};

class Typist {
 public:
  explicit Typist(unsigned seed) : random_(seed) {}

  std::string Text(unsigned most) {
    std::string text;
    for (auto count = random_() % most; count > 0; --count) {
      text += kPieces[random_() % std::size(kPieces)];
    }
    return text;
  }
  EditorPlace Place() {
    return {static_cast<std::uint32_t>(random_() % 8), static_cast<std::uint32_t>(random_() % 60)};
  }
  TextChange Change() {
    TextChange change;
    if (random_() % 20 != 0) {
      change.range = {Place(), Place()};
      if (random_() % 2 == 0) change.range->end = change.range->start;
    }
    change.text = Text(3);
    return change;
  }
  PositionEncoding Encoding() { return static_cast<PositionEncoding>(random_() % 3); }

 private:
  std::mt19937 random_;
};

TEST_CASE("edits give the expected text") {
  Session session("one\ntwo\nthree");
  session.Edit({{{{1, 0}, {1, 3}}}, "2"}, PositionEncoding::Utf16);
  CHECK(session.text() == "one\n2\nthree");
  session.Edit({{{{0, 3}, {1, 0}}}, ""}, PositionEncoding::Utf16);
  CHECK(session.text() == "one2\nthree");
  session.Edit({{{{0, 4}, {0, 4}}}, "\r"}, PositionEncoding::Utf16);
  CHECK(session.text() == "one2\r\nthree");
  session.Edit({{{{1, 0}, {1, 1}}}, "T\xF0\x9F\x98\x80"}, PositionEncoding::Utf16);
  session.Edit({{{{1, 3}, {1, 4}}}, "H"}, PositionEncoding::Utf16);
  CHECK(session.text() == "one2\r\nT\xF0\x9F\x98\x80Hree");
  session.Edit({{{{9, 9}, {9, 9}}}, "!"}, PositionEncoding::Utf16);
  CHECK(session.text() == "one2\r\nT\xF0\x9F\x98\x80Hree!");
  session.Edit({std::nullopt, "new"}, PositionEncoding::Utf8);
  CHECK(session.text() == "new");
}

TEST_CASE("after random edits every request answers as after opening the text") {
  for (unsigned seed = 0; seed < ipec::tests::SampledRounds(25U); ++seed) {
    INFO("seed " << seed);
    Typist typist(seed);
    Session session(typist.Text(8));
    for (int edits = 0; edits < 12; ++edits) {
      session.Edit(typist.Change(), typist.Encoding());
      if (edits % 3 == 0) static_cast<void>(session.snapshot()->findings());
    }
    Session fresh(session.text());
    const CheckResult edited = session.Check();
    const CheckResult opened = fresh.Check();
    for (const std::string& problem : edited.problems) FAIL_CHECK(problem);
    CHECK(edited.requests == opened.requests);
    CHECK(edited.answers == opened.answers);
  }
}

TEST_CASE("an equal configuration keeps the snapshot") {
  support::MemoryFileSystem files;
  Workspace workspace(files);
  Documents documents;
  documents.Open(kUri, 1, "a\n", workspace.For("/p.pol"));
  const SnapshotPtr before = documents.Current(kUri)->Get();
  workspace.Forget();
  CHECK_FALSE(documents.Configure(kUri, workspace.For("/p.pol")));
  CHECK(documents.Current(kUri)->Get() == before);
  files.files["/ipec.toml"] = "target = \"rfc-v7\"\n";
  workspace.Forget();
  CHECK(documents.Configure(kUri, workspace.For("/p.pol")));
  CHECK(documents.Current(kUri)->Get() != before);
}

TEST_CASE("the server judges for the kernels that the configuration names") {
  support::MemoryFileSystem files;
  const std::string ipe_options =
      "CONFIG_SECURITY=y\nCONFIG_SECURITYFS=y\nCONFIG_AUDIT=y\nCONFIG_AUDITSYSCALL=y\n"
      "CONFIG_SECURITY_IPE=y\n";
  const std::string kernel = "# Linux/x86 7.2.3 Kernel Configuration\n" + ipe_options +
                             "CONFIG_FS_VERITY=y\n"
                             "CONFIG_LSM=\"ipe\"\n";
  const std::string end = "# end of Kernel hacking\n";
  files.files["/p/ipec.toml"] = "kernel = \"device.config\"\n";
  files.files["/p/device.config"] = kernel + end;
  Workspace workspace(files);
  const std::string text =
      "policy_name=a policy_version=1.0.0\nDEFAULT action=DENY\n"
      "op=EXECUTE fsverity_signature=TRUE action=ALLOW\n";
  const auto names = [&] {
    const SnapshotPtr made =
        MakeSnapshot(UriOf("/p/a.pol"), "/p/a.pol", 1, text, workspace.For("/p/a.pol"));
    std::string all(made->target().name);
    for (const auto& finding : made->findings()) {
      all += " " + std::string(finding.descriptor->name);
    }
    return all;
  };
  CHECK(names() == "linux-6.19 bricks-execute property-not-in-kernel");
  files.files["/p/device.config"] = kernel + "CONFIG_FS_VERITY_BUILTIN_SIGNATURES=y\n" + end;
  workspace.Forget();
  CHECK(names() == "linux-6.19");
  files.files["/p/device.config"] = "# Linux/x86 6.6.1 Kernel Configuration\n" + ipe_options + end;
  workspace.Forget();
  CHECK(workspace.For("/p/a.pol")->problem.has_value());
  files.files["/p/ipec.toml"] += "target = \"linux-6.12\"\n";
  workspace.Forget();
  CHECK_FALSE(workspace.For("/p/a.pol")->problem.has_value());
  // An error is reported; the settings that were valid last stay.
  files.files["/p/device.config"] = "no configuration";
  workspace.Forget();
  CHECK(workspace.For("/p/a.pol")->problem.has_value());
}

TEST_CASE("a signed file beside the policy is seen when the policy is opened") {
  support::MemoryFileSystem files;
  Workspace workspace(files);
  const std::string text =
      "policy_name=a policy_version=1.0.0\nDEFAULT action=DENY\n"
      "op=EXECUTE dmverity_signature=TRUE action=ALLOW\n";
  const auto findings = [&](const std::string& path) {
    const SnapshotPtr made = MakeSnapshot(UriOf(path), path, 1, text, workspace.For(path));
    std::string names;
    for (const auto& finding : made->findings()) names += std::string(finding.descriptor->name);
    return names;
  };
  CHECK(findings("/etc/b.pol").empty());
  files.files["/etc/b.p7b"] = "signed";
  CHECK(findings("/etc/b.pol") == "name-differs-from-file");
  CHECK(findings("/etc/a.pol").empty());
  CHECK(findings("/b.pol").empty());
  files.files["/ipec.toml"] = "lint.systemd-policies = [\"ipe/*\"]\n";
  workspace.Forget();
  CHECK(findings("/ipe/b.pol") == "name-differs-from-file");
  CHECK(findings("/ipe/a.pol").empty());
}

TEST_CASE("a snapshot is made once and is immutable") {
  Session session("a\n");
  const SnapshotPtr before = session.snapshot();
  CHECK(session.snapshot() == before);
  session.Edit({{{{0, 0}, {0, 1}}}, "b"}, PositionEncoding::Utf8);
  CHECK(before->source.text() == "a\n");
  CHECK(session.text() == "b\n");
}

}  // namespace
}  // namespace ipec::lsp
