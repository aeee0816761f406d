#include "lint/linter.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "compiler/check/check.h"
#include "compiler/support/wording.h"
#include "lint/fixes.h"
#include "lint/layouts.h"
#include "lint/suppressions.h"
#include "lint/yields.h"

namespace ipec::lint {

// The rules that this file treats differently.
extern const Body kOpNewerThanTarget;
extern const Body kUnusedSuppression;

namespace {

// In file order, and in the order of the table where places are the same.
void SortByPlace(std::vector<Diagnostic>& findings) {
  // Places and positions are sorted, as findings are large.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
  order.reserve(findings.size());
  for (const Diagnostic& finding : findings) {
    order.emplace_back(finding.where.begin, support::ToU32(order.size()));
  }
  if (std::is_sorted(order.begin(), order.end())) return;
  std::sort(order.begin(), order.end());
  std::vector<Diagnostic> sorted;
  sorted.reserve(findings.size());
  for (const auto& [begin, position] : order) sorted.push_back(std::move(findings[position]));
  findings = std::move(sorted);
}

bool IsOf(const Diagnostic& finding, const Body& body) {
  const Rule* const rule = FindRule(*finding.descriptor);
  return rule != nullptr && rule->body == &body;
}

// Whether the message names the targets that the finding is about.
bool NamesTargets(const Diagnostic& finding) {
  return IsOf(finding, kOpNewerThanTarget);
}

// Removes findings of one target's checker about a word that op-newer-than-target reports.
void DropOtherTargets(const support::LineMap& lines, std::vector<Diagnostic>& findings) {
  std::set<std::uint32_t> said;
  for (const Diagnostic& finding : findings) {
    if (NamesTargets(finding)) said.insert(lines.PositionOf(finding.where.begin).line);
  }
  if (said.empty()) return;
  const auto repeats = [&](const Diagnostic& finding) {
    return check::IsUnknownOperation(finding) &&
           said.count(lines.PositionOf(finding.where.begin).line) != 0;
  };
  findings.erase(std::remove_if(findings.begin(), findings.end(), repeats), findings.end());
}

// Moves findings of the checker to the front.
void PutRejectionsFirst(std::vector<Diagnostic>& findings) {
  std::stable_partition(findings.begin(), findings.end(), [](const Diagnostic& finding) {
    return FindRule(*finding.descriptor) == nullptr;
  });
}

// Of more than `most` findings the most severe are kept, of equally severe ones the first.
void KeepMostSevere(Result& result, std::size_t most) {
  if (result.findings.size() <= most) return;
  support::EnumMap<Severity, std::size_t, 4> room;
  for (const Diagnostic& finding : result.findings) ++room[finding.severity];
  std::size_t left = most;
  for (std::size_t& places : room) {
    const std::size_t over = places - std::min(places, left);
    places -= over;
    left -= places;
    result.more += over;
  }
  std::vector<bool> kept;
  for (const Diagnostic& finding : result.findings) {
    std::size_t& places = room[finding.severity];
    kept.push_back(places != 0);
    if (places != 0) --places;
  }
  KeepIf(result.findings, kept);
  if (!result.fingerprints.empty()) KeepIf(result.fingerprints, kept);
}

}  // namespace

class Linter {
 public:
  Linter(Context& context, const Settings& settings, const std::atomic<bool>* stop)
      : context_(context), settings_(settings), stop_(stop) {}

  bool stopped() const { return stop_ != nullptr && stop_->load(std::memory_order_relaxed); }

  void Run(bool meta, std::vector<Diagnostic>& findings) {
    for (const Rule& rule : AllRules()) {
      const std::optional<Severity> severity = settings_.Of(rule);
      if (!severity || (rule.category == Category::Meta) != meta) continue;
      if (stopped()) return;
      const std::size_t before = findings.size();
      context_.ran_[rule.id] = true;
      context_.running_ = &rule;
      context_.out_ = &findings;
      context_.accepted_ = 0;
      rule.body->check(context_);
      for (std::size_t i = before; i + context_.accepted_ < findings.size(); ++i) {
        // A rule may give a finding a lower level; a configured level applies to all findings but
        // accepted ones, which come last.
        if (settings_.IsChosen(rule)) findings[i].severity = *severity;
      }
    }
  }

 private:
  Context& context_;
  const Settings& settings_;
  const std::atomic<bool>* stop_;
};

namespace {

// All findings for one target. `keeps_meaning` of a fix is a rule's claim.
Result LintForTarget(const pipeline::Reading& reading, const pipeline::TargetReading& seen,
                     const Layouts& layouts, const Settings& settings,
                     const std::atomic<bool>* stop) {
  Result result;
  TargetResult& of_target = result.by_target.emplace_back();
  result.error = seen.error();
  result.identity = seen.identity();
  if (result.error) {
    result.findings = seen.diagnostics().list();
    result.more = seen.diagnostics().more();
    return result;
  }
  Suppressions suppressions(seen.document(), settings.today);
  Context context(reading, seen, layouts, settings, suppressions.list());
  Linter linter(context, settings, stop);
  std::vector<Diagnostic> found;
  linter.Run(/*meta=*/false, found);
  if (linter.stopped()) return result;
  SortByPlace(found);
  DropYielding(context.lines, found);
  for (Diagnostic& finding : found) {
    const LintRuleId rule = RuleOf(finding).id;
    const std::optional<std::size_t> by =
        settings.unsuppressible[rule] ? std::nullopt : suppressions.Suppress(rule, finding.where);
    if (by) {
      of_target.suppressed.push_back({std::move(finding), *by});
    } else {
      result.findings.push_back(std::move(finding));
    }
  }
  result.suppressed_count = of_target.suppressed.size();
  std::vector<Diagnostic> meta;
  linter.Run(/*meta=*/true, meta);
  SortByPlace(meta);
  DropYielding(context.lines, meta);
  std::move(meta.begin(), meta.end(), std::back_inserter(result.findings));
  SortByPlace(result.findings);
  of_target.suppressions.assign(suppressions.list().begin(), suppressions.list().end());
  return result;
}

// Makes one result of those for single targets.
Result Merge(const pipeline::Reading& reading, std::vector<Result> results,
             std::span<const std::string> target_names) {
  if (results.size() == 1) return std::move(results[0]);
  const pipeline::Targets targets = reading.targets();
  struct Found {
    std::vector<std::size_t> by;  // indices into `targets`
    Diagnostic finding;
  };
  std::vector<Found> all;
  using Key =
      std::tuple<std::uint32_t, std::string_view, std::optional<policy::Operation>, std::string>;
  std::map<Key, std::size_t> known;
  Result result;
  result.identity = std::move(results[0].identity);
  for (std::size_t number = 0; number < results.size(); ++number) {
    Result& one = results[number];
    if (!result.error) result.error = one.error;
    result.suppressed_count = std::max(result.suppressed_count, one.suppressed_count);
    result.by_target.push_back(std::move(one.by_target.front()));
    result.more = std::max(result.more, one.more);
    for (Diagnostic& finding : one.findings) {
      const auto [place, is_new] = known.try_emplace(
          {finding.where.begin, finding.descriptor->code, finding.about, finding.message},
          all.size());
      if (is_new) {
        all.push_back({{number}, std::move(finding)});
        continue;
      }
      Found& found = all[place->second];
      found.finding.severity = std::min(found.finding.severity, finding.severity);
      for (std::size_t i = 0; i < found.finding.fixes.size() && i < finding.fixes.size(); ++i) {
        found.finding.fixes[i].keeps_meaning &= finding.fixes[i].keeps_meaning;
      }
      if (found.by.back() != number) found.by.push_back(number);
    }
  }
  for (Found& found : all) {
    const bool for_all = found.by.size() == targets.size();
    // A comment that suppresses a finding for one target is used.
    if (!for_all && IsOf(found.finding, kUnusedSuppression)) continue;
    if (!for_all && !NamesTargets(found.finding)) {
      std::vector<std::string> names;
      for (const std::size_t number : found.by) {
        names.push_back(target_names.empty() ? Describe(*targets[number]) : target_names[number]);
      }
      found.finding.only_for = support::Listed(names);
      found.finding.AddNote("only for " + found.finding.only_for);
      // A fix that keeps the meaning for one target, such as the removal of a rule that is
      // unreachable there, would change it for another one: it does not serve its purpose.
      std::erase_if(found.finding.fixes,
                    [](const diagnostics::Fix& fix) { return fix.keeps_meaning; });
    }
    result.findings.push_back(std::move(found.finding));
  }
  SortByPlace(result.findings);
  DropOtherTargets(support::LineMap(reading.text()), result.findings);
  PutRejectionsFirst(result.findings);
  return result;
}

}  // namespace

Result Lint(const pipeline::Reading& reading, const Settings& settings, const Options& options) {
  const Layouts layouts(reading, settings.config);
  std::vector<Result> results;
  for (const pipeline::TargetReading& seen : reading.by_target()) {
    results.push_back(LintForTarget(reading, seen, layouts, settings, options.stop));
  }
  Result result = Merge(reading, std::move(results), options.target_names);
  if (options.filter) options.filter(result);
  KeepMostSevere(result, options.most);
  if (options.prove) Prove(reading, result.findings);
  return result;
}

}  // namespace ipec::lint
