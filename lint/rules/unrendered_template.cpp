#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A placeholder of a template is left in the policy's name or in the algorithm of a digest: `@NAME@`, `${NAME}`,
`%s`, `<name>`. The kernel loads it as it stands.

```ipe bad
policy_name=@NAME@ policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

bool LooksLikeTemplate(llvm::StringRef word) {
  if (word.contains("%s") || word.contains("{{") || word.contains("${")) return true;
  return word.size() > 2 && ((word.front() == '@' && word.back() == '@') ||
                             (word.front() == '<' && word.back() == '>') || word.front() == '$');
}

void Check(Context& context) {
  for (const syntax::Line& line : context.document.lines) {
    for (const syntax::Clause& clause : context.document.ClausesOf(line)) {
      const llvm::StringRef value = context.source.text(clause.value);
      if (!LooksLikeTemplate(value) && !LooksLikeTemplate(value.split(':').first)) continue;
      context.Report(clause.value, "`{}` looks like a placeholder that was never filled in",
                     std::string_view(value.data(), value.size()));
    }
  }
}

}  // namespace

const Body kUnrenderedTemplate{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
