#pragma once

// What the readers of one document share: where the kernel stands in it, and what it said first.
//
// A reader goes through the document as its kernel does and calls Refuse where the kernel would
// stop; the earliest stage wins, and within a stage the first call. What is reported to the sink
// may come in any order and be more: the errno never depends on it.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "compiler/check/check.h"

namespace ipec::check {

// The steps of a kernel, in its order. Mainline reads statements in one step.
enum class Stage : std::uint8_t {
  Tokens,             // quotes, keys and characters of all lines
  HeaderAndDefaults,  // the lines that begin with policy_name or DEFAULT
  Statements,         // rules; on mainline every line
  Whole,              // a header and complete defaults
  Load,               // what securityfs says about the name
};

// `key=value` or `key`, as the kernel compares it.
struct Word {
  support::Span key;
  support::Span written;  // all after `=`, quotes included; empty at the end when there is none
  support::Span value;    // `written` without the quotes the dialect takes away
  bool has_equals = false;

  constexpr support::Span span() const { return {key.begin, written.end}; }
  constexpr bool has_value() const { return !written.empty(); }
};

// DEFAULTs that were met and could not be read: of the operations in `operations`, as bits, of as
// many as `unknown` that are not known, or with `any` of nobody knows which. What was tried is not
// reported as missing.
struct BrokenDefaults {
  bool any = false;
  std::uint32_t operations = 0;
  std::size_t unknown = 0;
};

struct Checker {
  const syntax::Document& document;
  const targets::Target& target;
  const Options& options;
  diagnostics::Sink& sink;
  Result& result;

  // The header statement, once one was met.
  std::optional<support::Span> header = std::nullopt;
  BrokenDefaults broken = {};
  // Those that will be read once the repairs offered are made.
  bool meant_global = false;
  std::uint32_t meant_operations = 0;
  // A placeholder stands where statements should: what is missing may be what it stands for.
  bool is_template = false;
  std::optional<Stage> refused_at = std::nullopt;
  std::vector<std::uint8_t> digest_bytes = {};  // room for the digest that is being read

  // Lines that hold one statement each, which was wrapped.
  std::vector<support::Span> wrapped = {};

  llvm::StringRef Text(support::Span span) const { return document.Text(span); }

  // The number of the line in the document that `at` is in.
  std::size_t LineOf(std::uint32_t at) const {
    const auto& lines = document.lines;
    const auto line = std::upper_bound(
        lines.begin(), lines.end(), at,
        [](std::uint32_t place, const syntax::Line& each) { return place < each.span.begin; });
    return line == lines.begin() ? 0 : static_cast<std::size_t>(line - lines.begin()) - 1;
  }

  // The lines of the statement at `at`: one, or those over which it was wrapped.
  support::Span LinesOf(std::uint32_t at) const {
    const auto lines = std::partition_point(wrapped.begin(), wrapped.end(),
                                            [&](support::Span each) { return each.end <= at; });
    if (lines != wrapped.end() && at >= lines->begin) return *lines;
    return document.lines[LineOf(at)].span;
  }

  void Refuse(Stage stage, support::Errno error) {
    if (refused_at && *refused_at <= stage) return;
    refused_at = stage;
    result.error = error;
  }
};

// All statements, in either of the two ways that kernels read a document; what these share comes
// after them.
void ReadStatements(Checker& checker);
void ReadLinesInOrder(Checker& checker);   // mainline
void ReadInThreePasses(Checker& checker);  // rfc-v7

// Finds statements that were wrapped over several lines, and reports each as that.
void JoinWrapped(Checker& checker);

// A header and complete defaults.
void CheckWhole(Checker& checker);
// What securityfs says about the name in the header, if it was read.
void CheckNameOfHeader(Checker& checker);
// What securityfs and the policies that are loaded already say about the name that stands at
// `where`.
void CheckName(Checker& checker, support::Span where);

}  // namespace ipec::check
