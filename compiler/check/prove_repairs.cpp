#include "compiler/check/prove_repairs.h"

#include <algorithm>
#include <string>

#include "compiler/check/explain.h"
#include "compiler/check/read_alone.h"
#include "compiler/diagnostics/definitions.h"

namespace ipec::check {
namespace {

using diagnostics::Diagnostic;
using diagnostics::Fix;
using diagnostics::TextEdit;
using support::Span;

// Longer statements are not read again: their repairs are not offered.
constexpr std::uint32_t kLongest = 2048;
// How often one statement is read again for its own repairs, and to see where they lead.
constexpr std::size_t kMostReadings = 64;
void Move(Span& span, std::uint32_t from) {
  span = {span.begin - from, span.end - from};
}

std::string Apply(std::string text, const Fix& fix) {
  for (auto edit = fix.edits.rbegin(); edit != fix.edits.rend(); ++edit) {
    text.replace(edit->where.begin, edit->where.size(), edit->text);
  }
  return text;
}

// Less is wrong than before, and nothing of a new kind.
bool IsBetter(const std::vector<Diagnostic>& before, const std::vector<Diagnostic>& after) {
  if (after.size() >= before.size()) return false;
  return std::all_of(after.begin(), after.end(), [&](const Diagnostic& finding) {
    return std::any_of(before.begin(), before.end(), [&](const Diagnostic& known) {
      return known.descriptor == finding.descriptor;
    });
  });
}

class Prover {
 public:
  explicit Prover(Checker& checker) : checker_(checker) {}

  void Run() {
    std::vector<std::size_t> order(checker_.sink.list().size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    const auto& list = checker_.sink.list();
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      return list[a].where.begin < list[b].where.begin;
    });
    // What nobody reads again stays as it was noted.
    noted_ = checker_.broken;
    if (checker_.sink.more() == 0) checker_.broken = {};
    for (std::size_t i = 0; i < order.size();) {
      const Span block = checker_.LinesOf(list[order[i]].where.begin);
      std::vector<std::size_t> findings;
      for (; i < order.size() && checker_.LinesOf(list[order[i]].where.begin) == block; ++i) {
        findings.push_back(order[i]);
      }
      Prove(block, findings);
    }
    for (const Meant& meant : meant_) Report(meant);
  }

 private:
  // A DEFAULT that the repairs of `block` lead to.
  struct Meant {
    Span block;
    std::optional<policy::Operation> operation;
    policy::Default made;
  };

  void Note(const BrokenDefaults& broken) {
    checker_.broken.any |= broken.any;
    checker_.broken.operations |= broken.operations;
    checker_.broken.unknown += broken.unknown;
  }

  // `findings` are about `block`, a part of the text that can be read on its own.
  void Prove(Span block, const std::vector<std::size_t>& findings) {
    auto& list = checker_.sink.list();
    if (block.size() > kLongest) {
      for (const std::size_t i : findings) list[i].fixes.clear();
      Note(noted_);
      return;
    }
    block_ = block;
    Reading now = ReadAlone(checker_, block, checker_.Text(block).str());
    std::size_t left = kMostReadings;
    std::optional<Reading> next;
    bool is_second = false;
    for (const std::size_t i : findings) {
      auto& fixes = list[i].fixes;
      // Of what another statement is the reason for, this one on its own shows nothing.
      if (list[i].descriptor == &diag::DuplicateDefault.descriptor) {
        is_second = true;
        continue;
      }
      std::vector<Fix> kept;
      for (Fix& fix : fixes) {
        if (!IsWithin(fix, block)) {
          if (AreFineAlone(fix, block)) kept.push_back(std::move(fix));
          continue;
        }
        Fix moved = fix;
        for (TextEdit& edit : moved.edits) Move(edit.where, block.begin);
        std::optional<Reading> after = After(now, moved, left);
        if (!after) continue;
        if (!next && kept.empty()) next = std::move(after);
        kept.push_back(std::move(fix));
      }
      fixes = std::move(kept);
    }
    if (next) now = Follow(std::move(*next));
    Note(now.broken);
    if (!is_second) Remember(block, now.policy);
  }

  static bool IsWithin(const Fix& fix, Span block) {
    return std::all_of(fix.edits.begin(), fix.edits.end(), [&](const TextEdit& edit) {
      return edit.where.begin >= block.begin && edit.where.end <= block.end;
    });
  }

  // Whether nothing is wrong with the other statements that `fix` edits.
  bool AreFineAlone(const Fix& fix, Span block) const {
    return std::all_of(fix.edits.begin(), fix.edits.end(), [&](const TextEdit& edit) {
      const Span other = checker_.LinesOf(edit.where.begin);
      return other == block ||
             ReadAlone(checker_, other, checker_.Text(other).str()).findings.empty();
    });
  }

  // What `fix` makes of what is read, if it leads anywhere.
  std::optional<Reading> After(const Reading& now, const Fix& fix, std::size_t& left) const {
    if (left == 0) return std::nullopt;
    --left;
    Reading after = ReadAlone(checker_, block_, Apply(now.text, fix));
    if (!IsBetter(now.findings, after.findings)) return std::nullopt;
    return after;
  }

  // Where first repairs lead, one after the other.
  Reading Follow(Reading now) const {
    std::size_t left = kMostReadings;
    for (;;) {
      std::optional<Reading> next;
      for (const Diagnostic& finding : now.findings) {
        for (const Fix& fix : finding.fixes) {
          if (!next) next = After(now, fix, left);
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

  // Takes note of a DEFAULT that will be read, or reports that there is one already.
  void Report(const Meant& meant) {
    const auto bit = meant.operation ? 1U << static_cast<unsigned>(*meant.operation) : 0U;
    const policy::Policy& policy = checker_.result.policy;
    const auto& place =
        meant.operation ? policy.operation_defaults[*meant.operation] : policy.global_default;
    if (place && place->statement.begin >= meant.block.begin &&
        place->statement.begin < meant.block.end) {
      return;
    }
    const bool again =
        meant.operation ? (checker_.meant_operations & bit) != 0 : checker_.meant_global;
    if ((place || again) && reported_ != meant.block) {
      reported_ = meant.block;
      ExplainMeantDefault(checker_, checker_.document.lines[checker_.LineOf(meant.block.begin)],
                          place ? &*place : nullptr, meant.operation);
    }
    checker_.meant_operations |= bit;
    checker_.meant_global |= !meant.operation;
  }

  Checker& checker_;
  Span block_;  // that is proved
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
