// Any bytes as policy text, for every target, through everything that ipec does with a policy:
// findings in all three formats, the optimizer, the emitted text (which proves itself), and the
// table, whose decisions about all classes of events with a few digests equal those of the
// specification.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

#include "compiler/analysis/facts_set.h"
#include "compiler/analysis/witness.h"
#include "compiler/content/content.h"
#include "compiler/diagnostics/render.h"
#include "compiler/pipeline/compile_policy.h"
#include "compiler/policy/decide.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/evaluate.h"
#include "ipec/runtime/policy.h"
#include "tests/exhaustive/judge.h"
#include "tests/unit/check_text.h"

namespace {

using namespace ipec;

void Require(bool condition, const char* what) {
  if (condition) return;
  std::fprintf(stderr, "policy_fuzz: %s\n", what);
  std::abort();
}

void RenderAll(const support::SourceBuffer& source, const tests::Checked& checked,
               const targets::Target& target) {
  for (const auto format :
       {diagnostics::Format::Text, diagnostics::Format::Json, diagnostics::Format::Sarif}) {
    std::string printed;
    llvm::raw_string_ostream out(printed);
    diagnostics::FileReport report;
    report.source = &source;
    report.target = target.name;
    report.error = checked.result.error;
    report.diagnostics = checked.findings.list();
    const auto renderer = diagnostics::MakeRenderer(format, out, {});
    renderer->Render(report);
    renderer->Finish();
    for (const char letter : out.str()) {
      const auto byte = static_cast<unsigned char>(letter);
      Require(byte == '\n' || (byte >= 0x20 && byte != 0x7F), "a control character is printed");
    }
  }
}

void CheckFindings(const tests::Checked& checked, std::size_t size) {
  bool errors = false;
  for (const diagnostics::Diagnostic& diagnostic : checked.findings.list()) {
    errors |= diagnostic.severity == diagnostics::Severity::Error;
    Require(!diagnostic.message.empty(), "a finding without words");
    Require(diagnostic.where.begin <= diagnostic.where.end && diagnostic.where.end <= size,
            "a finding outside the text");
    for (const diagnostics::Fix& fix : diagnostic.fixes) {
      std::uint32_t before = 0;
      for (const diagnostics::TextEdit& edit : fix.edits) {
        Require(before <= edit.where.begin && edit.where.begin <= edit.where.end &&
                    edit.where.end <= size,
                "a fix outside the text, or out of order");
        before = edit.where.end;
      }
    }
  }
  Require(errors == checked.result.error.has_value(), "an error if and only if rejected");
}

// A few digests that rules with `property` name, and none.
std::vector<policy::DigestId> SomeDigests(const policy::Policy& policy,
                                          runtime::Property property) {
  constexpr std::size_t kMost = 3;
  std::vector<policy::DigestId> some = {{}};
  for (const policy::Condition& condition : policy.conditions) {
    if (condition.property != property || some.size() > kMost) continue;
    some.push_back(condition.digest);
  }
  return some;
}

void CompareDecisions(const policy::Policy& policy, const runtime::Policy& loaded) {
  const auto roothashes = SomeDigests(policy, runtime::Property::DmverityRoothash);
  const auto digests = SomeDigests(policy, runtime::Property::FsverityDigest);
  for (const runtime::Operation operation : policy.semantics.operations) {
    for (const runtime::Facts facts : analysis::FactsSet::All()) {
      for (const policy::DigestId roothash : roothashes) {
        for (const policy::DigestId digest : digests) {
          const analysis::Witness witness =
              analysis::MakeWitness(policy, operation, facts, roothash, digest);
          const runtime::Event event = exhaustive::EventOf(witness);
          if (!exhaustive::Possible(policy.semantics, event)) continue;
          const policy::Decision want = Decide(policy, event);
          const runtime::Decision got = Evaluate(loaded, event);
          Require(want.action == got.action && want.match == got.match, "another decision");
          if (want.match == runtime::Match::Rule) {
            Require(policy.rules[want.rule.index].line == got.line, "another rule");
          }
        }
      }
    }
  }
}

void Try(const support::SourceBuffer& source, const targets::Target& target) {
  const tests::Checked checked = tests::CheckText(source.text(), target);
  CheckFindings(checked, source.text().size());
  RenderAll(source, checked, target);
  if (checked.result.error) return;
  Require(content::Classify(source.text()).kind == content::Kind::Text,
          "read as a file of another kind");
  for (const auto keeps : {optimize::Keeps::Audit, optimize::Keeps::Decision}) {
    optimize::Options options;
    options.keeps = keeps;
    const auto text = pipeline::CompilePolicy(checked.result.policy, target, options,
                                              pipeline::Form::Text, {"fuzz.pol", {}});
    Require(!tests::CheckText(text.bytes, target).result.error, "the text written is rejected");
  }
  const auto table =
      pipeline::CompilePolicy(checked.result.policy, target, {}, pipeline::Form::Table, {});
  runtime::Policy loaded;
  const auto status = Load(std::as_bytes(std::span(table.bytes)), loaded);
  Require(status == runtime::LoadStatus::Ok, "the table is rejected");
  CompareDecisions(checked.result.policy, loaded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const support::SourceBuffer source("fuzz.pol",
                                     std::string(reinterpret_cast<const char*>(data), size));
  for (const targets::Target& target : targets::AllTargets()) Try(source, target);
  return 0;
}
