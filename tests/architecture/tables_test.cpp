// Every row of every table occurs in a golden test: a diagnostic, target, pass, command, operation,
// hook or record without a test could be wrong for years.

#include <catch2/catch.hpp>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compiler/driver/commands.h"
#include "ipec/runtime/vocabulary.h"
#include "tests/architecture/sources.h"

namespace ipec::architecture {
namespace {

// The calls and expectations of the golden tests: caret comments and sections, not the policies.
struct Goldens {
  std::vector<std::string> calls;
  std::string expected;

  bool Call(const std::string& words) const {
    for (const std::string& call : calls) {
      if ((' ' + call + ' ').find(words) != std::string::npos) return true;
    }
    return false;
  }
  bool Expect(std::string_view words) const { return expected.find(words) != std::string::npos; }
};

Goldens TheGoldens() {
  namespace fs = std::filesystem;
  const fs::path root = fs::path(IPEC_SOURCE_DIR) / "tests/golden";
  Goldens goldens;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const bool test = entry.path().parent_path() != root &&
                      entry.path().filename() != "README.md" &&
                      entry.path().parent_path().filename() != "data";
    if (!entry.is_regular_file() || !test) continue;
    bool in_expectation = false;
    for (const std::string& line : LinesOf(ReadText(entry.path()))) {
      if (line.starts_with("# ARGS: ")) {
        goldens.calls.push_back(line.substr(8));
      } else if (line.starts_with("# --- ")) {
        in_expectation = line.starts_with("# --- std") || line.starts_with("# --- output");
      } else if (in_expectation || (line.starts_with("#") && line.find("^ IPE") < line.size()) ||
                 line.starts_with("#@")) {
        goldens.expected += line + '\n';
      }
    }
  }
  return goldens;
}

using Names = std::vector<std::string_view>;

const Names kDiagnosticCodes = {
#define IPEC_DIAG(id, name, code, ...) code,
#include "compiler/diagnostics/diagnostics.def"
};
const Names kTargetNames = {
#define IPEC_TARGET(id, name, ...) name,
#include "compiler/targets/targets.def"
};
const Names kPassNames = {
#define IPEC_PASS(function, name, ...) name,
#define IPEC_TEXT_PASS(name, ...) name,
#include "compiler/optimize/passes.def"
};

TEST_CASE("every diagnostic occurs in a golden test") {
  const Goldens goldens = TheGoldens();
  for (const std::string_view code : kDiagnosticCodes) {
    INFO(code);
    CHECK(goldens.Expect(code));
  }
  CHECK_FALSE(goldens.Expect("IPE0000"));
}

TEST_CASE("every target, pass and command occurs in a golden test") {
  const Goldens goldens = TheGoldens();
  for (const std::string_view target : kTargetNames) {
    INFO(target);
    CHECK(goldens.Call(" --target=" + std::string(target) + ' '));
  }
  for (const std::string_view pass : kPassNames) {
    INFO(pass);
    const bool printed = goldens.Call("--print-after=" + std::string(pass) + ' ');
    CHECK((printed || goldens.Call("--disable-pass=" + std::string(pass) + ' ')));
  }
  for (const command::Entry& command : driver::Commands()) {
    INFO(command.name);
    CHECK(goldens.Call(' ' + std::string(command.name) + ' '));
  }
  CHECK_FALSE(goldens.Call(" --target=linux "));
}

TEST_CASE("every operation and hook occurs in a golden audit record") {
  const Goldens goldens = TheGoldens();
  for (const std::string_view operation : runtime::kOperationNames) {
    INFO(operation);
    CHECK(goldens.Expect("_op=" + std::string(operation) + ' '));
  }
  for (const std::string_view hook : runtime::kHookNames) {
    INFO(hook);
    CHECK(goldens.Expect("_hook=" + std::string(hook) + ' '));
  }
}

// The program prints access and load records; the tests of the runtime cover the others.
TEST_CASE("every field of every record occurs in a test") {
  const Goldens goldens = TheGoldens();
  std::string unit_tests;
  for (const char* directory : {"tests/unit", "tests/embed"}) {
    for (const SourceFile& file : SourcesBelow(directory, kCode)) {
      for (const std::string& line : file.lines) unit_tests += line + '\n';
    }
  }
  const std::vector<std::pair<std::string_view, std::string_view>> fields = {
#define IPEC_AUDIT_FIELD(family, record, before, ...) {#family " " #record, before},
#include "ipec/runtime/audit_fields.def"
  };
  for (const auto& [record, words] : fields) {
    INFO(record << ", field `" << words << '`');
    const bool by_program =
        record.ends_with(" Access") || record == "Plain Load" || record == "Context Load";
    CHECK((by_program ? goldens.Expect(words) : unit_tests.find(words) != std::string::npos));
  }
}

}  // namespace
}  // namespace ipec::architecture
