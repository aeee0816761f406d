// Every row of rules.def has what a rule needs: a golden test with a finding and a policy without
// one; its documentation; a place in SARIF's list; correct fixes.

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "compiler/diagnostics/edits.h"
#include "compiler/diagnostics/explain.h"
#include "compiler/pipeline/change_words.h"
#include "lint/explained.h"
#include "lint/linter.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "tests/unit/check_text.h"
#include "tests/unit/lint_text.h"

namespace ipec::lint {
namespace {

std::string ReadGolden(const std::string& name) {
  std::ifstream file(std::filesystem::path(IPEC_SOURCE_DIR) / "tests/golden/lint" / name,
                     std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// `\xHH`, `\r` and similar escapes, as in tests/golden/README.md.
std::string Unescape(llvm::StringRef text) {
  std::string bytes;
  while (!text.empty()) {
    const char byte = text.front();
    text = text.drop_front();
    if (byte != '\\') {
      bytes += byte;
      continue;
    }
    const char kind = text.front();
    text = text.drop_front();
    if (kind == 'x') {
      bytes += static_cast<char>(llvm::hexFromNibbles(text[0], text[1]));
      text = text.drop_front(2);
    } else if (kind != '\n') {
      bytes += kind == 'n'   ? '\n'
               : kind == 'r' ? '\r'
               : kind == 't' ? '\t'
               : kind == '0' ? '\0'
                             : kind;
    }
  }
  return bytes;
}

struct Golden {
  std::string arguments;
  std::map<std::string, std::string> sections;  // "input bad.pol", "stdout"
};

Golden GoldenOf(const Rule& rule) {
  std::string name = "fail_" + std::string(rule.descriptor.name) + ".pol";
  std::replace(name.begin(), name.end(), '-', '_');
  const std::string text = ReadGolden(name);
  Golden golden;
  std::string* section = nullptr;
  bool escaped = false;
  const auto finish = [&] {
    if (section != nullptr && escaped) *section = Unescape(*section);
  };
  llvm::StringRef rest = text;
  while (!rest.empty()) {
    const std::size_t size = std::min(rest.find('\n'), rest.size() - 1) + 1;
    llvm::StringRef line = rest.take_front(size);
    rest = rest.drop_front(size);
    if (line.consume_front("# ARGS: ")) {
      golden.arguments = line.rtrim().str();
    } else if (line.consume_front("# --- ")) {
      finish();
      line = line.rtrim();
      escaped = line.consume_back(" escaped");
      section = &golden.sections[line.str()];
    } else if (section != nullptr) {
      *section += line;
    }
  }
  finish();
  return golden;
}

// The findings of the golden's call of `ipec lint` for its bad.pol and first target.
struct Linted {
  support::SourceBuffer source;
  const targets::Target* target = nullptr;
  Result result;
};

Linted LintBad(const Golden& golden) {
  Linted linted;
  linted.source = support::SourceBuffer("bad.pol", golden.sections.at("input bad.pol"));
  pipeline::Config config;
  if (const auto file = golden.sections.find("input ipec.toml"); file != golden.sections.end()) {
    auto parsed = pipeline::ParseConfig("ipec.toml", file->second);
    if (!parsed) FAIL(llvm::toString(parsed.takeError()));
    config = *parsed;
  }
  std::vector<std::string> select;
  std::vector<const targets::Target*> targets;
  std::optional<std::string> base;
  std::optional<std::string> image;
  llvm::SmallVector<llvm::StringRef> words;
  llvm::StringRef(golden.arguments).split(words, ' ');
  for (llvm::StringRef word : words) {
    if (word.consume_front("--target=")) targets.push_back(targets::FindTarget(word.str()));
    if (word.consume_front("--against=")) base = golden.sections.at("input " + word.str());
    if (word.consume_front("--with=")) image = golden.sections.at("input " + word.str());
    if (!word.consume_front("--select=")) continue;
    llvm::SmallVector<llvm::StringRef> names;
    word.split(names, ',');
    for (const llvm::StringRef name : names) select.push_back(name.str());
  }
  targets = pipeline::TargetsOf(config, "bad.pol", targets);
  linted.target = targets[0];
  Overrides overrides;
  overrides.select = select;
  auto settings = Resolve(config, overrides, "2026-01-01");
  if (!settings) FAIL(llvm::toString(settings.takeError()));
  if (base) settings->base = BaseOf(*base, targets);
  if (image) settings->image = ImageOf(*image);
  // A rule about signed files: the text that was signed, and bad.pol beside it.
  if (const auto text = golden.sections.find("input bad.txt"); text != golden.sections.end()) {
    settings->reviewed =
        std::make_shared<const ReviewedText>(ReviewedText{"bad.pol", linted.source.text().str()});
    linted.source = support::SourceBuffer("bad.p7b", text->second);
  }
  linted.result = Lint(ReadingOf(linted.source.text().str(), targets, "bad.pol"), *settings);
  return linted;
}

std::size_t Count(const Result& result, const Rule& rule) {
  return static_cast<std::size_t>(std::count_if(
      result.findings.begin(), result.findings.end(),
      [&](const Diagnostic& finding) { return finding.descriptor == &rule.descriptor; }));
}

TEST_CASE("every rule has a golden test with a finding, and a policy without one") {
  for (const Rule& rule : AllRules()) {
    INFO(rule.descriptor.name);
    const Golden golden = GoldenOf(rule);
    REQUIRE(golden.sections.count("input bad.pol") == 1);
    REQUIRE(golden.sections.count("input good.pol") == 1);
    REQUIRE(golden.sections.count("stdout") == 1);
    const std::string& out = golden.sections.at("stdout");
    const std::string tag =
        "[" + std::string(rule.descriptor.code) + " " + std::string(rule.descriptor.name) + "]\n";
    CHECK(out.find(tag) != std::string::npos);
    CHECK(("\n" + out).find("\ngood.pol:") == std::string::npos);
    CHECK(llvm::StringRef(golden.arguments).contains("good.pol"));
    CHECK(Count(LintBad(golden).result, rule) > 0);
  }
}

TEST_CASE("the rules about changes are called as `ipec diff` calls what they report") {
  using enum pipeline::LifeCycleProblem;
  std::vector<diagnostics::Descriptor> descriptors;
  for (const auto direction :
       {pipeline::Direction::Looser, pipeline::Direction::Tighter, pipeline::Direction::Records}) {
    descriptors.push_back(pipeline::DescriptorOf(direction));
  }
  for (const auto problem : {VersionNotBumped, VersionDecreased, NameChanged}) {
    descriptors.push_back(pipeline::DescriptorOf(problem));
  }
  for (const diagnostics::Descriptor& descriptor : descriptors) {
    INFO(descriptor.code);
    const Rule* const rule = FindRule(descriptor.code);
    REQUIRE(rule != nullptr);
    CHECK(rule->descriptor.name == descriptor.name);
    CHECK(rule->descriptor.severity == descriptor.severity);
  }
}

// tests/command/lint_formats_test.py checks that each is listed in SARIF.
TEST_CASE("every rule is explained") {
  for (const Rule& rule : AllRules()) {
    INFO(rule.descriptor.name);
    const auto by_name = diagnostics::Explain(rule.descriptor.name, Explained());
    const auto by_code = diagnostics::Explain(rule.descriptor.code, Explained());
    REQUIRE(by_name.has_value());
    REQUIRE(by_code.has_value());
    // A name can also be that of an error of the kernel: then both are explained.
    CHECK(llvm::StringRef(*by_name).endswith(*by_code));
    CHECK(by_name->find(rule.body->docs.substr(0, 60)) != std::string::npos);
  }
}

// The text with a comment above each statement and one beside it.
std::string Annotated(const std::string& text, const targets::Target& target) {
  const tests::Checked checked = tests::CheckText(text, target);
  std::string annotated;
  std::size_t number = 0;
  for (const syntax::Line& line : checked.document.lines) {
    const llvm::StringRef whole = checked.document.Text(line.span);
    const llvm::StringRef body = whole.rtrim("\r\n");
    if (line.kind == syntax::LineKind::Blank) {
      annotated += whole;
      continue;
    }
    const llvm::StringRef end = whole.drop_front(body.size());
    annotated += fmt::format("# above {}.", number) + (end.empty() ? "\n" : end.str());
    annotated += fmt::format("{} # beside {}.", body.str(), number++) + end.str();
  }
  return annotated + checked.document.Text(checked.document.hidden).str();
}

// Every comment is still there, once, and the two comments of a statement are still together:
// beside the statement, or on lines of their own that no statement follows.
void CheckComments(const std::string& before, const std::string& after) {
  llvm::SmallVector<llvm::StringRef> lines;
  llvm::StringRef(after).split(lines, '\n');
  for (std::size_t number = 0;; ++number) {
    const std::string above = fmt::format("# above {}.", number);
    const std::string beside = fmt::format("# beside {}.", number);
    if (before.find(above) == std::string::npos) return;
    INFO(above);
    CHECK(llvm::StringRef(after).count(above) == 1);
    CHECK(llvm::StringRef(after).count(beside) == 1);
    for (std::size_t i = 0; i + 1 < lines.size(); ++i) {
      if (!lines[i].contains(above)) continue;
      CHECK(lines[i + 1].contains(beside));
      const bool alone = lines[i + 1].ltrim(" \t").startswith(beside);
      if (alone && i + 2 < lines.size()) CHECK(lines[i + 2].trim(" \t\r").empty());
    }
  }
}

TEST_CASE("fixes of all rules keep comments, and each with its statement") {
  std::set<std::string_view> removing;
  for (const Rule& rule : AllRules()) {
    if (rule.category == Category::Meta) continue;  // whose fixes are about comments
    INFO(rule.descriptor.name);
    Golden golden = GoldenOf(rule);
    const Linted plain = LintBad(golden);
    const std::string text = Annotated(plain.source.text().str(), *plain.target);
    golden.sections["input bad.pol"] = text;
    const Linted bad = LintBad(golden);
    for (const Diagnostic& finding : bad.result.findings) {
      if (FindRule(*finding.descriptor) == nullptr) continue;
      for (const diagnostics::Fix& fix : finding.fixes) {
        const std::string fixed = Apply(text, fix.edits);
        INFO(fix.title << "\n" << text << "----\n" << fixed);
        CheckComments(text, fixed);
        if (llvm::StringRef(fix.title).startswith("remove")) {
          removing.insert(finding.descriptor->name);
        }
      }
    }
  }
  CHECK(removing.size() >= 5);
}

TEST_CASE("removing a statement with its suppression is not a safe fix") {
  const targets::Target& target = targets::DefaultTarget();
  const std::string head = "policy_name=p policy_version=1.0.0\nDEFAULT action=DENY\n";
  const std::string rule = "op=EXECUTE boot_verified=TRUE action=ALLOW";
  const auto fixed = [&](const std::string& beside) {
    const std::string text = head + rule + "\n" + rule + beside + "\nop=KMODULE action=DENY\n";
    Overrides overrides;
    const std::vector<std::string> select = {"duplicate-rule"};
    overrides.select = select;
    auto settings = Resolve({}, overrides, "2026-01-01");
    if (!settings) FAIL(llvm::toString(settings.takeError()));
    const Result result = LintText(text, target, *settings);
    REQUIRE(result.findings.size() == 1);
    const diagnostics::Fix& fix = result.findings[0].fixes[0];
    return (fix.keeps_meaning ? "safe\n" : "not safe\n") +
           Apply(text, fix.edits).substr(head.size() + rule.size() + 1);
  };
  const std::string end = "op=KMODULE action=DENY\n";
  CHECK(fixed("") == "safe\n" + end);
  CHECK(fixed(" # why") == "safe\n# why\n\n" + end);
  CHECK(fixed(" # ipec: allow(weak-digest) old") == "not safe\n" + end);
  CHECK(fixed(" # ipec: allow-file(weak-digest) old") ==
        "safe\n# ipec: allow-file(weak-digest) old\n\n" + end);
}

// A rule's documentation calls its fix safe if and only if it is, in the rule's golden test; and
// each fix leaves a policy that the kernel accepts, with fewer findings.
TEST_CASE("every fix does what its rule's documentation says") {
  for (const Rule& rule : AllRules()) {
    INFO(rule.descriptor.name);
    const Linted bad = LintBad(GoldenOf(rule));
    const std::string text = bad.source.text().str();
    bool safe = false;
    for (const Diagnostic& finding : bad.result.findings) {
      if (finding.descriptor != &rule.descriptor) continue;
      for (const diagnostics::Fix& fix : finding.fixes) {
        INFO(fix.title);
        safe |= fix.keeps_meaning;
        const std::string fixed = Apply(text, fix.edits);
        // A guess is not applied without asking, even if it changes nothing.
        if (fix.is_guess) {
          CHECK_FALSE(fix.keeps_meaning);
        } else {
          CHECK(fix.keeps_meaning == (HasSameMeaning(text, fixed, *bad.target) ||
                                      IsNextVersion(text, fixed, *bad.target)));
        }
        Golden after = GoldenOf(rule);
        after.sections["input bad.pol"] = fixed;
        const Result result = LintBad(after).result;
        CHECK_FALSE(result.error.has_value());
        CHECK(Count(result, rule) < Count(bad.result, rule));
      }
    }
    std::string words;
    for (const char byte : rule.body->docs) words += byte == '\n' ? ' ' : byte;
    const bool says_safe = words.find("safe fix") != std::string::npos &&
                           words.find("not a safe fix") == std::string::npos;
    CHECK(says_safe == safe);
  }
}

TEST_CASE("the more specific level of a rule applies") {
  const auto level = [](const std::string& table) {
    llvm::Expected<pipeline::Config> config =
        pipeline::ParseConfig("t", "[lint.severity]\n" + table);
    REQUIRE(bool(config));
    llvm::Expected<Settings> settings = Resolve(*config, {}, "2026-01-01");
    REQUIRE(bool(settings));
    const auto severity = settings->Of(*FindRule("duplicate-rule"));
    return severity ? std::string(diagnostics::Name(*severity)) : "off";
  };
  const std::string category(Name(FindRule("duplicate-rule")->category));
  const std::string entries[] = {"duplicate-rule = 'error'\n", category + " = 'info'\n",
                                 "all = 'style'\n", "IPE1003 = 'error'\n", "IPE1 = 'info'\n"};
  CHECK(level(entries[0]) == "error");
  CHECK(level(entries[1]) == "info");
  CHECK(level(entries[2]) == "style");
  for (const auto& [special, general] : {std::pair{0, 1}, {0, 2}, {1, 2}, {3, 4}, {4, 2}, {3, 2}}) {
    INFO(entries[special] << entries[general]);
    CHECK(level(entries[special] + entries[general]) == level(entries[special]));
    CHECK(level(entries[general] + entries[special]) == level(entries[special]));
  }
  // Of equally specific ones, the last.
  CHECK(level("IPE1003 = 'info'\nduplicate-rule = 'off'\n") == "off");
  CHECK(level("duplicate-rule = 'off'\nIPE1003 = 'info'\n") == "info");
}

TEST_CASE("a list of unknown rules is one mistake, found quickly") {
  pipeline::Config config;
  config.lint.ignore.assign(20'000, std::string(64, 'x'));
  llvm::Expected<Settings> settings = Resolve(config, {}, "2026-01-01");
  CHECK(llvm::toString(settings.takeError()) == "unknown rule `" + std::string(64, 'x') + "`");
}

}  // namespace
}  // namespace ipec::lint
