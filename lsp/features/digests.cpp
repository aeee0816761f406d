#include "lsp/features/digests.h"

#include <algorithm>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "llvm/ADT/StringExtras.h"

namespace ipec::lsp {

using policy::DigestId;
using policy::Rule;

bool ClausesAreConditions(const Snapshot& snapshot, const Rule& rule,
                          std::span<const syntax::Clause> clauses) {
  const auto conditions = snapshot.policy().ConditionsOf(rule);
  return clauses.size() == conditions.size() + 2;
}

std::optional<DigestId> DigestAt(const Snapshot& snapshot, const Place& place) {
  if (place.part != Part::Value && place.part != Part::Key) return std::nullopt;
  const policy::RuleIds rules = snapshot.policy().RulesAt(place.line->statement.begin);
  if (rules.empty() || place.clause == 0) return std::nullopt;
  const Rule& rule = snapshot.policy()[rules.front()];
  if (!ClausesAreConditions(snapshot, rule, ClausesOf(snapshot, place))) return std::nullopt;
  const auto conditions = snapshot.policy().ConditionsOf(rule);
  if (place.clause > conditions.size()) return std::nullopt;
  const DigestId digest = conditions[place.clause - 1].digest;
  if (!digest.valid()) return std::nullopt;
  return snapshot.coverage().Representative(digest);
}

namespace {

// Calls visit(condition, value) for each digest of a statement, `value` without quotes.
template <typename Visit>
void ForEachDigest(const Snapshot& snapshot, Visit visit) {
  const std::vector<Rule>& rules = snapshot.policy().rules;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (i > 0 && rules[i - 1].statement.begin == rules[i].statement.begin) continue;
    const auto conditions = snapshot.policy().ConditionsOf(rules[i]);
    for (std::size_t j = 0; j < conditions.size(); ++j) {
      if (!conditions[j].digest.valid()) continue;
      const syntax::Line* line = LineAt(snapshot, rules[i].statement.begin);
      if (line == nullptr) continue;
      const auto clauses = snapshot.document().ClausesOf(*line);
      if (!ClausesAreConditions(snapshot, rules[i], clauses)) continue;
      visit(rules[i], conditions[j], ValueOf(snapshot, clauses[j + 1]));
    }
  }
}

}  // namespace

std::vector<UsedDigest> DigestsOf(const Snapshot& snapshot) {
  std::vector<UsedDigest> used;
  std::set<std::tuple<policy::Property, std::string, std::string>> known;
  const std::string name = snapshot.source.name().substr(snapshot.source.name().rfind('/') + 1);
  ForEachDigest(snapshot, [&](const Rule& rule, const policy::Condition& condition, support::Span) {
    const runtime::Digest digest = snapshot.policy().digests.Get(condition.digest);
    std::string digits =
        llvm::toHex({digest.bytes.data(), digest.bytes.size()}, /*LowerCase=*/true);
    if (!known.emplace(condition.property, digest.algorithm, digits).second) return;
    used.push_back({condition.property, std::string(digest.algorithm), std::move(digits),
                    fmt::format("line {} of {}", rule.line, name)});
  });
  return used;
}

std::vector<support::Span> UsesElsewhere(const Snapshot& elsewhere, const runtime::Digest& of) {
  std::vector<support::Span> uses;
  ForEachDigest(elsewhere, [&](const Rule&, const policy::Condition& condition, support::Span at) {
    const runtime::Digest digest = elsewhere.policy().digests.Get(condition.digest);
    const bool is_same =
        std::equal(digest.bytes.begin(), digest.bytes.end(), of.bytes.begin(), of.bytes.end()) &&
        (digest.algorithm.empty() || of.algorithm.empty() || digest.algorithm == of.algorithm);
    if (is_same) uses.push_back(at);
  });
  return uses;
}

std::vector<support::Span> UsesOf(const Snapshot& snapshot, DigestId representative) {
  std::vector<support::Span> uses;
  ForEachDigest(snapshot, [&](const Rule&, const policy::Condition& condition, support::Span at) {
    if (snapshot.coverage().Representative(condition.digest) == representative) uses.push_back(at);
  });
  return uses;
}

}  // namespace ipec::lsp
