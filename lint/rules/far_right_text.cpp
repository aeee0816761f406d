#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A statement or its end stands behind so many blanks that it is out of sight in most editors and review tools.
Fewer blanks are a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
# end                                                                                                                                                                                                                  op
op=KMODULE                                                                                                                                                                                                                  action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

constexpr std::size_t kFar = 200;

void Check(Context& context) {
  for (const syntax::Line& line : context.document.lines) {
    if (line.clauses.empty()) continue;
    std::uint32_t before = line.span.begin;
    for (const syntax::Clause& clause : context.document.ClausesOf(line)) {
      const Span word = clause.span();
      if (word.begin - before >= kFar) {
        context.Report(word, "{} blanks push this out of sight", word.begin - before)
            .AddFix("write one blank",
                    context.Replace({before, word.begin}, before == line.span.begin ? "" : " "),
                    true);
      }
      before = word.end;
    }
  }
}

}  // namespace

const Body kFarRightText{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
