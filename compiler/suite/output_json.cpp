// The results as JSON; README.md documents the fields.

#include <algorithm>
#include <optional>

#include "compiler/event/write_event.h"
#include "compiler/suite/outputs.h"
#include "compiler/support/json_writer.h"

namespace ipec::suite {
namespace {

using support::JsonWriter;
using Fate = MutantResult::Fate;
using Verdict = TestCase::Verdict;

std::string_view VerdictOf(const TestCase& test) {
  switch (test.verdict) {
    case Verdict::Passed:
      return "passed";
    case Verdict::Failed:
      return "failed";
    case Verdict::CannotFail:
      break;
  }
  return "cannot-fail";
}

class Json final : public TestOutput {
 public:
  Json(llvm::raw_ostream& out, const OutputOptions& options)
      : out_(out), options_(options), json_(out) {}

  void Policy(const SuiteResult& result) override {
    Begin();
    result_ = &result;
    json_.object([&] {
      json_.attribute("policy", result.input.policy.source().name());
      json_.attributeArray("targets", [&] { WriteTargets(std::nullopt); });
      json_.attributeArray("tests", [&] {
        for (const TestCase& test : result.report.tests) WriteTest(test);
      });
      if (options_.run.coverage) json_.attributeObject("coverage", [&] { WriteCoverage(); });
      if (!options_.run.mutants) return;
      if (result.report.has_mutants) {
        json_.attributeArray("mutants", [&] { WriteMutants(); });
      } else {
        json_.attribute("mutants", nullptr);
      }
    });
  }

  void NotTested(const UntestedPolicy& policy) override { not_tested_.push_back(policy); }

  void Finish(const TestTotals& totals) override {
    Begin();
    json_.arrayEnd();
    json_.attributeEnd();
    json_.attributeArray("not_tested", [&] {
      for (const UntestedPolicy& policy : not_tested_) {
        json_.object([&] {
          json_.attribute("file", policy.file);
          json_.attribute("line", policy.at.line);
          json_.attribute("reason", policy.reason);
        });
      }
    });
    json_.attribute("passed", totals.passed);
    json_.attribute("failed", totals.failed);
    json_.attribute("without_tests", totals.without_tests);
    json_.objectEnd();
    out_ << '\n';
  }

 private:
  void Begin() {
    if (has_begun_) return;
    has_begun_ = true;
    json_.objectBegin();
    json_.attribute("version", 1);
    json_.attributeBegin("policies");
    json_.arrayBegin();
  }

  void WriteTargets(const std::optional<std::vector<std::size_t>>& some) {
    for (std::size_t i = 0; i < result_->input.target_names.size(); ++i) {
      if (some && std::find(some->begin(), some->end(), i) == some->end()) continue;
      json_.value(result_->input.target_names[i]);
    }
  }

  void WriteTest(const TestCase& test) {
    const bool is_claim = test.kind == TestCase::Kind::Claim;
    json_.object([&] {
      json_.attribute("kind", is_claim ? "claim" : "event");
      json_.attribute("file", result_->SourceOf(test).name());
      json_.attribute("line", test.line);
      json_.attribute("name", test.name);
      json_.attribute("verdict", VerdictOf(test));
      if (!test.message.empty()) json_.attribute("message", test.message);
      if (!test.against.empty()) {
        json_.attributeArray("against", [&] {
          for (const Evidence& evidence : test.against) WriteEvidence(evidence);
        });
      }
      if (test.notes.empty()) return;
      json_.attributeArray("notes", [&] {
        for (const std::string& note : test.notes) json_.value(note);
      });
    });
  }

  void WriteEvidence(const Evidence& evidence) {
    json_.object([&] {
      json_.attribute("op", runtime::Name(evidence.operation));
      json_.attribute("action", runtime::Name(evidence.action));
      if (evidence.statement) {
        json_.attribute("match", event::NameOf(evidence.match));
        json_.attribute("line", evidence.line);
        json_.attribute("text", result_->input.policy.source().text(*evidence.statement));
      } else {
        json_.attribute("match", nullptr);
      }
      if (evidence.of != 0) {
        json_.attribute("cases", evidence.cases);
        json_.attribute("of", evidence.of);
        json_.attribute("where", evidence.where);
      }
      json_.attributeBegin("event");
      json_.raw(evidence.event);
      json_.attributeEnd();
      if (evidence.targets.empty()) return;  // those of what it is part of
      json_.attributeArray("targets", [&] { WriteTargets(evidence.targets); });
    });
  }

  void WriteCoverage() {
    json_.attributeArray("statements", [&] {
      for (const CoveredStatement& statement : result_->report.statements) {
        json_.object([&] {
          json_.attribute("line", statement.line);
          json_.attribute("events", statement.events);
          json_.attribute("can_decide", statement.can_decide);
        });
      }
    });
    json_.attributeArray("cases", [&] {
      for (const PinnedCases& pinned : result_->report.pinned) {
        json_.object([&] {
          json_.attribute("op", runtime::Name(pinned.operation));
          json_.attribute("pinned", pinned.pinned);
          json_.attribute("cases", pinned.cases);
          json_.attributeArray("targets", [&] { WriteTargets(pinned.targets); });
          json_.attributeArray("open", [&] {
            for (const Evidence& evidence : pinned.open) WriteEvidence(evidence);
          });
        });
      }
    });
  }

  void WriteMutants() {
    for (const auto& entry : result_->report.mutants) {
      const MutantKey& key = entry.first;
      const MutantResult& mutant = entry.second;
      json_.object([&] {
        json_.attribute("kind", Name(key.kind));
        json_.attribute("line", key.line);
        if (key.other_line != 0) json_.attribute("other_line", key.other_line);
        if (mutant.property) {
          json_.attribute("property", result_->input.policy.source().text(*mutant.property));
        }
        json_.attribute("fate", Name(mutant.fate));
        if (mutant.fate != Fate::Survived) return;
        json_.attributeBegin("test");
        json_.raw(mutant.test);
        json_.attributeEnd();
        json_.attributeArray("targets", [&] { WriteTargets(mutant.targets); });
      });
    }
  }

  llvm::raw_ostream& out_;
  const OutputOptions options_;
  JsonWriter json_;
  bool has_begun_ = false;
  std::vector<UntestedPolicy> not_tested_;
  const SuiteResult* result_ = nullptr;
};

}  // namespace

std::unique_ptr<TestOutput> MakeTestJson(llvm::raw_ostream& out, const OutputOptions& options) {
  return std::make_unique<Json>(out, options);
}

}  // namespace ipec::suite
