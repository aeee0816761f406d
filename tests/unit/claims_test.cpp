// Files of claims: a claim is well-formed if and only if its rule is, means what the rule matches,
// and its findings and repairs keep the promises of those about policies.

#include <catch2/catch.hpp>
#include <cstdlib>
#include <string>
#include <vector>

#include "compiler/check/check.h"
#include "compiler/check/check_claims.h"
#include "compiler/pipeline/claims_reading.h"
#include "compiler/pipeline/format_text.h"
#include "compiler/syntax/parse.h"
#include "compiler/targets/targets.h"
#include "tests/unit/check_probe.h"
#include "tests/unit/mutated_policies.h"
#include "tests/unit/sampling.h"

namespace ipec::tests {
namespace {

constexpr const char* kHead = "policy_name=n policy_version=1.0.0\nDEFAULT action=DENY\n";

std::vector<const targets::Target*> Languages() {
  return {targets::FindTarget("linux-6.12"), targets::FindTarget("rfc-v7")};
}

struct Read {
  std::string text;
  check::ClaimsResult result;
  diagnostics::Sink findings;
};

Read ReadClaims(const std::string& text, const targets::Target& target) {
  Read read{text, {}, diagnostics::Sink()};
  const syntax::Document document = syntax::Parse(read.text, check::LexisOf(target));
  read.result = check::CheckClaims(document, target, read.findings);
  return read;
}

// The rules of a policy, one per line.
std::vector<std::string> RulesOf(const std::string& text) {
  std::vector<std::string> rules;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string line = text.substr(at, end - at);
    if (line.rfind("op=", 0) == 0) rules.push_back(line);
    at = end + 1;
  }
  return rules;
}

std::string Without(std::string text, const std::string& part) {
  const std::size_t at = text.find(part);
  return at == std::string::npos ? text : text.erase(at, part.size());
}

TEST_CASE("a claim is well-formed if and only if its rule is, and means what the rule matches") {
  MutatedPolicies policies(20261127);
  int rounds = SampledRounds(2000);
  std::size_t compared = 0;
  while (rounds-- > 0) {
    for (const std::string& rule : RulesOf(policies.Next())) {
      // Words that touch a comment belong to a claim, which no kernel reads.
      const std::size_t comment = rule.find('#');
      if (comment != std::string::npos && comment > 0 && rule[comment - 1] != ' ') continue;
      if (comment < rule.find("action=")) continue;  // the rule has none
      const std::string claim = Without(Without(rule, " action=ALLOW"), " action=DENY");
      if (claim == rule || claim.find('\r') != std::string::npos) continue;
      if (claim.find('\0') != std::string::npos) continue;
      for (const targets::Target* target : Languages()) {
        INFO(target->name << ": " << rule);
        const std::string whole = kHead + rule;
        const syntax::Document document = syntax::Parse(whole, check::LexisOf(*target));
        diagnostics::Sink sink;
        const check::Result policy = check::CheckDocument(document, *target, {}, sink);
        const Read read = ReadClaims("never " + claim, *target);
        CHECK(read.result.well_formed == !policy.error.has_value());
        CHECK(read.result.well_formed == read.findings.list().empty());
        const auto& claims = read.result.claims;
        if (!read.result.well_formed) continue;
        ++compared;
        REQUIRE(claims.claims.size() == 1);
        CHECK(claims.fits.rules.size() == policy.policy.rules.size());
        CHECK(claims.claims[0].fits.count == claims.fits.rules.size());
        for (std::size_t i = 0; i < claims.fits.rules.size(); ++i) {
          CHECK(claims.fits.rules[i].operation == policy.policy.rules[i].operation);
          CHECK(claims.fits.rules[i].conditions.count == policy.policy.rules[i].conditions.count);
          CHECK(claims.fits.rules[i].line == 1);
        }
      }
    }
  }
  CHECK(compared > 20);
}

TEST_CASE("op=* stands for every operation with a name, and an alias for its operations") {
  for (const targets::Target& target : targets::AllTargets()) {
    INFO(target.name);
    const Read read =
        ReadClaims("# c\nonly op=*\r\nnever op=EXECUTE boot_verified=TRUE # x", target);
    CHECK(read.result.well_formed);
    const policy::Claims& claims = read.result.claims;
    REQUIRE(claims.claims.size() == 2);
    CHECK(claims.claims[0].kind == policy::ClaimKind::Only);
    CHECK(claims.claims[0].line == 2);
    CHECK(claims.claims[0].fits.count == target.semantics().operations.size());
    const support::Span second = claims.claims[1].statement;
    CHECK(read.text.substr(second.begin, second.size()) == "never op=EXECUTE boot_verified=TRUE");
    CHECK(claims.claims[1].fits.first == claims.claims[0].fits.count);
    CHECK(claims.fits.rules.back().statement == second);
    for (const targets::Alias& alias : target.aliases()) {
      const Read one = ReadClaims("always op=" + std::string(alias.spelling), target);
      REQUIRE(one.result.claims.claims.size() == 1);
      CHECK(one.result.claims.claims[0].fits.count == alias.operations.size());
    }
    // In a policy, it is not an operation.
    CHECK(CheckText(std::string(kHead) + "op=* action=ALLOW\n", target).error != 0);
  }
}

TEST_CASE("a line with a finding is not a claim, and the others are") {
  for (const char* wrong :
       {"nver op=EXECUTE", "never op=EXECUT", "never", "op=EXECUTE", "never op=EXECUTE action=DENY",
        "NEVER op=EXECUTE", "neverop=EXECUTE", "never op=EXECUTE only op=KMODULE"}) {
    INFO(wrong);
    const Read read = ReadClaims("only op=*\n" + std::string(wrong) + "\nalways op=EXECUTE\n",
                                 targets::DefaultTarget());
    CHECK_FALSE(read.result.well_formed);
    CHECK(read.findings.list().size() == 1);
    REQUIRE(read.result.claims.claims.size() == 2);
    CHECK(read.result.claims.claims[0].line == 1);
    CHECK(read.result.claims.claims[1].line == 3);
  }
}

// Claims with typical mistakes, made from policies with typical mistakes.
class MutatedClaims {
 public:
  explicit MutatedClaims(std::uint32_t seed) : policies_(seed) {}

  std::string Next() {
    static const std::string kWords[] = {"never ",        "always ",    "only ", "never\t",
                                         "NEVER ",        "nver ",      "",      "never",
                                         "\xC2\xA0only ", "only  op=* "};
    std::string text;
    const std::string policy = policies_.Next();
    std::size_t at = 0;
    while (at < policy.size()) {
      const std::size_t end = std::min(policy.find('\n', at), policy.size());
      std::string line = policy.substr(at, end - at);
      if (policies_.Below(4) != 0) line = Without(Without(line, "action=ALLOW"), "action=DENY");
      if (line.rfind("policy_name", 0) == 0 && policies_.Below(4) != 0) line = "op=EXECUTE";
      if (line.rfind("DEFAULT", 0) == 0 && policies_.Below(4) != 0) line = "op=*";
      if (policies_.Below(8) == 0 && line.size() > 4) line.insert(line.size() / 2, " never ");
      text += kWords[policies_.Below(2) == 0 ? policies_.Below(std::size(kWords))
                                             : policies_.Below(3)] +
              line + "\n";
      at = end + 1;
    }
    return text;
  }

 private:
  MutatedPolicies policies_;
};

TEST_CASE("findings about claims keep the promises of those about policies") {
  const char* rounds = std::getenv("IPEC_REPAIRS");
  MutatedClaims claims(20261127);
  for (int round = rounds == nullptr ? SampledRounds(500) : std::atoi(rounds); round > 0; --round) {
    const std::string text = claims.Next();
    for (const targets::Target* target : Languages()) {
      std::optional<std::string> problem =
          FindProblem(text, *target, {}, CheckClaimsText(text, *target), Form::Claims);
      for (const Way way : kWays) {
        if (!problem) problem = FindRepairProblem(text, *target, way, Form::Claims);
      }
      if (problem) FAIL_CHECK(target->name << " on:\n" << text << "\n" << *problem);
    }
  }
}

TEST_CASE("formatting keeps the claims, and formatting again changes nothing") {
  MutatedClaims claims(20261128);
  std::size_t changed = 0;
  for (int round = SampledRounds(500); round > 0; --round) {
    const std::string text = claims.Next();
    for (const bool align : {false, true}) {
      for (const targets::Target* target : Languages()) {
        INFO(text);
        format::Style style;
        style.align = style.sort_properties = align;
        const pipeline::ClaimsReading before(support::SourceBuffer("f", text), *target);
        const format::Result result = pipeline::FormatText(before, style);
        CHECK_FALSE(result.failure.has_value());
        changed += result.text != text;
        const pipeline::ClaimsReading after(support::SourceBuffer("f", result.text), *target);
        CHECK(pipeline::ClaimTheSame(before, after));
        CHECK(pipeline::FormatText(after, style).text == result.text);
      }
    }
  }
  CHECK(changed > 20);
}

TEST_CASE("claims that differ are distinguished") {
  const auto reading = [](std::string text) {
    return pipeline::ClaimsReading(support::SourceBuffer("f", std::move(text)),
                                   targets::DefaultTarget());
  };
  const auto base = reading("never op=EXECUTE dmverity_roothash=sha256:00 boot_verified=TRUE\n");
  CHECK(ClaimTheSame(base, reading("# c\nnever op=EXECUTE boot_verified=TRUE "
                                   "dmverity_roothash=sha256:00")));
  for (const char* other : {"always op=EXECUTE dmverity_roothash=sha256:00 boot_verified=TRUE",
                            "never op=KMODULE dmverity_roothash=sha256:00 boot_verified=TRUE",
                            "never op=* dmverity_roothash=sha256:00 boot_verified=TRUE",
                            "never op=EXECUTE dmverity_roothash=sha256:01 boot_verified=TRUE",
                            "never op=EXECUTE dmverity_roothash=sha512:00 boot_verified=TRUE",
                            "never op=EXECUTE dmverity_roothash=sha256:00 boot_verified=FALSE",
                            "never op=EXECUTE dmverity_roothash=sha256:00", ""}) {
    INFO(other);
    CHECK_FALSE(ClaimTheSame(base, reading(other)));
  }
}

}  // namespace
}  // namespace ipec::tests
