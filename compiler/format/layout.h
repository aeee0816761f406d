#pragma once

// The parts of formatting: splitting a document into pieces, moving and spacing them, and proving
// that nothing was lost.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/format/format.h"

namespace ipec::format {

// One line, between the document and the result.
struct Piece {
  enum class Kind : std::uint8_t { Blank, Comment, Statement, Verbatim };
  Kind kind = Kind::Blank;
  syntax::LineKind line = syntax::LineKind::Blank;
  bool fixed = false;              // out of range, or before a NUL byte
  std::vector<std::string> words;  // Statement
  std::string comment;             // Comment and Statement: from `#`, without trailing whitespace
  std::string_view content;        // the original line, without its ending
  std::string_view end;            // the original ending: `\n`, `\r`, `\r\n` or nothing
};

struct Pieces {
  std::vector<Piece> list;
  std::vector<Left> left;
};

// The key of a word of a statement; all of a word without a value.
constexpr std::string_view KeyOf(std::string_view word) {
  return word.substr(0, word.find('='));
}

// `never op=… PROPERTIES`; the other statements are those of policies.
inline bool IsClaim(const Piece& piece) {
  return piece.kind == Piece::Kind::Statement && piece.line == syntax::LineKind::Other;
}

// The layout of `key=value`: digests are lowercase.
std::string WordOf(const syntax::Document& document, const syntax::Clause& clause);

Pieces Take(const syntax::Document& document, const Style& style);

// The reason why the pieces cannot be grouped; nothing if they can.
std::optional<std::string_view> WhyNotGrouped(const std::vector<Piece>& pieces);
void Group(std::vector<Piece>& pieces);
void SortProperties(std::vector<Piece>& pieces);
void Align(std::vector<Piece>& pieces);

// The pieces as text, with blank lines. `lines` is the range to lay out; its last line is set to
// its number in the result.
std::string Print(const std::vector<Piece>& pieces, LineRange& lines);

// The reason why `after` is not a layout of `before`; nothing if it is.
std::optional<std::string_view> WhatChanged(const syntax::Document& before,
                                            const syntax::Document& after, const Style& style);

}  // namespace ipec::format
