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

// Further rows are counted: the details are more useful.
constexpr std::size_t kMostPlaces = 100;

// A long name would take the room of the comment.
std::string Cut(std::string_view name) {
  constexpr std::size_t kLongest = 200;
  std::string cut(name.substr(0, kLongest));
  if (cut.size() != name.size()) cut += "…";
  return cut;
}

std::string VerdictSentence(const FileChange& file) {
  const std::string name = MarkdownCode(Cut(file.name()));
  const std::string_view than = file.first().on_two_kernels()
                                    ? "on the second kernel than on the first one"
                                : file.first().has_base() ? "than before"
                                                          : "than no policy";
  const std::string counts = ": " + file.CountWords() + ".\n";
  switch (file.counts().verdict()) {
    case Verdict::Equivalent:
      if (!file.first().has_base() && !file.first().on_two_kernels()) {
        return fmt::format("{} is new: there was no policy to compare it with{}", name, counts);
      }
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
      const pipeline::ChangedCases& one = *difference.one;
      if (one.direction() == Direction::Records) continue;
      const std::string place = pipeline::WordsFor(one, *difference.change);
      // The words have the beginnings of digests.
      const auto bytes = [](const analysis::CaseGroup::Digests& digests) {
        return digests.one ? digests.one->bytes : std::vector<std::uint8_t>();
      };
      const auto [entry, is_new] = numbers_.try_emplace(
          {place, bytes(one.cases.roothashes), bytes(one.cases.digests)}, rows_.size());
      if (is_new) rows_.push_back({place, {}});
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

class DiffMarkdown final : public DiffOutput {
 public:
  explicit DiffMarkdown(llvm::raw_ostream& out) : out_(out) {}

  void File(const FileChange& file) override {
    // A comment has one marker and one length, whatever the number of files.
    if (!comment_) comment_.emplace(support::MarkdownMarker("diff", file.name()));
    if (left_files_ != 0 || !comment_->Add((is_first_ ? "" : "\n") + VerdictSentence(file))) {
      ++left_files_;
      return;
    }
    is_first_ = false;
    if (file.first().on_two_kernels()) {
      comment_->Add(fmt::format("\nThe first kernel is {}, the second one is {}.\n",
                                MarkdownCode(Cut(file.target_names()[0])),
                                MarkdownCode(Cut(file.target_names()[1]))));
    }
    Places(file).AddTo(*comment_);
    std::vector<std::string> details;
    const std::size_t most = support::MarkdownComment::kLongest / 100;  // that could fit
    for (const MergedDifference& one : file.differences()) {
      if (details.size() == most) break;
      details.push_back(DetailsOf(file, one));
    }
    const std::size_t all = file.counts().all();
    const std::size_t left = all - (details.size() - comment_->AddList("\n", details, ""));
    if (left != 0)
      comment_->Add(
          fmt::format("\nand {} more {}\n", left, left == 1 ? "difference" : "differences"));
    if (file.first().life_cycle()) {
      comment_->Add("\n" + MarkdownCode(Cut(LifeCycleWords(file.first()))) + "\n");
    }
  }

  void Finish(std::span<const pipeline::Acceptance* const> unused) override {
    if (!comment_)
      comment_.emplace(support::MarkdownMarker("diff", "") + "No file was compared.\n");
    if (left_files_ != 0) {
      comment_->AddLast(
          fmt::format("\nand {} more {}\n", left_files_, left_files_ == 1 ? "file" : "files"));
    }
    if (!unused.empty()) {
      comment_->AddLast(fmt::format("\n{} {} without a difference: {}\n", unused.size(),
                                    unused.size() == 1 ? "acceptance" : "acceptances",
                                    MarkdownCode(Cut(unused.front()->place))));
    }
    out_ << comment_->text();
  }

 private:
  static std::string StatementOf(std::string_view words, const Decider& decider,
                                 const std::optional<pipeline::ChangeSide>& side) {
    if (!decider.match) return std::string(words) + "\n\n";
    return fmt::format("{}, {}:\n\n{}\n", words, MarkdownCode(PlaceOf(decider, *side)),
                       MarkdownBlock(TextOf(decider, *side)));
  }

  static std::string DetailsOf(const FileChange& file, const MergedDifference& difference) {
    const pipeline::ChangedCases& one = *difference.one;
    const pipeline::Change& change = *difference.change;
    const std::string title =
        fmt::format("{}{}: {}", pipeline::Name(one.direction()),
                    one.acceptance == nullptr ? "" : ", accepted", file.MessageOf(difference));
    const std::string now =
        fmt::format("{} {}", change.on_two_kernels() ? "on the second kernel" : "now",
                    one.after.action == policy::Action::Allow ? "allowed" : "denied");
    return fmt::format(
        "<details><summary>{}</summary>\n\n{}{}for example\n\n{}\n{}\n\n</details>\n\n",
        support::MarkdownSummary(title), StatementOf(now, one.after, change.after()),
        StatementOf(BeforeOf(one, change), one.before, change.before()),
        MarkdownBlock(WitnessOf(one)), MarkdownCode(AcceptanceWords(one)));
  }

  llvm::raw_ostream& out_;
  std::optional<support::MarkdownComment> comment_;
  bool is_first_ = true;
  std::size_t left_files_ = 0;
};

}  // namespace

std::unique_ptr<DiffOutput> MakeDiffMarkdown(llvm::raw_ostream& out) {
  return std::make_unique<DiffMarkdown>(out);
}

}  // namespace ipec::driver
