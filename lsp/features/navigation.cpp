#include "lsp/features/navigation.h"

#include <algorithm>

#include "lsp/features/digests.h"

namespace ipec::lsp {
namespace {

using policy::Operation;
using support::Span;
using syntax::Clause;

void SortUnique(std::vector<Span>& spans) {
  const auto before = [](const Span& a, const Span& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  };
  std::sort(spans.begin(), spans.end(), before);
  spans.erase(std::unique(spans.begin(), spans.end()), spans.end());
}

bool Holds(Span span, std::uint32_t offset) {
  return span.begin <= offset && offset <= span.end;
}

// The suppression at an offset, and the name in it, if it is on one.
struct SuppressionAt {
  std::size_t index = 0;  // of the linter's suppressions
  Span origin;
  const lint::Rule* rule = nullptr;  // null: all names
};

std::optional<SuppressionAt> FindSuppression(const Snapshot& snapshot, std::uint32_t offset) {
  const auto& list = snapshot.lint().suppressions();
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (!Holds(list[i].where, offset)) continue;
    SuppressionAt found{i, list[i].where, nullptr};
    for (std::size_t j = 0; j < list[i].names.size(); ++j) {
      if (!Holds(list[i].name_spans[j], offset)) continue;
      found.origin = list[i].name_spans[j];
      found.rule = lint::FindRule(list[i].names[j]);
    }
    return found;
  }
  return std::nullopt;
}

std::vector<Span> SuppressedBy(const Snapshot& snapshot, const SuppressionAt& suppression) {
  std::vector<Span> places;
  for (const lint::Suppressed& suppressed : snapshot.lint().suppressed()) {
    if (suppressed.by != suppression.index) continue;
    if (suppression.rule != nullptr &&
        suppressed.finding.descriptor != &suppression.rule->descriptor) {
      continue;
    }
    places.push_back(suppressed.finding.where);
  }
  SortUnique(places);
  return places;
}

// The suppressions that suppress a finding on a line.
std::vector<Span> SuppressionsOf(const Snapshot& snapshot, Span line) {
  std::vector<Span> comments;
  const lint::Result& lint = snapshot.lint();
  for (const lint::Suppressed& suppressed : lint.suppressed()) {
    const std::uint32_t at = suppressed.finding.where.begin;
    if (at < line.begin || at >= line.end || suppressed.by >= lint.suppressions().size()) continue;
    comments.push_back(lint.suppressions()[suppressed.by].where);
  }
  SortUnique(comments);
  return comments;
}

// The operations whose remaining cases the DEFAULT decides.
std::vector<Operation> OperationsOfDefault(const Snapshot& snapshot, const Defaults& defaults) {
  std::vector<Operation> operations = defaults.operations;
  if (defaults.global) {
    const policy::OperationSet others = snapshot.policy().OperationsWithoutDefault();
    operations.insert(operations.end(), others.begin(), others.end());
  }
  return operations;
}

std::vector<Span> RulesFor(const Snapshot& snapshot, const std::vector<Operation>& operations,
                           bool first_only) {
  policy::OperationSet wanted;
  for (const Operation operation : operations) wanted.Add(operation);
  std::vector<Span> places;
  for (const policy::Rule& rule : snapshot.policy().rules) {
    if (!wanted.Contains(rule.operation)) continue;
    places.push_back(rule.statement);
    if (first_only) wanted.Remove(rule.operation);
  }
  SortUnique(places);
  return places;
}

std::vector<Span> DefaultsFor(const Snapshot& snapshot, const std::vector<Operation>& operations) {
  std::vector<Span> places;
  for (const Operation operation : operations) {
    if (const policy::Default* decides = snapshot.policy().DefaultFor(operation)) {
      places.push_back(decides->statement);
    }
  }
  SortUnique(places);
  return places;
}

// The operations of the rules of the line at `place`.
std::vector<Operation> OperationsOfRules(const Snapshot& snapshot, const Place& place) {
  std::vector<Operation> operations;
  const policy::Policy& policy = snapshot.policy();
  for (const policy::RuleId id : policy.RulesAt(place.line->statement.begin)) {
    operations.push_back(policy[id].operation);
  }
  return operations;
}

// The statements that decide instead of the rule of the line, if it never decides.
std::vector<Span> BlockersOf(const Snapshot& snapshot, const Place& place) {
  std::vector<Span> places;
  const policy::Policy& policy = snapshot.policy();
  for (const policy::RuleId id : policy.RulesAt(place.line->statement.begin)) {
    if (snapshot.reachability().Decides(id)) return {};
    for (const policy::RuleId blocker : snapshot.reachability().BlockersOf(id)) {
      places.push_back(policy[blocker].statement);
    }
  }
  SortUnique(places);
  return places;
}

}  // namespace

bool IsDigestAt(const Snapshot& snapshot, std::uint32_t offset) {
  const Place place = PlaceAt(snapshot, offset);
  return place.part == Part::Value && DigestAt(snapshot, place).has_value();
}

std::vector<Span> ReferencesIn(const Snapshot& elsewhere, const Snapshot& snapshot,
                               std::uint32_t offset) {
  const auto digest = DigestAt(snapshot, PlaceAt(snapshot, offset));
  if (!digest) return {};
  return UsesElsewhere(elsewhere, snapshot.policy().digests.Get(*digest));
}

Definition DefinitionAt(const Snapshot& snapshot, std::uint32_t offset) {
  const Place place = PlaceAt(snapshot, offset);
  if (place.part == Part::Comment) {
    const auto suppression = FindSuppression(snapshot, place.offset);
    if (!suppression) return {};
    return {suppression->origin, SuppressedBy(snapshot, *suppression)};
  }
  if (place.part != Part::Key && place.part != Part::Value) return {};
  const Clause& clause = ClauseAt(snapshot, place);
  Definition found{place.part == Part::Value ? ValueOf(snapshot, clause) : clause.key, {}};
  if (place.part == Part::Value) {
    if (const auto digest = DigestAt(snapshot, place)) {
      found.targets = UsesOf(snapshot, *digest);
      if (found.targets.size() > 1) found.targets.resize(1);
      return found;
    }
  }
  const llvm::StringRef key = TextOf(snapshot, clause.key);
  const Defaults defaults = DefaultsAt(snapshot, place.line->statement);
  if (!defaults.empty() && (key == "DEFAULT" || key == "op")) {
    found.targets = RulesFor(snapshot, OperationsOfDefault(snapshot, defaults), true);
  } else if (key == "op") {
    found.targets = DefaultsFor(snapshot, OperationsOfRules(snapshot, place));
  } else {
    found.targets = SuppressionsOf(snapshot, place.line->span);
    if (found.targets.empty()) found.targets = BlockersOf(snapshot, place);
  }
  return found;
}

std::vector<Span> ReferencesAt(const Snapshot& snapshot, std::uint32_t offset, bool declaration) {
  const Place place = PlaceAt(snapshot, offset);
  std::vector<Span> places;
  if (place.part == Part::Comment) {
    const auto suppression = FindSuppression(snapshot, place.offset);
    if (!suppression) return {};
    places = SuppressedBy(snapshot, *suppression);
    if (declaration) places.push_back(snapshot.lint().suppressions()[suppression->index].where);
  } else if (place.part == Part::Key || place.part == Part::Value) {
    if (place.part == Part::Value) {
      if (const auto digest = DigestAt(snapshot, place)) return UsesOf(snapshot, *digest);
    }
    const llvm::StringRef key = TextOf(snapshot, ClauseAt(snapshot, place).key);
    if (key != "op" && key != "DEFAULT") return {};
    const Defaults defaults = DefaultsAt(snapshot, place.line->statement);
    const std::vector<Operation> operations = defaults.empty()
                                                  ? OperationsOfRules(snapshot, place)
                                                  : OperationsOfDefault(snapshot, defaults);
    places = RulesFor(snapshot, operations, false);
    if (declaration) {
      const std::vector<Span> more = DefaultsFor(snapshot, operations);
      places.insert(places.end(), more.begin(), more.end());
      if (!defaults.empty()) places.push_back(place.line->statement);
    }
  }
  SortUnique(places);
  return places;
}

}  // namespace ipec::lsp
