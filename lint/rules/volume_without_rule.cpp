#include "compiler/analysis/placed_events.h"
#include "compiler/support/printable.h"
#include "lint/image.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(No rule decides any event of files on a volume of the image, and the DEFAULTs deny all of
them: nothing on it can run or be loaded, whatever it contains. Perhaps the volume is new, or its
root hash has changed and the policy names the old one. Name its root hash, sign it and allow signed
volumes, or deny it with a rule of its own if that is intended. The image is what `--with` names;
without it, this rule reports nothing.

```json image
{"version":1,"volumes":[{"name":"data","roothash":"sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887","signed":false}],"files":[]}
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```
)";

void Check(Context& context) {
  const Image* const image = context.image();
  if (image == nullptr) return;
  const analysis::PlacedEvents& events = context.PlacedEvents();
  const auto& volumes = image->inventory().volumes;
  for (std::size_t i = 0; i < volumes.size(); ++i) {
    if (!events.IsOnlyDenied(i)) continue;
    std::string digest = volumes[i].root_hash;
    if (context.policy.semantics.bare_digests) digest = digest.substr(digest.find(':') + 1);
    context
        .Report(context.HeaderSpan("policy_name"),
                "no rule is about the volume `{}`: everything on it is denied",
                support::Abbreviated(volumes[i].name))
        .AddNote("to allow it, use `dmverity_roothash=" + digest +
                 "`, or sign it and use `dmverity_signature=TRUE`");
  }
}

}  // namespace

extern const Body kVolumeWithoutRule{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
