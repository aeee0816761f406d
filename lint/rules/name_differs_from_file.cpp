#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "compiler/targets/features.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(systemd loads each `NAME.p7b` in `/etc/ipe`, `/run/ipe`, `/usr/local/lib/ipe` and
`/usr/lib/ipe`, and then activates the policy NAME. It takes this name from the file and reads
nothing in it. If `policy_name` is another one, the kernel loads the policy, but systemd cannot
activate it (`ENOENT`). Rename the file or the policy. For the kernel, a policy with another name is
another policy, not an update.

This is checked for a file `NAME.p7b`, for a text with its signed file beside it (`NAME.pol` and
`NAME.p7b`), and for texts that `systemd-policies` under `[lint]` in `ipec.toml` names. These are
signed as `NAME.p7b`, where NAME is the name of the text without its extension; it is `boot` in the
examples.

```toml
[lint]
systemd-policies = ["boot.pol"]
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=boot policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

void Check(Context& context) {
  // No other dialect has the files to which systemd writes.
  if (!context.target.Has(targets::Feature::Securityfs)) return;
  const std::string_view name = context.LoadedAs();
  const Span where = context.HeaderSpan("policy_name");
  if (name.empty() || where.empty() || name == context.policy.name) return;
  const std::string file = support::Quoted(support::Abbreviated(std::string(name) + ".p7b"));
  const std::string shown = support::Quoted(support::Abbreviated(name));
  context
      .Report(where, "systemd loads {} and then activates the policy {}, but this has another name",
              file, shown)
      .AddNote(fmt::format("rename the file to {}, or the policy to {}",
                           support::Quoted(support::Abbreviated(context.policy.name + ".p7b")),
                           shown));
}

}  // namespace

extern const Body kNameDiffersFromFile{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
