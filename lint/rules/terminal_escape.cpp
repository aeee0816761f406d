#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The text holds control bytes. On a terminal they move the cursor, change colours or hide what stands beside
them: `cat` shows another policy than the kernel reads. Removing one from a comment is a safe fix.

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  const llvm::StringRef text = context.source.text().take_front(
      context.document.hidden.empty() ? context.source.text().size()
                                      : context.document.hidden.begin);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    // Line ends, tabs and the blanks VT and FF are other rules' business.
    if ((byte >= 0x20 && byte != 0x7F) || (byte >= 0x09 && byte <= 0x0D)) continue;
    const Span where{static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i + 1)};
    context.Report(where, "the control byte {:02X} can hide text on a terminal", byte)
        .AddFix("remove it", context.Replace(where, {}), true);
  }
}

}  // namespace

const Body kTerminalEscape{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
