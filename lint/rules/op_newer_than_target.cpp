#include <algorithm>

#include "compiler/support/wording.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A policy is checked for several targets (`--target` more than once, or `target` in
`ipec.toml`) and names an operation that one of them knows and another does not. The latter rejects
the whole policy, not only the rule. A policy for all of them must not use the operation; otherwise
write two policies.

The operation is reported once, with the targets on either side, instead of an `unknown-operation`
error for each target. With one target there is nothing to compare.

```toml
target = ['linux-6.12', 'rfc-v7']
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=POLICY boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

// `linux-6.12, linux-6.16`
template <typename Test>
std::string NamesOf(std::span<const targets::Target* const> all, Test test) {
  std::vector<std::string_view> names;
  for (const targets::Target* target : all) {
    if (test(*target)) names.push_back(target->name);
  }
  return support::Listed(names);
}

bool Knows(const targets::Target& target, std::string_view word) {
  const auto aliases = target.aliases();
  if (std::any_of(aliases.begin(), aliases.end(),
                  [&](const targets::Alias& alias) { return alias.spelling == word; })) {
    return true;
  }
  const auto operation = runtime::FindOperation(word);
  return operation && target.Knows(*operation);
}

void Check(Context& context) {
  if (context.all_targets.size() < 2) return;
  for (const syntax::Line& line : context.document.lines) {
    for (const syntax::Clause& clause : context.document.ClausesOf(line)) {
      if (context.document.Text(clause.key) != "op") continue;
      const llvm::StringRef value = context.document.Text(clause.value).trim("\"'");
      const std::string_view word(value.data(), value.size());
      const auto knows = [&](const targets::Target& target) { return Knows(target, word); };
      const std::string without =
          NamesOf(context.all_targets, [&](const auto& target) { return !knows(target); });
      if (without.empty()) continue;
      context.Report(clause.value, "`{}` is an operation of {}, but not of {}", word,
                     NamesOf(context.all_targets, knows), without);
      break;
    }
  }
}

}  // namespace

extern const Body kOpNewerThanTarget{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
