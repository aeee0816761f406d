#include "compiler/format/format.h"

#include "compiler/format/layout.h"
#include "compiler/syntax/parse.h"

namespace ipec::format {
namespace {

// `lines`: the range of the style, then the corresponding range of the result.
std::string LayOut(const syntax::Document& document, const Style& style, Result& result,
                   LineRange& lines) {
  Pieces pieces = Take(document, style);
  result.left = std::move(pieces.left);
  if (style.group) {
    result.not_grouped = WhyNotGrouped(pieces.list);
    if (!result.not_grouped) Group(pieces.list);
  }
  if (style.sort_properties) SortProperties(pieces.list);
  if (style.align) Align(pieces.list);
  return Print(pieces.list, lines) + document.Text(document.hidden).str();
}

}  // namespace

Result Format(const syntax::Document& document, const Style& style) {
  Result result;
  Style again = style;
  result.text = LayOut(document, style, result, again.lines);
  if (result.text == document.text) return result;
  const syntax::Document after = syntax::Parse(result.text, document.lexis);
  result.failure = WhatChanged(document, after, style);
  if (!result.failure) {
    Result second;
    LineRange lines = again.lines;
    if (LayOut(after, again, second, lines) != result.text) {
      result.failure = "formatting the result would change it again";
    }
  }
  if (result.failure) result.text = document.text.str();
  return result;
}

}  // namespace ipec::format
