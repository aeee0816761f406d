#include "lint/yields.h"

#include <algorithm>
#include <memory>
#include <optional>

namespace ipec::lint {
namespace {

// How close the two findings must be: one overlaps the other, or they begin on the same line.
enum class Near : std::uint8_t { Place, Line };

struct Yield {
  std::string_view loser;
  std::string_view winner;
  Near near;
};
constexpr Yield kYields[] = {
#define IPEC_YIELD(loser, winner, near) {loser, winner, Near::near},
#include "lint/yields.def"
};

struct Winner {
  LintRuleId rule;
  Near near;
};

// The rows of yields.def by the rule that gives way.
RuleMap<std::vector<Winner>> WinnersByLoser() {
  RuleMap<std::vector<Winner>> winners;
  for (const Yield& row : kYields) {
    winners[FindRule(row.loser)->id].push_back({FindRule(row.winner)->id, row.near});
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
