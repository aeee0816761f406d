#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The properties of a rule are not sorted by name, as `ipec fmt --sort-properties` sorts them.
In a fixed order, equal rules look the same.

Every decision stays the same. Audit records quote the properties as written, so sorting them is not
a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_signature=TRUE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE fsverity_signature=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  const syntax::Document& document = context.document;
  for (const syntax::Line& line : document.lines) {
    const auto clauses = document.ClausesOf(line);
    if (line.kind != syntax::LineKind::Rule || clauses.size() < 4) continue;
    std::vector<syntax::Clause> properties(clauses.begin() + 1, clauses.end() - 1);
    const auto by_name = [&](const syntax::Clause& a, const syntax::Clause& b) {
      return document.Text(a.key) < document.Text(b.key);
    };
    const auto odd = std::is_sorted_until(properties.begin(), properties.end(), by_name);
    if (odd == properties.end()) continue;
    const Span where = odd->span();
    const std::string key = document.Text(odd->key).str();
    const std::string before = document.Text(std::prev(odd)->key).str();
    std::stable_sort(properties.begin(), properties.end(), by_name);
    std::vector<diagnostics::TextEdit> edits;
    for (std::size_t i = 0; i < properties.size(); ++i) {
      const Span place = clauses[i + 1].span();
      if (place == properties[i].span()) continue;
      edits.push_back({place, document.Text(properties[i].span()).str()});
    }
    context.Report(where, "`{}` should precede `{}`", key, before)
        .AddFix("sort the properties", std::move(edits));
  }
}

}  // namespace

extern const Body kPropertyOrder{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
