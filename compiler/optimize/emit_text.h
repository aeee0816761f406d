#pragma once

// Writes a policy as text that the target's kernel accepts with the same meaning, one statement per
// line, and maps each line to the lines of the source.
//
//   in   policy::Policy     one that the target accepts
//        targets::Target    for the dialect: quotes, digests without algorithm, aliases
//   out  EmittedText        text that checks to a policy with the same decisions and records
//
// Comments, layout and the spelling of numbers are lost. The text has the header, the defaults and
// the rules in their order. With shortest-text, one line covers all operations of an alias, and
// words are omitted where the dialect allows it. The text ends with a newline.

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
  // The source lines, from 1 and ascending, that line `line` (from 1) was made from.
  std::span<const std::uint32_t> SourcesOf(std::size_t line) const;

  // For building the text line by line.
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

// The map of `emitted` as one JSON document; `source` is the file name of the policy:
//   {"version":1,"source":"a.pol","lines":[{"line":1,"sources":[2]},…]}
std::string EmitMap(const EmittedText& emitted, std::string_view source);

}  // namespace ipec::optimize
