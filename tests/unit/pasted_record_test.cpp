// Lines of logs in a policy, in every form and dialect of the samples of records_fuzz: one finding
// names the commands that read logs, and its repair leaves an accepted policy with a comment.

#include <fmt/format.h>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "compiler/records/audit_line.h"
#include "compiler/records/reader.h"
#include "tests/unit/check_probe.h"

namespace ipec {
namespace {

// The lines of the samples that hold a record each.
std::vector<std::string> Records() {
  std::vector<std::string> lines;
  const std::string samples = IPEC_SOURCE_DIR "/tests/fuzz/corpus/records_fuzz";
  for (const auto& entry : std::filesystem::directory_iterator(samples)) {
    if (entry.path().extension() != ".log" && entry.path().extension() != ".json") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    REQUIRE(stream);
    for (std::string line; std::getline(stream, line);) {
      std::size_t records = 0;
      records::Reader reader([&](const records::Record&) { ++records; });
      reader.Feed(line);
      reader.Finish();
      if (records == 1 && line.find('\0') == std::string::npos) lines.push_back(line);
    }
  }
  return lines;
}

bool NamesReplay(const diagnostics::Diagnostic& finding) {
  return !finding.notes.empty() &&
         finding.notes[0].message.find("ipec replay") != std::string::npos;
}

}  // namespace

TEST_CASE("a record in a policy is reported as one, in every form and dialect, for every target") {
  const std::vector<std::string> records = Records();
  REQUIRE(records.size() > 80);
  const std::string header = "policy_name=p policy_version=1.0.0\n";
  const std::string rest = "DEFAULT action=DENY\n";
  for (const targets::Target& target : targets::AllTargets()) {
    for (const std::string& record : records) {
      for (const std::string& text : {fmt::format("{}\n{}{}", record, header, rest),
                                      fmt::format("{}{}\n{}", header, record, rest),
                                      fmt::format("{}{}{}", header, rest, record)}) {
        INFO(target.name << ":\n" << text);
        const tests::Probe probe = tests::CheckText(text, target);
        REQUIRE(probe.findings.size() == 1);
        const diagnostics::Diagnostic& finding = probe.findings[0];
        CHECK(NamesReplay(finding));
        CHECK(tests::FindProblem(text, target, {}, probe) == std::nullopt);
        REQUIRE(finding.fixes.size() == 1);
        REQUIRE(finding.fixes[0].edits.size() == 1);
        const diagnostics::TextEdit& edit = finding.fixes[0].edits[0];
        std::string repaired = text;
        repaired.replace(edit.where.begin, edit.where.size(), edit.text);
        CHECK(tests::CheckText(repaired, target).error == 0);
      }
    }
  }
}

TEST_CASE("all records of an event are lines of a log, and no text of a policy is") {
  for (const char* line :
       {"type=PATH msg=audit(1700000002.001:14): item=0 name=\"/a#b\" inode=1311",
        "node=x type=CWD msg=audit(1700000002.001:14): cwd=\"/\"",
        "[    8.5] audit: type=1302 audit(1700000002.001:14): item=0",
        "[   11.000001] audit: audit_lost=3 audit_rate_limit=0 audit_backlog_limit=64",
        "kauditd_printk_skb: 37 callbacks suppressed", R"({"MESSAGE":"x"})",
        "type=IPE_ACCESS msg=audit(1700000003.002:15): ipe_op=EXECUTE ipe_hook=MM"}) {
    INFO(line);
    CHECK(records::IsAuditLine(line));
  }
  for (const char* line :
       {"", "policy_name=audit(1700000002.001:14) policy_version=1.0.0", "DEFAULT action=DENY",
        "op=EXECUTE action=ALLOW # for type=1420 audit(1700000002.001:14): ipe_op=EXECUTE",
        "{{ rules }}", "policy_name=p policy_version=1.0.0", "op=EXECUTE audit(1) action=DENY"}) {
    INFO(line);
    CHECK_FALSE(records::IsAuditLine(line));
  }
}

// The kernel of the RFC series takes such a name, so nothing is reported.
TEST_CASE("accepted text is never a line of a log") {
  for (const targets::Target& target : targets::AllTargets()) {
    const tests::Probe probe = tests::CheckText(
        "policy_name=audit(1700000002.001:14) policy_version=1.0.0\nDEFAULT action=DENY\n", target);
    CHECK(probe.findings.empty());
  }
}

}  // namespace ipec
