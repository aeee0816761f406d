// Every #include follows the layers of the design, and no source outside compiler/targets names a
// kernel.

#include "tests/architecture/layers.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <regex>

#include "compiler/targets/targets.h"
#include "tests/architecture/sources.h"

namespace ipec::architecture {
namespace {

Layers TheLayers() {
  return Layers(ReadText(std::string(IPEC_SOURCE_DIR) + "/compiler/CMakeLists.txt"));
}

// The header an #include line names; empty for other lines.
std::string HeaderOf(const std::string& line) {
  const std::size_t hash = line.find_first_not_of(" \t");
  if (hash == std::string::npos || line[hash] != '#') return {};
  const std::size_t word = line.find_first_not_of(" \t", hash + 1);
  if (word == std::string::npos || line.compare(word, 7, "include") != 0) return {};
  const std::size_t open = line.find_first_of("<\"", word);
  if (open == std::string::npos) return {};
  const std::size_t close = line.find_first_of(">\"", open + 1);
  return line.substr(open + 1, close - open - 1);
}

std::vector<SourceFile> AllSources() {
  std::vector<SourceFile> all;
  for (const char* directory : {"runtime", "compiler", "lint", "lsp", "tests", "examples"}) {
    for (SourceFile& file : SourcesBelow(directory, kCode)) all.push_back(std::move(file));
  }
  return all;
}

// `line` without a trailing comment; sufficient for code without `//` in strings.
std::string_view CodeOf(std::string_view line) {
  return line.substr(0, line.find("//"));
}

TEST_CASE("every include follows the layers") {
  const Layers layers = TheLayers();
  REQUIRE(layers.reach().size() >= 4);
  REQUIRE(layers.out_of_order() == std::nullopt);
  std::size_t includes = 0;
  for (const SourceFile& file : AllSources()) {
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const std::string header = HeaderOf(file.lines[i]);
      if (header.empty()) continue;
      ++includes;
      INFO(file.path << ":" << i + 1 << ": #include of " << header);
      if (const auto why = layers.WhyNot(file.path, header)) FAIL_CHECK(*why);
    }
  }
  CHECK(includes > 100);
}

TEST_CASE("an upward include is rejected") {
  const Layers layers(
      "\nipec_library(support)\nipec_library(diagnostics DEPS support LINKS x)\n"
      "ipec_library(syntax DEPS support diagnostics)\nipec_library(policy DEPS support runtime)\n"
      "ipec_library(check\n  DEPS syntax policy)\nipec_library(sign DEPS support)\n"
      "ipec_library(driver DEPS check lint lsp)\n");
  const auto allowed = [&](std::string_view file, std::string_view header) {
    return !layers.WhyNot(file, header);
  };
  CHECK(allowed("compiler/check/a.cpp", "compiler/support/source.h"));
  CHECK(allowed("compiler/check/a.cpp", "fmt/format.h"));
  CHECK(allowed("compiler/policy/a.cpp", "ipec/runtime/event.h"));
  CHECK(allowed("compiler/support/a.cpp", "llvm/ADT/StringRef.h"));
  CHECK(allowed("runtime/a.cpp", "cstdint"));
  CHECK(allowed("runtime/a.cpp", "runtime/bytes.h"));
  CHECK(allowed("lsp/a.cpp", "lint/linter.h"));
  CHECK(allowed("compiler/driver/a.cpp", "lint/lint_command.h"));
  CHECK(allowed("compiler/driver/a.cpp", "lsp/lsp_command.h"));
  CHECK(allowed("compiler/driver/a.cpp", "compiler/driver/commands.h"));
  CHECK(allowed("lsp/features/a.cpp", "lsp/snapshot.h"));
  CHECK(allowed("lsp/protocol/read.cpp", "compiler/support/json_tree.h"));
  CHECK(allowed("tests/unit/a.cpp", "compiler/check/check.h"));
  CHECK(allowed("compiler/syntax/a.cpp", "antlr4-runtime.h"));
  CHECK(allowed("compiler/sign/a.cpp", "openssl/cms.h"));

  CHECK_FALSE(allowed("compiler/support/a.cpp", "compiler/check/check.h"));
  CHECK_FALSE(allowed("compiler/policy/a.cpp", "compiler/syntax/parse.h"));
  CHECK_FALSE(allowed("compiler/policy/a.cpp", "fmt/format.h"));
  CHECK_FALSE(allowed("compiler/syntax/a.cpp", "ipec/runtime/event.h"));
  CHECK_FALSE(allowed("compiler/unlisted/a.cpp", "compiler/support/source.h"));
  CHECK_FALSE(allowed("compiler/check/a.cpp", "lint/linter.h"));
  CHECK_FALSE(allowed("compiler/check/a.cpp", "check.h"));
  CHECK_FALSE(allowed("compiler/check/a.cpp", "llvm/IR/Module.h"));
  CHECK_FALSE(allowed("compiler/check/a.cpp", "llvm/Support/JSON.h"));
  CHECK_FALSE(allowed("compiler/check/a.cpp", "antlr4-runtime.h"));
  CHECK_FALSE(allowed("compiler/check/a.cpp", "openssl/evp.h"));
  CHECK_FALSE(allowed("compiler/check/a.cpp", "fstream"));
  CHECK_FALSE(allowed("compiler/check/a.cpp", "unistd.h"));
  CHECK_FALSE(allowed("compiler/check/a.cpp", "tests/unit/a.h"));
  CHECK_FALSE(allowed("lint/a.cpp", "lsp/server.h"));
  CHECK_FALSE(allowed("lint/a.cpp", "compiler/driver/target_option.h"));
  CHECK_FALSE(allowed("compiler/check/a.cpp", "lsp/lsp_command.h"));
  CHECK_FALSE(allowed("lsp/features/a.cpp", "lsp/position.h"));
  CHECK_FALSE(allowed("lsp/protocol/read.cpp", "llvm/Support/JSON.h"));
  CHECK_FALSE(allowed("lsp/server.cpp", "compiler/support/json_tree.h"));
  CHECK_FALSE(allowed("lsp/server.cpp", "compiler/driver/commands.h"));
  CHECK_FALSE(allowed("runtime/a.cpp", "compiler/support/ids.h"));
  CHECK_FALSE(allowed("runtime/a.cpp", "llvm/ADT/StringRef.h"));
  CHECK_FALSE(allowed("runtime/a.cpp", "fmt/format.h"));
  CHECK_FALSE(allowed("runtime/a.cpp", "unistd.h"));
  CHECK_FALSE(allowed("runtime/include/ipec/runtime/a.h", "runtime/bytes.h"));
  CHECK_FALSE(allowed("examples/embed/a.cpp", "compiler/check/check.h"));
  CHECK(allowed("compiler/static_fmt.cpp", "fmt/format-inl.h"));
  CHECK_FALSE(allowed("compiler/static_fmt.cpp", "compiler/check/check.h"));
  CHECK(Layers("\nipec_library(a DEPS b)\nipec_library(b)\n").out_of_order() == "a names b");
}

TEST_CASE("include lines are recognized") {
  CHECK(HeaderOf("#include <vector>") == "vector");
  CHECK(HeaderOf("  # include \"a/b.h\"  // why") == "a/b.h");
  CHECK(HeaderOf("#define include \"a\"").empty());
  CHECK(HeaderOf("// #include \"a\"").empty());
}

// Whether a line of code outside compiler/targets depends on the target's name.
bool NamesATarget(std::string_view line) {
  const std::string_view code = CodeOf(line);
  if (code.find("TargetId::") != std::string_view::npos) return true;
  for (const char* comparison : {"target.id ==", "target.id !=", "target.name ==", "target.id <"}) {
    if (code.find(comparison) != std::string_view::npos) return true;
  }
  for (const targets::Target& target : targets::AllTargets()) {
    const std::string literal = '"' + std::string(target.name) + '"';
    if (code.find(literal) != std::string_view::npos) return true;
  }
  return false;
}

TEST_CASE("no source outside compiler/targets names a kernel") {
  for (const SourceFile& file : AllSources()) {
    if (file.path.starts_with("compiler/targets/") || file.path.starts_with("tests/")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      INFO(file.path << ":" << i + 1 << ": " << file.lines[i]);
      CHECK_FALSE(NamesATarget(file.lines[i]));
    }
  }
  CHECK(NamesATarget("if (target.id == other.id) return;"));
  CHECK(NamesATarget("  FindTarget(\"rfc-v7\")"));
  CHECK_FALSE(NamesATarget("target.Has(Feature::LoadErrno)  // as in \"linux-6.16\""));
}

// Whether a line of code uses a hash table whose hash has no key, so that a policy can be written
// whose entries all collide.
bool NamesOpenHashTable(std::string_view line) {
  const std::string_view code = CodeOf(line);
  if (code.find("Keyed") != std::string_view::npos || code.starts_with("#")) return false;
  const auto names = [&](const char* table) { return code.find(table) != std::string_view::npos; };
  return names("DenseMap<") || names("DenseSet<") || names("StringMap<") || names("StringSet<") ||
         names("unordered_");
}

TEST_CASE("hash tables have a secret key") {
  for (const SourceFile& file : AllSources()) {
    if (file.path.starts_with("tests/")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      INFO(file.path << ":" << i + 1 << ": compiler/support/keyed_hash.h has one");
      CHECK_FALSE(NamesOpenHashTable(file.lines[i]));
    }
  }
  CHECK(NamesOpenHashTable("  llvm::DenseMap<Key, RuleId> seen;"));
  CHECK(NamesOpenHashTable("  std::unordered_map<std::string, int> seen;"));
  CHECK_FALSE(
      NamesOpenHashTable("  llvm::DenseMap<Key, RuleId, support::KeyedNumbers<Key>> seen;"));
  CHECK_FALSE(NamesOpenHashTable("#include <unordered_map>"));
}

// A form of text, and the file that has the only function for it.
struct OnlyPlace {
  std::string_view code;
  std::string_view file;
};

constexpr OnlyPlace kOnlyPlaces[] = {
    {"\"did you mean", "compiler/support/suggest.cpp"},
    {"\"; did you mean", "compiler/support/suggest.cpp"},
    {"\"`\" +", "compiler/support/wording.cpp"},
    {"`\" + ", "compiler/support/wording.cpp"},
    {" + \"`", "compiler/support/wording.cpp"},
    {"? \"\" : \", \"", "compiler/support/wording.h"},
    {"\"ipec:\"", "compiler/syntax/directive.h"},
    {"\"# ipec:", "compiler/syntax/directive.h"},
    {"unverified files\"", "compiler/pipeline/case_words.h"},
    {"\"an unverified file", "compiler/pipeline/case_words.cpp"},
    {"\"on the initramfs", "compiler/pipeline/case_words.cpp"},
    {"\" on the initramfs", "compiler/pipeline/case_words.cpp"},
    {"signed dm-verity volume", "compiler/pipeline/case_words.cpp"},
    {"dm-verity volume {", "compiler/pipeline/case_words.cpp"},
    {"fs-verity digest {", "compiler/pipeline/case_words.cpp"},
    {"with fs-verity", "compiler/pipeline/case_words.cpp"},
    {"verified fs-verity signature", "compiler/pipeline/case_words.cpp"},
};

// The only place for what the line of code writes by hand; null if it writes nothing of the kind.
const OnlyPlace* PlaceFor(std::string_view path, std::string_view line) {
  const std::string_view code = CodeOf(line);
  const auto* const found =
      std::find_if(std::begin(kOnlyPlaces), std::end(kOnlyPlaces), [&](const OnlyPlace& place) {
        return code.find(place.code) != std::string_view::npos && path != place.file;
      });
  return found == std::end(kOnlyPlaces) ? nullptr : found;
}

TEST_CASE("suggestions, quotes, lists, directives and cases are written in one place each") {
  for (const SourceFile& file : AllSources()) {
    if (file.path.starts_with("tests/")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      const OnlyPlace* const place = PlaceFor(file.path, file.lines[i]);
      if (place == nullptr) continue;
      FAIL_CHECK(file.path << ":" << i + 1 << ": use " << place->file);
    }
  }
  CHECK(PlaceFor("a.cpp", "return \"unknown `\" + name + \"`\";") != nullptr);
  CHECK(PlaceFor("a.cpp", "AddNote(\"did you mean `DEFAULT`?\");") != nullptr);
  CHECK(PlaceFor("a.cpp", "list += (list.empty() ? \"\" : \", \") + word;") != nullptr);
  CHECK(PlaceFor("a.cpp", "text.consume_front(\"ipec:\")") != nullptr);
  CHECK(PlaceFor("a.cpp", "return fmt::format(\"{} dm-verity volume {}\", a, b);") != nullptr);
  CHECK(PlaceFor("a.cpp", "return \"unknown \" + Quoted(name);  // \"`\" + name") == nullptr);
}

// Forms of errors that are neither diagnostics, nor llvm::Error, nor std::optional: strings that
// are empty when all is well, strings for why not, and results by reference.
const std::regex kErrorIdioms(
    R"(\bstd::string(_view)? (error|problem|failure)\w*[;(])"
    R"(|\bstd::string(_view)? (Why\w*|\w*(Problem|Failure|Fault))\()"
    R"(|[^t] std::string[&*] (error|problem|failure|reason|why)\b)"
    R"(|\b(bool|Errno|ErrorCode|ExitStatus|error_code)[&*] (ok|valid|failed|error|status)\b)");

bool IsErrorIdiom(const std::string& line) {
  return std::regex_search(std::string(CodeOf(line)), kErrorIdioms);
}

TEST_CASE("errors are values of three kinds") {
  for (const SourceFile& file : AllSources()) {
    if (file.path.starts_with("tests/")) continue;
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (!IsErrorIdiom(file.lines[i])) continue;
      FAIL_CHECK(file.path << ":" << i + 1 << ": use a diagnostic, llvm::Expected or an optional");
    }
  }
  CHECK(IsErrorIdiom("  std::string problem;  // empty: none"));
  CHECK(IsErrorIdiom("std::string WhyNot(const Rule& rule);"));
  CHECK(IsErrorIdiom("std::string FindProblem(const Document& document) {"));
  CHECK(IsErrorIdiom("bool Read(llvm::StringRef bytes, std::string& error);"));
  CHECK(IsErrorIdiom("Config Read(support::FileSystem& files, bool& failed);"));
  CHECK_FALSE(IsErrorIdiom("std::optional<std::string> problem;"));
  CHECK_FALSE(IsErrorIdiom("void Fail(const std::string& reason);"));
}

TEST_CASE("the runtime library needs neither exceptions nor RTTI") {
  const std::string cmake = ReadText(std::string(IPEC_SOURCE_DIR) + "/runtime/CMakeLists.txt");
  CHECK(cmake.find("-fno-exceptions") != std::string::npos);
  CHECK(cmake.find("-fno-rtti") != std::string::npos);
}

TEST_CASE("sources stay readable: main.cpp is short, no file is long") {
  constexpr std::size_t kLongest = 450;
  for (const SourceFile& file : AllSources()) {
    INFO(file.path << " has " << file.lines.size() << " lines");
    CHECK(file.lines.size() <= (file.path == "compiler/driver/main.cpp" ? 39 : kLongest));
  }
}

}  // namespace
}  // namespace ipec::architecture
