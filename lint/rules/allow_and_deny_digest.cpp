#include <algorithm>

#include "compiler/support/keyed_hash.h"
#include "lint/rule.h"
#include "llvm/ADT/DenseMap.h"

namespace ipec::lint {
namespace {

using policy::DigestId;

constexpr std::string_view kDocs =
    R"(Rules of one operation allow and deny the same volume or file, under different conditions. A
digest identifies exactly one volume or file, so a digest on a denylist should not also be on an
allowlist. A pair of rules is also reported if one of them names a volume as well as the file. The
note shows an event that the earlier rule decides.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 boot_verified=TRUE action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=DENY
op=KMODULE fsverity_digest=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```
)";

// The rules that decide events with a digest: the first one of each action.
class DecidedDigests {
 public:
  // The subject of a rule: a root hash, a file, a file on one volume, or a file on some volume.
  enum Subject : std::uint8_t { kVolume, kFile, kFileOnVolume, kFileOnSome };

  void Add(const policy::Rule& rule, RuleId id, Subject subject, DigestId volume, DigestId file) {
    RuleId& first = first_[rule.operation][KeyOf(rule.action, subject, volume, file)];
    if (!first.valid()) first = id;
  }
  // The first rule of the other action.
  RuleId FirstOfOtherAction(const policy::Rule& rule, Subject subject, DigestId volume,
                            DigestId file) const {
    const auto other =
        rule.action == policy::Action::Allow ? policy::Action::Deny : policy::Action::Allow;
    return first_[rule.operation].lookup(KeyOf(other, subject, volume, file));
  }

 private:
  using Key = std::pair<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t>;

  static Key KeyOf(policy::Action action, Subject subject, DigestId volume, DigestId file) {
    const std::uint32_t allows = action == policy::Action::Allow ? 1U << 8U : 0;
    return {{volume.index, file.index}, allows | subject};
  }

  using Firsts = llvm::DenseMap<Key, RuleId, support::KeyedNumbers<Key>>;
  policy::OperationMap<Firsts> first_;
};

// The first rule that decides the digest differently, also for a file if one of the two names a
// volume as well. A rule about a file on a volume does not decide the whole volume.
RuleId FirstContradicting(DecidedDigests& decided, const policy::Rule& rule, RuleId id,
                          const analysis::Demand& demand) {
  const DigestId volume = demand.roothash;
  const DigestId file = demand.digest;
  RuleId before;
  if (!file.valid()) {
    before = decided.FirstOfOtherAction(rule, DecidedDigests::kVolume, volume, {});
    decided.Add(rule, id, DecidedDigests::kVolume, volume, {});
  } else if (!volume.valid()) {
    before = std::min(decided.FirstOfOtherAction(rule, DecidedDigests::kFile, {}, file),
                      decided.FirstOfOtherAction(rule, DecidedDigests::kFileOnSome, {}, file));
    decided.Add(rule, id, DecidedDigests::kFile, {}, file);
  } else {
    before =
        std::min(decided.FirstOfOtherAction(rule, DecidedDigests::kFile, {}, file),
                 decided.FirstOfOtherAction(rule, DecidedDigests::kFileOnVolume, volume, file));
    decided.Add(rule, id, DecidedDigests::kFileOnVolume, volume, file);
    decided.Add(rule, id, DecidedDigests::kFileOnSome, {}, file);
  }
  return before;
}

void Check(Context& context) {
  DecidedDigests decided;
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    const analysis::Demand demand = context.coverage.DemandOf(rule);
    // Other lint rules report rules that decide nothing.
    if ((!demand.roothash.valid() && !demand.digest.valid()) || !context.reachability.Decides(id)) {
      continue;
    }
    const RuleId before = FirstContradicting(decided, rule, id, demand);
    if (!before.valid()) continue;
    const policy::Rule& other = context.policy[before];
    context
        .Report(rule.operation, rule.statement, "line {} {} this digest, but this rule {} it",
                other.line, Verb(other.action), Verb(rule.action))
        .AddNote(context.Decided(*context.reachability.WitnessOf(before), before), other.statement);
  }
}

}  // namespace

extern const Body kAllowAndDenyDigest{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
