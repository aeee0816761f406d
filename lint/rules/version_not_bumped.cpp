#include <cstdint>
#include <optional>

#include <fmt/format.h>

#include "compiler/support/wording.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The policy differs from the base, but its version is the same. The kernel answers an
update with ESTALE unless the version is higher. The base is what `--against` names;
without it, this rule reports nothing. A change of comments or layout needs no new
version.

Raising the version is a safe fix: nothing else changes.

```ipe base
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.1
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
```
)";

// The next one; nothing if there is none.
std::optional<policy::Version> NextVersion(policy::Version version) {
  for (std::uint16_t* const part : {&version.revision, &version.minor, &version.major}) {
    if (*part != UINT16_MAX) {
      ++*part;
      return version;
    }
    *part = 0;
  }
  return std::nullopt;
}

void Check(Context& context) {
  for (Diagnostic& finding : context.ReportChanges()) {
    finding.where = context.HeaderSpan("policy_version");
    const std::optional<policy::Version> next = NextVersion(context.policy.version);
    if (!next) continue;
    const std::string text = fmt::format("{}.{}.{}", next->major, next->minor, next->revision);
    finding.AddFix("raise the version to " + support::Quoted(text),
                   context.Replace(finding.where, text), true);
  }
}

}  // namespace

extern const Body kVersionNotBumped{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
