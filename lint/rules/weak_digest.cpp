#include <algorithm>

#include "lint/digest_algorithms.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule allows a volume by a root hash of an algorithm for which collisions can be computed
(md4, md5, sha1): two volumes can be made with the same root hash, and allowing one also allows the
other.

If the rule is selected, it also reports, as information, rules that deny by such a digest, because
they may deny a harmless volume, too, and digests that are merely shorter than common today (rmd160,
sha224, sha3-224).

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
  const auto decides = [&](RuleId id) {
    return context.reachability.Decides(id) && !WhyNever(context.coverage, id);
  };
  for (const policy::RuleIds statement : context.policy.Statements()) {
    if (std::none_of(statement.begin(), statement.end(), decides)) continue;
    const RuleId id = statement.front();
    const bool allows = context.policy[id].action == policy::Action::Allow;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (!conditions[i].digest.valid()) continue;
      const runtime::Digest digest = context.policy.digests.Get(conditions[i].digest);
      const DigestAlgorithm* algorithm = FindAlgorithm(digest.algorithm);
      if (algorithm == nullptr || algorithm->strength == Strength::Strong) continue;
      const bool broken = algorithm->strength == Strength::Broken;
      const bool trusts = broken && allows;
      if (!trusts && !context.IsRequested()) continue;
      Diagnostic& finding = context.Report(
          context.ConditionSpan(id, i), "`{}` is {}", digest.algorithm,
          !broken  ? "shorter than digests in common use"
          : allows ? "too weak to verify a volume: two with the same root hash can be made"
                   : "weak: another volume with the same root hash is denied, too");
      if (!trusts) finding.severity = Severity::Information;
    }
  }
}

}  // namespace

extern const Body kWeakDigest{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
