#include "compiler/replay/quoted_policy.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "compiler/support/numbers.h"
#include "compiler/table/rule_text.h"
#include "compiler/targets/features.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::replay {

using policy::Operation;
using policy::RuleId;

namespace {

std::string KeyOf(Operation operation, llvm::StringRef text) {
  return support::ToChar(support::IndexOf(operation)) + text.str();
}

// Records quote the algorithm of a digest, or print it as hex digits if it has odd characters:
// `fsverity_digest="sha256":AB`, `fsverity_digest=C3A4:AB`. Policies write it as it is.
std::string WithPlainDigests(llvm::StringRef text, const targets::Target& target) {
  if (target.Has(targets::Feature::BareDigests)) return text.str();
  std::string plain;
  while (!text.empty()) {
    llvm::StringRef token;
    std::tie(token, text) = text.split(' ');
    if (!plain.empty()) plain += ' ';
    const auto [key, value] = token.split('=');
    const auto [algorithm, digits] = value.rsplit(':');
    std::string name = algorithm.str();
    if (algorithm.size() < 2 || !algorithm.startswith("\"")) {
      if (!llvm::tryGetFromHex(algorithm, name)) name = algorithm.str();
    } else {
      name = algorithm.drop_front().drop_back().str();
    }
    if (value.contains(':')) {
      plain += fmt::format("{}={}:{}", std::string_view(key), name, std::string_view(digits));
    } else {
      plain += token;
    }
  }
  return plain;
}

// A policy with the statement and DEFAULTs for all else. The statement has its own operation name:
// rfc-v7 prints two of them swapped.
std::string PolicyWith(llvm::StringRef text, const targets::Target& target) {
  std::string statement = WithPlainDigests(text, target);
  const std::string_view key = "op=";
  const std::size_t at = statement.find(key);
  if (at != std::string::npos) {
    const std::size_t begin = at + key.size();
    const std::size_t end = std::min(statement.find(' ', begin), statement.size());
    const auto operation = OperationOf(target, llvm::StringRef(statement).slice(begin, end));
    if (operation) statement.replace(begin, end - begin, runtime::Name(*operation));
  }
  const bool is_global = llvm::StringRef(text).startswith("DEFAULT action=");
  return fmt::format("policy_name=record policy_version=0.0.0\n{}{}\n",
                     is_global ? "" : "DEFAULT action=DENY\n", statement);
}

}  // namespace

std::optional<Operation> OperationOf(const targets::Target& target, llvm::StringRef name) {
  for (const Operation operation : runtime::kOperations) {
    const std::string_view spelling = table::RecordName(target, operation);
    if (target.Knows(operation) && name == llvm::StringRef(spelling.data(), spelling.size())) {
      return operation;
    }
  }
  return std::nullopt;
}

QuotedPolicy::QuotedPolicy(const pipeline::TargetReading& reading, std::string name)
    : reading_(reading), name_(std::move(name)) {
  const policy::Policy& policy = reading.policy();
  const targets::Target& target = reading.target();
  for (const RuleId rule : policy.rule_ids()) {
    const Operation operation = policy[rule].operation;
    statements_[KeyOf(operation, table::RecordedText(target, policy, operation, rule))].push_back(
        rule);
  }
  for (const Operation operation : runtime::kOperations) {
    if (!target.Knows(operation) || policy.DefaultFor(operation) == nullptr) continue;
    statements_[KeyOf(operation, table::RecordedText(target, policy, operation, {}))]
        .emplace_back();
  }
}

std::vector<RuleId> QuotedPolicy::Find(Operation operation, llvm::StringRef text) const {
  const auto found = statements_.find(KeyOf(operation, text));
  return found == statements_.end() ? std::vector<RuleId>() : found->second;
}

std::uint32_t QuotedPolicy::LineOf(Operation operation, RuleId rule) const {
  if (rule.valid()) return policy()[rule].line;
  const policy::Default* const decides = policy().DefaultFor(operation);
  return decides == nullptr ? 0 : decides->line;
}

QuotedStatement::QuotedStatement(const targets::Target& target, llvm::StringRef text)
    : is_one_line_(text.find_first_of(llvm::StringRef("\n\r#\0", 4)) == llvm::StringRef::npos),
      reading_(support::SourceBuffer("record", PolicyWith(text, target)), target) {}

RuleId QuotedStatement::RuleFor(Operation operation) const {
  for (const RuleId rule : policy().rule_ids()) {
    if (policy()[rule].operation == operation) return rule;
  }
  return {};
}

}  // namespace ipec::replay
