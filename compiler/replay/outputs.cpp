#include "compiler/replay/outputs.h"

#include <algorithm>
#include <chrono>
#include <map>

#include <fmt/format.h>

#include "compiler/records/tally.h"
#include "compiler/support/date.h"
#include "compiler/support/numbers.h"
#include "compiler/support/wording.h"

namespace ipec::replay {

#define IPEC_REPLAY_OUTPUT(name, print, print_changes) PrintResult print;
#include "compiler/replay/outputs.def"
PrintChanges PrintTextChanges;
PrintChanges PrintJsonChanges;

std::span<const Format> Formats() {
  static constexpr Format kFormats[] = {
#define IPEC_REPLAY_OUTPUT(name, print, print_changes) {name, print, print_changes},
#include "compiler/replay/outputs.def"
  };
  return kFormats;
}

std::string ChangeWords(const Group& group) {
  const Outcome after = group.classification->outcome;
  const std::string_view before = runtime::Name(group.key.before);
  return fmt::format("{} {} {}", before, before == Name(after) ? "=" : "→", Name(after));
}

std::string EventWords(const Group& group) {
  const GroupKey& key = group.key;
  if (key.file == records::File::None) {
    const std::string_view kind =
        key.operation == "EXECUTE" ? "anonymous memory" : "data without a file";
    return key.comm.empty() ? std::string(kind) : fmt::format("{} of {}", kind, key.comm);
  }
  std::string words = key.path;
  if (key.file == records::File::TooLong) words = "a file with a path that is too long";
  if (key.file == records::File::Unknown) words = "a file that the record does not name";
  if (key.is_deleted) words += ", deleted";
  if (!key.device.empty()) words += " (" + key.device + ")";
  return words;
}

namespace {

std::string LinesWords(const std::vector<std::uint32_t>& lines) {
  std::vector<std::string> words;
  words.reserve(lines.size());
  for (const std::uint32_t line : lines) words.push_back(std::to_string(line));
  return support::Listed(words, "or");
}

bool UsesOneLine(const Classification& classification) {
  return std::all_of(
      classification.parts.begin(), classification.parts.end(),
      [&](const Part& part) { return part.line == classification.parts.front().line; });
}

}  // namespace

std::string StatementWords(const Group& group) {
  const Classification& classification = *group.classification;
  std::vector<std::string> words;
  const bool is_certain =
      classification.outcome == Outcome::Allow || classification.outcome == Outcome::Deny;
  if (is_certain && classification.more_parts == 0 && UsesOneLine(classification)) {
    const std::uint32_t line = classification.parts.front().line;
    words.push_back(line == 0 ? "now no statement decides" : fmt::format("now line {}", line));
  }
  if (!classification.was_lines.empty()) {
    words.push_back("was line " + LinesWords(classification.was_lines));
  }
  if (classification.reason) words.emplace_back(Describe(*classification.reason));
  return support::Listed(words);
}

std::string TipWords(const Group& group) {
  const std::string& tip = group.classification->tip;
  if (tip == "volume") {
    const std::string& device = group.key.device;
    if (device.empty() || device == "overlay") {
      return "`ipec scan` of the volume below would tell";
    }
    return fmt::format("`ipec scan` of {} would tell", device);
  }
  if (tip == "file") return "`fsverity measure` of the file would tell";
  return {};
}

std::string ProposalWords(const Classification& classification) {
  if (classification.proposal.empty()) return classification.advice;
  const std::string place = classification.proposal_line == 0
                                ? "at the end"
                                : fmt::format("before line {}", classification.proposal_line);
  return fmt::format("proposal {}: {}", place, classification.proposal);
}

namespace {

// "2022-05-24 03:52:50Z". A log can have any number.
std::string TimeWords(std::int64_t milliseconds) {
  using namespace std::chrono;
  constexpr std::int64_t kYear10000 = 253'402'300'800'000;
  if (milliseconds < 0 || milliseconds >= kYear10000) return fmt::format("{} ms", milliseconds);
  const sys_time<std::chrono::milliseconds> time{std::chrono::milliseconds(milliseconds)};
  const auto day = floor<days>(time);
  const hh_mm_ss clock(floor<seconds>(time - day));
  return fmt::format("{} {:02}:{:02}:{:02}Z", support::DateText(year_month_day(day)),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count());
}

void AddSample(std::string_view title, const WordSample& words, std::vector<std::string>& list) {
  if (words.list().empty()) return;
  list.push_back(
      fmt::format("{}: {}{}", title, fmt::join(words.list(), ", "), words.has_more() ? ", …" : ""));
}

}  // namespace

std::vector<std::string> ContextWords(const Group& group) {
  std::vector<std::string> list;
  if (group.time.first && group.time.last) {
    const std::string first = TimeWords(*group.time.first);
    const std::string last = TimeWords(*group.time.last);
    list.push_back(first == last ? "time: " + first : fmt::format("time: {} to {}", first, last));
  }
  AddSample("executables", group.executables, list);
  AddSample("process titles", group.titles, list);
  return list;
}

std::string CountWords(const Result& result) {
  constexpr std::string_view kWords[] = {"newly denied", "newly allowed",    "depending",
                                         "unknown",      "denied as before", "allowed as before"};
  const auto counts = result.Counts();
  std::vector<std::string> words;
  words.reserve(counts.size());
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] != 0) words.push_back(fmt::format("{} {}", counts[i], kWords[i]));
  }
  std::string text = fmt::format("{} in {}", support::NumberOf(result.evidence.accesses, "record"),
                                 support::NumberOf(result.groups.size(), "group"));
  if (!words.empty()) text += ": " + support::Listed(words);
  return text;
}

namespace {

void AddMissingPolicies(const Result& result, std::vector<std::string>& list) {
  constexpr std::size_t kMost = 8;
  std::map<std::string_view, std::uint64_t> missing;
  for (const auto& [identity, group] : result.groups) {
    if (group.classification->reason == Reason::NoPolicy) missing[group.key.policy] += group.count;
  }
  std::size_t shown = 0;
  for (const auto& [thumbprint, count] : missing) {
    if (shown++ == kMost) {
      list.push_back(fmt::format("and {} more policies are missing", missing.size() - kMost));
      return;
    }
    const std::string records = support::NumberOf(count, "record");
    list.push_back(
        thumbprint.empty()
            ? fmt::format("{} before the first activation: --policy names the policy of that time",
                          records)
            : fmt::format("{} under {}, which no file of --policies has", records, thumbprint));
  }
}

}  // namespace

std::vector<std::string> Cautions(const Result& result) {
  const Evidence& evidence = result.evidence;
  std::vector<std::string> list;
  if (evidence.suppressed != 0) {
    list.push_back(fmt::format("the evidence is incomplete: the kernel suppressed {} records",
                               evidence.suppressed));
  }
  if (evidence.lost != 0) {
    list.push_back(fmt::format("the evidence is incomplete: audit_lost grew by {}", evidence.lost));
  }
  for (const auto& [name, count] : evidence.troubles) {
    std::string words = name;
    for (std::size_t i = 0; i < records::kTroubles; ++i) {
      const auto trouble = static_cast<records::Trouble>(i);
      if (records::Name(trouble) == name) words = records::Describe(trouble).str();
    }
    list.push_back(fmt::format("{} not read: {}", support::NumberOf(count, "line"), words));
  }
  std::uint64_t more = 0;
  for (const std::uint64_t count : result.more) more += count;
  if (more != 0) {
    list.push_back(fmt::format("{} without a group of their own: there are too many groups",
                               support::NumberOf(more, "record")));
  }
  AddMissingPolicies(result, list);
  std::uint64_t ambiguous = 0;
  for (const auto& [identity, group] : result.groups) {
    if (group.classification->was_lines.size() > 1) ambiguous += group.count;
  }
  if (ambiguous != 0) {
    list.push_back(fmt::format("{} of the old policy with one text: the record can be about either",
                               ambiguous == 1
                                   ? "1 record quotes two statements"
                                   : fmt::format("{} records quote two statements", ambiguous)));
  }
  return list;
}

std::vector<std::string> UsageWords(const Result& result) {
  std::vector<std::string> list;
  if (!result.subject.shows_usage) return list;
  for (const auto& [line, use] : result.usage) {
    if (use.certain != 0) continue;
    if (use.possible == 0) {
      list.push_back(fmt::format("line {}: no record needs it: {}", line, use.text));
    } else {
      list.push_back(fmt::format("line {}: {} may need it: {}", line,
                                 support::NumberOf(use.possible, "record"), use.text));
    }
  }
  if (result.evidence.allowed == 0) {
    list.emplace_back(
        "the log has no ALLOW record: without success auditing, it does not show what rules that "
        "allow are needed for");
  }
  return list;
}

}  // namespace ipec::replay
