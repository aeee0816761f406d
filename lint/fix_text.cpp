#include "lint/fix_text.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>

#include "compiler/analysis/compare.h"
#include "lint/fixes.h"
#include "lint/output.h"

namespace ipec::lint {
namespace {

using syntax::Line;

// What the fixes of one step must keep, beside a policy that every kernel accepts.
enum class Keep : std::uint8_t {
  Everything,  // decisions and records; nothing is silenced or said that was not
  Meaning,     // decisions and records; nothing is silenced that was not
  Decisions,
  Nothing,
};

// In one step; what is left then waits for the next one.
constexpr std::size_t kMostProofs = 64;

// What each rule says and where it is silenced. Style is left out, and of what is said all that is
// milder than a warning. Of statements that read alike it does not matter which one is meant, and
// what is said once a file may be said of another statement.
struct Heard {
  template <typename Subject>
  using Counts = std::map<Subject, std::size_t>;
  Counts<std::size_t> said;                              // by rule
  Counts<std::pair<std::size_t, std::string>> silenced;  // by rule and statement
  bool is_all = true;  // no finding was left out for being too many

  bool SaysMoreThan(const Heard& before) const {
    return before.is_all && HasMore(said, before.said);
  }
  bool SilencesMoreThan(const Heard& before) const { return HasMore(silenced, before.silenced); }

 private:
  template <typename Subject>
  static bool HasMore(const Counts<Subject>& now, const Counts<Subject>& before) {
    return std::any_of(now.begin(), now.end(), [&](const auto& row) {
      const auto old = before.find(row.first);
      return row.second > (old == before.end() ? 0 : old->second);
    });
  }
};

class Listener {
 public:
  Listener(const syntax::Document& document, const Result& result) : document_(document) {
    heard_.is_all = result.more == 0;
    for (const Diagnostic& finding : result.findings) {
      if (finding.severity <= Severity::Warning && !IsStyle(finding)) {
        ++heard_.said[*IndexOf(*finding.descriptor)];
      }
    }
    for (const Hushed& hushed : result.hushed) {
      const Diagnostic& finding = hushed.finding;
      if (IsStyle(finding)) continue;
      ++heard_.silenced[{*IndexOf(*finding.descriptor), SubjectOf(finding.where.begin)}];
    }
  }

  Heard heard() && { return std::move(heard_); }

 private:
  static bool IsStyle(const Diagnostic& finding) {
    return finding.severity == Severity::Style ||
           AllRules()[*IndexOf(*finding.descriptor)].category == Category::Style;
  }

  // What a finding at this place is about: its statement, however it is laid out. All comments are
  // one subject, and the header is one, since fixes change what they say.
  std::string SubjectOf(std::uint32_t offset) {
    const auto after =
        std::upper_bound(document_.lines.begin(), document_.lines.end(), offset,
                         [](std::uint32_t at, const Line& line) { return at < line.span.begin; });
    if (after == document_.lines.begin()) return {};
    const Line& line = *(after - 1);
    if (line.kind == syntax::LineKind::Header) return "header";
    if (line.clauses.empty() || offset >= line.statement.end) return "comment";
    // A statement may be a megabyte long and have a finding in every word: it is read once.
    std::string& subject = statements_[line.span.begin];
    if (subject.empty()) {
      std::string words;
      for (const syntax::Clause& clause : document_.ClausesOf(line)) {
        words += document_.Text(clause.span()).lower() + ' ';
      }
      subject = Fingerprint(words);
    }
    return subject;
  }

  const syntax::Document& document_;
  Heard heard_;
  std::map<std::uint32_t, std::string> statements_;  // by the begin of their lines
};

// One text, as the kernels of all targets and the rules see it.
struct Sight {
  support::SourceBuffer source;
  std::vector<pipeline::Checked> checked;  // by target, as is `heard`
  std::vector<Heard> heard;
  Result found;
};

class Fixer {
 public:
  Fixer(const std::string& name, Targets targets, const Settings& settings)
      : name_(name), targets_(targets), settings_(settings) {}

  FixedText Run(std::string text, bool unsafe) {
    now_ = Read(std::move(text));
    Lint(*now_);
    Remember();
    while (Round(unsafe)) {
    }
    return {now_->source.text().str(), count_};
  }

 private:
  // Safe fixes come first. Others are applied when none is left, those of one rule at a time: each
  // rule knows what its own fixes do together, none what those of two do.
  bool Round(bool unsafe) {
    Fixes safe;
    std::map<std::size_t, Fixes> others;
    for (const Diagnostic& finding : now_->found.findings) {
      const diagnostics::Fix* first = nullptr;
      for (const diagnostics::Fix& fix : finding.fixes) {
        if (fix.edits.empty() || (first != nullptr && !fix.keeps_meaning)) continue;
        first = &fix;
        if (fix.keeps_meaning) break;
      }
      if (first == nullptr) continue;
      (first->keeps_meaning ? safe : others[*IndexOf(*finding.descriptor)]).push_back(first);
    }
    if (Step(safe, Keep::Everything)) return true;
    if (!unsafe) return false;
    return Step(safe, Keep::Meaning) ||
           std::any_of(others.begin(), others.end(), [&](const auto& of_rule) {
             return Step(of_rule.second, Keep::Decisions) || Step(of_rule.second, Keep::Nothing);
           });
  }

  // Applies as many of the fixes as keep what they must together; false: none.
  bool Step(Fixes fixes, Keep keep) {
    taken_.clear();
    next_.reset();
    std::size_t proofs = 0;
    // What touches a fix that fails has its turn without it.
    while (!fixes.empty() && next_ == nullptr && proofs < kMostProofs) {
      Fixes others;
      Take(Compatible(std::move(fixes), &others), keep, proofs);
      fixes = std::move(others);
    }
    if (next_ == nullptr) return false;
    count_ += taken_.size();
    now_ = std::move(next_);
    if (now_->heard.empty()) Lint(*now_);
    Remember();
    return true;
  }

  // Compatible fixes, in halves where not all hold, and these in halves again.
  void Take(Fixes fixes, Keep keep, std::size_t& proofs) {
    std::vector<Fixes> parts;  // that are still to be tried, the first one last
    parts.push_back(std::move(fixes));
    while (!parts.empty() && proofs++ < kMostProofs) {
      const Fixes part = std::move(parts.back());
      parts.pop_back();
      Fixes together = taken_;
      together.insert(together.end(), part.begin(), part.end());
      if (auto next = Proved(Apply(now_->source.text(), together), keep)) {
        taken_ = std::move(together);
        next_ = std::move(next);
      } else if (part.size() > 1) {
        const auto half = part.begin() + static_cast<std::ptrdiff_t>(part.size() / 2);
        parts.emplace_back(half, part.end());
        parts.emplace_back(part.begin(), half);
      }
    }
  }

  // The text, if it is new, all kernels accept it, and it keeps what it must; else null.
  std::unique_ptr<Sight> Proved(std::string text, Keep keep) const {
    if (known_.count(std::hash<std::string>()(text)) != 0) return nullptr;
    std::unique_ptr<Sight> next = Read(std::move(text));
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (!Keeps(now_->checked[i], next->checked[i], keep)) return nullptr;
    }
    if (keep != Keep::Everything && keep != Keep::Meaning) return next;
    Lint(*next);
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (next->heard[i].SilencesMoreThan(now_->heard[i]) ||
          (keep == Keep::Everything && next->heard[i].SaysMoreThan(now_->heard[i]))) {
        return nullptr;
      }
    }
    return next;
  }

  static bool Keeps(const pipeline::Checked& before, const pipeline::Checked& after, Keep keep) {
    switch (keep) {
      case Keep::Everything:
      case Keep::Meaning:
        return MeansTheSame(before, after);
      case Keep::Decisions:
        return !after.result.error &&
               analysis::Same(analysis::Keeps::Decision, before.result.policy, after.result.policy);
      case Keep::Nothing:
        return !after.result.error;
    }
    return false;
  }

  std::unique_ptr<Sight> Read(std::string text) const {
    auto sight = std::make_unique<Sight>();
    sight->source = support::SourceBuffer(name_, std::move(text));
    for (const targets::Target* target : targets_) {
      sight->checked.push_back(pipeline::CheckText(sight->source.text(), *target));
    }
    return sight;
  }

  void Lint(Sight& sight) const {
    std::vector<Result> results;
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      results.push_back(
          LintChecked(sight.source, sight.checked[i], *targets_[i], settings_, {}, targets_));
      sight.heard.push_back(Listener(sight.checked[i].document, results.back()).heard());
    }
    sight.found = Merge(sight.source, std::move(results), targets_);
  }

  // A text that was there once is not made again, so that fixing comes to an end.
  void Remember() { known_.insert(std::hash<std::string>()(now_->source.text().str())); }

  const std::string& name_;
  const Targets targets_;
  const Settings& settings_;
  std::unique_ptr<Sight> now_;
  std::set<std::size_t> known_;  // hashes
  std::size_t count_ = 0;        // of fixes applied
  // Of the step that is being made.
  Fixes taken_;
  std::unique_ptr<Sight> next_;
};

}  // namespace

FixedText FixText(const support::SourceBuffer& source, const Result& found, Targets targets,
                  const Settings& settings, bool unsafe) {
  const bool any = std::any_of(found.findings.begin(), found.findings.end(),
                               [](const Diagnostic& finding) { return !finding.fixes.empty(); });
  // What repairs a policy that a kernel refuses is a guess at what it was to say.
  if (found.error || !any) return {source.text().str(), 0};
  return Fixer(source.name(), targets, settings).Run(source.text().str(), unsafe);
}

}  // namespace ipec::lint
