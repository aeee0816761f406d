#include "lsp/features/digests.h"

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

std::vector<support::Span> UsesOf(const Snapshot& snapshot, DigestId representative) {
  std::vector<support::Span> uses;
  const std::vector<Rule>& rules = snapshot.policy().rules;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    if (i > 0 && rules[i - 1].statement.begin == rules[i].statement.begin) continue;
    const auto conditions = snapshot.policy().ConditionsOf(rules[i]);
    for (std::size_t j = 0; j < conditions.size(); ++j) {
      if (!conditions[j].digest.valid() ||
          snapshot.coverage().Representative(conditions[j].digest) != representative) {
        continue;
      }
      const syntax::Line* line = LineAt(snapshot, rules[i].statement.begin);
      if (line == nullptr) continue;
      const auto clauses = snapshot.document().ClausesOf(*line);
      if (!ClausesAreConditions(snapshot, rules[i], clauses)) continue;
      uses.push_back(ValueOf(snapshot, clauses[j + 1]));
    }
  }
  return uses;
}

}  // namespace ipec::lsp
