#pragma once

// The texts that records quote: rules and defaults as the kernel prints them, with marks
// (runtime/table.h) in place of digests and the operation, so that rules of the same shape share a
// text.

#include <string>
#include <string_view>

#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"

namespace ipec::table {

void AppendRuleTemplate(const policy::Policy& policy, const policy::Rule& rule, std::string& text);

// Whether the texts of both rules are equal; does not build them.
bool SameTemplate(const policy::Policy& policy, const policy::Rule& a, const policy::Rule& b);

// `DEFAULT op=… action=…`, or without the operation for the global default.
std::string DefaultTemplate(runtime::Action action, bool of_operation);

// The text of the statement that decides an event of the operation, with the digests of a rule, as
// the records of these events quote it. `rule` is invalid: a DEFAULT, which there must be.
std::string RecordedText(const targets::Target& target, const policy::Policy& policy,
                         runtime::Operation operation, policy::RuleId rule);

// The name of the operation in records of the target.
std::string_view RecordName(const targets::Target& target, runtime::Operation operation);

}  // namespace ipec::table
