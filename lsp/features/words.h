#pragma once

// The meaning of single words, as Markdown: the texts of hover and completion. The facts come from
// compiler/targets and the lint rules.

#include <iterator>
#include <string>
#include <string_view>

#include "compiler/syntax/directive.h"
#include "compiler/targets/digest_algorithms.h"
#include "compiler/targets/targets.h"
#include "lint/rule.h"
#include "lsp/snapshot.h"

namespace ipec::lsp {

// `text` as code in Markdown, whatever its bytes; long text is shortened in the middle.
std::string Code(std::string_view text);

std::string DocOf(const targets::Target& target, policy::Operation operation);
std::string DocOf(const targets::Target& target, const targets::Alias& alias);
// For the first target; it also says on which targets the kernel was built without it.
std::string DocOf(const Snapshot& snapshot, policy::Property property);
std::string DocOf(const targets::DigestAlgorithm& algorithm);
// The rule's own documentation.
std::string DocOf(const lint::Rule& rule);
// `DEFAULT`, `op`, `TRUE` and similar words; empty if the word has no meaning by itself.
std::string DocOfWord(std::string_view word);
// A word of another code base, and its replacement; empty if it is unknown.
std::string DocOfForeign(const targets::Target& target, targets::ForeignWord::Kind kind,
                         std::string_view word);
// The documentation of `allow`, `allow-file`, `allow-begin` and `allow-end`; empty for other words.
std::string DocOfVerb(std::string_view verb);

// The kinds of suppressions, in the order in which they are proposed.
struct SuppressionVerb {
  std::string_view word;
  std::string_view summary;
};
inline constexpr SuppressionVerb kSuppressionVerbs[] = {
    {syntax::Name(syntax::DirectiveVerb::Allow),
     "suppresses findings of this statement or of the next one"},
    {syntax::Name(syntax::DirectiveVerb::AllowFile), "suppresses findings of the whole file"},
    {syntax::Name(syntax::DirectiveVerb::AllowBegin), "suppresses findings from here to allow-end"},
    {syntax::Name(syntax::DirectiveVerb::AllowEnd), "ends the range of allow-begin"},
};
static_assert(std::size(kSuppressionVerbs) == syntax::kDirectiveVerbs.size());

}  // namespace ipec::lsp
