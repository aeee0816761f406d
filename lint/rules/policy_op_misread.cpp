#include "lint/rule.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::lint {
namespace {

constexpr std::string_view kDocs =
    R"(A comment describes `op=POLICY` as a protection of IPE's own policies. The operation covers
files from which IMA reads its policies. IPE policies are protected by their signature and by write
access to securityfs; no rule applies to them.

```ipe bad
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
# New IPE policies come from the signed volume only.
op=POLICY dmverity_signature=TRUE action=ALLOW
```

```ipe good
policy_name=demo policy_version=1.0.0
DEFAULT action=DENY
# Policies of IMA, not of IPE, come from the signed volume only.
op=POLICY dmverity_signature=TRUE action=ALLOW
```
)";

enum class Topic : std::uint8_t { Nothing, IpePolicy, Ima };

Topic TopicOf(llvm::StringRef comment) {
  bool ipe = false;
  bool policy = false;
  while (!comment.empty()) {
    comment = comment.drop_until(llvm::isAlpha);
    const llvm::StringRef word = comment.take_while(llvm::isAlpha);
    comment = comment.drop_front(word.size());
    if (word.equals_insensitive("ima")) return Topic::Ima;
    ipe |= word.equals_insensitive("ipe");
    policy |= word.equals_insensitive("policy") || word.equals_insensitive("policies");
  }
  return ipe && policy ? Topic::IpePolicy : Topic::Nothing;
}

bool IsAboutPolicies(const Context& context, const syntax::Line& line) {
  for (const syntax::Clause& clause : context.document.ClausesOf(line)) {
    if (context.document.Text(clause.key) == "op") {
      const llvm::StringRef word = context.document.Text(clause.value);
      return std::string_view(word.data(), word.size()) == Name(policy::Operation::Policy);
    }
  }
  return false;
}

void Check(Context& context) {
  if (!context.target.Knows(policy::Operation::Policy)) return;
  Span comment;      // about IPE policies, directly above or beside the statement
  bool ima = false;  // a comment there mentions IMA
  for (const syntax::Line& line : context.document.lines) {
    // A blank line ends the comments about the next statement.
    if (line.kind == syntax::LineKind::Blank && line.comment.empty()) {
      comment = {};
      ima = false;
    }
    if (!line.comment.empty()) {
      const Topic topic = TopicOf(context.document.Text(line.comment));
      if (topic == Topic::IpePolicy) comment = line.comment;
      ima |= topic == Topic::Ima;
    }
    if (line.kind == syntax::LineKind::Blank) continue;
    if (!comment.empty() && !ima && IsAboutPolicies(context, line)) {
      context.Report(line.statement, "`op=POLICY` covers policies of IMA, not of IPE")
          .AddNote("this comment describes IPE policies", comment);
    }
    comment = {};
    ima = false;
  }
}

}  // namespace

extern const Body kPolicyOpMisread{.docs = kDocs, .check = Check};

}  // namespace ipec::lint
