// Lines and characters as editors count them, against the slowest way to count them.

#include <catch2/catch.hpp>
#include <random>
#include <string>
#include <vector>

#include "lsp/position.h"
#include "lsp/uri.h"

namespace ipec::lsp {
namespace {

constexpr PositionEncoding kEncodings[] = {PositionEncoding::Utf8, PositionEncoding::Utf16,
                                           PositionEncoding::Utf32};

// One character of a text: where it begins, and its position in the three encodings.
struct Character {
  std::uint32_t offset;
  EditorPlace places[3];
};

// Pieces of text with the units they have, so that nothing here reads UTF-8.
struct Piece {
  std::string bytes;
  std::uint32_t units[3];
  bool ends_line = false;
};
const Piece kPieces[] = {
    {"a", {1, 1, 1}},
    {" ", {1, 1, 1}},
    {"\xC3\xBC", {2, 1, 1}},
    {"\xE2\x82\xAC", {3, 1, 1}},
    {"\xF0\x9F\x98\x80", {4, 2, 1}},
    {"\xFF", {1, 1, 1}},
    {"\xC0\x20", {2, 2, 2}},
    {"\xED\xA0\x80", {3, 3, 3}},  // half of a surrogate pair is not a character
    {"\n", {}, true},
    {"\r\n", {}, true},
    {std::string(1, '\0'), {1, 1, 1}},
};

TEST_CASE("places and offsets, by pieces") {
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string text;
    std::vector<Character> characters;
    EditorPlace at[3];
    for (auto count = random() % 40; count > 0; --count) {
      // Now and then a lone `\r`, which must not meet a `\n`.
      const bool lone = random() % 12 == 0;
      const Piece& piece = kPieces[random() % std::size(kPieces)];
      if (!lone && piece.bytes == "\n" && !text.empty() && text.back() == '\r') continue;
      characters.push_back({static_cast<std::uint32_t>(text.size()), {at[0], at[1], at[2]}});
      text += lone ? "\r" : piece.bytes;
      for (int e = 0; e < 3; ++e) {
        if (lone || piece.ends_line) {
          at[e] = {at[e].line + 1, 0};
        } else {
          at[e].character += piece.units[e];
        }
      }
    }
    characters.push_back({static_cast<std::uint32_t>(text.size()), {at[0], at[1], at[2]}});
    const support::LineMap lines(text);
    for (const PositionEncoding encoding : kEncodings) {
      Positions positions(text, lines, encoding);
      for (int i = 0; i < 40; ++i) {
        const Character& one = characters[random() % characters.size()];
        const EditorPlace& place = one.places[static_cast<std::size_t>(encoding)];
        INFO(text << " at " << one.offset);
        CHECK(positions.PlaceOf(one.offset) == place);
        CHECK(positions.OffsetOf(place) == one.offset);
      }
    }
  }
}

TEST_CASE("a position outside the text means the nearest one before it") {
  const std::string text = "a\xF0\x9F\x98\x80z\r\nb";
  const support::LineMap lines(text);
  Positions utf16(text, lines, PositionEncoding::Utf16);
  CHECK(utf16.OffsetOf({0, 2}) == 1);            // within the pair
  CHECK(utf16.OffsetOf({0, 99}) == 6);           // after the line
  CHECK(utf16.OffsetOf({7, 0}) == text.size());  // after the text
  CHECK(utf16.PlaceOf(3) == EditorPlace{0, 1});  // within the character
  CHECK(utf16.PlaceOf(7) == EditorPlace{0, 4});  // within `\r\n`
  CHECK(utf16.PlaceOf(99) == EditorPlace{1, 1});
  CHECK(utf16.SpanOf({{1, 1}, {0, 0}}) == support::Span{9, 9});  // backwards
  Positions utf8(text, lines, PositionEncoding::Utf8);
  CHECK(utf8.OffsetOf({0, 3}) == 1);
}

TEST_CASE("a line of a megabyte costs its length once") {
  std::string text;
  for (int i = 0; i < 250'000; ++i) text += "\xC3\xBC=a";
  const support::LineMap lines(text);
  Positions positions(text, lines, PositionEncoding::Utf16);
  std::uint32_t character = 0;
  // Counting from the beginning each time would take a day.
  for (std::uint32_t offset = 0; offset < text.size(); offset += 4, character += 3) {
    REQUIRE(positions.PlaceOf(offset) == EditorPlace{0, character});
  }
}

TEST_CASE("updated line starts are those of the new text") {
  std::mt19937 random(2);
  const char* const pieces[] = {"\n", "\r", "\r\n", "a", "bc", ""};
  const auto some = [&](unsigned most) {
    std::string text;
    for (auto count = random() % most; count > 0; --count) text += pieces[random() % 6];
    return text;
  };
  std::string text = some(30);
  support::LineMap lines(text);
  for (int round = 0; round < 20'000; ++round) {
    const auto begin = static_cast<std::uint32_t>(random() % (text.size() + 1));
    const auto end = begin + static_cast<std::uint32_t>(random() % (text.size() - begin + 1));
    const std::string put = some(text.size() > 60 ? 2 : 9);
    text.replace(begin, end - begin, put);
    lines.Update(text, {begin, end}, static_cast<std::uint32_t>(put.size()));
    REQUIRE(lines == support::LineMap(text));
  }
}

TEST_CASE("URIs of files") {
  CHECK(PathOf("file:///a/b%20c.pol") == "/a/b c.pol");
  CHECK(PathOf("file://localhost/a") == "/a");
  CHECK(PathOf("FILE:///a%C3%BC") == "/a\xC3\xBC");
  CHECK(PathOf("file:///a%2").ends_with("/a%2"));
  // Spellings of the same path.
  for (const char* uri :
       {"file:/a/b.pol", "file:///a/b.pol", "file:////a//b.pol", "file://LOCALHOST/a/b.pol",
        "file:///a/./c/../b.pol", "file:///%61/%2e/b%2Epol", "file:///a%2Fb.pol",
        "File:///../a/b.pol", "file:///a/b.pol#L3", "file:///a/b.pol?x"}) {
    INFO(uri);
    CHECK(PathOf(uri) == "/a/b.pol");
  }
  CHECK(PathOf("file:///a/B.pol") == "/a/B.pol");
  CHECK(PathOf("file:///c%3A/x") == PathOf("file:///c:/x"));
  CHECK(PathOf("file:///") == "/");
  CHECK(PathOf("file:///a/") == "/a");
  CHECK(PathOf("file:a.pol").empty());
  CHECK(PathOf("file://").empty());
  CHECK(PathOf("file://elsewhere/a").empty());
  CHECK(PathOf("untitled:Untitled-1").empty());
  CHECK(PathOf("file:///a%00b").empty());
  CHECK(UriOf("/a b/\xC3\xBC#.pol") == "file:///a%20b/%C3%BC%23.pol");
  CHECK(PathOf(UriOf("/%41\xFF?x")) == "/%41\xFF?x");
}

}  // namespace
}  // namespace ipec::lsp
