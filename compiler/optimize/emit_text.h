#pragma once

// A policy as text again that its target's kernel loads and understands the same way, one statement
// a line, and which line of the source each line came from.
//
//   in   policy::Policy     one that the target accepts
//        targets::Target    for the dialect: quotes, digests without algorithm, aliases
//   out  EmittedText        text that checks to a policy of the same decisions and records
//
// Comments, layout and the spelling of numbers are gone; what is left is the header, the defaults
// and the rules in their order. Unless the writing is plain, one line says what all operations of
// an alias say, and a word is left out where the dialect reads the same without it. The text ends
// in a line end, because people look at it.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"

namespace ipec::optimize {

class EmittedText {
 public:
  const std::string& text() const { return text_; }
  std::size_t line_count() const { return ends_.size(); }
  // The lines of the source, from 1 and ascending, that line `line` (from 1) stands for.
  std::span<const std::uint32_t> SourcesOf(std::size_t line) const;

  // To build one, a line after the other.
  std::string& text() { return text_; }
  void AddSource(std::uint32_t line) { sources_.push_back(line); }
  void EndLine();

 private:
  std::string text_;
  std::vector<std::uint32_t> sources_;  // of all lines
  std::vector<std::size_t> ends_;       // by line: the end of its sources
};

enum class Writing : std::uint8_t { Shortest, Plain };

EmittedText EmitText(const policy::Policy& policy, const targets::Target& target,
                     Writing writing = Writing::Shortest);

// The map of `emitted` as one JSON document; `source` is the name of the policy's file:
//   {"version":1,"source":"a.pol","lines":[{"line":1,"sources":[2]},…]}
std::string EmitMap(const EmittedText& emitted, std::string_view source);

}  // namespace ipec::optimize
