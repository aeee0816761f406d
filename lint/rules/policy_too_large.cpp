#include <algorithm>

#include "compiler/optimize/optimize.h"
#include "compiler/pipeline/compile_policy.h"
#include "compiler/pipeline/config.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(Once signed, the policy would exceed 65535 bytes, and the kernel would reject it
(`EMSGSIZE`). The size of the signature depends on the certificate; `signature-bytes` under `[lint]`
in `ipec.toml` sets it, and the default is 1500. `ipec compile --keep=decision --emit=text` writes a
shorter policy with the same decisions. Policies that are built into a kernel (`boot-policies`) have
no such limit.

```toml
[lint]
signature-bytes = 65433
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
# Without this comment it would do.
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

constexpr std::int64_t kMost = 65535;
constexpr std::int64_t kUsualSignature = 1500;

// For longer texts, the possible saving is not computed.
constexpr std::int64_t kMostShortened = 1'000'000;

// The length of the shortest text with the same decisions.
std::int64_t ShortestOf(const Context& context) {
  optimize::Options options;
  options.keeps = optimize::Keeps::Decision;
  const pipeline::Compiled shorter =
      pipeline::CompilePolicy(context.policy, context.target, options, pipeline::Form::Text, {});
  return support::ToU32(shorter.bytes.size());
}

void Check(Context& context) {
  if (context.IsBootPolicy()) return;
  const std::int64_t signature = context.config.lint.signature_bytes.value_or(kUsualSignature);
  const std::int64_t text = context.source.size();
  if (text + signature <= kMost) return;
  Diagnostic& finding = context.Report(
      {0, 0}, "once signed, this policy has about {} bytes, {} more than the kernel accepts",
      text + signature, text + signature - kMost);
  finding.AddNote(
      fmt::format("{} bytes of text and {} of signature and certificate", text, signature));
  constexpr std::string_view kHow = "`ipec compile --keep=decision --emit=text`";
  if (text > kMostShortened) {
    finding.AddNote(fmt::format("{} writes a shorter policy with the same decisions", kHow));
    return;
  }
  const std::int64_t shortest = ShortestOf(context);
  const std::int64_t over = shortest + signature - kMost;
  finding.AddNote(over <= 0
                      ? fmt::format("{} saves {} bytes, which is enough", kHow, text - shortest)
                      : fmt::format("{} saves {} bytes, which leaves {} too many", kHow,
                                    std::max<std::int64_t>(text - shortest, 0), over));
}

}  // namespace

extern const Body kPolicyTooLarge{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
