#include "compiler/support/wording.h"
#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The version has a `+` or a leading zero. The kernel reads numbers; scripts and readers
compare text, in which `1.02.0` and `1.2.0` are different versions. Replacing it with plain numbers
is a safe fix.

```ipe bad
policy_name=demo policy_version=1.02.0
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
  const Span where = context.HeaderSpan("policy_version");
  const policy::Version& version = context.policy.version;
  const std::string plain = fmt::format("{}.{}.{}", version.major, version.minor, version.revision);
  const llvm::StringRef written = context.source.text(where);
  if (where.empty() || written.trim("\"'") == plain) return;
  context
      .Report(where, "the kernel reads this version as {}, but tools that compare text do not",
              plain)
      .AddFix("replace with " + support::Quoted(plain), context.Replace(where, plain), true);
}

}  // namespace

extern const Body kNoncanonicalVersion{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
