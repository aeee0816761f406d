// Every row of the table of findings has a documentation, whose rejected example gives that finding
// and whose accepted one gives none. So the output of `ipec explain` is true.

#include <catch2/catch.hpp>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "compiler/diagnostics/edits.h"
#include "compiler/diagnostics/explain.h"
#include "compiler/pipeline/claims_reading.h"
#include "compiler/support/errno.h"
#include "tests/unit/check_probe.h"

namespace ipec::tests {
namespace {

struct Example {
  bool rejected = false;
  bool escaped = false;
  bool claims = false;
  std::string target = "linux-6.12";
  std::vector<std::string> loaded;
  std::string text;
};

std::string Unescaped(const std::string& text) {
  std::string made;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text.compare(i, 2, "\\x") == 0) {
      made += static_cast<char>(std::stoi(text.substr(i + 2, 2), nullptr, 16));
      i += 3;
    } else if (text.compare(i, 2, "\\0") == 0) {
      made += '\0';
      ++i;
    } else {
      made += text[i];
    }
  }
  return made;
}

// The fenced blocks that begin with ```ipe.
std::vector<Example> ExamplesOf(const std::string& text) {
  std::vector<Example> examples;
  std::istringstream lines(text);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (inside && line == "```") {
      inside = false;
      if (examples.back().escaped) examples.back().text = Unescaped(examples.back().text);
    } else if (inside) {
      examples.back().text += line + "\n";
    } else if (line.rfind("```ipe ", 0) == 0) {
      inside = true;
      Example example;
      std::istringstream words(line.substr(7));
      for (std::string word; words >> word;) {
        if (word == "bad" || word == "good") example.rejected = word == "bad";
        if (word == "escaped") example.escaped = true;
        if (word == "claims") example.claims = true;
        if (word.rfind("target=", 0) == 0) example.target = word.substr(7);
        if (word.rfind("loaded=", 0) == 0) example.loaded.push_back(word.substr(7));
      }
      examples.push_back(example);
    }
  }
  return examples;
}

// About templates, signed files and others that cannot be shown as a policy; golden tests cover
// them.
const std::set<std::string_view> kWithoutExample = {
    "signed-file-too-long", "too-long-to-sign",  "damaged-signed-file",   "detached-signature",
    "signed-not-data",      "pem-file",          "compiled-table",        "unsupported-algorithm",
    "signed-capabilities",  "content-in-pieces", "never-valid-signature", "other-file",
    "bad-placeholder",      "unknown-value",     "unfit-value",           "second-pattern",
    "bad-directive",        "bad-include",       "rendered-too-long"};

// With the claims that cannot fail.
Probe ClaimsProbe(const std::string& text, const targets::Target& target) {
  const pipeline::ClaimsReading reading(support::SourceBuffer("a.claims", text), target);
  const auto& findings = reading.first().diagnostics().list();
  return {findings.empty() ? 0 : 1, findings};
}

TEST_CASE("every finding is explained by examples that are true") {
  for (const diagnostics::Descriptor* descriptor : diagnostics::AllDescriptors()) {
    INFO(descriptor->code << ' ' << descriptor->name);
    const auto text = diagnostics::Explain(descriptor->code);
    REQUIRE(text.has_value());
    CHECK(text->rfind("# " + std::string(descriptor->code) + " " + std::string(descriptor->name),
                      0) == 0);
    CHECK(diagnostics::Explain(descriptor->name) == text);
    bool bad = false;
    bool good = false;
    for (const Example& example : ExamplesOf(*text)) {
      INFO(example.text);
      const targets::Target* target = targets::FindTarget(example.target);
      REQUIRE(target != nullptr);
      const Form form = example.claims ? Form::Claims : Form::Policy;
      const auto check = [&](const std::string& policy) {
        return example.claims ? ClaimsProbe(policy, *target)
                              : CheckText(policy, *target, example.loaded);
      };
      const Probe probe = check(example.text);
      CHECK(FindProblem(example.text, *target, example.loaded, probe, form) == std::nullopt);
      if (!example.rejected) {
        good = true;
        CHECK(probe.error == 0);
        continue;
      }
      bad = true;
      REQUIRE(probe.findings.size() == 1);
      CHECK(probe.findings[0].descriptor->code == descriptor->code);
      // Repairing the only error of a text leaves none.
      if (!probe.findings[0].fixes.empty()) {
        const std::string after = Apply(example.text, probe.findings[0].fixes[0].edits);
        INFO(after);
        CHECK(check(after).error == 0);
      }
      // The errno is named in the text. Claims have none.
      if (example.claims) continue;
      for (const support::ErrnoRow& row : support::kErrnos) {
        if (static_cast<int>(row.value) != probe.error) continue;
        CHECK(text->find("`" + std::string(row.name) + "`") != std::string::npos);
      }
    }
    const bool without = kWithoutExample.count(descriptor->name) != 0;
    CHECK(bad == !without);
    CHECK(good == !without);
  }
}

TEST_CASE("an errno is explained by name and by number, and leads to findings") {
  for (const support::ErrnoRow& row : support::kErrnos) {
    const auto text = diagnostics::Explain(row.name);
    REQUIRE(text.has_value());
    CHECK(text->find(row.meaning) != std::string::npos);
    CHECK(diagnostics::Explain(std::to_string(static_cast<int>(row.value))) == text);
    CHECK(diagnostics::Explain("-" + std::to_string(static_cast<int>(row.value))) == text);
  }
  CHECK(diagnostics::Explain("ERANGE")->find("version-too-large") != std::string::npos);
  CHECK(diagnostics::Explain("erange") == diagnostics::Explain("ERANGE"));
}

TEST_CASE("an unknown name is not explained, but gets a suggestion") {
  CHECK_FALSE(diagnostics::Explain("").has_value());
  CHECK_FALSE(diagnostics::Explain("IPE0000").has_value());
  CHECK_FALSE(diagnostics::Explain("5").has_value());
  CHECK(diagnostics::SuggestExplanation("unknown-operatio") == "unknown-operation");
  CHECK(diagnostics::SuggestExplanation("EBADMGS") == "EBADMSG");
  CHECK(diagnostics::SuggestExplanation("zzzzzzzz").empty());
}

}  // namespace
}  // namespace ipec::tests
