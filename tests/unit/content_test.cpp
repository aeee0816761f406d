// The kinds of files, by their bytes.

#include "compiler/content/content.h"

#include <catch2/catch.hpp>
#include <string>

namespace ipec::content {
namespace {

constexpr const char* kPolicy =
    "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\nop=EXECUTE action=ALLOW\n";

std::string WhatIs(const std::string& bytes) {
  const Content content = Classify(bytes);
  return content.kind == Kind::Text ? "text" : std::string(content.what);
}

TEST_CASE("files of other programs are recognized by their beginning") {
  CHECK(
      WhatIs("<?xml version=\"1.0\"?>\n<!DOCTYPE policyconfig PUBLIC \"x\">\n<policyconfig/>\n") ==
      "a polkit policy (XML)");
  CHECK(WhatIs("\xEF\xBB\xBF\n<!DOCTYPE busconfig>\n<busconfig></busconfig>") ==
        "a D-Bus policy (XML)");
  CHECK(WhatIs("<SiPolicy xmlns=\"urn\"></SiPolicy>") == "an App Control policy (XML)");
  CHECK(WhatIs("<a></a>") == "an XML file");
  CHECK(WhatIs("/* Java */\n// more\ngrant codeBase \"file:/x\" {\n  permission a;\n};\n") ==
        "a Java policy file");
  CHECK(WhatIs("keystore \"x.jks\";\n") == "a Java policy file");
  CHECK(WhatIs("{\n  \"Version\": \"2012-10-17\"\n}\n") == "a JSON file");
  CHECK(WhatIs(std::string("PReg\x01\0\0\0[\0S\0", 12)) ==
        "a Windows group policy file (Registry.pol)");
  CHECK(WhatIs("\x8C\xFF\x7C\xF9\x08") == "a compiled SELinux policy");
  CHECK(WhatIs("\x30\x82\x10\x01\x06\x09\x2a\x86") == "a signed file");
  CHECK(WhatIs("-----BEGIN PKCS7-----\n") == "a PKCS#7 message in PEM");
  CHECK(WhatIs("-----BEGIN CMS-----\n") == "a CMS message in PEM");
  CHECK(WhatIs("-----BEGIN X509 CRL-----\n") == "a PEM file");
  CHECK(WhatIs("Certificate:\n  Data:\n-----BEGIN CERTIFICATE-----\n") == "a certificate");
  CHECK(WhatIs("-----BEGIN CERTIFICATE REQUEST-----\n") == "a certificate request");
  CHECK(WhatIs("-----BEGIN EC PARAMETERS-----\nB\n-----END EC PARAMETERS-----\n"
               "-----BEGIN EC PRIVATE KEY-----\n") == "a private key");
  CHECK(WhatIs("MIME-Version: 1.0\r\nContent-Type: multipart/signed; a=b\r\n\r\npolicy_name") ==
        "an S/MIME message");
  CHECK(WhatIs("To: a\nMIME-Version: 1.0\nContent-Type: application/pkcs7-mime\n\n") ==
        "an S/MIME message");
  CHECK(WhatIs("MIME-Version: 1.0\nContent-Type: text/plain\n\n") != "an S/MIME message");
  CHECK(WhatIs("version https://git-lfs.github.com/spec/v1\noid sha256:0a\nsize 12\n") ==
        "a Git LFS pointer (`git lfs pull` fetches the file)");
  CHECK(WhatIs("{\\rtf1\\ansi policy_name=demo}") == "an RTF document");
  for (const char* head :
       {"\x7F"
        "ELF\x02",
        "\x89PNG\r\n", "\xFF\xD8\xFF\xE0", "%PDF-1.7\n", "PK\x03\x04x", "\x1F\x8B\x08",
        "\xFD"
        "7zXZ",
        "BZh9", "\x28\xB5\x2F\xFD"}) {
    INFO(head);
    CHECK(WhatIs(head) == "a binary file");
  }
}

TEST_CASE("files of other programs are known by their lines") {
  constexpr const char* kIni = "an INI or TOML file";
  CHECK(WhatIs("; systemd\n[Unit]\nDescription=x\n") == kIni);
  CHECK(WhatIs("# fail2ban\n[DEFAULT]\nbantime  = 10m\n[sshd]\nenabled = true\n") == kIni);
  CHECK(WhatIs("[[rules]]\nname = \"a\"\n") == kIni);
  CHECK(WhatIs("[Adding Rule]\r\n[x]\r\nIdentity=unix-user:*\r\n") == kIni);
  CHECK(WhatIs("p, alice, data1, read\np, bob, data2, write\ng, alice, admin\n") ==
        "a casbin policy (CSV)");
  CHECK(WhatIs("p2, alice, data1\n") == "a casbin policy (CSV)");
  constexpr const char* kYaml = "a YAML file";
  CHECK(WhatIs("apiVersion: v1\nkind: Policy\nspec:\n  rules:\n  - a: b\n    c: |\n      text\n") ==
        kYaml);
  CHECK(WhatIs("---\n- one\n- two\n") == kYaml);
  CHECK(WhatIs("# x\nname: a\nlist:\n- b\n") == kYaml);
  CHECK(WhatIs("[\n  {\"a\": 1}\n]\n") == "a JSON file");
  CHECK(WhatIs("[\"a\", \"b\"]") == "a JSON file");
  CHECK(WhatIs("// comment\n{ \"a\": 1 }") == "a JSON file");
  CHECK(WhatIs("! Java\nsecurity.provider.1=SUN\nlogin.config=x:y\n") == "a properties file");
  CHECK(WhatIs("# level: any\nmac = AEAD HMAC-SHA2-256\nmac@Kerberos = HMAC-SHA2-384\n") ==
        "a properties file");
  CHECK(WhatIs("# IMA\nmeasure func=BPRM_CHECK\ndont_appraise fsmagic=0x9fa0\n") ==
        "an IMA policy");
  CHECK(WhatIs("abi <abi/3.0>,\ninclude <tunables/global>\nprofile x {\n}\n") ==
        "an AppArmor profile");
  CHECK(WhatIs("# x\n/usr/bin/man flags=(attach_disconnected) {\n}\n") == "an AppArmor profile");
  CHECK(WhatIs("; CIL\n(block b\n  (type t))\n") == "an SELinux policy (CIL)");
  CHECK(WhatIs("# opa\npackage authz.main\nallow { true }\n") == "a Rego policy");
  CHECK(WhatIs("// all\npermit (principal, resource);\n") == "a Cedar policy");
  CHECK(WhatIs("path \"secret/*\" {\n  capabilities = [\"read\"]\n}\n") == "an HCL file");
  CHECK(WhatIs("policy_module(my, 1.0)\nrequire { type t; }\n") == "an SELinux policy module");
}

TEST_CASE("no mistake makes a policy a file of another program") {
  const std::string body = "DEFAULT action=DENY\nop=EXECUTE boot_verified=TRUE action=ALLOW\n";
  // How people begin policies that are not accepted, with a body or without one.
  for (const char* header : {
           "[policy]\n",
           "[policy]\npolicy_name=demo\npolicy_version=1.0.0\n",
           "---\n",
           "---\npolicy_name: demo\npolicy_version: 1.0.0\n",
           "policy_name: demo policy_version: 1.0.0\n",
           "policy-name=demo policy-version=1.0.0\n",
           "policy.name=demo\npolicy.version=1.0.0\n",
           "p, demo, 1.0.0\n",
           "package demo\n",
           "polic_name=demo polic_version=1.0.0\n",
           "name=demo version=1.0.0\n",
           "; comment\n",
           "// comment\n",
       }) {
    INFO(header);
    CHECK(WhatIs(header + body) == "text");
    for (const char* rest :
         {"DEFAULT action=DENY\n", "op = EXECUTE action = ALLOW\n", "OP=EXECUTE ACTION=ALLOW\n",
          "op: EXECUTE\naction: ALLOW\n", "- op: EXECUTE\n  action: ALLOW\n"}) {
      INFO(rest);
      CHECK(WhatIs(std::string(header) + rest) == "text");
    }
  }
  for (const char* text : {"name=demo version=1.0.0\n",
                           "name=demo\nversion=1.0.0\n",
                           "demo 1.0.0\n",
                           "demo: x\n",
                           "allow everything\n",
                           "policy demo\nallow x\n",
                           "a.b=c\n",
                           "a.b=c d=e\nf.g=h i=j\n",
                           "EXECUTE ALLOW\n",
                           "p\n",
                           "pa, b\n",
                           "# only a comment\n",
                           "; only a comment\n",
                           "[\n",
                           "[]x\n",
                           "[a=b]\nc=d\n",
                           "( x\n",
                           "measure everything\n",
                           "profile demo\n",
                           "a = b\n",
                           "a = b c = d\ne = f\n"}) {
    INFO(text);
    CHECK(WhatIs(text) == "text");
  }
}

TEST_CASE("a policy and what is meant to be one is text") {
  CHECK(WhatIs(kPolicy) == "text");
  CHECK(WhatIs("") == "text");
  CHECK(WhatIs("\n# <?xml\n \t" + std::string(kPolicy)) == "text");
  CHECK(WhatIs("DEFAULT action=DENY\n") == "text");
  CHECK(WhatIs("grant access\n") == "text");
  CHECK(WhatIs("grants {\n}\n") == "text");
  CHECK(WhatIs("<name>\n") == "text");
  CHECK(WhatIs("<<<<<<< HEAD\n" + std::string(kPolicy)) == "text");
  CHECK(WhatIs("{{ header }}\nDEFAULT action=DENY\n") == "text");
  // Text in an old encoding, with colors of a terminal, cut by a NUL, in UTF-16.
  CHECK(WhatIs("# " + std::string(500, '\xE4') + "\nDEFAULT\n") == "text");
  CHECK(WhatIs("\x1b[1m\x1b[31mDEFAULT\x1b[0m action=DENY gr\xC3\xBC\xC3\x9F\xC3\xBC\n") == "text");
  CHECK(WhatIs(std::string("DEFAULT action=DENY\n\0\0\0\0\0\0\0\0", 28)) == "text");
  std::string utf16 = "\xFF\xFE";
  for (const char* at = kPolicy; *at != '\0'; ++at) utf16 += std::string(1, *at) + '\0';
  CHECK(WhatIs(utf16) == "text");
  // The checker judges the text after a header, whatever it is.
  std::string tail = kPolicy;
  for (int i = 0; i < 2000; ++i) tail += static_cast<char>(i * 89);
  CHECK(WhatIs(tail) == "text");
}

// Bytes like those of a certificate or signature: all values equally likely.
std::string Noise(std::size_t size, unsigned seed) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) {
    seed = seed * 1664525U + 1013904223U;
    bytes += static_cast<char>(seed >> 24U);
  }
  return bytes;
}

TEST_CASE("a signed file that lost its beginning is binary") {
  const std::string head(
      "\x30\x82\x05\x33\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x82\x05\x24\x30\x82\x05\x20"
      "\x02\x01\x01\x31\x0d\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x30\x81\xb0\x06\x09"
      "\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01\xa0\x81\xa2\x04\x81\x9f",
      61);
  for (unsigned seed = 0; seed < 200; ++seed) {
    std::string text = kPolicy;
    for (unsigned i = 0; i < seed * 10; ++i) text += "op=EXECUTE boot_verified=TRUE action=ALLOW\n";
    const std::string whole = head + text + Noise(900, seed);
    CHECK(WhatIs(whole) == "a signed file");
    std::string damaged = whole;
    for (const char first : {'\x00', '\x31', '\x20', '\xB0', 'p'}) {
      damaged[0] = first;
      CHECK(WhatIs(damaged) == "a binary file");
    }
    CHECK(WhatIs(whole.substr(1)) == "a binary file");
    // The rest of a policy, and bytes after it.
    if (whole.size() < (std::size_t{1} << 16)) {
      CHECK(WhatIs(whole.substr(head.size() + 20)) == "a binary file");
    }
    CHECK(WhatIs(whole.substr(whole.size() - 700)) == "a binary file");
  }
}

TEST_CASE("one sentence names the kind of file and the way out") {
  const auto error = [](const Content& content, const char* name, const char* command) {
    return llvm::toString(NotTextError(content, name, command));
  };
  CHECK(error({Kind::Signed, "a signed file"}, "a.pol", "lint") ==
        "`a.pol` is a signed file: lint the text that was signed");
  CHECK(error({Kind::Table, "a compiled table"}, "a.pol", "format") ==
        "`a.pol` is a compiled table: format the policy it was compiled from");
  CHECK(error({Kind::Other, "a JSON file"}, "a.policy", "lint") ==
        "`a.policy` is a JSON file, not policy text; `exclude` in ipec.toml leaves it out");
}

}  // namespace
}  // namespace ipec::content
