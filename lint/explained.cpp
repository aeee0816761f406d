// The documentation of the rules for `ipec explain` and for SARIF.

#include "lint/explained.h"

#include <algorithm>

#include "lint/rule.h"

namespace ipec::lint {
namespace {

// The security severity of an error of this category, in tenths; CVSS calls 70 high and 40 medium.
// README.md has the same table.
int SecurityOf(Category category) {
  switch (category) {
    case Category::Security:      // more is allowed than intended
    case Category::Hidden:        // a reviewer sees another policy than the kernel
    case Category::Reachability:  // an intended denial is allowed, or vice versa
      return 80;
    case Category::Digests:  // the named file or volume is not the one that matches
    case Category::Loader:   // the kernel does not have the policy, or not this one
      return 60;
    case Category::Defaults:
    case Category::Lifecycle:
    case Category::Meta:  // a finding is hidden
      return 50;
    case Category::Style:
      return 0;
  }
  return 0;
}

int SecurityOf(const Rule& rule) {
  const int error = SecurityOf(rule.category);
  switch (rule.descriptor.severity) {
    case Severity::Error:
      return error;
    case Severity::Warning:
      return std::max(error - 20, 0);
    case Severity::Information:
      return std::max(error - 40, 0);
    case Severity::Style:
      return 0;
  }
  return 0;
}

// Findings about decisions are proved; rules on request are for users who share their point of
// view.
std::string_view PrecisionOf(const Rule& rule) {
  if (rule.category == Category::Reachability) return "very-high";
  return rule.on_by_default() ? "high" : "medium";
}

std::vector<diagnostics::Explained> Explanations() {
  std::vector<diagnostics::Explained> all;
  for (const Rule& rule : AllRules()) {
    all.push_back({&rule.descriptor, rule.body->docs, Name(rule.category), rule.on_by_default(),
                   SecurityOf(rule), PrecisionOf(rule)});
  }
  return all;
}

}  // namespace

const std::vector<diagnostics::Explained>& Explained() {
  static const std::vector<diagnostics::Explained> all = Explanations();
  return all;
}

}  // namespace ipec::lint
