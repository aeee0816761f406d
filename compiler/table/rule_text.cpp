#include "compiler/table/rule_text.h"

#include <algorithm>

#include "compiler/targets/features.h"
#include "ipec/runtime/table.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"

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

namespace {

// As audit records quote words that are not trusted.
std::string Untrusted(std::string_view word) {
  const bool is_plain = std::all_of(word.begin(), word.end(), [](char byte) {
    return byte != '"' && byte >= 0x21 && byte <= 0x7E;
  });
  return is_plain ? '"' + std::string(word) + '"' : llvm::toHex({word.data(), word.size()});
}

std::string RecordedDigest(const policy::Policy& policy, const policy::Rule& rule,
                           runtime::Property property) {
  for (const policy::Condition& condition : policy.ConditionsOf(rule)) {
    if (condition.property != property) continue;
    const runtime::Digest digest = policy.digests.Get(condition.digest);
    const std::string hex = llvm::toHex({digest.bytes.data(), digest.bytes.size()});
    return policy.semantics.bare_digests ? hex : Untrusted(digest.algorithm) + ':' + hex;
  }
  return {};
}

}  // namespace

std::string RecordedText(const targets::Target& target, const policy::Policy& policy,
                         runtime::Operation operation, policy::RuleId rule) {
  std::string marked;
  if (rule.valid()) {
    AppendRuleTemplate(policy, policy[rule], marked);
  } else {
    marked = DefaultTemplate(policy.DefaultFor(operation)->action,
                             policy.DefaultOf(operation).has_value());
  }
  std::string text;
  for (const char byte : marked) {
    if (byte == format::kOperationMark) {
      text += RecordName(target, operation);
    } else if (byte == format::kRoothashMark) {
      text += RecordedDigest(policy, policy[rule], runtime::Property::DmverityRoothash);
    } else if (byte == format::kDigestMark) {
      text += RecordedDigest(policy, policy[rule], runtime::Property::FsverityDigest);
    } else {
      text += byte;
    }
  }
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
