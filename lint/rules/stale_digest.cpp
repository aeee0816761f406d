#include <fmt/format.h>

#include "compiler/support/printable.h"
#include "lint/image.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A rule allows a root hash that no volume of the image has, or an fs-verity digest that none
of its files has. Every build of a volume changes its root hash; a policy with the old one denies
programs that it should allow. The image is what `--with` names; without it, this rule reports
nothing. A template with `@{usr.roothash}`, rendered by `ipec render`, always names the current one.

If the inventory lists no volumes, root hashes are not compared, and if it lists no files, digests
are not. A rule that denies a digest revokes it; a revoked digest need not be in the image. If one
volume or file of the image is not named by any rule, the fix names it. That changes decisions, so
it is not a safe fix.

```json image
{"version":1,"volumes":[{"name":"usr","roothash":"sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887","signed":null}],"files":[]}
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:41c9a3b7d2e85f60713a9b8c4d5e6f7081928374a5b6c7d8e9fa0b1c2d3e4f50 action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```
)";

// The fix: the digest of the only volume or file that no rule names.
class Current {
 public:
  Current(const Context& context, const Image& image) : context_(context), image_(image) {}

  void AddTo(Diagnostic& finding, policy::Property property, Span condition) {
    const bool is_volume = property == policy::Property::DmverityRoothash;
    std::optional<std::optional<std::size_t>>& number = is_volume ? volume_ : file_;
    if (!number) number = image_.OnlyUnnamed(context_.policy, property);
    if (!*number) return;
    const inventory::Inventory& inventory = image_.inventory();
    const std::string& name =
        is_volume ? inventory.volumes[**number].name : inventory.files[**number].path;
    std::string digest =
        is_volume ? inventory.volumes[**number].root_hash : inventory.files[**number].digest;
    if (context_.policy.semantics.bare_digests) digest = digest.substr(digest.find(':') + 1);
    finding.AddFix(fmt::format("use that of `{}`", support::Abbreviated(name)),
                   context_.Replace(condition, fmt::format("{}={}", Name(property), digest)));
  }

 private:
  const Context& context_;
  const Image& image_;
  std::optional<std::optional<std::size_t>> volume_;
  std::optional<std::optional<std::size_t>> file_;
};

void Check(Context& context) {
  const Image* const image = context.image();
  if (image == nullptr) return;
  Current current(context, *image);
  for (const RuleId id : context.policy.rule_ids()) {
    if (!context.IsFirstOfStatement(id)) continue;
    if (context.policy[id].action != policy::Action::Allow) continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      const policy::Condition& condition = conditions[i];
      if (!condition.digest.valid()) continue;
      if (!image->Lacks(context.policy, condition.property, condition.digest)) continue;
      const Span where = context.ConditionSpan(id, i);
      const bool is_volume = condition.property == policy::Property::DmverityRoothash;
      Diagnostic& finding =
          context.Report(where, "no {} of the image has this {}", is_volume ? "volume" : "file",
                         is_volume ? "root hash" : "digest");
      current.AddTo(finding, condition.property, where);
    }
  }
}

}  // namespace

extern const Body kStaleDigest{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
