// The rules' documentation for `ipec explain` and for SARIF.

#include "lint/explained.h"
#include "lint/rule.h"

namespace ipec::lint {
namespace {

std::vector<diagnostics::Explained> Explanations() {
  std::vector<diagnostics::Explained> all;
  for (const Rule& rule : AllRules()) {
    all.push_back({&rule.descriptor, rule.body->docs, Name(rule.category), rule.on == On::Default});
  }
  return all;
}

}  // namespace

const std::vector<diagnostics::Explained>& Explained() {
  static const std::vector<diagnostics::Explained> all = Explanations();
  return all;
}

}  // namespace ipec::lint
