#pragma once

// The texts of a decision (rule and record), from the runtime, with buffers of the right size.

#include <string_view>
#include <vector>

#include "ipec/runtime/audit.h"
#include "ipec/runtime/evaluate.h"

namespace ipec::event {

// Views are valid until the next call.
class Texts {
 public:
  explicit Texts(const runtime::Policy& policy) : policy_(policy), room_(1024) {}

  // The rule or default that decided, as records quote it.
  std::string_view Rule(const runtime::Event& event, const runtime::Decision& decision);
  // The body of the access record; empty if the kernel sends none.
  std::string_view Record(const runtime::Event& event, const runtime::Decision& decision,
                          bool success_audit);

 private:
  const runtime::Policy& policy_;
  std::vector<char> room_;
};

}  // namespace ipec::event
