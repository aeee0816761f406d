#pragma once

// What the readers of one document share: where the kernel stands in it, and what it said first.
//
// A reader goes through the document as its kernel does and calls Refuse where the kernel would
// stop; the earliest stage wins, and within a stage the first call. What is reported to the sink
// may come in any order and be more: the errno never depends on it.

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

struct Checker {
  const syntax::Document& document;
  const targets::Target& target;
  const Options& options;
  diagnostics::Sink& sink;
  Result& result;

  // The header statement, once one was met.
  std::optional<support::Span> header = std::nullopt;
  // A DEFAULT was met that could not be read: of the operations in `broken_operations`, as bits, or
  // with `broken_default` of nobody knows which. What was tried is not reported as missing.
  bool broken_default = false;
  std::uint32_t broken_operations = 0;
  // A placeholder stands where statements should: what is missing may be what it stands for.
  bool is_template = false;
  std::optional<Stage> refused_at = std::nullopt;
  std::vector<std::uint8_t> digest_bytes = {};  // room for the digest that is being read

  llvm::StringRef Text(support::Span span) const { return document.Text(span); }

  void Refuse(Stage stage, support::Errno error) {
    if (refused_at && *refused_at <= stage) return;
    refused_at = stage;
    result.error = error;
  }
};

// The two ways kernels read a document; what they share comes after them.
void ReadLinesInOrder(Checker& checker);   // mainline
void ReadInThreePasses(Checker& checker);  // rfc-v7

// A header and complete defaults.
void CheckWhole(Checker& checker);
// What securityfs and the policies that are loaded already say about the name that stands at
// `where`.
void CheckName(Checker& checker, support::Span where);

}  // namespace ipec::check
