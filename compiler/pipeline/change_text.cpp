// The text of a change, as `ipec diff` prints it.

#include <cstddef>
#include <string>

#include <fmt/format.h>

#include "compiler/pipeline/change_words.h"
#include "compiler/pipeline/file_change.h"
#include "compiler/support/printable.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::pipeline {
namespace {

using support::Printable;

// Of each direction. Nobody reads more of them.
constexpr std::size_t kMostPrinted = 1000;

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
  void PrintAll(const FileChange& file, Direction direction) {
    std::size_t printed = 0;
    for (const MergedDifference& one : file.differences()) {
      if (one.direction() != direction) continue;
      if (printed++ < kMostPrinted) Print(file, one);
    }
    if (printed <= kMostPrinted) return;
    out_ << fmt::format("{}: {}: {} more differences, not listed; `--output=json` lists all\n",
                        Printable(file.name()), Name(direction), printed - kMostPrinted);
  }

  void Print(const FileChange& file, const MergedDifference& difference) {
    const ChangedCases one = difference.Cases();
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
    out_ << fmt::format("{}: note: {}\n", name, Printable(AcceptanceWords(one, change)));
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
