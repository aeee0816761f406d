#include "lint/layouts.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(`ipec fmt` would change the file. Its layout is proved to keep every statement, comment and
meaning, so it is a safe fix, unless `format.sort-properties` reorders properties, which audit
records quote.

```ipe bad
policy_name=demo   policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0

DEFAULT action=DENY

op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  const format::Result& result = context.layouts.Formatted();
  const llvm::StringRef text = context.source.text();
  if (result.text == text) return;
  const std::uint32_t size = context.source.size();
  std::uint32_t at = 0;
  while (at < size && at < result.text.size() && text[at] == result.text[at]) ++at;
  context.Report({at, at}, "`ipec fmt` would change the file from here on")
      .AddFix("format the file", context.Replace({0, size}, result.text), true);
}

}  // namespace

extern const Body kNotFormatted{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
