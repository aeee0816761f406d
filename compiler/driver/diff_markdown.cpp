// `ipec diff --output=markdown`: a comment for a review on GitHub or GitLab.

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "compiler/driver/diff_report.h"
#include "compiler/support/enum_set.h"
#include "compiler/support/markdown.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using pipeline::Decider;
using pipeline::Direction;
using pipeline::Verdict;
using policy::Operation;
using support::MarkdownBlock;
using support::MarkdownCell;
using support::MarkdownCode;
using support::MarkdownCut;

// Further rows are counted: the details are more useful.
constexpr std::size_t kMostPlaces = 100;

// A cut for a statement or an event, which may have a digest of 65,000 digits.
std::string CutBlock(std::string_view text) {
  constexpr std::size_t kLongest = 1000;
  if (text.size() <= kLongest) return MarkdownBlock(text);
  return MarkdownBlock(
      fmt::format("{}… and {} more bytes", text.substr(0, kLongest), text.size() - kLongest));
}

std::string Count(std::size_t number, std::string_view one, std::string_view several) {
  return fmt::format("{} {}", number, number == 1 ? one : several);
}

// A sentence about all files: "**1 of 3 policies is looser**, 1 is tighter, 1 is new."
std::string VerdictOf(const DiffReport& report) {
  const std::size_t deleted = report.deleted.size();
  const std::string were_deleted =
      fmt::format("{} {} deleted", deleted, deleted == 1 ? "was" : "were");
  if (report.files.empty()) return "**" + were_deleted + "**.\n";
  std::size_t looser = 0;
  std::size_t tighter = 0;
  std::size_t created = 0;
  for (const FileChange& file : report.files) {
    const Verdict verdict = file.verdict();
    looser += verdict == Verdict::Looser || verdict == Verdict::Incomparable ? 1 : 0;
    tighter += verdict == Verdict::Tighter ? 1 : 0;
    created += verdict == Verdict::New ? 1 : 0;
  }
  const auto are = [](std::size_t number) { return number == 1 ? "is" : "are"; };
  std::string words =
      fmt::format("**{} of {} {} looser**", looser == 0 ? "none" : std::to_string(looser),
                  Count(report.files.size(), "policy", "policies"), are(looser == 0 ? 1 : looser));
  if (looser == 0) words[2] = 'N';
  const auto add = [&](std::size_t number, std::string_view what) {
    if (number != 0) words += fmt::format(", {} {} {}", number, are(number), what);
  };
  add(tighter, "tighter");
  add(created, "new");
  if (deleted != 0) words += ", " + were_deleted;
  return words + ".\n";
}

std::string VerdictSentence(const FileChange& file) {
  const std::string name = MarkdownCode(MarkdownCut(file.name()));
  const std::string_view than =
      file.first().on_two_kernels() ? "on the second kernel than on the first one" : "than before";
  const std::string counts = ": " + file.CountWords() + ".\n";
  switch (file.verdict()) {
    case Verdict::New:
      return fmt::format("{} is **new**: there was no policy to compare it with{}", name, counts);
    case Verdict::Equivalent:
      return fmt::format("{} decides every event {}{}", name,
                         file.first().on_two_kernels() ? "alike on both kernels" : "as before",
                         counts);
    case Verdict::Looser:
      return fmt::format("{} is **looser** {}{}", name, than, counts);
    case Verdict::Tighter:
      return fmt::format("{} is **tighter** {}{}", name, than, counts);
    case Verdict::Incomparable:
      break;
  }
  return fmt::format("{} is **looser** for some events and **tighter** for others {}{}", name, than,
                     counts);
}

using DirectionSet = support::EnumSet<Direction>;

std::string CellOf(DirectionSet directions) {
  std::vector<std::string_view> changes;
  if (directions.Contains(Direction::Looser)) changes.push_back("DENY → **ALLOW**");
  if (directions.Contains(Direction::Tighter)) changes.push_back("ALLOW → **DENY**");
  return fmt::format(" {} |", support::Listed(changes));
}

// The events that are decided differently: a row for each place, a column for each operation.
class Places {
 public:
  explicit Places(const FileChange& file) {
    for (const MergedDifference& difference : file.differences()) {
      const pipeline::ChangedCases one = difference.Cases();
      if (one.direction() == Direction::Records) continue;
      std::string place = pipeline::WordsFor(one, *difference.change);
      if (const std::string only_for = file.OnlyFor(difference); !only_for.empty()) {
        place += "; only for " + MarkdownCut(only_for);
      }
      // The words have the beginnings of digests.
      const auto bytes = [](const analysis::CaseGroup::Digests& digests) {
        return digests.one ? digests.one->bytes : std::vector<std::uint8_t>();
      };
      const auto [entry, is_new] = numbers_.try_emplace(
          {place, bytes(one.cases.roothashes), bytes(one.cases.digests)}, rows_.size());
      if (is_new) rows_.push_back({std::move(place), {}});
      DirectionSet& cell = rows_[entry->second].cells[one.cases.operation];
      cell.Add(one.direction());
      columns_.Add(one.cases.operation);
    }
  }

  void AddTo(support::MarkdownComment& comment) const {
    if (rows_.empty()) return;
    std::string head = "\n| |";
    std::string line = "|---|";
    for (const Operation operation : columns_) {
      head += fmt::format(
          " {} |", operation == Operation::Unknown ? "operations without a name" : Name(operation));
      line += "---|";
    }
    std::vector<std::string> lines;
    for (const Row& row : rows_) {
      if (lines.size() == kMostPlaces) break;
      std::string& made = lines.emplace_back("| " + MarkdownCell(row.place) + " |");
      for (const Operation operation : columns_) made += CellOf(row.cells[operation]);
      made += '\n';
    }
    const std::size_t left =
        comment.AddList(head + "\n" + line + "\n", lines, "") + rows_.size() - lines.size();
    if (left != 0) comment.Add(fmt::format("\nand {} more places\n", left));
  }

 private:
  struct Row {
    std::string place;
    policy::OperationMap<DirectionSet> cells;
  };
  std::vector<Row> rows_;
  using Key = std::tuple<std::string, std::vector<std::uint8_t>, std::vector<std::uint8_t>>;
  std::map<Key, std::size_t> numbers_;
  policy::OperationSet columns_;
};

// The looser ones first: there may be room for some of them only.
std::vector<const FileChange*> LooserFirst(std::span<const FileChange> changes) {
  std::vector<const FileChange*> ordered;
  ordered.reserve(changes.size());
  for (const FileChange& change : changes) ordered.push_back(&change);
  std::stable_partition(ordered.begin(), ordered.end(),
                        [](const FileChange* change) { return change->counts().looser != 0; });
  return ordered;
}

std::string StatementOf(std::string_view words, const Decider& decider,
                        const std::optional<pipeline::ChangeSide>& side) {
  if (!decider.match) return std::string(words) + "\n\n";
  return fmt::format("{}, {}:\n\n{}\n", words, MarkdownCode(PlaceOf(decider, *side)),
                     CutBlock(TextOf(decider, *side)));
}

std::string DetailsOf(const FileChange& file, const MergedDifference& difference) {
  const pipeline::ChangedCases one = difference.Cases();
  const pipeline::Change& change = *difference.change;
  const std::string title =
      fmt::format("{}{}: {}", pipeline::Name(one.direction()),
                  one.acceptance == nullptr ? "" : ", accepted", file.MessageOf(difference));
  const bool allows = one.after.action == policy::Action::Allow;
  const std::string now =
      change.on_two_kernels()
          ? fmt::format("{} on the second kernel", allows ? "allowed" : "denied")
          : fmt::format("now {}", allows ? "allowed" : "denied");
  return fmt::format(
      "<details><summary>{}</summary>\n\n{}{}for example\n\n{}\n{}\n\n</details>\n\n",
      support::MarkdownSummary(title), StatementOf(now, one.after, change.after()),
      StatementOf(BeforeOf(one, change), one.before, change.before()), CutBlock(WitnessOf(one)),
      MarkdownCode(MarkdownCut(AcceptanceWords(one, change))));
}

// The part behind the sentence about a file.
void AddBody(const FileChange& file, support::MarkdownComment& comment) {
  if (file.first().on_two_kernels()) {
    comment.Add(fmt::format("\nThe first kernel is {}, the second one is {}.\n",
                            MarkdownCode(MarkdownCut(file.target_names()[0])),
                            MarkdownCode(MarkdownCut(file.target_names()[1]))));
  }
  for (const Direction direction : {Direction::Looser, Direction::Tighter, Direction::Records}) {
    if (const std::uint64_t more = file.More(direction); more != 0) {
      comment.Add("\n" + MarkdownCode(pipeline::MoreWords(direction, more)) + "\n");
    }
  }
  Places(file).AddTo(comment);
  std::vector<std::string> details;
  const std::size_t most = support::MarkdownComment::kLongest / 100;  // that could fit
  for (const MergedDifference& one : file.differences()) {
    if (details.size() == most) break;
    details.push_back(DetailsOf(file, one));
  }
  const std::size_t all = file.differences().size();
  const std::size_t left = all - (details.size() - comment.AddList("\n", details, ""));
  if (left != 0) {
    comment.Add(fmt::format("\nand {} more {}\n", left, left == 1 ? "difference" : "differences"));
  }
  if (file.first().life_cycle()) {
    comment.Add("\n" + MarkdownCode(MarkdownCut(LifeCycleWords(file))) + "\n");
  }
}

void AddDeleted(std::span<const DeletedPolicy> deleted, support::MarkdownComment& comment) {
  std::vector<std::string> lines;
  for (const DeletedPolicy& one : deleted) {
    if (lines.size() == kMostPlaces) break;
    lines.push_back(fmt::format("* {}: {}\n", MarkdownCode(MarkdownCut(one.file)),
                                MarkdownCode(MarkdownCut(WordsFor(one)))));
  }
  const std::size_t left = comment.AddList("\n", lines, "") + deleted.size() - lines.size();
  if (left != 0) comment.Add(fmt::format("\nand {} more deleted\n", left));
}

}  // namespace

void WriteDiffMarkdown(const DiffReport& report, llvm::raw_ostream& out) {
  const std::vector<const FileChange*> files = LooserFirst(report.files);
  // A comment has one marker and one length, whatever the number of files.
  support::MarkdownComment comment(
      support::MarkdownMarker("diff", files.empty() ? "" : report.files.front().name()));
  bool has_sentence = files.size() != 1 || !report.deleted.empty();
  if (has_sentence) {
    comment.Add(files.empty() && report.deleted.empty() ? "No policy was compared.\n"
                                                        : VerdictOf(report));
  }
  AddDeleted(report.deleted, comment);
  std::size_t added = 0;
  for (const FileChange* file : files) {
    if (!comment.Add((has_sentence ? "\n" : "") + VerdictSentence(*file))) break;
    has_sentence = true;
    ++added;
    AddBody(*file, comment);
  }
  if (const std::size_t left = files.size() - added; left != 0) {
    comment.AddLast(fmt::format("\nand {} more {}\n", left, left == 1 ? "file" : "files"));
  }
  if (!report.unused.empty()) {
    comment.AddLast(fmt::format("\n{} without a difference: {}\n",
                                Count(report.unused.size(), "acceptance", "acceptances"),
                                MarkdownCode(MarkdownCut(report.unused.front()->place))));
  }
  out << comment.text();
}

}  // namespace ipec::driver
