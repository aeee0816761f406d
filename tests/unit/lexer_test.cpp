// The scanner of compiler/syntax splits every text as grammar/IpePolicyLexer.g4 specifies.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "catch2/catch.hpp"
#include "tests/unit/grammar_lexer.h"
#include "tests/unit/json_oracle.h"
#include "tests/unit/nasty_texts.h"

namespace ipec::tests {
namespace {

namespace fs = std::filesystem;
using syntax::Lexis;

std::string FileBytes(const fs::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

bool Equal(GrammarLexer& lexer, llvm::StringRef text) {
  for (const Lexis lexis : {Lexis::Plain, Lexis::Quoted}) {
    if (lexer.Tokens(text, lexis) != ScannedTokens(text, lexis)) return false;
  }
  return true;
}

std::string DecodedBase64(llvm::StringRef base64) {
  constexpr llvm::StringRef kDigits(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
  std::string bytes;
  std::size_t held = 0;
  std::size_t bits = 0;
  for (const char digit : base64.rtrim('=')) {
    const std::size_t value = kDigits.find(digit);
    if (value >= kDigits.size()) FAIL("not base64: " << digit);
    held = (held << 6U) | value;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push_back(static_cast<char>(static_cast<unsigned char>(held >> bits)));
  }
  return bytes;
}

// Policy texts of one line of the conformance data.
std::vector<std::string> PoliciesOf(llvm::StringRef json) {
  std::vector<std::string> policies;
  llvm::Expected<JsonObject> object = JsonObject::Parse({json.data(), json.size()});
  if (!object) FAIL(llvm::toString(object.takeError()));
  if (const auto text = object->String("text")) policies.push_back(*text);
  if (const auto base64 = object->String("policy")) policies.push_back(DecodedBase64(*base64));
  return policies;
}

// The number of texts of up to `length` that the two lexers split differently.
std::size_t Differences(std::size_t length) {
  GrammarLexer lexer;
  std::size_t texts = 0;
  std::size_t different = 0;
  ForEachShortText(length, [&](const std::string& text) {
    ++texts;
    if (Equal(lexer, text)) return;
    ++different;
    UNSCOPED_INFO("differs on " << Catch::StringMaker<std::string>::convert(text));
  });
  REQUIRE(texts == CountOfShortTexts(length));
  return different;
}

TEST_CASE("the scanner equals the grammar's lexer on all short texts") {
  CHECK(Differences(5) == 0);
}

TEST_CASE("the scanner equals the grammar's lexer on all texts of up to six bytes", "[.slow]") {
  CHECK(Differences(6) == 0);
}

TEST_CASE("the scanner equals the grammar's lexer on texts made by hand") {
  GrammarLexer lexer;
  for (const std::string& text : NastyTexts()) {
    INFO(text);
    CHECK(Equal(lexer, text));
  }
}

TEST_CASE("the scanner equals the grammar's lexer on every file of the tests and examples") {
  GrammarLexer lexer;
  std::size_t files = 0;
  for (const char* directory : {"tests", "examples"}) {
    const fs::path root = fs::path(IPEC_SOURCE_DIR) / directory;
    if (!fs::exists(root)) continue;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
      if (!entry.is_regular_file() || entry.file_size() > 1'000'000) continue;
      INFO(entry.path().string());
      CHECK(Equal(lexer, FileBytes(entry.path())));
      ++files;
    }
  }
  CHECK(files > 10);
}

TEST_CASE("the scanner equals the grammar's lexer on every policy of the conformance data") {
  GrammarLexer lexer;
  std::size_t policies = 0;
  for (const auto& entry :
       fs::directory_iterator(fs::path(IPEC_SOURCE_DIR) / "tests" / "conformance")) {
    if (entry.path().extension() != ".jsonl") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    for (std::string line; std::getline(stream, line);) {
      for (const std::string& policy : PoliciesOf(line)) {
        INFO(entry.path().filename().string() << ": " << policy);
        CHECK(Equal(lexer, policy));
        ++policies;
      }
    }
  }
  CHECK(policies > 1000);
}

// Prediction would cost most of the speed, and a change of the grammar could introduce it
// unnoticed.
TEST_CASE("the generated parser needs one token of lookahead") {
  const std::string parser = FileBytes(IPEC_GENERATED_PARSER);
  CHECK(parser.find("IpePolicyParser::policy()") != std::string::npos);
  CHECK(parser.find("adaptivePredict") == std::string::npos);
}

}  // namespace
}  // namespace ipec::tests
