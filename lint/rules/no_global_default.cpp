#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(There is no global DEFAULT, only one for each operation. A kernel that knows one operation more refuses the
policy; until then, operations without a name are allowed, with a warning in its log.

The fix adds a DEFAULT that denies those. It changes what becomes of them, so it is not applied unless asked for.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT op=EXECUTE action=DENY
DEFAULT op=FIRMWARE action=DENY
DEFAULT op=KMODULE action=DENY
DEFAULT op=KEXEC_IMAGE action=DENY
DEFAULT op=KEXEC_INITRAMFS action=DENY
DEFAULT op=POLICY action=DENY
DEFAULT op=X509_CERT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  if (context.policy.global_default) return;
  const syntax::Line* first = nullptr;
  const syntax::Line* last = nullptr;
  for (const syntax::Line& line : context.document.lines) {
    if (line.kind != syntax::LineKind::Default) continue;
    if (first == nullptr) first = &line;
    last = &line;
  }
  if (first == nullptr) return;
  context
      .Report(first->statement,
              "no global DEFAULT: a kernel that knows one operation more refuses this policy")
      .AddFix("deny what else there will be",
              context.InsertBelow(last->statement, "DEFAULT action=DENY"));
}

}  // namespace

extern const Body kNoGlobalDefault{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
