#include "lsp/features/claims.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "compiler/analysis/coverage.h"
#include "compiler/analysis/shares.h"
#include "compiler/pipeline/case_words.h"
#include "compiler/support/wording.h"
#include "lsp/features/place.h"

namespace ipec::lsp {
namespace {

using policy::ClaimKind;
using policy::RuleId;

// The cases that one rule of a claim matches, and how many there are.
struct Fitting {
  std::string words;
  analysis::Share share;
};

// A policy of this rule alone decides exactly what the rule matches.
Fitting FittingOf(const policy::Policy& fits, RuleId id) {
  policy::Policy alone = fits;
  alone.rules = {fits[id]};
  alone.rules.front().action = policy::Action::Allow;
  const analysis::Coverage coverage(alone);
  const analysis::Shares shares(coverage);
  const RuleId only{0};
  Fitting fitting{{}, shares.Of(only)};
  fitting.share.matched = shares.OfDefault(fits[id].operation).matched;
  if (fitting.share.decided > 0) {
    fitting.words = pipeline::WordsFor(shares.DecidedBy(coverage, only), alone.semantics);
  }
  return fitting;
}

std::string_view DemandOf(ClaimKind kind) {
  switch (kind) {
    case ClaimKind::Never:
      return "the policy must deny";
    case ClaimKind::Always:
      return "the policy must allow";
    case ClaimKind::Only:
      return "the policy may allow only these, and those of other `only` claims";
  }
  return {};
}

}  // namespace

support::Span ClaimWordIn(const Snapshot& snapshot, const syntax::Line& line) {
  if (!snapshot.claims || line.clauses.empty()) return {};
  const syntax::Clause& first = snapshot.document().ClausesOf(line)[0];
  const std::string_view text = ViewOf(snapshot, first.span());
  const bool is_word = std::find(policy::kClaimWords.begin(), policy::kClaimWords.end(), text) !=
                       policy::kClaimWords.end();
  return is_word ? first.span() : support::Span{};
}

std::string ExplainClaim(const Snapshot& snapshot, support::Span statement) {
  const policy::Claims& claims = snapshot.claims->first().claims();
  const auto claim =
      std::find_if(claims.claims.begin(), claims.claims.end(),
                   [&](const policy::Claim& one) { return one.statement == statement; });
  if (claim == claims.claims.end()) return {};
  // Operations with the same cases, in one line.
  std::vector<std::pair<Fitting, std::vector<std::string_view>>> lines;
  for (const RuleId id : claim->fits) {
    Fitting fitting = FittingOf(claims.fits, id);
    const auto same = std::find_if(lines.begin(), lines.end(), [&](const auto& line) {
      return line.first.words == fitting.words;
    });
    const std::string_view name = runtime::Name(claims.fits[id].operation);
    if (same != lines.end()) {
      same->second.push_back(name);
    } else {
      lines.emplace_back(std::move(fitting), std::vector{name});
    }
  }
  std::string text = fmt::format("**Claim** – {}:\n\n", DemandOf(claim->kind));
  for (const auto& [fitting, operations] : lines) {
    text += fmt::format("- {}: {}\n", support::Listed(operations),
                        fitting.words.empty() ? "nothing, because no event fits" : fitting.words);
  }
  return text;
}

}  // namespace ipec::lsp
