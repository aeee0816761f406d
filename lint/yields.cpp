#include "lint/yields.h"

#include <algorithm>
#include <memory>
#include <optional>

#include "compiler/support/assert.h"

namespace ipec::lint {
namespace {

// How close the two findings must be.
enum class Near : std::uint8_t {
  Place,  // they overlap, and they are not about different operations
  Line,   // they begin on the same line; for rules with one finding per file
};

// A finding of the first rule gives way to one of the second, which is more informative, if both
// report the same problem.
struct Yield {
  std::string_view loser;
  std::string_view winner;
  Near near;
};
constexpr Yield kYields[] = {
    {"unreachable-rule", "never-matches", Near::Place},
    {"unreachable-rule", "duplicate-rule", Near::Place},
    {"unreachable-rule", "conflicting-rule", Near::Place},
    {"unreachable-rule", "late-revocation", Near::Place},
    {"unreachable-rule", "digest-length", Near::Place},
    {"never-decides-in-image", "stale-digest", Near::Place},
    {"never-decides-in-image", "digest-length", Near::Place},
    {"never-decides-in-image", "empty-digest", Near::Place},
    {"never-decides-in-image", "placeholder-digest", Near::Place},
    {"never-decides-in-image", "unknown-digest-algorithm", Near::Place},
    {"stale-digest", "digest-length", Near::Place},
    {"stale-digest", "empty-digest", Near::Place},
    {"stale-digest", "placeholder-digest", Near::Place},
    {"stale-digest", "unknown-digest-algorithm", Near::Place},
    {"unreachable-rule", "empty-digest", Near::Place},
    {"late-revocation", "conflicting-rule", Near::Place},
    {"duplicate-rule", "never-matches", Near::Place},
    {"conflicting-rule", "never-matches", Near::Place},
    {"subsumed-by-later", "never-matches", Near::Place},
    {"subsumed-by-later", "late-revocation", Near::Place},
    {"subsumed-by-later", "allow-and-deny-digest", Near::Place},
    {"subsumed-by-later", "allow-on-negative", Near::Place},
    {"partially-shadowed", "late-revocation", Near::Place},
    {"partially-shadowed", "allow-and-deny-digest", Near::Place},
    {"redundant-with-default", "subsumed-by-later", Near::Place},
    {"redundant-with-default", "allow-all-op", Near::Place},
    {"redundant-with-default", "allow-on-negative", Near::Place},
    {"redundant-with-default", "late-revocation", Near::Place},
    {"redundant-with-default", "allow-and-deny-digest", Near::Place},
    // A rule without properties is one problem, whether it allows or only hides a DEFAULT.
    {"catch-all-hides-default", "allow-all-op", Near::Place},
    {"catch-all-hides-default", "redundant-with-default", Near::Place},
    {"catch-all-hides-default", "bricks-execute", Near::Place},
    {"policy-op-open", "allow-all-op", Near::Place},
    {"policy-op-open", "allow-on-negative", Near::Place},
    {"policy-op-open", "unguarded-op", Near::Place},
    {"kexec-weaker-than-exec", "allow-all-op", Near::Place},
    {"kexec-weaker-than-exec", "allow-on-negative", Near::Place},
    {"kexec-weaker-than-exec", "unguarded-op", Near::Place},

    {"anonymous-exec-denied", "bricks-execute", Near::Place},
    {"global-default-allow", "default-allow-execute", Near::Place},
    {"fsverity-denylist", "late-revocation", Near::Place},
    {"allow-and-deny-digest", "late-revocation", Near::Place},
    {"allow-and-deny-digest", "conflicting-rule", Near::Place},

    {"placeholder-digest", "digest-length", Near::Place},
    {"digest-length", "unknown-digest-algorithm", Near::Place},
    {"fsverity-denylist", "digest-length", Near::Place},
    {"fsverity-denylist", "unknown-digest-algorithm", Near::Place},
    {"unsigned-roothash-trust", "digest-length", Near::Place},
    {"same-digest-two-properties", "placeholder-digest", Near::Place},
    {"unknown-digest-algorithm", "unrendered-template", Near::Place},
    {"unknown-digest-algorithm", "empty-digest", Near::Place},
    {"weak-digest", "unknown-digest-algorithm", Near::Place},

    {"unsafe-policy-name", "unrendered-template", Near::Place},
    {"unsafe-policy-name", "bidi-control", Near::Place},
    {"unsafe-policy-name", "invisible-or-confusable", Near::Place},
    {"unsafe-policy-name", "terminal-escape", Near::Place},
    {"unsafe-policy-name", "wrong-file-encoding", Near::Place},
    {"name-differs-from-file", "unrendered-template", Near::Place},

    // The layout as a whole, and a specific layout problem at this place.
    {"not-formatted", "uppercase-hex", Near::Line},
    {"not-formatted", "default-after-rules", Near::Line},
    {"not-formatted", "far-right-text", Near::Line},
    {"not-formatted", "trailing-space", Near::Line},
    {"not-formatted", "missing-final-newline", Near::Line},
    {"not-formatted", "mixed-eol", Near::Line},
    {"not-formatted", "repeated-blank-lines", Near::Line},
    {"not-formatted", "property-order", Near::Line},

    {"suppression-without-reason", "expired-suppression", Near::Place},
    {"suppression-without-reason", "blanket-suppression", Near::Place},
    {"unused-suppression", "blanket-suppression", Near::Place},
    {"unused-suppression", "disallowed-suppression", Near::Place},
};

struct Winner {
  LintRuleId rule;
  Near near;
};

LintRuleId IdOf(std::string_view name) {
  const Rule* const rule = FindRule(name);
  IPEC_CHECK(rule != nullptr, "a row of kYields names an unknown rule");
  return rule->id;
}

// The rows by the rule that gives way.
RuleMap<std::vector<Winner>> WinnersByLoser() {
  RuleMap<std::vector<Winner>> winners;
  for (const Yield& row : kYields) {
    winners[IdOf(row.loser)].push_back({IdOf(row.winner), row.near});
  }
  return winners;
}

// The places that the rules report.
class ReportedPlaces {
 public:
  ReportedPlaces(const support::LineMap& lines, const std::vector<Diagnostic>& findings)
      : lines_(lines), findings_(findings) {
    for (const Diagnostic& finding : findings) Add(finding);
  }

  bool Has(const Winner& winner, const Diagnostic& of) const {
    return winner.near == Near::Place ? OnPlace(winner.rule, of) : OnLine(winner.rule, of);
  }

 private:
  // Of the findings of one rule about one operation, or about none: in file order, each with the
  // furthest end so far.
  using Places = std::vector<Span>;
  struct OfRule {
    Places whole;
    policy::OperationMap<Places> by_operation;

    Places& About(std::optional<policy::Operation> operation) {
      return operation ? by_operation[*operation] : whole;
    }
  };

  // A place between two bytes counts as the next byte.
  static Span PlaceOf(const Diagnostic& finding) {
    return {finding.where.begin, std::max(finding.where.end, finding.where.begin + 1)};
  }

  void Add(const Diagnostic& finding) {
    std::unique_ptr<OfRule>& rule = places_[RuleOf(finding).id];
    if (rule == nullptr) rule = std::make_unique<OfRule>();
    Places& places = rule->About(finding.about);
    Span place = PlaceOf(finding);
    if (!places.empty()) place.end = std::max(place.end, places.back().end);
    places.push_back(place);
  }

  static bool Overlaps(const Places& places, Span where) {
    const auto after = std::partition_point(places.begin(), places.end(),
                                            [&](Span place) { return place.begin < where.end; });
    return after != places.begin() && std::prev(after)->end > where.begin;
  }

  bool OnPlace(LintRuleId rule, const Diagnostic& of) const {
    if (places_[rule] == nullptr) return false;
    const OfRule& found = *places_[rule];
    const Span where = PlaceOf(of);
    if (Overlaps(found.whole, where)) return true;
    if (of.about) return Overlaps(found.by_operation[*of.about], where);
    return std::any_of(runtime::kOperations.begin(), runtime::kOperations.end(),
                       [&](policy::Operation operation) {
                         return Overlaps(found.by_operation[operation], where);
                       });
  }

  bool OnLine(LintRuleId rule, const Diagnostic& of) const {
    const std::uint32_t line = lines_.PositionOf(of.where.begin).line;
    const auto line_of = [&](const Diagnostic& finding) {
      return lines_.PositionOf(finding.where.begin).line;
    };
    auto finding = std::partition_point(findings_.begin(), findings_.end(),
                                        [&](const Diagnostic& one) { return line_of(one) < line; });
    for (; finding != findings_.end() && line_of(*finding) == line; ++finding) {
      if (RuleOf(*finding).id == rule) return true;
    }
    return false;
  }

  const support::LineMap& lines_;
  const std::vector<Diagnostic>& findings_;
  RuleMap<std::unique_ptr<OfRule>> places_;  // null: the rule found nothing
};

}  // namespace

void DropYielding(const support::LineMap& lines, std::vector<Diagnostic>& findings) {
  static const auto kWinners = WinnersByLoser();
  if (findings.size() < 2) return;
  const ReportedPlaces reported(lines, findings);
  std::vector<bool> stays(findings.size());
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const auto& winners = kWinners[RuleOf(findings[i]).id];
    stays[i] = std::none_of(winners.begin(), winners.end(), [&](const Winner& winner) {
      return reported.Has(winner, findings[i]);
    });
  }
  KeepIf(findings, stays);
}

}  // namespace ipec::lint
