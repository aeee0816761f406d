#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(Signed, the policy would be longer than 65,535 bytes, and the kernel refuses to load it (`EMSGSIZE`). What the
signature adds depends on the certificate; `signature-bytes` under `[lint]` in `ipec.toml` says how much, 1500 is
assumed. `ipec compile --keep=decision --emit=text` writes the same policy shorter. Policies built into a kernel
(`boot-policies`) have no such limit.

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

constexpr std::int64_t kMost = 65535;
constexpr std::int64_t kUsualSignature = 1500;

void Check(Context& context) {
  if (context.IsBootPolicy()) return;
  const std::int64_t signature = context.config.lint.signature_bytes.value_or(kUsualSignature);
  const auto text = static_cast<std::int64_t>(context.source.text().size());
  if (text + signature <= kMost) return;
  context
      .Report({0, 0}, "signed, this policy has about {} bytes, {} more than the kernel takes",
              text + signature, text + signature - kMost)
      .AddNote(fmt::format("{} bytes of text and {} of signature and certificate", text, signature))
      .AddNote("`ipec compile --keep=decision --emit=text` writes the same policy shorter");
}

}  // namespace

const Body kPolicyTooLarge{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
