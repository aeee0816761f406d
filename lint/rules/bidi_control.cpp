#include "lint/code_points.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The text contains a character that changes the direction of writing, so readers see other
words than the kernel reads, or the same words in another order. Removing it from a comment is a
safe fix.

```ipe bad escaped
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
# \xE2\x80\xAEdewolla era srezzub fo smargorp
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

bool ChangesDirection(std::uint32_t point) {
  return point == 0x061C || point == 0x200E || point == 0x200F ||
         (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069);
}

void Check(Context& context) {
  const llvm::StringRef text = context.source.text();
  for (std::size_t at = FindHighByte(text, 0); at != llvm::StringRef::npos;) {
    const CodePoint point = CodePointAt(text, at);
    const Span where = support::SpanAt(at, point.size);
    at = FindHighByte(text, where.end);
    if (!point.utf8 || !ChangesDirection(point.value)) continue;
    context
        .Report(where, "U+{:04X} changes the direction in which this line is displayed",
                point.value)
        .AddFix("remove the character", context.Replace(where, {}), true);
  }
}

}  // namespace

extern const Body kBidiControl{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
