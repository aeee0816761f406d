// The text of a change, as `ipec diff` prints it.

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "compiler/pipeline/change_words.h"
#include "compiler/pipeline/file_change.h"
#include "compiler/support/parallel.h"
#include "compiler/support/printable.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::pipeline {
namespace {

using support::Printable;

class ChangeWriter {
 public:
  explicit ChangeWriter(llvm::raw_ostream& out) : out_(out) {}

  void Write(const FileChange& file) {
    const std::string name = Printable(file.name());
    for (const Direction direction : {Direction::Looser, Direction::Tighter, Direction::Records}) {
      PrintAll(file, direction);
      if (const std::uint64_t more = file.More(direction); more != 0) {
        out_ << fmt::format("{}: {}\n", name, MoreWords(direction, more));
      }
    }
    out_ << fmt::format("{}: {} ({})\n", name, file.CountWords(),
                        file.first().is_new() ? "new: there was no policy to compare it with"
                                              : Name(file.verdict()));
    if (file.first().on_two_kernels()) {
      out_ << fmt::format("{}: the first kernel is {}, the second one is {}\n", name,
                          Printable(file.target_names()[0]), Printable(file.target_names()[1]));
    }
    if (!file.first().life_cycle()) return;
    std::string words = LifeCycleWords(file);
    if (const auto problem = file.first().life_cycle_problem()) {
      const diagnostics::Descriptor& row = DescriptorOf(*problem);
      words += fmt::format(" [{} {}]", row.code, row.name);
    }
    out_ << fmt::format("{}: {}\n", name, words);
  }

 private:
  using Some = std::span<const MergedDifference* const>;

  // So many are printed at a time, in two halves at once.
  static constexpr std::size_t kBatch = 8192;

  void PrintAll(const FileChange& file, Direction direction) {
    std::vector<const MergedDifference*> all;
    for (const MergedDifference& one : file.differences()) {
      if (one.one->direction() == direction) all.push_back(&one);
    }
    for (Some left(all); !left.empty(); left = left.subspan(std::min(kBatch, left.size()))) {
      const Some batch = left.first(std::min(kBatch, left.size()));
      if (batch.size() < kBatch) {
        PrintSome(file, batch, out_);
        continue;
      }
      std::string first;
      std::string second;
      const auto print = [&](Some some, std::string& text) {
        llvm::raw_string_ostream out(text);
        PrintSome(file, some, out);
      };
      support::RunBoth([&] { print(batch.first(kBatch / 2), first); },
                       [&] { print(batch.subspan(kBatch / 2), second); });
      out_ << first << second;
    }
  }

  static void PrintSome(const FileChange& file, Some some, llvm::raw_ostream& out) {
    ChangeWriter writer(out);
    for (const MergedDifference* one : some) writer.Print(file, *one);
  }

  void Print(const FileChange& file, const MergedDifference& difference) {
    const ChangedCases& one = *difference.one;
    const Change& change = *difference.change;
    const diagnostics::Descriptor& row = DescriptorOf(one.direction());
    const std::string name = Printable(file.name());
    out_ << fmt::format("{}: {}{}: {} [{} {}]\n", PlaceOf(one.after, change.after()),
                        Name(one.direction()), one.acceptance == nullptr ? "" : ", accepted",
                        file.MessageOf(difference), row.code, row.name);
    PrintStatement(one.after, change.after());
    if (one.before.match) {
      out_ << fmt::format("{}: note: {}\n", PlaceOf(one.before, *change.before()),
                          BeforeOf(one, change));
      PrintStatement(one.before, *change.before());
    } else {
      out_ << fmt::format("{}: note: {}\n", Printable(file.name_before().value_or(file.name())),
                          BeforeOf(one, change));
    }
    out_ << fmt::format("{}: note: for example {}\n", name, WitnessOf(one));
    out_ << fmt::format("{}: note: {}\n", name, Printable(AcceptanceWords(one)));
  }

  void PrintStatement(const Decider& decider, const ChangeSide& side) {
    if (!decider.match) return;
    out_ << fmt::format("{:>5} | {}\n", decider.line, Printable(TextOf(decider, side)));
  }

  llvm::raw_ostream& out_;
};

}  // namespace

void WriteChangeText(const FileChange& file, llvm::raw_ostream& out) {
  ChangeWriter(out).Write(file);
}

std::string ChangeText(const FileChange& file) {
  std::string text;
  llvm::raw_string_ostream out(text);
  WriteChangeText(file, out);
  return text;
}

}  // namespace ipec::pipeline
