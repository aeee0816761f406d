#pragma once

// Comments for ipec: `# ipec: VERB(NAME, NAME) text`. The form of a directive and its verbs; the
// meaning of names and text is that of the linter.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "compiler/support/numbers.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::syntax {

enum class DirectiveVerb : std::uint8_t { Allow, AllowFile, AllowBegin, AllowEnd };

inline constexpr std::array<std::string_view, 4> kDirectiveVerbs = {"allow", "allow-file",
                                                                    "allow-begin", "allow-end"};

constexpr std::string_view Name(DirectiveVerb verb) {
  return kDirectiveVerbs[support::IndexOf(verb)];
}

// The beginning of a directive, after `#` and whitespace.
inline constexpr std::string_view kDirectiveMark = "ipec:";

// Whether a verb, known or not, may contain the character.
bool IsPartOfVerb(char character);

// The parts of one directive, views into its comment.
struct Directive {
  llvm::StringRef mark;  // `ipec`, as written
  llvm::StringRef body;  // after the mark and whitespace
  llvm::StringRef verb;  // the beginning of `body`; unknown verbs too
  llvm::StringRef rest;  // after the verb and whitespace: `(NAME) text`

  // Whether the mark has the correct case; otherwise the directive means nothing.
  bool IsMarked() const;
  bool Is(DirectiveVerb known) const;
  // The verb; nothing if it is unknown or the directive means nothing.
  std::optional<DirectiveVerb> Verb() const;
};

// Reads a comment, with or without its `#`. The mark is recognized in any case.
std::optional<Directive> ReadDirective(std::string_view comment);

// `# ipec: VERB(NAME) text`
std::string WriteDirective(DirectiveVerb verb, std::string_view name, std::string_view text);

}  // namespace ipec::syntax
