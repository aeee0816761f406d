#pragma once

// One line of a template, cut into its parts.
//
// A line ends at `\n`, `\r\n` or a lone `\r`, and a comment begins at the first `#`, as kernels
// read a policy. Nothing within a comment is a placeholder or a directive.

#include <cstdint>
#include <optional>
#include <vector>

#include "compiler/diagnostics/diagnostic.h"
#include "compiler/support/source.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::render {

struct Placeholder {
  support::Span where;  // `@{usr.roothash}`
  support::Span name;   // `usr.roothash`
};

struct TemplateLine {
  support::Span whole;        // with its line ending
  std::uint32_t end = 0;      // of its content: where the line ending begins
  std::uint32_t comment = 0;  // where the comment begins; `end` without one
  std::vector<Placeholder> placeholders;
  std::optional<support::Span> include;  // the path in `@include "PATH"`
  bool is_malformed = false;             // a problem was reported
};

// The line that begins at `begin`, which is below the size of `text`. Problems go to `sink`.
TemplateLine ReadTemplateLine(llvm::StringRef text, std::uint32_t begin, diagnostics::Sink& sink);

}  // namespace ipec::render
