#include "lint/fix_text.h"

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <utility>

#include "compiler/analysis/compare.h"
#include "lint/fixes.h"
#include "lint/output.h"

namespace ipec::lint {
namespace {

using syntax::Line;

// What the fixes of one step must keep, beside a policy that every kernel accepts.
enum class Keep : std::uint8_t {
  Everything,  // decisions and records; no new finding, and none suppressed that was not
  Meaning,     // decisions and records; no finding suppressed that was not
  Decisions,
  Nothing,
};

// In one step; what is left then waits for the next one. Fixes of one rule mostly all change
// decisions or none does: the first ones tell.
constexpr std::size_t kMostProofs = 64;
constexpr std::size_t kMostProofsOfDecisions = 24;
// Culprits among more fixes than these are looked for all at once.
constexpr std::size_t kFewFixes = 16;
constexpr unsigned kMostSearches = 3;

// The findings of each rule, and those that are suppressed. Style is left out, and of the findings
// that are not suppressed all below a warning. Statements with the same text count as one, and a
// finding about the whole file may move to another statement.
struct Subject {
  std::size_t rule;
  std::uint64_t statement;
  friend auto operator<=>(const Subject&, const Subject&) = default;  // NOLINT: no pointer
};

// How often each subject was heard.
class Counts {
 public:
  using Row = std::pair<Subject, std::size_t>;

  explicit Counts(std::vector<Subject> heard = {}) {
    std::sort(heard.begin(), heard.end());
    for (const Subject& subject : heard) {
      if (rows_.empty() || rows_.back().first != subject) rows_.push_back({subject, 0});
      ++rows_.back().second;
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

struct Heard {
  std::vector<std::size_t> said_by_rule;
  Counts said;
  Counts suppressed;
};

// A rule has more findings about a statement than before, or more of them are suppressed.
struct Complaint {
  std::size_t target;
  bool is_suppressed;
  Subject subject;

  bool HoldsOf(const Heard& now, const Heard& before) const {
    return is_suppressed ? now.suppressed.Of(subject) > before.suppressed.Of(subject)
                         : now.said.Of(subject) > before.said.Of(subject);
  }
};

void Complain(std::size_t target, const Heard& now, const Heard& before, Keep keep,
              std::vector<Complaint>& complaints) {
  for (const auto& [subject, count] : now.suppressed.rows()) {
    if (count > before.suppressed.Of(subject)) complaints.push_back({target, true, subject});
  }
  if (keep != Keep::Everything) return;
  for (const auto& [subject, count] : now.said.rows()) {
    if (now.said_by_rule[subject.rule] > before.said_by_rule[subject.rule] &&
        count > before.said.Of(subject)) {
      complaints.push_back({target, false, subject});
    }
  }
}

class Listener {
 public:
  explicit Listener(const syntax::Document& document) : document_(document) {}

  Heard Hear(const Result& result) {
    Heard heard;
    heard.said_by_rule.resize(AllRules().size());
    std::vector<Subject> said;
    for (const Diagnostic& finding : result.findings) {
      if (finding.severity > Severity::Warning || IsStyle(finding)) continue;
      said.push_back(SubjectOf(finding));
      ++heard.said_by_rule[said.back().rule];
    }
    std::vector<Subject> suppressed;
    for (const Hushed& hushed : result.hushed) {
      if (!IsStyle(hushed.finding)) suppressed.push_back(SubjectOf(hushed.finding));
    }
    heard.said = Counts(std::move(said));
    heard.suppressed = Counts(std::move(suppressed));
    return heard;
  }

 private:
  static bool IsStyle(const Diagnostic& finding) {
    return finding.severity == Severity::Style ||
           AllRules()[*IndexOf(*finding.descriptor)].category == Category::Style;
  }

  // What a finding at this place is about: its statement, however it is laid out. All comments are
  // one subject, and the header is one, since fixes change what they say.
  Subject SubjectOf(const Diagnostic& finding) {
    return {*IndexOf(*finding.descriptor), StatementAt(finding.where.begin)};
  }

  std::uint64_t StatementAt(std::uint32_t offset) {
    const auto after =
        std::upper_bound(document_.lines.begin(), document_.lines.end(), offset,
                         [](std::uint32_t at, const Line& line) { return at < line.span.begin; });
    if (after == document_.lines.begin()) return kNothing;
    const Line& line = *(after - 1);
    if (line.kind == syntax::LineKind::Header) return kHeader;
    if (line.clauses.empty() || offset >= line.statement.end) return kComment;
    // A statement may be a megabyte long and have a finding in every word: it is read once.
    if (last_line_ != &line) {
      std::string words;
      for (const syntax::Clause& clause : document_.ClausesOf(line)) {
        words += document_.Text(clause.span()).lower() + ' ';
      }
      llvm::StringRef(Fingerprint(words)).getAsInteger(16, last_statement_);
      last_line_ = &line;
    }
    return last_statement_;
  }

  static constexpr std::uint64_t kNothing = 0;
  static constexpr std::uint64_t kHeader = 1;
  static constexpr std::uint64_t kComment = 2;

  const syntax::Document& document_;
  const Line* last_line_ = nullptr;  // findings are in file order
  std::uint64_t last_statement_ = 0;
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
    // What was to blame before has its turn again when nothing else is left.
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
    // What touches a fix that fails has its turn without it.
    while (!fixes.empty() && next_ == nullptr && proofs_ != 0) {
      Fixes others;
      Take(Compatible(std::move(fixes), &others), keep);
      fixes = std::move(others);
    }
    if (next_ == nullptr) return false;
    count_ += taken_.size();
    now_ = std::move(next_);
    if (now_->heard.empty()) Lint(*now_);
    Remember();
    return true;
  }

  // Compatible fixes, without those that are to blame or in halves where not all hold, and these in
  // halves again.
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
      if (auto next = Proved(Apply(now_->source.text(), together), keep)) {
        taken_ = std::move(together);
        next_ = std::move(next);
        continue;
      }
      if (part.size() > kFewFixes && !complaints_.empty() && searches_ < kMostSearches) {
        Fixes others = WithoutCulprits(part);
        if (others.size() < part.size()) {
          parts.push_back(std::move(others));
          continue;
        }
      }
      if (part.size() > 1) {
        const auto half = part.begin() + static_cast<std::ptrdiff_t>(part.size() / 2);
        parts.emplace_back(half, part.end());
        parts.emplace_back(part.begin(), half);
      }
    }
  }

  // The fixes without those that the complaints about all of them are due to. Each fix has a
  // number. For each bit the fixes whose numbers have it are applied: where one fix is to blame for
  // a complaint, that comes back for the bits of its number. So as many texts are linted as a
  // number has bits, however many complaints there are. What is found is a guess that is proved
  // when the others are applied; each search numbers them differently.
  Fixes WithoutCulprits(const Fixes& fixes) {
    const std::vector<Complaint> complaints = std::move(complaints_);
    const unsigned search = searches_++;
    const auto number_of = [&](std::size_t i) {
      return search == 2 ? fixes.size() - i : i + 1 + search;
    };
    std::vector<std::size_t> blamed(complaints.size());
    for (std::size_t bit = 1; bit < fixes.size() + kMostSearches; bit <<= 1U) {
      Fixes together = taken_;
      for (std::size_t i = 0; i < fixes.size(); ++i) {
        if ((number_of(i) & bit) != 0) together.push_back(fixes[i]);
      }
      const std::unique_ptr<Sight> next = Read(Apply(now_->source.text(), together));
      Lint(*next);
      for (std::size_t k = 0; k < complaints.size(); ++k) {
        const std::size_t target = complaints[k].target;
        if (complaints[k].HoldsOf(next->heard[target], now_->heard[target])) blamed[k] |= bit;
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
    const llvm::StringRef text = now_->source.text();
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
  std::unique_ptr<Sight> Proved(std::string text, Keep keep) {
    complaints_.clear();
    if (known_.count(std::hash<std::string>()(text)) != 0) return nullptr;
    std::unique_ptr<Sight> next = Read(std::move(text));
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      if (!Keeps(now_->checked[i], next->checked[i], keep)) return nullptr;
    }
    if (keep != Keep::Everything && keep != Keep::Meaning) return next;
    Lint(*next);
    for (std::size_t i = 0; i < targets_.size(); ++i) {
      Complain(i, next->heard[i], now_->heard[i], keep, complaints_);
    }
    return complaints_.empty() ? std::move(next) : nullptr;
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
      sight.heard.push_back(Listener(sight.checked[i].document).Hear(results.back()));
    }
    // All of them: each round that leaves some for the next reads and lints the whole text.
    sight.found = Merge(sight.source, std::move(results), targets_, {}, SIZE_MAX);
  }

  // A text that was there once is not made again, so that fixing comes to an end.
  void Remember() { known_.insert(std::hash<std::string>()(now_->source.text().str())); }

  const std::string& name_;
  const Targets targets_;
  const Settings& settings_;
  std::unique_ptr<Sight> now_;
  std::set<std::size_t> known_;     // hashes
  std::size_t count_ = 0;           // of fixes applied
  std::set<std::string> suspects_;  // keys of fixes that were to blame
  // Of the step that is being made.
  Fixes taken_;
  std::unique_ptr<Sight> next_;
  std::size_t proofs_ = 0;  // that are left
  unsigned searches_ = 0;
  std::vector<Complaint> complaints_;  // about the text that was not proved last
};

}  // namespace

FixedText FixText(const support::SourceBuffer& source, const Result& found, Targets targets,
                  const Settings& settings, bool unsafe) {
  const bool any = std::any_of(found.findings.begin(), found.findings.end(),
                               [](const Diagnostic& finding) { return !finding.fixes.empty(); });
  // A repair of a policy that a kernel rejects is a guess at its meaning.
  if (found.error || !any) return {source.text().str(), 0};
  return Fixer(source.name(), targets, settings).Run(source.text().str(), unsafe);
}

}  // namespace ipec::lint
