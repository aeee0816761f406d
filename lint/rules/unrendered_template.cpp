#include "compiler/check/placeholder.h"
#include "compiler/check/words.h"
#include "lint/rule.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The policy name, or the algorithm of a digest, contains a template placeholder that was never
replaced: `@NAME@`, `${NAME}`, `%s`, `<name>`, `ROOTHASH`. The kernel accepts it as written. A
placeholder of a digest may stand for the algorithm, for the hex digits, or for both with the `:`
between them; its place shows which, and the finding says so.

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

// `%s`, `%08x`
bool IsConversion(llvm::StringRef placeholder) {
  return placeholder.startswith("%") && !placeholder.drop_front().contains('%');
}

// The placeholder in a value that a kernel accepted. Uppercase words and `__NAME__` are
// placeholders in rejected values, but may be intended in names.
llvm::StringRef PlaceholderIn(llvm::StringRef value) {
  const llvm::StringRef found = check::FindPlaceholder(value);
  // `50%safe`: a printf conversion replaces a whole word.
  const char* const behind = found.end();
  if (!found.empty() && IsConversion(found) &&
      ((found.begin() != value.begin() && llvm::isAlnum(found.begin()[-1])) ||
       (behind != value.end() && llvm::isAlnum(*behind)))) {
    return {};
  }
  if (found.empty() || llvm::StringRef("@%$<{[").contains(found.front())) return found;
  for (const llvm::StringRef word : {"ROOTHASH", "ROOT_HASH", "TODO", "FIXME", "CHANGEME",
                                     "CHANGE_ME", "PLACEHOLDER", "YOUR_"}) {
    if (found.contains(word)) return found;
  }
  return {};
}

void Check(Context& context) {
  for (const syntax::Line& line : context.document.lines) {
    for (const syntax::Clause& clause : context.document.ClausesOf(line)) {
      const llvm::StringRef value = context.source.text(clause.value);
      const llvm::StringRef found = PlaceholderIn(value);
      if (found.empty()) continue;
      Diagnostic& finding = context.Report(context.source.SpanOf(found),
                                           "`{}` is a template placeholder that was never replaced",
                                           std::string_view(found.data(), found.size()));
      const auto property = check::ReadProperty(context.source.text(clause.key));
      if (!property || runtime::Kind(*property) != runtime::PropertyKind::Digest) continue;
      const bool bare = context.policy.semantics.bare_digests;
      if (const auto meaning = check::DescribeDigestPlaceholder(value, found, bare)) {
        finding.AddNote(*meaning);
      }
    }
  }
}

}  // namespace

extern const Body kUnrenderedTemplate{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
