#include <algorithm>

#include "compiler/check/words.h"
#include "compiler/support/errno.h"
#include "compiler/targets/features.h"
#include "lint/rule.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The policy name causes problems where it is used. Audit records contain it unescaped, so a
quote or a control byte ends the field early, and the rest reads as other fields (an error). Tools
mangle apostrophes, backslashes and bytes outside ASCII. A name that is `.` or `..`, contains `/` or
exceeds 255 bytes cannot be a directory name in securityfs; this is reported unless the target
itself rejects it.

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

struct NameProblem {
  Severity severity;
  std::string_view words;
};

// The most severe problem of a name; nothing if it is safe.
std::optional<NameProblem> FindNameProblem(llvm::StringRef name, bool bare_in_records) {
  const auto has = [&](auto test) { return std::any_of(name.begin(), name.end(), test); };
  // A char is unsigned on some machines.
  const auto control = [](unsigned char byte) { return byte < 0x20 || byte == 0x7F; };
  if (has(control)) return NameProblem{Severity::Error, "the policy name contains a control byte"};
  if (bare_in_records && name.find('=', name.find(' ')) != llvm::StringRef::npos) {
    return NameProblem{Severity::Error,
                       "part of the policy name reads as another field in audit records"};
  }
  if (!bare_in_records && has([](char byte) { return byte == '"'; })) {
    return NameProblem{Severity::Error,
                       "the policy name contains a quote, which ends it in audit records"};
  }
  if (const auto error = check::DirectoryNameError(name)) {
    return NameProblem{Severity::Warning,
                       error == support::Errno::kENAMETOOLONG
                           ? "the policy name is too long for a directory name in securityfs"
                           : "the policy name cannot be a directory name in securityfs"};
  }
  if (has([](char byte) { return byte == '\'' || byte == '"'; })) {
    return NameProblem{Severity::Warning, "the policy name contains a quote"};
  }
  if (has([](char byte) { return byte == '\\'; })) {
    return NameProblem{Severity::Warning, "the policy name contains a backslash"};
  }
  if (!llvm::isASCII(name)) {
    return NameProblem{Severity::Warning, "the policy name contains bytes outside ASCII"};
  }
  return std::nullopt;
}

void Check(Context& context) {
  const Span where = context.HeaderSpan("policy_name");
  const bool bare = context.target.Has(targets::Feature::ContextRecords);
  const auto problem = FindNameProblem(context.policy.name, bare);
  if (where.empty() || !problem) return;
  context.Report(where, "{}", problem->words).severity = problem->severity;
}

}  // namespace

extern const Body kUnsafePolicyName{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
