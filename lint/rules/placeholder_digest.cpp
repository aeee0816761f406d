#include <algorithm>
#include <optional>

#include "lint/rule.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A digest repeats a few bytes, for example all zeros, or is the hash of empty input: it is a
placeholder that was never replaced. No volume or file has it, so the rule never matches. Digests
from the kernel's documentation are reported too; they are those of its authors' volumes and files.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:0000000000000000000000000000000000000000000000000000000000000000 action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE dmverity_roothash=sha256:8d5a2a1c9e4f6b703d1e2c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a697887 action=ALLOW
```
)";

// Digests in texts that people copy from.
struct Known {
  std::string_view hex;
  std::string_view what;
};
constexpr Known kKnown[] = {
    {"401fcec5944823ae12f62726e8184407a5fa9599783f030dec146938",
     "an example from the kernel's documentation"},
    {"cd2c5bae7c6c579edaae4353049d58eb5f2e8be0244bf05345bc8e5ed257baff",
     "an example from the kernel's documentation"},
    {"fd88f2b8824e197f850bf4c5109bea5cf0ee38104f710843bb72da796ba5af9e",
     "an example from the kernel's documentation"},
    {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
     "the sha256 digest of empty input"},
    {"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce"
     "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
     "the sha512 digest of empty input"},
};

// The length of the repeated pattern, up to eight bytes; 0 if there is none.
std::size_t PeriodOf(std::span<const std::uint8_t> bytes) {
  for (const std::size_t period : {1, 2, 4, 8}) {
    if (bytes.size() >= 2 * period && bytes.size() > 4 &&
        std::ranges::equal(bytes.subspan(period), bytes.first(bytes.size() - period))) {
      return period;
    }
  }
  return 0;
}

llvm::StringRef Chars(std::span<const std::uint8_t> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Describes the pattern of a placeholder digest; nothing for other digests.
std::optional<std::string> PlaceholderIn(std::span<const std::uint8_t> bytes) {
  if (const std::size_t period = PeriodOf(bytes); period != 0) {
    return llvm::toHex(Chars(bytes.first(period)), true) + " repeated";
  }
  for (const Known& known : kKnown) {
    if (known.hex.size() == 2 * bytes.size() && known.hex == llvm::toHex(Chars(bytes), true)) {
      return std::string(known.what);
    }
  }
  return std::nullopt;
}

void Check(Context& context) {
  for (const RuleId id : context.policy.rule_ids()) {
    if (!context.IsFirstOfStatement(id)) continue;
    const auto conditions = context.ConditionsOf(id);
    for (std::size_t i = 0; i < conditions.size(); ++i) {
      if (!conditions[i].digest.valid()) continue;
      const runtime::Digest digest = context.policy.digests.Get(conditions[i].digest);
      const std::optional<std::string> shown = PlaceholderIn(digest.bytes);
      if (!shown) continue;
      context.Report(context.ConditionSpan(id, i),
                     "this digest is {}, a placeholder that was never replaced", *shown);
    }
  }
}

}  // namespace

extern const Body kPlaceholderDigest{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
