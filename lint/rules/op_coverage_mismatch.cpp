#include "compiler/support/keyed_hash.h"
#include "lint/rule.h"
#include "llvm/ADT/DenseMap.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(An operation repeats rules for EXECUTE, but lacks one of them and decides some events
differently without it. Policies often repeat the same rules for each operation, and a later rule is
easily forgotten for one of them. The note shows an event that is decided differently.

Rules that identify a file by its digest are not compared: a program is not a kernel module.

The fix adds the missing rule. It changes decisions, so it is not a safe fix.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
op=KMODULE boot_verified=TRUE action=ALLOW
op=KMODULE dmverity_signature=TRUE action=ALLOW
op=FIRMWARE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
op=EXECUTE dmverity_signature=TRUE action=ALLOW
op=KMODULE boot_verified=TRUE action=ALLOW
op=KMODULE dmverity_signature=TRUE action=ALLOW
op=FIRMWARE boot_verified=TRUE action=ALLOW
op=FIRMWARE dmverity_signature=TRUE action=ALLOW
```
)";

// A rule without its operation: its facts, root hash and action.
using Shape = std::pair<std::uint32_t, std::uint32_t>;

constexpr policy::OperationSet kExecute = {policy::Operation::Execute};

// Nothing for rules that decide nothing, and for rules that name a file.
std::optional<Shape> ShapeOf(const Context& context, RuleId id) {
  const analysis::Demand demand = context.coverage.DemandOf(context.policy[id]);
  if (demand.digest.valid() || !context.reachability.Decides(id)) return std::nullopt;
  const std::uint32_t allows = context.policy[id].action == policy::Action::Allow ? 1U << 16U : 0;
  return Shape{demand.facts.bits() | allows, demand.roothash.index};
}

class Siblings {
 public:
  explicit Siblings(const Context& context) : context_(context) {
    for (const RuleId id : context.policy.rule_ids()) {
      const policy::Operation operation = context.policy[id].operation;
      last_[operation] = id;
      if (const auto shape = ShapeOf(context, id)) have_[*shape].Add(operation);
    }
    policy::OperationSet different;
    for (const auto& [shape, operations] : have_) {
      if (!operations.Contains(policy::Operation::Execute)) different = different | operations;
      copies_ = copies_ | operations;
    }
    copies_ = copies_ - different - kExecute;
    for (const analysis::OperationCoverage& operation : context.coverage.operations()) {
      if (!copies_.Contains(operation.operation)) continue;
      for (const analysis::NamedDigest& named : operation.roothashes) {
        rows_[KeyOf(operation.operation, named.representative)] = &named;
      }
    }
  }

  // The operations that repeat EXECUTE's rules but lack this one, which other operations have.
  policy::OperationSet Lacking(RuleId rule) const {
    const auto shape = ShapeOf(context_, rule);
    if (!shape) return {};
    const policy::OperationSet have = have_.find(*shape)->second;
    return have == kExecute ? policy::OperationSet() : copies_ - have;
  }

  // The rule that decides the event for the other operation; invalid: its DEFAULT does.
  RuleId DeciderOf(policy::Operation operation, runtime::Facts facts, RuleId rule) const {
    const policy::DigestId roothash = context_.coverage.DemandOf(context_.policy[rule]).roothash;
    return analysis::Coverage::Decider(*context_.coverage.Find(operation),
                                       rows_.lookup(KeyOf(operation, roothash)), nullptr, nullptr,
                                       facts);
  }

  RuleId LastOf(policy::Operation operation) const { return last_[operation]; }

 private:
  using Key = std::pair<std::uint32_t, std::uint32_t>;
  static Key KeyOf(policy::Operation operation, policy::DigestId roothash) {
    return {support::ToU32(support::IndexOf(operation)), roothash.index};
  }

  const Context& context_;
  // The operations that have a rule of the shape.
  llvm::DenseMap<Shape, policy::OperationSet, support::KeyedNumbers<Shape>> have_;
  policy::OperationSet copies_;  // that have only rules that EXECUTE has
  // By operation and root hash.
  llvm::DenseMap<Key, const analysis::NamedDigest*, support::KeyedNumbers<Key>> rows_;
  policy::OperationMap<RuleId> last_;
};

// The rule for another operation.
std::string RuleFor(const Context& context, RuleId rule, policy::Operation operation) {
  const Span statement = context.policy[rule].statement;
  const syntax::Clause& word =
      context.document.ClausesOf(context.DocumentLineAt(statement.begin))[0];
  return fmt::format("op={}", Name(operation)) +
         context.source.text({word.value.end, statement.end}).str();
}

void Check(Context& context) {
  const Siblings siblings(context);
  for (const RuleId id : context.policy.rule_ids()) {
    const policy::Rule& rule = context.policy[id];
    if (rule.operation != policy::Operation::Execute) continue;
    const policy::OperationSet lacking = siblings.Lacking(id);
    for (const analysis::OperationCoverage& coverage : context.coverage.operations()) {
      const policy::Operation operation = coverage.operation;
      if (!lacking.Contains(operation)) continue;
      analysis::Witness witness = *context.reachability.WitnessOf(id);
      witness.operation = operation;
      const RuleId by = siblings.DeciderOf(operation, witness.facts, id);
      const policy::Default* decides = context.policy.DefaultFor(operation);
      const policy::Action action = by.valid()           ? context.policy[by].action
                                    : decides != nullptr ? decides->action
                                                         : policy::Action::Allow;
      if (action == rule.action) continue;
      const RuleId last = siblings.LastOf(operation);
      context
          .Report(operation, rule.statement, "{} repeats rules for EXECUTE, but not this one",
                  Name(operation))
          .AddNote(fmt::format("{}: {}", Name(operation), context.Decided(witness, by)),
                   context.StatementOf(by, operation))
          .AddFix(
              fmt::format("add the rule for {}", Name(operation)),
              context.InsertBelow(context.policy[last].statement, RuleFor(context, id, operation)));
    }
  }
}

}  // namespace

extern const Body kOpCoverageMismatch{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
