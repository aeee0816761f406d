#include "lint/linter.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "lint/fixes.h"
#include "lint/suppressions.h"

namespace ipec::lint {
namespace {

// More findings in one file are counted only.
constexpr std::size_t kMost = diagnostics::Sink::kDefaultLimit;

struct Yield {
  std::string_view loser;
  std::string_view winner;
};
constexpr Yield kYields[] = {
#define IPEC_YIELD(loser, winner) {loser, winner},
#include "lint/yields.def"
};

// In file order, and in the order of the table where places are the same.
void SortByPlace(std::vector<Diagnostic>& findings) {
  // Places and positions are sorted, as findings are large.
  std::vector<std::pair<std::uint32_t, std::uint32_t>> order;
  order.reserve(findings.size());
  for (const Diagnostic& finding : findings) {
    order.emplace_back(finding.where.begin, static_cast<std::uint32_t>(order.size()));
  }
  if (std::is_sorted(order.begin(), order.end())) return;
  std::sort(order.begin(), order.end());
  std::vector<Diagnostic> sorted;
  sorted.reserve(findings.size());
  for (const auto& [begin, position] : order) sorted.push_back(std::move(findings[position]));
  findings = std::move(sorted);
}

std::size_t PositionOf(std::string_view name) {
  return static_cast<std::size_t>(FindRule(name) - AllRules().data());
}

// The rows of yields.def by the position of the rule that gives way.
std::vector<std::vector<std::size_t>> WinnersByLoser() {
  std::vector<std::vector<std::size_t>> winners(AllRules().size());
  for (const Yield& row : kYields) winners[PositionOf(row.loser)].push_back(PositionOf(row.winner));
  return winners;
}

// Takes out findings that another rule says better on the same line. `findings` are in file order.
void DropYielding(const support::LineMap& lines, std::vector<Diagnostic>& findings) {
  static const auto kWinners = WinnersByLoser();
  const auto line_of = [&](const Diagnostic& finding) {
    return lines.PositionOf(finding.where.begin).line;
  };
  std::vector<std::uint32_t> said(AllRules().size());  // the last line each rule speaks of
  auto kept = findings.begin();
  for (auto first = findings.begin(); first != findings.end();) {
    const std::uint32_t line = line_of(*first);
    auto last = first;
    for (; last != findings.end() && line_of(*last) == line; ++last) {
      said[*IndexOf(*last->descriptor)] = line;
    }
    for (; first != last; ++first) {
      const auto& winners = kWinners[*IndexOf(*first->descriptor)];
      if (std::any_of(winners.begin(), winners.end(),
                      [&](std::size_t winner) { return said[winner] == line; })) {
        continue;
      }
      if (kept != first) *kept = std::move(*first);
      ++kept;
    }
  }
  findings.erase(kept, findings.end());
}

// Whether the finding names the targets that it is about.
bool SpeaksOfTargets(const Diagnostic& finding) {
  static const std::size_t kPosition = PositionOf("op-newer-than-target");
  return IndexOf(*finding.descriptor) == kPosition;
}

// Takes out what one target's checker says of a word where op-newer-than-target speaks of it.
void DropOtherTargets(const support::LineMap& lines, std::vector<Diagnostic>& findings) {
  std::set<std::uint32_t> said;
  for (const Diagnostic& finding : findings) {
    if (SpeaksOfTargets(finding)) said.insert(lines.PositionOf(finding.where.begin).line);
  }
  if (said.empty()) return;
  const auto repeats = [&](const Diagnostic& finding) {
    return finding.descriptor == &diag::UnknownOperation.descriptor &&
           said.count(lines.PositionOf(finding.where.begin).line) != 0;
  };
  findings.erase(std::remove_if(findings.begin(), findings.end(), repeats), findings.end());
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
      context_.ran_[static_cast<std::size_t>(&rule - AllRules().data())] = true;
      context_.running_ = &rule;
      context_.out_ = &findings;
      rule.body->check(context_);
      for (std::size_t i = before; i < findings.size(); ++i) {
        // A rule may say of a finding that it is milder; a level somebody chose counts for all.
        if (*severity != rule.descriptor.severity) findings[i].severity = *severity;
      }
    }
  }

 private:
  Context& context_;
  const Settings& settings_;
  const std::atomic<bool>* stop_;
};

Result LintChecked(const support::SourceBuffer& source, const pipeline::Checked& checked,
                   const targets::Target& target, const Settings& settings, const Effort& effort,
                   Targets all) {
  Result result;
  result.error = checked.result.error;
  if (result.error) {
    result.findings = checked.findings.list();
    result.more = checked.findings.more();
    return result;
  }
  Suppressions suppressions(checked.document, settings.today);
  Context context(source, checked.document, checked.result.policy, target, settings.config,
                  suppressions.list(), settings.unsuppressible, all);
  Linter linter(context, settings, effort.stop);
  std::vector<Diagnostic> found;
  linter.Run(/*meta=*/false, found);
  if (linter.stopped()) return result;
  SortByPlace(found);
  DropYielding(context.lines, found);
  for (Diagnostic& finding : found) {
    const std::size_t rule = *IndexOf(*finding.descriptor);
    const std::optional<std::size_t> by =
        settings.unsuppressible[rule] ? std::nullopt : suppressions.Silence(rule, finding.where);
    if (by) {
      ++result.silenced;
      result.hushed.push_back({std::move(finding), *by});
    } else if (result.findings.size() == kMost) {
      ++result.more;
    } else {
      result.findings.push_back(std::move(finding));
    }
  }
  linter.Run(/*meta=*/true, result.findings);
  SortByPlace(result.findings);
  if (result.findings.size() > kMost) {
    result.more += result.findings.size() - kMost;
    result.findings.resize(kMost);
  }
  if (effort.prove) Prove(checked, context.reachability, target, result.findings);
  result.suppressions.assign(suppressions.list().begin(), suppressions.list().end());
  return result;
}

Result LintText(const support::SourceBuffer& source, const targets::Target& target,
                const Settings& settings, Targets all) {
  return LintChecked(source, pipeline::CheckText(source.text(), target), target, settings, {}, all);
}

Result LintForAll(const support::SourceBuffer& source, Targets targets, const Settings& settings) {
  std::vector<Result> results;
  for (const targets::Target* target : targets) {
    results.push_back(LintText(source, *target, settings, targets));
  }
  return Merge(source, std::move(results), targets);
}

Result Merge(const support::SourceBuffer& source, std::vector<Result> results, Targets targets) {
  if (results.size() == 1) return std::move(results[0]);
  struct Found {
    std::vector<const targets::Target*> by;
    Diagnostic finding;
  };
  std::vector<Found> all;
  std::map<std::tuple<std::uint32_t, std::string_view, std::string>, std::size_t> known;
  Result result;
  result.suppressions = std::move(results[0].suppressions);
  result.hushed = std::move(results[0].hushed);
  for (std::size_t number = 0; number < results.size(); ++number) {
    Result& one = results[number];
    if (!result.error) result.error = one.error;
    result.silenced = std::max(result.silenced, one.silenced);
    result.more = std::max(result.more, one.more);
    for (Diagnostic& finding : one.findings) {
      const auto [place, is_new] = known.try_emplace(
          {finding.where.begin, finding.descriptor->code, finding.message}, all.size());
      if (is_new) {
        all.push_back({{targets[number]}, std::move(finding)});
        continue;
      }
      Found& found = all[place->second];
      // A fix is safe if it is for every target.
      for (std::size_t i = 0; i < found.finding.fixes.size() && i < finding.fixes.size(); ++i) {
        found.finding.fixes[i].keeps_meaning &= finding.fixes[i].keeps_meaning;
      }
      found.by.push_back(targets[number]);
    }
  }
  for (Found& found : all) {
    if (found.by.size() < targets.size() && !SpeaksOfTargets(found.finding)) {
      std::string names;
      for (const targets::Target* target : found.by) {
        names += (names.empty() ? "" : ", ") + std::string(target->name);
      }
      found.finding.AddNote("this is so for " + names + " only");
      for (diagnostics::Fix& fix : found.finding.fixes) fix.keeps_meaning = false;
    }
    result.findings.push_back(std::move(found.finding));
  }
  SortByPlace(result.findings);
  DropOtherTargets(support::LineMap(source.text()), result.findings);
  return result;
}

}  // namespace ipec::lint
