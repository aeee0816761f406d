// What a file is to IPE, by content and name.

#include "compiler/pipeline/file_kind.h"

#include <catch2/catch.hpp>
#include <string>

namespace ipec::pipeline {
namespace {

constexpr const char* kPolicy = "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n";

std::string KindOf(const std::string& name, const std::string& bytes) {
  return std::string(Name(Identify(name, bytes).kind));
}

TEST_CASE("text is a policy if it has a word of one") {
  CHECK(KindOf("x", kPolicy) == "policy");
  CHECK(KindOf("x", "# CONFIG_IPE_PROP_DM_VERITY must be on\n" + std::string(kPolicy)) == "policy");
  CHECK(KindOf("x", "op=EXECUTE action=ALLOW\n") == "policy");
  CHECK(KindOf("x", "").empty());
  CHECK(KindOf("x", "# nothing\n").empty());
}

TEST_CASE("a template has a placeholder or the name of one") {
  const std::string policy = kPolicy;
  CHECK(KindOf("x.pol.in", policy) == "template");
  CHECK(KindOf("x.pol", policy + "op=EXECUTE dmverity_roothash=@HASH@ action=ALLOW\n") ==
        "template");
  CHECK(KindOf("x.pol", policy + "op=EXECUTE fsverity_digest=sha256:${D} action=ALLOW\n") ==
        "template");
  CHECK(KindOf("x.pol", policy + "@RULES@\n") == "template");
  CHECK(KindOf("x.pol", policy + "# @HASH@ is replaced\n") == "policy");
}

TEST_CASE("claims have a name, other kinds their content") {
  CHECK(KindOf("a.claims", "never op=KMODULE\n") == "claims");
  CHECK(KindOf("x", "{\"op\":\"EXECUTE\",\"hook\":\"MMAP\"}\n") == "events");
  CHECK(KindOf("x", "{\"version\":1,\n\"volumes\":[],\"files\":[]}") == "inventory");
  CHECK(KindOf("x", "{\"a\":1}\n").empty());
  CHECK(KindOf("x", "#\n# Linux/x86 6.12.1 Kernel Configuration\n") == "kernel-configuration");
  CHECK(KindOf("x", "CONFIG_DM_VERITY=y\n") == "kernel-configuration");
  CHECK(KindOf("x", "# CONFIG_DM_VERITY is not set\n") == "kernel-configuration");
  CHECK(KindOf("x", "\xEF\xBB\xBF# CONFIG_A is not set\n") == "kernel-configuration");
  CHECK(KindOf("a/config.gz", "\x1F\x8B\x08") == "kernel-configuration");
  CHECK(KindOf("config/x.gz", "\x1F\x8B\x08").empty());
  CHECK(KindOf("x", "-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n") == "pem");
  CHECK(KindOf("x", "\177ELF\2\1\1").empty());
  CHECK(Identify("x", "<policyconfig/>").what == "a polkit policy (XML)");
}

}  // namespace
}  // namespace ipec::pipeline
