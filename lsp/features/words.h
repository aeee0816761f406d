#pragma once

// What single words mean, as Markdown: the texts behind hover and completion. The facts are those
// of compiler/targets and of the linter's rules; here they are only put together.

#include <string>
#include <string_view>

#include "compiler/targets/targets.h"
#include "lint/digest_algorithms.h"
#include "lint/rule.h"

namespace ipec::lsp {

// `text` as code in Markdown, whatever its bytes; shortened in the middle where it is long.
std::string Code(std::string_view text);

std::string DocOf(const targets::Target& target, policy::Operation operation);
std::string DocOf(const targets::Target& target, const targets::Alias& alias);
std::string DocOf(const targets::Target& target, policy::Property property);
std::string DocOf(const lint::DigestAlgorithm& algorithm);
// The rule's own text; the checker's for one of its findings.
std::string DocOf(const lint::Rule& rule);
// `DEFAULT`, `op`, `TRUE` and the like; empty when the word means nothing by itself.
std::string DocOfWord(std::string_view word);
// A word of another code base, and what to write instead; empty when nobody is known to know it.
std::string DocOfForeign(const targets::Target& target, targets::ForeignWord::Kind kind,
                         std::string_view word);
// What is known of `allow`, `allow-file`, `allow-begin`, `allow-end`; empty: it is none of them.
std::string DocOfVerb(std::string_view verb);

// The ways a comment can silence findings, in the order in which they are proposed.
struct SuppressionVerb {
  std::string_view word;
  std::string_view summary;
};
inline constexpr SuppressionVerb kSuppressionVerbs[] = {
    {"allow", "suppresses findings of this statement or of the next one"},
    {"allow-file", "suppresses findings of the whole file"},
    {"allow-begin", "suppresses findings from here to allow-end"},
    {"allow-end", "ends the range of allow-begin"},
};

}  // namespace ipec::lsp
