#pragma once

// The parts of formatting: reading a document as pieces, moving and spacing them, and proving that
// nothing was lost.

#include <string>
#include <string_view>
#include <vector>

#include "compiler/format/format.h"

namespace ipec::format {

// One line on its way from the document to the result.
struct Piece {
  enum class Kind : std::uint8_t { Blank, Comment, Statement, Verbatim };
  Kind kind = Kind::Blank;
  syntax::LineKind line = syntax::LineKind::Blank;
  bool fixed = false;              // out of range, or what stands before a NUL byte
  std::vector<std::string> words;  // Statement
  std::string comment;             // Comment and Statement: from `#`, without blanks at its end
  std::string_view content;        // the line as it was, without what ends it
  std::string_view end;            // as it was: `\n`, `\r`, `\r\n` or nothing
};

struct Pieces {
  std::vector<Piece> list;
  std::vector<Left> left;
};

// `key=value` as it is laid out: a digest in lower case.
std::string WordOf(const syntax::Document& document, const syntax::Clause& clause);

Pieces Take(const syntax::Document& document, const Style& style);

// Why the pieces cannot be grouped; empty when they can.
std::string_view WhyNotGrouped(const std::vector<Piece>& pieces);
void Group(std::vector<Piece>& pieces);
void SortProperties(std::vector<Piece>& pieces);
void Align(std::vector<Piece>& pieces);

// The pieces as text, blank lines in their places. `lines` are those that are laid out; their last
// is set to its number in the text.
std::string Print(const std::vector<Piece>& pieces, LineRange& lines);

// Why `after` is not `before` in another layout; empty when it is.
std::string_view WhatChanged(const syntax::Document& before, const syntax::Document& after,
                             const Style& style);

}  // namespace ipec::format
