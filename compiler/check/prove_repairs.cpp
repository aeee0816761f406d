#include "compiler/check/prove_repairs.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "compiler/check/combine_fixes.h"
#include "compiler/check/explain.h"
#include "compiler/check/neighbours.h"
#include "compiler/check/read_alone.h"
#include "compiler/diagnostics/definitions.h"
#include "compiler/diagnostics/edits.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using diagnostics::Fix;
using diagnostics::TextEdit;
using support::Span;

// Bytes of one statement that are read again for its repairs, and for their results.
constexpr std::size_t kMostBytes = 6144;

// There are fewer errors than before, and none of a new kind.
bool IsBetter(const std::vector<Diagnostic>& before, const std::vector<Diagnostic>& after) {
  if (after.size() >= before.size()) return false;
  return std::all_of(after.begin(), after.end(), [&](const Diagnostic& finding) {
    return std::any_of(before.begin(), before.end(), [&](const Diagnostic& known) {
      return known.descriptor == finding.descriptor;
    });
  });
}

// The operations that the DEFAULTs of a block are for, as far as they can be read.
struct Claim {
  bool any = false;
  std::size_t unknown = 0;
  bool global = false;
  policy::OperationSet operations;
  friend bool operator==(const Claim&, const Claim&) = default;
};

Claim ClaimOf(const Reading& reading) {
  const BrokenDefaults& broken = reading.broken;
  Claim claim{broken.any, broken.unknown, reading.policy.global_default.has_value(),
              broken.operations};
  for (const policy::Operation operation : reading.policy.semantics.operations) {
    if (reading.policy.DefaultOf(operation)) claim.operations.Add(operation);
  }
  return claim;
}

class Prover {
 public:
  explicit Prover(Checker& checker) : checker_(checker), neighbours_(checker, blocks_) {}

  void Run() {
    FindBlocks();
    // Parts that are not read again keep their notes.
    noted_ = checker_.broken;
    if (checker_.sink.more() == 0) checker_.broken = {};
    for (at_ = 0; at_ < blocks_.size(); ++at_) Prove(blocks_[at_]);
    for (const Meant& meant : meant_) Report(meant);
  }

 private:
  // A DEFAULT that results from the repairs of `block`.
  struct Meant {
    Span block;
    std::optional<policy::Operation> operation;
    policy::Default made;
  };

  void FindBlocks() {
    const auto& list = checker_.sink.list();
    std::vector<std::size_t> order(list.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return list[a].where.begin < list[b].where.begin;
    });
    for (const std::size_t i : order) {
      const Span span = checker_.LinesOf(list[i].where.begin);
      if (blocks_.empty() || blocks_.back().span != span) blocks_.push_back({span, {}, {}});
      blocks_.back().findings.push_back(i);
    }
  }

  void Note(const BrokenDefaults& broken) {
    checker_.broken.any |= broken.any;
    checker_.broken.operations |= broken.operations;
    checker_.broken.unknown += broken.unknown;
  }

  void Prove(Block& block) {
    auto& list = checker_.sink.list();
    block.fixed = checker_.Text(block.span).str();
    if (block.span.size() > kLongestRepaired) {
      for (const std::size_t i : block.findings) list[i].fixes.clear();
      Note(noted_);
      return;
    }
    Reading now = ReadAlone(checker_, block.span, block.fixed);
    // The reason for a finding may be another statement. Then the block alone does not have it.
    std::erase_if(now.findings, [&](const Diagnostic& finding) {
      return std::none_of(block.findings.begin(), block.findings.end(),
                          [&](std::size_t i) { return list[i].descriptor == finding.descriptor; });
    });
    std::optional<Reading> end;
    Fix together;
    left_ = kMostBytes;
    bool is_second = false;
    for (const std::size_t i : block.findings) {
      // If another statement is the reason, reading this one alone proves nothing.
      if (list[i].descriptor == &diag::DuplicateDefault.descriptor) {
        is_second = true;
        KeepHarmless(now, list[i].fixes, together);
        continue;
      }
      list[i].fixes = Proved(now, std::move(list[i].fixes), together, end);
    }
    block.fixed = Apply(now.text, together.edits);
    if (end) now = std::move(*end);
    Note(now.broken);
    if (!is_second) Remember(block.span, now.policy);
  }

  bool AffectsNeighbours(const std::string& text) {
    return checker_.offers_repairs && neighbours_.AffectsNeighbours(at_, text);
  }

  // Of the unproved repairs, keeps those that do not change other statements.
  void KeepHarmless(const Reading& now, std::vector<Fix>& fixes, Fix& together) {
    const Span block = blocks_[at_].span;
    std::vector<Fix> kept;
    for (Fix& fix : fixes) {
      Fix moved = fix;
      for (TextEdit& edit : moved.edits) Move(edit.where, block.begin);
      if (AffectsNeighbours(Apply(now.text, moved.edits))) continue;
      if (kept.empty()) Combine(together, moved);
      kept.push_back(std::move(fix));
    }
    fixes = std::move(kept);
  }

  // The repairs of one finding that make progress. `together` has the first repairs of the findings
  // before it. `end` is the result of the first repair of all; the others must have the same one.
  std::vector<Fix> Proved(const Reading& now, std::vector<Fix> fixes, Fix& together,
                          std::optional<Reading>& end) {
    const Span block = blocks_[at_].span;
    std::vector<Fix> kept;
    for (Fix& fix : fixes) {
      if (!IsWithin(fix, block)) {
        if (AreCorrectAlone(fix, block)) kept.push_back(std::move(fix));
        continue;
      }
      Fix moved = fix;
      for (TextEdit& edit : moved.edits) Move(edit.where, block.begin);
      std::optional<Reading> after = After(now, moved);
      if (!after) continue;
      const bool disturbs = AffectsNeighbours(after->text);
      if (kept.empty()) {
        Reading last = Follow(std::move(*after));
        if (!end) end = std::move(last);
        // The other repairs of this finding come with its first one.
        else if (ClaimOf(last) != ClaimOf(*end))
          return {};
      }
      if (disturbs) continue;
      if (kept.empty() && !AddTo(together, now, moved, *end)) return {};
      kept.push_back(std::move(fix));
    }
    return kept;
  }

  // Adds `fix` to those that are made together, unless it changes what another one does. Returns
  // false if they make no progress together; then this one has to wait for the others.
  bool AddTo(Fix& together, const Reading& now, const Fix& fix, const Reading& end) {
    Fix all = together;
    if (!checker_.offers_repairs || !Combine(all, fix)) return true;
    if (!together.edits.empty()) {
      std::optional<Reading> after = After(now, all);
      if (!after || AffectsNeighbours(after->text)) return false;
      if (ClaimOf(Follow(std::move(*after))) != ClaimOf(end)) return false;
    }
    together = std::move(all);
    return true;
  }

  static bool IsWithin(const Fix& fix, Span block) {
    return std::all_of(fix.edits.begin(), fix.edits.end(), [&](const TextEdit& edit) {
      return edit.where.begin >= block.begin && edit.where.end <= block.end;
    });
  }

  // Whether the other statements that `fix` edits are correct, and so are their neighbours after
  // `fix` removes them.
  bool AreCorrectAlone(const Fix& fix, Span block) {
    if (!checker_.offers_repairs) return true;
    return std::all_of(fix.edits.begin(), fix.edits.end(), [&](const TextEdit& edit) {
      const Span other = checker_.LinesOf(edit.where.begin);
      if (other == block) return true;
      return ReadAlone(checker_, other, checker_.Text(other).str()).findings.empty() &&
             !neighbours_.RemovalAffectsNeighbours(edit.where);
    });
  }

  // Whether `block` holds all statements, and they are not comments of another language.
  bool IsAlone(Span block) const {
    const auto& clauses = checker_.document.clauses;
    return !clauses.empty() && clauses.front().key.begin >= block.begin &&
           clauses.back().value.end <= block.end &&
           ForeignComment(checker_.Text(clauses.front().span())) == 0;
  }

  // The result of `fix`, if it makes progress.
  std::optional<Reading> After(const Reading& now, const Fix& fix) {
    if (left_ < now.text.size()) return std::nullopt;
    left_ -= now.text.size() + 1 < left_ ? now.text.size() + 1 : left_;
    Reading after = ReadAlone(checker_, blocks_[at_].span, Apply(now.text, fix.edits));
    if (!IsBetter(now.findings, after.findings)) return std::nullopt;
    // A policy without statements is another problem.
    if (after.is_empty && !now.is_empty && IsAlone(blocks_[at_].span)) return std::nullopt;
    // The text that replaces a placeholder may be the one that the policy needs.
    if (now.is_template && !after.is_template) return std::nullopt;
    return after;
  }

  // The result of the first repairs, applied one after the other.
  Reading Follow(Reading now) {
    for (;;) {
      std::optional<Reading> next;
      for (const Diagnostic& finding : now.findings) {
        for (const Fix& fix : finding.fixes) {
          if (!next) next = After(now, fix);
        }
      }
      if (!next) return now;
      now = std::move(*next);
    }
  }

  void Remember(Span block, const policy::Policy& policy) {
    if (policy.global_default) meant_.push_back({block, std::nullopt, *policy.global_default});
    for (const policy::Operation operation : policy.semantics.operations) {
      if (const auto& own = policy.DefaultOf(operation)) meant_.push_back({block, operation, *own});
    }
  }

  // Notes a DEFAULT that will be read, or reports that it is a duplicate.
  void Report(const Meant& meant) {
    const policy::Policy& policy = checker_.result.policy;
    const auto& place =
        meant.operation ? policy.operation_defaults[*meant.operation] : policy.global_default;
    if (place && place->statement.begin >= meant.block.begin &&
        place->statement.begin < meant.block.end) {
      return;
    }
    const bool again = meant.operation ? checker_.meant_operations.Contains(*meant.operation)
                                       : checker_.meant_global;
    if ((place || again) && reported_ != meant.block) {
      reported_ = meant.block;
      ExplainMeantDefault(checker_, checker_.document.lines[checker_.LineOf(meant.block.begin)],
                          place ? &*place : nullptr, meant.operation);
    }
    if (meant.operation) {
      checker_.meant_operations.Add(*meant.operation);
    } else {
      checker_.meant_global = true;
    }
  }

  Checker& checker_;
  std::vector<Block> blocks_;
  Neighbours neighbours_;
  std::size_t at_ = 0;    // the number of the block that is proved
  std::size_t left_ = 0;  // bytes of it that may be read again
  BrokenDefaults noted_;
  std::vector<Meant> meant_;
  Span reported_;
};

}  // namespace

void ProveRepairs(Checker& checker) {
  if (checker.sink.list().empty()) return;
  Prover(checker).Run();
}

}  // namespace ipec::check
