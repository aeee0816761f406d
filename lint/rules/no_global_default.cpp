#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The policy has no global DEFAULT, only one for each operation. A kernel with one more
operation rejects the policy. Until then, operations without a name are allowed, with a warning in
the kernel's log.

The fix adds a DEFAULT that denies those. It changes decisions about them, so it is not a safe fix.

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
              "there is no global DEFAULT, so a kernel with one more operation rejects this policy")
      .AddFix("add a global DEFAULT that denies",
              context.InsertBelow(last->statement, "DEFAULT action=DENY"));
}

}  // namespace

extern const Body kNoGlobalDefault{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
