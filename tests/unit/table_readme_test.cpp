// The worked example in runtime/README.md is the builder's output, with every byte named. With
// IPEC_UPDATE=1 in the environment the page is rewritten.

#include <array>
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

#include "compiler/table/build.h"
#include "ipec/runtime/table.h"
#include "tests/unit/small_policies.h"

namespace ipec {
namespace {

namespace format = runtime::table;

// Prints a table from its first byte to its last, with a name for each range.
class Annotator {
 public:
  explicit Annotator(const runtime::Policy& table) : table_(table) {}

  std::string Annotate() {
    Header();
    for (std::uint32_t i = 0; i < table_.operations().length; ++i) Operation(i);
    for (std::uint32_t i = 0; i < table_.outcomes().length; ++i) Outcome(i);
    for (std::uint32_t i = 0; i < table_.rows().length; ++i) {
      const std::string number = std::to_string(i);
      Show(format::kRowSize, "row " + number + ": outcome and rank for each combination of facts");
    }
    Index(format::Index::Read(Here()));
    const std::size_t texts = table_.size() - next_;
    Show(texts, "texts, and zeros up to a multiple of four");
    return std::move(text_);
  }

  std::size_t annotated() const { return next_; }

 private:
  const std::byte* Here() const { return table_.bytes() + next_; }

  void Line(std::size_t size, const std::string& meaning) {
    std::array<char, 8> offset{};
    std::snprintf(offset.data(), offset.size(), "%04zx", next_);
    std::string line = offset.data();
    line += ' ';
    for (std::size_t i = 0; i < 16; ++i) {
      if (i % 4 == 0) line += ' ';
      std::array<char, 4> byte{"  "};
      if (i < size) {
        std::snprintf(byte.data(), byte.size(), "%02x", static_cast<unsigned>(Here()[i]));
      }
      line += byte.data();
    }
    line += "  " + meaning;
    text_ += line.substr(0, line.find_last_not_of(' ') + 1) + '\n';
    next_ += size;
  }
  void Show(std::size_t size, const std::string& meaning) {
    for (std::size_t shown = 0; shown < size; shown += 16) {
      Line(std::min<std::size_t>(16, size - shown), shown == 0 ? meaning : "");
    }
  }
  void Number(const std::string& meaning) {
    Show(4, meaning + std::to_string(format::Read32(Here())));
  }

  void Header() {
    Show(8, "magic");
    Number("format ");
    Number("size ");
    Show(8, "checksum of all that follows");
    Show(4, "features: none");
    Show(4, "hooks: one bit each");
    Show(8, "policy version 1.2.65535, two bytes of zero");
    Show(8, "name: offset, length");
    Show(8, "target: offset, length");
    Show(8, "operations: offset, count");
    Show(8, "outcomes: offset, count");
    Show(8, "rows: offset, count");
    Number("fallback: outcome ");
    Show(4, "zero");
  }
  void Operation(std::uint32_t number) {
    const auto entry = table_.OperationAt(number);
    const std::string name(table_.Text(entry.event_name));
    if (number != 0) {
      return Show(format::OperationEntry::kSize,
                  "operation " + std::to_string(number) + ", " + name + ", in the same manner");
    }
    Number("operation 0, " + name + ": known ");
    Number("  base row ");
    Show(8, "  name in events: offset, length");
    Show(8, "  name in records: offset, length");
    Show(4, "  index of root hashes: none");
    Show(4, "  index of file digests: offset");
    Show(4, "  index of pairs: none");
    Show(4, "  zero");
  }
  void Outcome(std::uint32_t number) {
    const auto outcome = table_.OutcomeAt(number);
    Show(4, "outcome " + std::to_string(number) +
                ": action, match, whether the rank is the line, zero");
    Number("  line ");
    Show(8, "  text: offset, length (" + std::to_string(outcome.text.length) + ")");
  }
  void Index(const format::Index& index) {
    Number("index: bytes of a digest in its entry ");
    Show(8, "  multipliers: offset, count");
    Show(8, "  groups: offset, count");
    Show(8, "  entries: offset, count");
    Show(8, "  tails: offset, bytes (none)");
    Show(format::KeyHasher::kSeeds * 8, "  seeds");
    Show(format::RoundUp4(std::size_t{index.multipliers.length} * 2),
         "multiplier 1, and zeros up to a multiple of four");
    Show(8, "group 0: algorithm: offset, length");
    Number("  length of its digests ");
    Number("  row ");
    Number("entry 0: group ");
    Number("  rank ");
    Show(32, "  digest");
  }

  const runtime::Policy& table_;
  std::string text_;
  std::size_t next_ = 0;
};

std::string Read(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

TEST_CASE("the worked example of runtime/README.md is up to date") {
  const targets::Target& target = targets::DefaultTarget();
  const std::string table = table::Build(tests::ExamplePolicy(target), target);
  runtime::Policy loaded;
  REQUIRE(runtime::Load(std::as_bytes(std::span(table)), loaded) == runtime::LoadStatus::Ok);
  Annotator annotator(loaded);
  const std::string expected = annotator.Annotate();
  CHECK(annotator.annotated() == table.size());

  const std::string path = IPEC_SOURCE_DIR "/runtime/README.md";
  const std::string page = Read(path);
  const std::string begin = "```hexdump\n";
  const std::size_t from = page.find(begin);
  REQUIRE(from != std::string::npos);
  const std::size_t first = from + begin.size();
  const std::size_t last = page.find("```", first);
  REQUIRE(last != std::string::npos);
  if (page.substr(first, last - first) == expected) return;
  if (std::getenv("IPEC_UPDATE") != nullptr && std::getenv("CI") == nullptr) {
    std::ofstream(path, std::ios::binary) << page.substr(0, first) << expected << page.substr(last);
    return;
  }
  FAIL("IPEC_UPDATE=1 rewrites the example:\n" << expected);
}

}  // namespace ipec
