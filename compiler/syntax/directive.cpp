#include "compiler/syntax/directive.h"

#include "llvm/ADT/StringExtras.h"

namespace ipec::syntax {
namespace {

constexpr llvm::StringLiteral kWhitespace = " \t";

}  // namespace

bool IsPartOfVerb(char character) {
  return llvm::isAlpha(character) || character == '-';
}

bool Directive::IsMarked() const {
  return mark == llvm::StringRef(kDirectiveMark).drop_back();
}

bool Directive::Is(DirectiveVerb known) const {
  return IsMarked() && verb == llvm::StringRef(Name(known));
}

std::optional<DirectiveVerb> Directive::Verb() const {
  for (const DirectiveVerb known : {DirectiveVerb::Allow, DirectiveVerb::AllowFile,
                                    DirectiveVerb::AllowBegin, DirectiveVerb::AllowEnd}) {
    if (Is(known)) return known;
  }
  return std::nullopt;
}

std::optional<Directive> ReadDirective(std::string_view view) {
  llvm::StringRef comment = view;
  comment.consume_front("#");
  comment = comment.ltrim(kWhitespace);
  if (!comment.startswith_insensitive(llvm::StringRef(kDirectiveMark))) return std::nullopt;
  Directive directive;
  directive.mark = comment.take_front(kDirectiveMark.size() - 1);
  directive.body = comment.drop_front(kDirectiveMark.size()).ltrim(kWhitespace);
  directive.verb = directive.body.take_while(IsPartOfVerb);
  directive.rest = directive.body.drop_front(directive.verb.size()).ltrim(kWhitespace);
  return directive;
}

std::string WriteDirective(DirectiveVerb verb, std::string_view name, std::string_view text) {
  std::string comment = "# ";
  return comment.append(kDirectiveMark)
      .append(" ")
      .append(Name(verb))
      .append("(")
      .append(name)
      .append(") ")
      .append(text);
}

}  // namespace ipec::syntax
