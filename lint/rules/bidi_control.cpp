#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The text holds a character that changes the direction of writing. Readers see other words than the kernel reads,
or the same in another order. Removing it from a comment is a safe fix.

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  const llvm::StringRef text = context.source.text();
  for (std::size_t i = text.find('\xE2'); i != llvm::StringRef::npos;
       i = text.find('\xE2', i + 1)) {
    if (i + 3 > text.size()) return;
    const auto second = static_cast<unsigned char>(text[i + 1]);
    const auto third = static_cast<unsigned char>(text[i + 2]);
    // U+200E, U+200F, U+202A to U+202E, U+2066 to U+2069
    const bool bidi =
        (second == 0x80 && (third == 0x8E || third == 0x8F || (third >= 0xAA && third <= 0xAE))) ||
        (second == 0x81 && third >= 0xA6 && third <= 0xA9);
    if (!bidi) continue;
    const Span where{static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(i + 3)};
    const unsigned code = 0x2000U + ((second & 0x3FU) << 6U) + (third & 0x3FU);
    context.Report(where, "U+{:04X} changes the direction in which this line is shown", code)
        .AddFix("remove it", context.Replace(where, {}), true);
  }
}

}  // namespace

const Body kBidiControl{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
