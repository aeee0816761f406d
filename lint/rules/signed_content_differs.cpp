#include <algorithm>

#include "compiler/pipeline/signed_text.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "lint/rule.h"
#include "lint/settings.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(The text in a signed file `NAME.p7b` is not the text beside it (`NAME.pol`, `NAME.ipe` or
`NAME.policy`), byte for byte. Reviewers read that text, but the kernel reads the signed one. If
only line ends differ, the policy was signed with `openssl smime` or `openssl cms` without
`-binary`, which writes CRLF for LF before it signs. Without a text beside it, a signed file is
reported if all of its lines end with CRLF.

`ipec sign` signs the text as it is. `ipec verify --text=NAME.pol NAME.p7b` prints the difference.
In the examples, the text beside the signed file is this one:

```ipe reviewed
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
op=EXECUTE boot_verified=TRUE action=ALLOW
```
)";

// The line that contains the byte, without its end; the last line of text where it is the end.
Span LineAt(const Context& context, std::size_t at) {
  const llvm::StringRef text = context.source.text();
  at = std::min(at, text.rtrim("\r\n").size());
  const std::size_t begin = text.rfind('\n', at) + 1;
  const llvm::StringRef line = text.drop_front(begin);
  return support::SpanAt(begin, std::min(line.find_first_of("\r\n"), line.size()));
}

// Whether all lines end with CRLF, as openssl writes them.
bool HasOnlyCrlf(llvm::StringRef text) {
  return text.count('\n') != 0 && text.count("\r\n") == text.count('\n');
}

void Check(Context& context) {
  using pipeline::SigningChange;
  const ReviewedText* const reviewed = context.reviewed();
  if (reviewed == nullptr) return;
  const llvm::StringRef text = context.source.text();
  constexpr std::string_view kAgain = "`ipec sign` signs the text as it is";
  if (reviewed->name.empty()) {
    if (!HasOnlyCrlf(text)) return;
    context
        .Report(LineAt(context, 0),
                "all lines end with CRLF: openssl writes CRLF for LF when it signs without "
                "`-binary`")
        .AddNote(std::string(kAgain));
    return;
  }
  const SigningChange change = pipeline::CompareSigned(reviewed->text, text);
  if (change == SigningChange::None) return;
  const std::size_t at = pipeline::FirstDifference(reviewed->text, text);
  Diagnostic& finding = context.Report(LineAt(context, at), "the signed text {}",
                                       pipeline::Describe(change, reviewed->name));
  if (change == SigningChange::Content) {
    finding.AddNote("`ipec verify --text=" + support::Abbreviated(reviewed->name) +
                    " FILE` prints the difference");
  }
  finding.AddNote(std::string(kAgain));
}

}  // namespace

extern const Body kSignedContentDiffers{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
