#include "compiler/support/wording.h"
#include "lint/digest_algorithms.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A digest has an algorithm that its property does not support. The kernel compares the name
byte for byte with its own: fs-verity has only `sha256` and `sha512`, and names are lowercase. Root
hashes of dm-verity may use any hash that the kernel was built with, so an unusual name is only a
warning there.

If the name is in another notation (`SHA256`, `sha-256`) or is that of a driver in the kernel
(`sha256-generic`, `sha512-avx2`), the fix corrects it. The kernel compares the name of the
algorithm even if the volume was set up with that of a driver. The rule then begins to match, so it
is not a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_digest=SHA256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```
)";

void Check(Context& context) {
  if (context.policy.semantics.bare_digests) return;
  for (const RuleId id : context.policy.rule_ids()) {
    if (!context.IsFirstOfStatement(id)) continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (!conditions[i].digest.valid()) continue;
      const runtime::Digest digest = context.policy.digests.Get(conditions[i].digest);
      const bool file = conditions[i].property == policy::Property::FsverityDigest;
      const DigestAlgorithm* algorithm = FindAlgorithm(digest.algorithm);
      if (algorithm != nullptr && (!file || algorithm->fsverity)) continue;
      const Span where = context.ConditionSpan(id, i);
      const DigestAlgorithm* meant = FindMeantAlgorithm(digest.algorithm);
      Diagnostic& finding =
          context.Report(where, "{}: the rule never matches",
                         Describe(Flaw::Algorithm, digest, conditions[i].property));
      if (FlawOf(digest, conditions[i].property, /*bare=*/false) != Flaw::Algorithm) {
        finding.severity = Severity::Warning;
        finding.message = fmt::format("`{}` is not a known dm-verity algorithm", digest.algorithm);
      }
      if (meant == nullptr || (file && !meant->fsverity)) continue;
      if (targets::IsDriverOf(*meant, digest.algorithm)) {
        finding.AddNote(fmt::format(
            "`{}` is the name of a driver; the kernel compares that of the algorithm, `{}`",
            digest.algorithm, meant->name));
      }
      const std::size_t begin = where.begin + runtime::Name(conditions[i].property).size() + 1;
      finding.AddFix("replace with " + support::Quoted(meant->name),
                     context.Replace(support::SpanAt(begin, digest.algorithm.size()),
                                     std::string(meant->name)));
    }
  }
}

}  // namespace

extern const Body kUnknownDigestAlgorithm{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
