// The same in C++.

#include <array>
#include <cstddef>
#include <span>

#include "ipec/runtime/audit.h"
#include "policy_table.h"

extern "C" int plugin_allows() {
  using namespace ipec::runtime;
  Policy policy;
  if (Load(std::as_bytes(std::span(ipec_appliance_table)), policy) != LoadStatus::Ok) return -1;
  const Event event;
  const Decision decision = Evaluate(policy, event);
  std::array<char, 256> record{};
  AccessRecord(policy, event, decision, true, record);
  return Granted(decision, event) && policy.Knows(event.operation) ? 1 : 0;
}
