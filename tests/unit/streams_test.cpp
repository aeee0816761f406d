#include "compiler/support/streams.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/support/json_writer.h"
#include "compiler/support/printable.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"

namespace ipec::support {
namespace {

// Returns its bytes in portions of a fixed size, as a pipe may.
class Portions final : public ByteSource {
 public:
  Portions(std::string bytes, std::size_t portion) : bytes_(std::move(bytes)), portion_(portion) {}
  llvm::Expected<std::size_t> Read(char* bytes, std::size_t room) override {
    const std::size_t size = std::min({room, portion_, bytes_.size() - at_});
    std::memcpy(bytes, bytes_.data() + at_, size);
    at_ += size;
    return size;
  }

 private:
  std::string bytes_;
  std::size_t portion_;
  std::size_t at_ = 0;
};

// `1:first|3!:too lo…|`: number, `!` for one that is too long, text.
std::string AllLines(std::string bytes, std::size_t portion, std::size_t longest) {
  Portions source(std::move(bytes), portion);
  LineReader lines(source, longest);
  std::string all;
  while (true) {
    llvm::Expected<LineReader::State> state = lines.Next([] {});
    if (!state) {
      llvm::consumeError(state.takeError());
      return all + "error";
    }
    if (*state == LineReader::State::End) return all;
    all += std::to_string(lines.number());
    if (*state == LineReader::State::TooLong) all += '!';
    all += ':';
    if (*state == LineReader::State::Line) all += lines.line();
    all += '|';
  }
}

TEST_CASE("lines do not depend on how the bytes arrive") {
  for (std::size_t portion : {1, 2, 3, 7, 1000}) {
    INFO(portion);
    CHECK(AllLines("", portion, 10).empty());
    CHECK(AllLines("a", portion, 10) == "1:a|");
    CHECK(AllLines("a\n", portion, 10) == "1:a|");
    CHECK(AllLines("a\r\n\nb\r", portion, 10) == "1:a|2:|3:b|");
    CHECK(AllLines("0123456789\n01234567890\nb", portion, 10) == "1:0123456789|2!:|3:b|");
    CHECK(AllLines("a\n0123456789abcdefghij", portion, 10) == "1:a|2!:|");
    CHECK(AllLines("0123456789abcdefghij\n\nz\n", portion, 10) == "1!:|2:|3:z|");
  }
}

TEST_CASE("output is flushed before more input is read") {
  Portions source("a\nb\nc\n", 4);
  LineReader lines(source, 10);
  int waits = 0;
  std::string seen;
  const auto next = [&] { return llvm::cantFail(lines.Next([&] { ++waits; })); };
  while (next() == LineReader::State::Line) {
    seen += std::string(lines.line()) + std::to_string(waits);
  }
  CHECK(seen == "a1b1c2");
}

TEST_CASE("more than a limit is an error") {
  StringSource source(std::string(3 << 20, 'x'));
  llvm::Expected<std::string> all = ReadAll(source, "big", 2 << 20);
  REQUIRE_FALSE(static_cast<bool>(all));
  CHECK(llvm::toString(all.takeError()) == "`big` has more than 2 MiB, the maximum");
  StringSource small(std::string(3 << 10, 'x'));
  CHECK(llvm::toString(ReadAll(small, "small", 2 << 10).takeError()) ==
        "`small` has more than 2 KiB, the maximum");
  StringSource again(std::string(2 << 20, 'x'));
  CHECK(llvm::cantFail(ReadAll(again, "big", 2 << 20)).size() == 2 << 20);
}

TEST_CASE("no text can move the cursor") {
  CHECK(Printable("plain `text`") == "plain `text`");
  CHECK(Printable("a\tb\nc\r") == "a\\tb\\nc\\r");
  CHECK(Printable("\x1b[31m\x7f\x9b") == "\\x1b[31m\\x7f\\x9b");
  CHECK(Printable("\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80") ==
        "\xC3\xA9 \xE2\x82\xAC \xF0\x9F\x98\x80");
  CHECK(Printable("\xC2\x85\xE2\x80\xAE\xEF\xBB\xBF") ==
        "\\xc2\\x85\\xe2\\x80\\xae\\xef\\xbb\\xbf");
  CHECK(Printable("\xC3") == "\\xc3");
}

std::string Json(std::string_view text) {
  std::string out;
  JsonWriter(out).value(text);
  return out;
}

TEST_CASE("strings as JSON writes them") {
  CHECK(Json("a\"b\\c\n\x01\x7f") == R"("a\"b\\c\n\u0001\u007f")");
  CHECK(Json("\xC3\xA9\xFF") == "\"\xC3\xA9\\ufffd\"");
}

TEST_CASE("the nearest word, or none") {
  constexpr std::string_view kWords[] = {"check", "compile", "dmverity_signature", "EXECUTE"};
  CHECK(Nearest("chek", kWords) == "check");
  CHECK(Nearest("chekc", kWords) == "check");
  CHECK(Nearest("dmverity-signatur", kWords) == "dmverity_signature");
  CHECK(Nearest("execute", kWords) == "EXECUTE");
  CHECK(Nearest("x", kWords).empty());
  CHECK(Nearest("completely", kWords).empty());
  CHECK(Nearest("", kWords).empty());
  CHECK(Nearest(std::string(100000, 'a'), kWords).empty());
}

TEST_CASE("suggestions in messages") {
  constexpr std::string_view kWords[] = {"check", "compile"};
  CHECK(Suggest("chek", kWords) == "; did you mean `check`?");
  CHECK(Suggest("chek", kWords, "; see there") == "; did you mean `check`?");
  CHECK(Suggest("x", kWords).empty());
  CHECK(Suggest("x", kWords, "; see there") == "; see there");
}

TEST_CASE("lists in messages") {
  using Words = std::vector<std::string>;
  CHECK(Listed(Words{}).empty());
  CHECK(Listed(Words{"a"}, "or") == "a");
  CHECK(Listed(Words{"a", "b"}, "or") == "a or b");
  CHECK(Listed(Words{"a", "b", "c"}, "and") == "a, b and c");
  CHECK(Listed(Words{"a", "b", "c"}) == "a, b, c");
  CHECK(ListedInQuotes(Words{"a", "b"}) == "`a`, `b`");
}

// The distance with the whole table, and by recursion on the last characters.
std::size_t PlainDistance(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.size() + b.size();
  const std::string_view short_a = a.substr(0, a.size() - 1);
  const std::string_view short_b = b.substr(0, b.size() - 1);
  std::size_t least = PlainDistance(short_a, short_b) + (a.back() == b.back() ? 0 : 1);
  least = std::min({least, PlainDistance(short_a, b) + 1, PlainDistance(a, short_b) + 1});
  if (a.size() > 1 && b.size() > 1 && a.back() == short_b.back() && short_a.back() == b.back()) {
    least =
        std::min(least, PlainDistance(a.substr(0, a.size() - 2), b.substr(0, b.size() - 2)) + 1);
  }
  return least;
}

TEST_CASE("the nearest word is the first one at the least distance") {
  std::vector<std::string> words;
  for (std::size_t length = 1; length <= 6; ++length) {
    for (std::size_t number = 0; number < (std::size_t{1} << length); ++number) {
      std::string word;
      for (std::size_t i = 0; i < length; ++i) word += (number >> i & 1U) != 0 ? 'b' : 'a';
      words.push_back(word);
    }
  }
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    const std::string& misspelt = words[random() % words.size()];
    const std::array<std::string_view, 4> known = {
        words[random() % words.size()], words[random() % words.size()],
        words[random() % words.size()], words[random() % words.size()]};
    std::string_view best;
    std::size_t least = misspelt.size() / 3 + 1;
    for (const std::string_view word : known) {
      const std::size_t distance = PlainDistance(misspelt, word);
      if (distance < least) best = word;
      least = std::min(least, distance);
    }
    INFO(misspelt << " among " << known[0] << ' ' << known[1] << ' ' << known[2] << ' '
                  << known[3]);
    CHECK(Nearest(misspelt, known) == best);
  }
}

}  // namespace
}  // namespace ipec::support
