#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "compiler/syntax/directive.h"
#include "lint/rule.h"
#include "lint/suppressions.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A suppression names a rule that does not exist, most likely a misspelt one, so it suppresses
nothing. Or the word after `ipec:` is unknown: it must be `allow`, `allow-file`, `allow-begin` or
`allow-end`, in lowercase. `ipec explain --list` lists the names of rules.

If there is one similar name, replacing it is a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW # ipec: allow(duplicat-rule) generated
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

// Further names get no suggestion, because finding one is slow.
constexpr std::size_t kMostSuggestions = 1000;

void CheckVerb(Context& context, const Suppression& comment) {
  const llvm::StringRef verb = context.source.text(comment.unknown_verb);
  const std::string_view word(verb.data(), verb.size());
  if (verb.equals_insensitive("ipec")) {
    context
        .Report(comment.unknown_verb, "`{}:` is not `ipec:`, so this comment suppresses nothing",
                word)
        .AddFix("replace with `ipec`", context.Replace(comment.unknown_verb, "ipec"), true);
    return;
  }
  Diagnostic& finding =
      context.Report(comment.unknown_verb,
                     "unknown directive `ipec: {}`, so this comment suppresses nothing", word);
  const std::string_view nearest = support::Nearest(word, syntax::kDirectiveVerbs);
  if (nearest.empty()) return;
  finding.AddFix("replace with " + support::Quoted(nearest),
                 context.Replace(comment.unknown_verb, std::string(nearest)), true);
}

void Check(Context& context) {
  std::size_t found = 0;
  std::vector<std::string_view> words;
  for (const Rule& rule : AllRules()) words.push_back(rule.descriptor.name);
  for (const Suppression& comment : context.suppressions) {
    if (!comment.unknown_verb.empty()) CheckVerb(context, comment);
    for (std::size_t i = 0; i < comment.names.size(); ++i) {
      const std::string& name = comment.names[i];
      if (name == "all" || FindRule(name) != nullptr) continue;
      Diagnostic& finding = context.Report(comment.name_spans[i], "unknown rule `{}`", name);
      if (++found > kMostSuggestions) continue;
      const std::string_view nearest = support::Nearest(name, words);
      if (nearest.empty()) continue;
      finding.AddFix("replace with " + support::Quoted(nearest),
                     context.Replace(comment.name_spans[i], std::string(nearest)), true);
    }
  }
}

}  // namespace

extern const Body kUnknownRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
