#include "lint/digest_algorithms.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule trusts a digest of an algorithm for which collisions can be computed (md4, md5, sha1):
with two colliding files or volumes, allowing one also allows the other. Digests that are merely
shorter than common today (rmd160, sha224, sha3-224) are reported as information.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709 action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
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
      const DigestAlgorithm* algorithm = FindAlgorithm(digest.algorithm);
      if (algorithm == nullptr || algorithm->strength == Strength::Strong) continue;
      const bool broken = algorithm->strength == Strength::Broken;
      Diagnostic& finding = context.Report(
          context.ConditionSpan(id, i), "`{}` is {}", digest.algorithm,
          broken ? "too weak to identify a file or volume" : "shorter than digests in common use");
      if (!broken) finding.severity = Severity::Information;
    }
  }
}

}  // namespace

extern const Body kWeakDigest{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
