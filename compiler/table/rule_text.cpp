#include "compiler/table/rule_text.h"

#include <algorithm>

#include "compiler/targets/features.h"
#include "ipec/runtime/table.h"

namespace ipec::table {

namespace format = runtime::table;

void AppendRuleTemplate(const policy::Policy& policy, const policy::Rule& rule, std::string& text) {
  text += "op=";
  text += format::kOperationMark;
  for (const policy::Condition& condition : policy.ConditionsOf(rule)) {
    text += ' ';
    text += runtime::Name(condition.property);
    text += '=';
    if (runtime::Kind(condition.property) == runtime::PropertyKind::Boolean) {
      text += condition.expected ? "TRUE" : "FALSE";
    } else {
      text += condition.property == runtime::Property::DmverityRoothash ? format::kRoothashMark
                                                                        : format::kDigestMark;
    }
  }
  text += " action=";
  text += runtime::Name(rule.action);
}

bool SameTemplate(const policy::Policy& policy, const policy::Rule& a, const policy::Rule& b) {
  const auto in_a = policy.ConditionsOf(a);
  const auto in_b = policy.ConditionsOf(b);
  return a.action == b.action &&
         std::equal(in_a.begin(), in_a.end(), in_b.begin(), in_b.end(),
                    [](const policy::Condition& one, const policy::Condition& other) {
                      return one.property == other.property && one.expected == other.expected;
                    });
}

std::string DefaultTemplate(runtime::Action action, bool of_operation) {
  std::string text = "DEFAULT ";
  if (of_operation) {
    text += "op=";
    text += format::kOperationMark;
    text += ' ';
  }
  text += "action=";
  text += runtime::Name(action);
  return text;
}

std::string_view RecordName(const targets::Target& target, runtime::Operation operation) {
  // Two rows of the RFC series' table of names are swapped.
  if (target.Has(targets::Feature::ContextRecords)) {
    if (operation == runtime::Operation::ImaPolicy) {
      return runtime::Name(runtime::Operation::ImaX509Cert);
    }
    if (operation == runtime::Operation::ImaX509Cert) {
      return runtime::Name(runtime::Operation::ImaPolicy);
    }
  }
  return runtime::Name(operation);
}

}  // namespace ipec::table
