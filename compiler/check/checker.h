#pragma once

// State that the readers of one document share: the position of the kernel in it, and its first
// error.
//
// A reader goes through the document in its kernel's order and calls Reject where the kernel would
// stop; the earliest stage counts, and within a stage the first call. Findings may be reported to
// the sink in any order, and there may be more of them: the errno never depends on them.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "compiler/check/check.h"
#include "compiler/support/numbers.h"

namespace ipec::check {

// The steps of a kernel, in its order. Mainline reads statements in one step.
enum class Stage : std::uint8_t {
  Tokens,             // quotes, keys and characters of all lines
  HeaderAndDefaults,  // the lines that begin with policy_name or DEFAULT
  Statements,         // rules; on mainline every line
  Whole,              // a header and complete defaults
  Load,               // the checks of securityfs on the name
};

// `key=value` or `key`, as the kernel compares it.
struct Word {
  support::Span key;
  support::Span written;  // everything after `=`, with quotes; else empty, at the end
  support::Span value;    // `written` without the quotes that the dialect removes
  bool has_equals = false;

  constexpr support::Span span() const { return {key.begin, written.end}; }
  constexpr bool has_value() const { return !written.empty(); }
};

// DEFAULTs that could not be read: of `operations`; of `unknown` many unknown operations; and, with
// `any`, of operations that cannot be determined. They are not reported as missing.
struct BrokenDefaults {
  bool any = false;
  policy::OperationSet operations;
  std::size_t unknown = 0;
};

struct Checker {
  const syntax::Document& document;
  const targets::Target& target;
  const Options& options;
  diagnostics::Sink& sink;
  Result& result;
  // False: only the kinds of findings are of interest. The results of repairs still decide if a
  // DEFAULT is missing.
  bool offers_repairs = true;

  // The header statement, once it was found.
  std::optional<support::Span> header = std::nullopt;
  BrokenDefaults broken = {};
  // DEFAULTs that can be read once the offered repairs are applied.
  bool meant_global = false;
  policy::OperationSet meant_operations = {};
  // There is a placeholder in place of statements, which may contain the missing ones.
  bool is_template = false;
  std::optional<Stage> rejected_at = std::nullopt;
  std::vector<std::uint8_t> digest_bytes = {};  // buffer for the digest that is being read

  // Lines that form one wrapped statement each.
  std::vector<support::Span> wrapped = {};

  llvm::StringRef Text(support::Span span) const { return document.Text(span); }

  // The number of the line in the document that contains `at`.
  std::size_t LineOf(std::uint32_t at) const {
    const syntax::Line* line = document.LineAt(at);
    return line == nullptr ? 0 : support::ToSize(line - document.lines.data());
  }

  // The lines of the statement at `at`: one, or several if it was wrapped.
  support::Span LinesOf(std::uint32_t at) const {
    const auto lines = std::partition_point(wrapped.begin(), wrapped.end(),
                                            [&](support::Span each) { return each.end <= at; });
    if (lines != wrapped.end() && at >= lines->begin) return *lines;
    return document.lines[LineOf(at)].span;
  }

  // The statement that was read as the header is not meant as one: a record can name a policy, too.
  void ForgetHeader() {
    result.has_header = false;
    result.policy.name.clear();
  }

  void Reject(Stage stage, support::Errno error) {
    if (rejected_at && *rejected_at <= stage) return;
    rejected_at = stage;
    result.error = error;
  }
};

// Read all statements, in one of the two ways in which kernels read a document; then the common
// checks follow.
void ReadStatements(Checker& checker);
void ReadLinesInOrder(Checker& checker);   // mainline
void ReadInThreePasses(Checker& checker);  // rfc-v7

// Finds statements that were wrapped over several lines, and reports each of them.
void JoinWrapped(Checker& checker);

// Checks for a header and complete DEFAULTs.
void CheckWhole(Checker& checker);
// Reports if securityfs rejects the name in the header, if it was read.
void CheckNameOfHeader(Checker& checker);
// Reports if securityfs or the policies that are already loaded prevent the name at `where`.
void CheckName(Checker& checker, support::Span where);

}  // namespace ipec::check
