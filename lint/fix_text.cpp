#include "lint/fix_text.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include "lint/fixes.h"
#include "lint/output.h"

namespace ipec::lint {
namespace {

using syntax::Line;

// The properties that the fixes of one step must keep, beside a policy that every kernel accepts.
enum class Keep : std::uint8_t {
  Everything,  // decisions and records; no statement gets worse, and no finding is newly suppressed
  Meaning,     // decisions and records; no finding is newly suppressed
  Decisions,
  Nothing,
};

// Limits of one step; the other fixes wait for the next step. Usually all fixes of a rule change
// decisions, or none does, so a few proofs show which.
constexpr std::size_t kMostProofs = 64;
constexpr std::size_t kMostProofsOfDecisions = 24;
// With more fixes than these, all culprits are searched for at once.
constexpr std::size_t kFewFixes = 16;
constexpr unsigned kMostSearches = 3;

// A rule and a statement that it reports, independent of layout. Equal statements are one; all
// comments are one, and the header is one, because fixes change their text.
struct Subject {
  LintRuleId rule;  // invalid: any
  std::uint64_t statement;
  friend auto operator<=>(const Subject&, const Subject&) = default;  // NOLINT: no pointer
};
constexpr std::uint64_t kNoStatement = 0;
constexpr std::uint64_t kHeader = 1;
constexpr std::uint64_t kComment = 2;

// How bad it is for each subject; 0: nothing is reported.
class Levels {
 public:
  using Row = std::pair<Subject, std::size_t>;

  Levels() = default;
  // `join` makes one level of two about the same subject.
  Levels(std::vector<Row> rows, std::size_t (*join)(std::size_t, std::size_t)) {
    std::sort(rows.begin(), rows.end());
    for (const Row& row : rows) {
      if (rows_.empty() || rows_.back().first != row.first) {
        rows_.push_back(row);
      } else {
        rows_.back().second = join(rows_.back().second, row.second);
      }
    }
  }

  const std::vector<Row>& rows() const { return rows_; }
  std::size_t Of(const Subject& subject) const {
    const auto found = std::partition_point(rows_.begin(), rows_.end(),
                                            [&](const Row& row) { return row.first < subject; });
    return found != rows_.end() && found->first == subject ? found->second : 0;
  }

 private:
  std::vector<Row> rows_;  // in order
};

// The findings about one text, without style. Of the findings that are not suppressed, only
// warnings and errors.
struct TextSummary {
  RuleMap<std::size_t> reported_by_rule;
  Levels reported;                 // severity
  Levels worst;                    // severity of the worst finding about a statement, of any rule
  std::vector<Levels> suppressed;  // number, by target

  static Subject OfAnyRule(const Subject& subject) {
    return subject.statement <= kComment ? subject : Subject{{}, subject.statement};
  }
};

// Something that fixes made worse: a statement has a more severe finding than any it had before, or
// more findings of a rule about it are suppressed.
struct Regression {
  std::optional<std::size_t> target;  // for which they are suppressed
  Subject subject;

  bool Occurs(const TextSummary& now, const TextSummary& before) const {
    return target ? now.suppressed[*target].Of(subject) > before.suppressed[*target].Of(subject)
                  : now.reported.Of(subject) > before.worst.Of(TextSummary::OfAnyRule(subject));
  }
};

std::vector<Regression> FindRegressions(const TextSummary& now, const TextSummary& before,
                                        Keep keep) {
  std::vector<Regression> regressions;
  const auto take = [&](const Regression& one) {
    if (one.Occurs(now, before)) regressions.push_back(one);
  };
  for (std::size_t target = 0; target < now.suppressed.size(); ++target) {
    for (const auto& [subject, count] : now.suppressed[target].rows()) take({target, subject});
  }
  if (keep != Keep::Everything) return regressions;
  for (const auto& [subject, severity] : now.reported.rows()) {
    // A finding about the whole file may move from one statement to another.
    const LintRuleId rule = subject.rule;
    if (now.reported_by_rule[rule] > before.reported_by_rule[rule]) take({{}, subject});
  }
  return regressions;
}

bool IsStyle(const Diagnostic& finding) {
  return finding.severity == Severity::Style || RuleOf(finding).category == Category::Style;
}

// Finds the statements that findings are about.
class Subjects {
 public:
  explicit Subjects(const syntax::Document& document) : document_(document) {}

  Subject Of(const Diagnostic& finding) {
    return {RuleOf(finding).id, StatementAt(finding.where.begin)};
  }

 private:
  std::uint64_t StatementAt(std::uint32_t offset) {
    const Line* const line = document_.LineAt(offset);
    if (line == nullptr) return kNoStatement;
    if (line->kind == syntax::LineKind::Header) return kHeader;
    if (line->clauses.empty() || offset >= line->statement.end) return kComment;
    // A statement may be a megabyte long and have a finding in every word: it is read once.
    if (last_line_ != line) {
      std::string words;
      for (const syntax::Clause& clause : document_.ClausesOf(*line)) {
        words += document_.Text(clause.span()).lower() + ' ';
      }
      llvm::StringRef(Fingerprint(words)).getAsInteger(16, last_statement_);
      last_line_ = line;
    }
    return last_statement_;
  }

  const syntax::Document& document_;
  const Line* last_line_ = nullptr;  // findings are in file order
  std::uint64_t last_statement_ = 0;
};

TextSummary Summarize(const pipeline::Reading& reading, const Result& result) {
  constexpr auto kMax = [](std::size_t a, std::size_t b) { return std::max(a, b); };
  constexpr auto kSum = [](std::size_t a, std::size_t b) { return a + b; };
  TextSummary summary;
  std::vector<Levels::Row> reported;
  std::vector<Levels::Row> worst;
  Subjects subjects(reading.first().document());
  for (const Diagnostic& finding : result.findings) {
    if (finding.severity > Severity::Warning || IsStyle(finding)) continue;
    const Subject subject = subjects.Of(finding);
    const std::size_t level = finding.severity == Severity::Error ? 2 : 1;
    reported.push_back({subject, level});
    worst.push_back({TextSummary::OfAnyRule(subject), level});
    ++summary.reported_by_rule[subject.rule];
  }
  summary.reported = Levels(std::move(reported), kMax);
  summary.worst = Levels(std::move(worst), kMax);
  for (std::size_t target = 0; target < result.by_target.size(); ++target) {
    Subjects of_target(reading.by_target()[target].document());
    std::vector<Levels::Row> rows;
    for (const Suppressed& one : result.by_target[target].suppressed) {
      if (!IsStyle(one.finding)) rows.push_back({of_target.Of(one.finding), 1});
    }
    summary.suppressed.emplace_back(std::move(rows), kSum);
  }
  return summary;
}

// A text and its findings, which are computed when they are needed.
struct Linted {
  pipeline::Reading reading;
  std::optional<Result> found;
  TextSummary summary;
};

class Fixer {
 public:
  Fixer(const std::string& name, pipeline::Targets targets, const Settings& settings)
      : name_(name), targets_(targets), settings_(settings) {}

  FixedText Run(std::string text, bool unsafe) {
    now_ = Read(std::move(text));
    Find(*now_);
    Remember();
    while (Round(unsafe)) {
    }
    return {now_->reading.text().str(), count_};
  }

 private:
  // A guess is for a person to choose. Safe fixes come first. Then the others are applied, one rule
  // at a time: a rule knows the effect of its own fixes together, but not that of the fixes of two
  // rules.
  bool Round(bool unsafe) {
    Fixes safe;
    std::map<LintRuleId, Fixes> others;
    for (const Diagnostic& finding : now_->found->findings) {
      const diagnostics::Fix* first = nullptr;
      for (const diagnostics::Fix& fix : finding.fixes) {
        if (fix.edits.empty() || fix.is_guess || (first != nullptr && !fix.keeps_meaning)) continue;
        first = &fix;
        if (fix.keeps_meaning) break;
      }
      if (first == nullptr) continue;
      (first->keeps_meaning ? safe : others[RuleOf(finding).id]).push_back(first);
    }
    // Fixes that caused a regression before are tried again after all others.
    if (Step(WithoutSuspects(safe), Keep::Everything)) return true;
    if (!std::exchange(suspects_, {}).empty() && Step(safe, Keep::Everything)) return true;
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
    searches_ = 0;
    proofs_ = keep == Keep::Decisions ? kMostProofsOfDecisions : kMostProofs;
    // Fixes that touch one that fails are tried without it.
    while (!fixes.empty() && next_ == nullptr && proofs_ != 0) {
      Fixes others;
      Take(Compatible(std::move(fixes), &others), keep);
      fixes = std::move(others);
    }
    if (next_ == nullptr) return false;
    count_ += taken_.size();
    now_ = std::move(next_);
    if (!now_->found) Find(*now_);
    Remember();
    return true;
  }

  // Compatible fixes. If they fail together, they are tried without the culprits, or in halves, and
  // these in halves again.
  void Take(Fixes fixes, Keep keep) {
    std::vector<Fixes> parts;  // that are still to be tried, the first one last
    parts.push_back(std::move(fixes));
    while (!parts.empty() && proofs_ != 0) {
      --proofs_;
      const Fixes part = std::move(parts.back());
      parts.pop_back();
      if (part.empty()) continue;
      Fixes together = taken_;
      together.insert(together.end(), part.begin(), part.end());
      if (auto next = Proved(Apply(now_->reading.text(), together), keep)) {
        taken_ = std::move(together);
        next_ = std::move(next);
        continue;
      }
      if (part.size() > kFewFixes && !regressions_.empty() && searches_ < kMostSearches) {
        Fixes others = WithoutCulprits(part);
        if (others.size() < part.size()) {
          parts.push_back(std::move(others));
          continue;
        }
      }
      if (part.size() > 1) {
        const auto half = part.begin() + support::ToOffset(part.size() / 2);
        parts.emplace_back(half, part.end());
        parts.emplace_back(part.begin(), half);
      }
    }
  }

  // The fixes without those that cause the regressions of all of them. Each fix has a number. For
  // each bit, the fixes whose numbers have this bit are applied, and the result is linted. If one
  // fix causes a regression, it occurs for exactly the bits of this fix's number. So the number of
  // texts to lint is the number of bits, for any number of regressions. The result is a guess; it
  // is proved when the other fixes are applied. Each search numbers the fixes differently.
  Fixes WithoutCulprits(const Fixes& fixes) {
    const std::vector<Regression> regressions = std::move(regressions_);
    const unsigned search = searches_++;
    const auto number_of = [&](std::size_t i) {
      return search == 2 ? fixes.size() - i : i + 1 + search;
    };
    std::vector<std::size_t> blamed(regressions.size());
    for (std::size_t bit = 1; bit < fixes.size() + kMostSearches; bit <<= 1U) {
      Fixes together = taken_;
      for (std::size_t i = 0; i < fixes.size(); ++i) {
        if ((number_of(i) & bit) != 0) together.push_back(fixes[i]);
      }
      const std::unique_ptr<Linted> next = Read(Apply(now_->reading.text(), together));
      Find(*next);
      for (std::size_t k = 0; k < regressions.size(); ++k) {
        if (regressions[k].Occurs(next->summary, now_->summary)) blamed[k] |= bit;
      }
    }
    const std::set<std::size_t> culprits(blamed.begin(), blamed.end());
    Fixes others;
    for (std::size_t i = 0; i < fixes.size(); ++i) {
      if (culprits.count(number_of(i)) == 0) {
        others.push_back(fixes[i]);
      } else {
        suspects_.insert(KeyOf(*fixes[i]));
      }
    }
    return others;
  }

  // The same fix has this key in a text that has changed elsewhere.
  std::string KeyOf(const diagnostics::Fix& fix) const {
    const llvm::StringRef text = now_->reading.text();
    const std::uint32_t at = fix.edits.front().where.begin;
    const std::size_t begin = text.take_front(at).rfind('\n') + 1;
    return fix.title + '\n' + text.slice(begin, text.find('\n', at)).str();
  }

  Fixes WithoutSuspects(Fixes fixes) const {
    if (suspects_.empty()) return fixes;
    fixes.erase(std::remove_if(
                    fixes.begin(), fixes.end(),
                    [&](const diagnostics::Fix* fix) { return suspects_.count(KeyOf(*fix)) != 0; }),
                fixes.end());
    return fixes;
  }

  // The text, if it is new, all kernels accept it, and it keeps what it must; else null.
  std::unique_ptr<Linted> Proved(std::string text, Keep keep) {
    regressions_.clear();
    if (known_.count(std::hash<std::string>()(text)) != 0) return nullptr;
    std::unique_ptr<Linted> next = Read(std::move(text));
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      const auto& after = next->reading.by_target()[i];
      if (!after.accepted() || !Keeps(now_->reading.by_target()[i], after, keep)) return nullptr;
    }
    if (keep != Keep::Everything && keep != Keep::Meaning) return next;
    Find(*next);
    regressions_ = FindRegressions(next->summary, now_->summary, keep);
    return regressions_.empty() ? std::move(next) : nullptr;
  }

  static bool Keeps(const pipeline::TargetReading& before, const pipeline::TargetReading& after,
                    Keep keep) {
    switch (keep) {
      case Keep::Everything:
      case Keep::Meaning:
        return KeepsMeaning(before, after);
      case Keep::Decisions:
        return pipeline::CompareMeaning(before, after) <= pipeline::MeaningChange::Records;
      case Keep::Nothing:
        return true;
    }
    return false;
  }

  std::unique_ptr<Linted> Read(std::string text) const {
    return std::make_unique<Linted>(
        Linted{pipeline::Reading(support::SourceBuffer(name_, std::move(text)), targets_), {}, {}});
  }

  // All findings: each round that leaves some for the next reads and lints the whole text.
  void Find(Linted& text) const {
    text.found = Lint(text.reading, settings_, {.most = SIZE_MAX, .prove = false});
    text.summary = Summarize(text.reading, *text.found);
  }

  // The same text is never made twice, so fixing ends.
  void Remember() { known_.insert(std::hash<std::string>()(now_->reading.text().str())); }

  const std::string& name_;
  const pipeline::Targets targets_;
  const Settings& settings_;
  std::unique_ptr<Linted> now_;
  std::set<std::size_t> known_;     // hashes
  std::size_t count_ = 0;           // of fixes applied
  std::set<std::string> suspects_;  // keys of fixes that caused a regression
  // Of the step that is being made.
  Fixes taken_;
  std::unique_ptr<Linted> next_;
  std::size_t proofs_ = 0;  // that are left
  unsigned searches_ = 0;
  std::vector<Regression> regressions_;  // about the text that was not proved last
};

}  // namespace

FixedText FixText(const pipeline::Reading& reading, const Result& found, const Settings& settings,
                  bool unsafe) {
  const bool any = std::any_of(found.findings.begin(), found.findings.end(),
                               [](const Diagnostic& finding) { return !finding.fixes.empty(); });
  // A repair of a policy that a kernel rejects is a guess at its meaning.
  if (found.error || !any) return {reading.text().str(), 0};
  return Fixer(reading.source().name(), reading.targets(), settings)
      .Run(reading.text().str(), unsafe);
}

}  // namespace ipec::lint
