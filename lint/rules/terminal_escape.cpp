#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The text contains control bytes. On a terminal, they move the cursor, change colors or hide
the text around them, so `cat` shows another policy than the kernel reads. Removing one from a
comment is a safe fix.

```ipe bad escaped
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
# \x1B[8mhidden
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Report(Context& context, Span where, unsigned char control) {
  context.Report(where, "the control byte {:02X} can hide text on a terminal", control)
      .AddFix("remove the control byte", context.Replace(where, {}), true);
}

void Check(Context& context) {
  const llvm::StringRef text = context.source.text().take_front(
      context.document.hidden.empty() ? context.source.text().size()
                                      : context.document.hidden.begin);
  for (std::size_t at = 0; at < text.size(); ++at) {
    const unsigned char byte = support::ToByte(text[at]);
    // Other rules report line ends, tabs, VT and FF.
    if ((byte < 0x20 && (byte < 0x09 || byte > 0x0D)) || byte == 0x7F) {
      Report(context, support::SpanAt(at, 1), byte);
    }
    // U+0080 to U+009F: some terminals read 9B as ESC [.
    if (byte == 0xC2 && at + 1 < text.size()) {
      const unsigned char second = support::ToByte(text[at + 1]);
      if (second >= 0x80 && second <= 0x9F) Report(context, support::SpanAt(at, 2), second);
    }
  }
}

}  // namespace

extern const Body kTerminalEscape{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
