// All installed headers in one C++ program without exceptions and RTTI, and the table as a constant
// expression.

#include <cstddef>
#include <cstdio>
#include <span>

#include "ipec/runtime/audit.h"
#include "ipec/runtime/evaluate.h"
#include "ipec/runtime/event.h"
#include "ipec/runtime/explain.h"
#include "ipec/runtime/policy.h"
#include "ipec/runtime/runtime.h"
#include "ipec/runtime/table.h"
#include "ipec/runtime/vocabulary.h"
#include "policy_table.h"

static_assert(ipec_appliance_table[0] == ipec::runtime::table::kMagic[0]);
static_assert(ipec::runtime::FindOperation("EXECUTE") == ipec::runtime::Operation::Execute);

int main() {
  ipec::runtime::Policy policy;
  if (ipec::runtime::Load(std::as_bytes(std::span(ipec_appliance_table)), policy) !=
      ipec::runtime::LoadStatus::Ok) {
    return 1;
  }
  ipec::runtime::Event event;
  if (ipec::runtime::Evaluate(policy, event).action != ipec::runtime::Action::Deny) return 1;
  unsigned lines = 0;
  unsigned conditions = 0;
  const auto visit = [&](const ipec::runtime::TriedRule& rule) {
    lines += rule.line;
    conditions += rule.condition;
    return true;
  };
  if (ipec::runtime::Explain(policy, event, visit).line != 3) return 1;
  if (lines != 7 + 8 || conditions != 0) return 1;
  event.boot_verified = true;
  if (ipec::runtime::Evaluate(policy, event).action != ipec::runtime::Action::Allow) return 1;
  std::puts("the C++ interface answers");
  return 0;
}
