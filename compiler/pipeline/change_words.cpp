#include "compiler/pipeline/change_words.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "compiler/analysis/differences.h"
#include "compiler/event/write_event.h"
#include "compiler/pipeline/case_words.h"
#include "compiler/sign/signed_message.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {
namespace {

using diagnostics::Descriptor;
using diagnostics::Diagnostic;
using diagnostics::Severity;
using policy::Action;
using policy::Match;
using policy::Operation;

constexpr std::array kOfDirections = {
    Descriptor{"IPE2014", "weaker-than-base", Severity::Error, "{} is now allowed for {}"},
    Descriptor{"IPE2016", "stricter-than-base", Severity::Information, "{} is now denied for {}"},
    Descriptor{"IPE2017", "recorded-differently", Severity::Information,
               "{} is decided as before for {}, but records name another statement"},
};
constexpr std::array kOfProblems = {
    Descriptor{"IPE5001", "version-not-bumped", Severity::Error, "version {} as before: {}"},
    Descriptor{"IPE5002", "version-decreased", Severity::Error, "version {} after {}: {}"},
    Descriptor{"IPE5003", "name-changed", Severity::Error, "name {} after {}: {}"},
    Descriptor{"IPE6008", "policy-too-large", Severity::Error,
               "once signed, the policy has more than {} bytes: {}"},
};

std::string VersionOf(const policy::Policy& policy) {
  const policy::Version& of = policy.version;
  return fmt::format("{}.{}.{}", of.major, of.minor, of.revision);
}

// The answers that are errors: "`update` answers ESTALE".
std::vector<std::string> Rejections(const LifeCycle& answers) {
  std::vector<std::string> rejected;
  const auto add = [&](std::string_view what, const std::optional<support::Errno>& error) {
    if (error) rejected.push_back(fmt::format("{} answers {}", what, support::Name(*error)));
  };
  add("`update`", answers.update);
  add("`active`", answers.activate);
  add("going back", answers.rollback);
  return rejected;
}

std::string HexOf(const analysis::OwnedDigest& digest) {
  return digest.algorithm + (digest.algorithm.empty() ? "" : ":") +
         llvm::toHex(llvm::ArrayRef(digest.bytes), /*LowerCase=*/true);
}

// The names of digests in a kind of events.
std::string NameOf(const analysis::Difference::Digests& digests) {
  using enum analysis::Difference::Digests::Kind;
  switch (digests.kind) {
    case One:
      return HexOf(*digests.one);
    case Mixed:
      return std::string(kSeveralDigests);
    case Unnamed:
      break;
  }
  return std::string(kOtherDigest);
}

}  // namespace

const Descriptor& DescriptorOf(Direction direction) {
  return kOfDirections[support::IndexOf(direction)];
}

const Descriptor& DescriptorOf(LifeCycleProblem problem) {
  return kOfProblems[support::IndexOf(problem)];
}

std::string WordsFor(const ChangedCases& one, const Change& change) {
  return WordsFor(one.cases, change.policy_after().semantics);
}

std::string MessageOf(const ChangedCases& one, const Change& change) {
  const bool two = change.on_two_kernels();
  const std::string_view action = one.direction() == Direction::Looser ? "allowed" : "denied";
  const std::string decided =
      two ? fmt::format("{} on the second kernel", action) : fmt::format("now {}", action);
  if (one.cases.operation == Operation::Unknown) {
    return fmt::format("operations without a name are {}{}", decided,
                       change.OnlyUnknownOperations() ? "; all others are decided as before" : "");
  }
  const std::string_view operation = Name(one.cases.operation);
  const std::string words = WordsFor(one, change);
  if (one.direction() == Direction::Records) {
    return fmt::format("{} is decided {} for {}, but records name another statement", operation,
                       two ? "alike on both kernels" : "as before", words);
  }
  return fmt::format("{} is {} for {}", operation, decided, words);
}

std::string BeforeOf(const ChangedCases& one, const Change& change) {
  const Decider& decider = one.before;
  const std::string_view when = change.on_two_kernels() ? "on the first kernel" : "before";
  std::string by;
  if (!decider.match) {
    by = fmt::format("allowed {}, because {}", when,
                     change.has_base() ? "no DEFAULT decides" : "there was no policy");
  } else {
    by = fmt::format("{} {} by {}line {}", decider.action == Action::Allow ? "allowed" : "denied",
                     when, *decider.match == Match::Rule ? "" : "the DEFAULT in ", decider.line);
  }
  if (one.cases.operation == Operation::Unknown) return by;
  const std::uint64_t all = analysis::AllCases(one.cases, change.policy_after().semantics);
  return fmt::format("{}; {} of {} cases", by, one.cases.cases, all);
}

std::string WitnessOf(const ChangedCases& one) {
  return event::WriteEvent(EventOf(one.cases.witness));
}

std::string AcceptanceWords(const ChangedCases& one, const Change& change) {
  if (one.acceptance == nullptr) return "fingerprint " + change.FingerprintOf(one);
  if (one.acceptance->reason.empty()) return "accepted by " + one.acceptance->place;
  return fmt::format("accepted by {}: {}", one.acceptance->place, one.acceptance->reason);
}

std::string MessageOf(LifeCycleProblem problem, const Change& change) {
  const policy::Policy& before = change.policy_before();
  const policy::Policy& after = change.policy_after();
  const std::string answers = support::Listed(Rejections(*change.life_cycle()));
  switch (problem) {
    case LifeCycleProblem::VersionNotBumped:
      return fmt::format("version {} as before: {}", VersionOf(after), answers);
    case LifeCycleProblem::VersionDecreased:
      return fmt::format("version {} after {}: {}", VersionOf(after), VersionOf(before), answers);
    case LifeCycleProblem::TooLarge:
      return fmt::format("once signed, the policy has more than {} bytes: {}",
                         sign::kLongestMessage, answers);
    case LifeCycleProblem::NameChanged:
      break;
  }
  return fmt::format("name {} after {}: {}", support::Printable(after.name),
                     support::Printable(before.name), answers);
}

std::string LifeCycleWords(const Change& change) {
  const policy::Policy& before = change.policy_before();
  const policy::Policy& after = change.policy_after();
  const std::vector<std::string> rejected = Rejections(*change.life_cycle());
  return fmt::format("{} {} after {} {}: {}", support::Printable(after.name), VersionOf(after),
                     support::Printable(before.name), VersionOf(before),
                     rejected.empty() ? "the kernel accepts it" : support::Listed(rejected));
}

std::string_view TextOf(const Decider& decider, const ChangeSide& side) {
  if (!decider.match) return {};
  const llvm::StringRef text = side.source->text(decider.where);
  return {text.data(), text.size()};
}

std::string PlaceOf(const Decider& decider, const ChangeSide& side) {
  std::string name = support::Printable(side.source->name());
  if (!decider.match) return name;
  // The column counts from the last line end.
  const llvm::StringRef text = side.source->text().take_front(decider.where.begin);
  const std::size_t line_end = text.find_last_of("\r\n");
  const std::size_t column =
      line_end == llvm::StringRef::npos ? text.size() + 1 : text.size() - line_end;
  return fmt::format("{}:{}:{}", name, decider.line, column);
}

Diagnostic FindingOf(const ChangedCases& one, const Change& change) {
  Diagnostic finding;
  finding.descriptor = &DescriptorOf(one.direction());
  finding.severity = finding.descriptor->severity;
  finding.where = one.after.where;
  finding.about = one.cases.operation;
  finding.message = MessageOf(one, change);
  std::string before = BeforeOf(one, change);
  if (one.before.match) {
    const std::string_view text = TextOf(one.before, *change.before());
    before = fmt::format("{}: {}: {}", PlaceOf(one.before, *change.before()), before,
                         support::Printable(text));
    const auto breaks = std::count(text.begin(), text.end(), '\n');
    finding.AddNote(std::move(before)).notes.back().elsewhere = {
        change.before()->source->name(),
        {},
        one.before.line,
        one.before.line + support::ToU32(support::ToSize(breaks))};
  } else {
    finding.AddNote(std::move(before));
  }
  finding.AddNote("for example " + WitnessOf(one));
  if (one.acceptance != nullptr) finding.severity = Severity::Information;
  finding.AddNote(AcceptanceWords(one, change));
  return finding;
}

std::string MoreWords(Direction direction, std::uint64_t number) {
  return fmt::format("{}: {}", Name(direction), MoreCases(number));
}

Diagnostic FindingOfMore(Direction direction, std::uint64_t number, const Change& change) {
  Diagnostic finding;
  finding.descriptor = &DescriptorOf(direction);
  finding.severity = finding.descriptor->severity;
  const llvm::StringRef text = change.after().source->text();
  finding.where = support::LineMap(text).LineSpan(text, change.policy_after().header_line);
  finding.message = MoreWords(direction, number);
  return finding;
}

Diagnostic FindingOf(LifeCycleProblem problem, const Change& change) {
  Diagnostic finding;
  finding.descriptor = &DescriptorOf(problem);
  finding.severity = finding.descriptor->severity;
  const llvm::StringRef text = change.after().source->text();
  finding.where = support::LineMap(text).LineSpan(text, change.policy_after().header_line);
  finding.message = MessageOf(problem, change);
  return finding;
}

std::vector<Diagnostic> FindingsOf(const Change& change) {
  std::vector<Diagnostic> findings;
  for (const ChangedCases& one : change.differences()) findings.push_back(FindingOf(one, change));
  for (const Direction direction : {Direction::Looser, Direction::Tighter, Direction::Records}) {
    const std::uint64_t more = change.More(direction);
    if (more != 0) findings.push_back(FindingOfMore(direction, more, change));
  }
  if (const auto problem = change.life_cycle_problem()) {
    findings.push_back(FindingOf(*problem, change));
  }
  return findings;
}

std::vector<EventKind> KindsOf(const ChangedCases& one, const Change& change) {
  std::vector<EventKind> kinds;
  if (one.cases.operation == Operation::Unknown) return kinds;
  using enum analysis::Difference::Digests::Kind;
  const bool excludes_volumes = change.policy_after().semantics.boot_verified_excludes_dmverity;
  for (const runtime::Facts facts : one.cases.facts) {
    EventKind kind;
    kind.boot_verified = (facts & runtime::kBootVerified) != 0;
    if ((facts & runtime::kFsverityOn) != 0) {
      kind.fsverity = {NameOf(one.cases.digests), (facts & runtime::kFsveritySigned) != 0};
    }
    const bool is_signed = (facts & runtime::kDmveritySigned) != 0;
    const bool can_lack_volume = one.cases.roothashes.kind != One && !is_signed;
    if (can_lack_volume) kinds.push_back(kind);
    if (kind.boot_verified && excludes_volumes) continue;
    kind.dmverity = {NameOf(one.cases.roothashes), is_signed};
    kinds.push_back(std::move(kind));
  }
  return kinds;
}

}  // namespace ipec::pipeline
