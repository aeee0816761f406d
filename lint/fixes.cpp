#include "lint/fixes.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

#include "compiler/diagnostics/edits.h"

namespace ipec::lint {
namespace {

using diagnostics::TextEdit;
using policy::Policy;
using policy::RuleId;
using support::Span;

// Bytes that are read again to prove the fixes of one file.
constexpr std::size_t kProofBytes = std::size_t{32} << 20;
// More lines than these are proved with the whole text.
constexpr std::uint32_t kMostBytesOfLines = 16 * 1024;

// Whether both rules have the same meaning and the same records.
bool SameRule(const Policy& a, const policy::Rule& rule_a, const Policy& b,
              const policy::Rule& rule_b) {
  const auto of_a = a.ConditionsOf(rule_a);
  const auto of_b = b.ConditionsOf(rule_b);
  return rule_a.operation == rule_b.operation && rule_a.action == rule_b.action &&
         std::equal(of_a.begin(), of_a.end(), of_b.begin(), of_b.end(),
                    [&](const policy::Condition& one, const policy::Condition& other) {
                      if (one.property != other.property || one.expected != other.expected ||
                          one.digest.valid() != other.digest.valid()) {
                        return false;
                      }
                      return !one.digest.valid() ||
                             policy::SameDigest(a.semantics, a.digests.Get(one.digest),
                                                b.digests.Get(other.digest));
                    });
}

// In plain text, the meaning of a line does not depend on its place, except for the header, for
// duplicate DEFAULTs, and at the beginning of the text, which determines its encoding.
class LineProof {
 public:
  explicit LineProof(const pipeline::TargetReading& before) : before_(before) {}

  // Whether only rules that never decide are removed, and the others stay unchanged. Also false if
  // these lines alone cannot show it.
  bool Holds(std::span<const TextEdit> edits) const {
    if (!before_.accepted()) return false;
    const syntax::Document& document = before_.document();
    if (document.lexis != syntax::Lexis::Plain || edits.empty()) return false;
    const std::optional<Span> region = Lines(edits);
    if (!region) return false;
    const std::string lines = Apply(document.text, *region, edits);
    const bool to_the_end = region->end == document.text.size();
    if (lines.find('\0') != std::string::npos ||
        (!to_the_end && !lines.empty() && lines.back() != '\n')) {
      return false;
    }
    const std::string text = "policy_name=a policy_version=0.0.0\nDEFAULT action=DENY\n" + lines;
    const pipeline::Reading after(support::SourceBuffer({}, text), before_.target());
    return after.first().accepted() && OnlyIdleRulesWent(*region, after.first().policy());
  }

 private:
  // The lines that the edits touch; nothing if they include others than rules and comments.
  std::optional<Span> Lines(std::span<const TextEdit> edits) const {
    const auto& all = before_.document().lines;
    const std::uint32_t begin = edits.front().where.begin;
    const std::uint32_t end = std::max(edits.back().where.end, begin + 1);
    const syntax::Line* line = before_.document().LineAt(begin);
    if (line == nullptr || end - begin > kMostBytesOfLines) return std::nullopt;
    Span region = line->span;
    if (region.begin == 0) return std::nullopt;
    for (; line != all.data() + all.size() && line->span.begin < end; ++line) {
      if (line->kind != syntax::LineKind::Blank && line->kind != syntax::LineKind::Rule) {
        return std::nullopt;
      }
      region.end = line->span.end;
    }
    // At the end of the text, or in the part hidden after it.
    if (edits.back().where.end > region.end) return std::nullopt;
    return region;
  }

  bool OnlyIdleRulesWent(Span region, const Policy& after) const {
    const Policy& before = before_.policy();
    auto kept = after.rules.begin();
    for (const RuleId id : before.RulesIn(region)) {
      if (kept != after.rules.end() && SameRule(before, before[id], after, *kept)) {
        ++kept;
      } else if (before_.reachability().Decides(id)) {
        return false;
      }
    }
    return kept == after.rules.end();
  }

  const pipeline::TargetReading& before_;
};

}  // namespace

bool KeepsMeaning(const pipeline::TargetReading& before, const pipeline::TargetReading& after) {
  return pipeline::CompareMeaning(before, after) == pipeline::MeaningChange::None ||
         pipeline::IsNextVersion(before, after);
}

bool KeepsMeaning(const pipeline::Reading& before, const diagnostics::Fix& fix) {
  const pipeline::Reading after(
      support::SourceBuffer(before.source().name(), Apply(before.text(), fix.edits)),
      before.targets());
  for (std::size_t i = 0; i < before.by_target().size(); ++i) {
    if (!KeepsMeaning(before.by_target()[i], after.by_target()[i])) return false;
  }
  return true;
}

void Prove(const pipeline::Reading& before, std::vector<diagnostics::Diagnostic>& findings) {
  std::vector<LineProof> by_target;
  for (const pipeline::TargetReading& seen : before.by_target()) by_target.emplace_back(seen);
  std::size_t bytes = 0;
  for (diagnostics::Diagnostic& finding : findings) {
    for (diagnostics::Fix& fix : finding.fixes) {
      if (!fix.keeps_meaning) continue;
      const bool by_lines =
          std::all_of(by_target.begin(), by_target.end(),
                      [&](const LineProof& target) { return target.Holds(fix.edits); });
      if (by_lines) continue;
      bytes += before.text().size();
      fix.keeps_meaning = bytes <= kProofBytes && KeepsMeaning(before, fix);
    }
  }
}

Fixes Compatible(Fixes fixes, Fixes* others) {
  std::stable_sort(fixes.begin(), fixes.end(),
                   [](const diagnostics::Fix* a, const diagnostics::Fix* b) {
                     return a->edits.front().where.begin < b->edits.front().where.begin;
                   });
  // The removed parts, by their begin, and the insertions.
  std::map<std::uint32_t, std::uint32_t> gone;
  std::set<std::uint32_t> places;
  const auto touches = [&](const TextEdit& edit) {
    const auto [begin, end] = edit.where;
    if (edit.where.empty()) {
      // Directly before, within or directly after a removed part.
      const auto after = gone.upper_bound(begin);
      return after != gone.begin() && std::prev(after)->second >= begin;
    }
    const auto after = gone.lower_bound(end);
    if (after != gone.begin() && std::prev(after)->second > begin) return true;
    const auto place = places.lower_bound(begin);
    return place != places.end() && *place <= end;
  };
  Fixes compatible;
  for (const diagnostics::Fix* fix : fixes) {
    if (std::any_of(fix->edits.begin(), fix->edits.end(), touches)) {
      if (others != nullptr) others->push_back(fix);
      continue;
    }
    for (const TextEdit& edit : fix->edits) {
      if (edit.where.empty()) {
        places.insert(edit.where.begin);
      } else {
        gone.emplace(edit.where.begin, edit.where.end);
      }
    }
    compatible.push_back(fix);
  }
  return compatible;
}

std::string Apply(std::string_view text, const Fixes& fixes) {
  std::vector<TextEdit> edits;
  for (const diagnostics::Fix* fix : fixes) {
    edits.insert(edits.end(), fix->edits.begin(), fix->edits.end());
  }
  std::stable_sort(edits.begin(), edits.end(), [](const TextEdit& a, const TextEdit& b) {
    return a.where.begin < b.where.begin;
  });
  return Apply(text, edits);
}

}  // namespace ipec::lint
