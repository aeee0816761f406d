#include <algorithm>

#include "compiler/check/words.h"
#include "lint/rule.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The name of the policy makes trouble where it is used: audit records hold it as it is, so a quote or a control
byte ends the field early and what follows reads as other fields (an error); apostrophes, backslashes and bytes
outside ASCII are mangled by tools; a name with `/`, `.`, `..` or one of more than 255 bytes cannot be a folder of
securityfs, where the target's own kernel does not refuse it already.

Letters, digits, `-` and `_` are safe.

```ipe bad
policy_name="demo" policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

struct Trouble {
  Severity severity;
  std::string_view words;
};

// The worst there is to say of a name; nothing if it is safe.
std::optional<Trouble> TroubleWith(llvm::StringRef name, bool bare_in_records) {
  const auto has = [&](auto test) { return std::any_of(name.begin(), name.end(), test); };
  const auto control = [](char byte) { return (byte >= 0 && byte < 0x20) || byte == 0x7F; };
  if (has(control)) return Trouble{Severity::Error, "a control byte in the name"};
  if (bare_in_records && name.find('=', name.find(' ')) != llvm::StringRef::npos) {
    return Trouble{Severity::Error, "a part of the name reads as another field in audit records"};
  }
  if (!bare_in_records && has([](char byte) { return byte == '"'; })) {
    return Trouble{Severity::Error, "a quote is a part of the name, and ends it in audit records"};
  }
  if (const auto refused = check::WhyNoFolder(name)) {
    return Trouble{Severity::Warning, refused == support::Errno::kENAMETOOLONG
                                          ? "a name too long for a folder of securityfs"
                                          : "a name that cannot be a folder of securityfs"};
  }
  if (has([](char byte) { return byte == '\'' || byte == '"'; })) {
    return Trouble{Severity::Warning, "a quote is a part of the name"};
  }
  if (has([](char byte) { return byte == '\\'; })) {
    return Trouble{Severity::Warning, "a backslash is a part of the name"};
  }
  if (has([](char byte) { return static_cast<unsigned char>(byte) >= 0x80; })) {
    return Trouble{Severity::Warning, "bytes outside ASCII in the name"};
  }
  return std::nullopt;
}

void Check(Context& context) {
  const Span where = context.HeaderSpan("policy_name");
  const bool bare = context.target.Has(targets::Feature::ContextRecords);
  const auto trouble = TroubleWith(context.policy.name, bare);
  if (where.empty() || !trouble) return;
  context.Report(where, "{}", trouble->words).severity = trouble->severity;
}

}  // namespace

extern const Body kUnsafePolicyName{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
