#pragma once

// The change of one file, for all of its targets, and its text: the results of `ipec diff`.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/pipeline/change.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::pipeline {

// A difference, as the first target has it that has it.
struct MergedDifference {
  const Change* change;
  std::size_t number;  // among its differences
  // That have it; the first one if it is about two kernels.
  llvm::SmallVector<std::size_t, 1> targets;

  ChangedCases Cases() const { return change->differences()[static_cast<std::ptrdiff_t>(number)]; }
  Direction direction() const { return change->DirectionOf(number); }
};

// The change of one file, for all targets of the call: differences that are the same for several of
// them are one.
class FileChange {
 public:
  // For one target they are those of its change, without a copy.
  class List : public llvm::indexed_accessor_range<List, const FileChange*, MergedDifference,
                                                   MergedDifference*, MergedDifference> {
   public:
    using indexed_accessor_range::indexed_accessor_range;
    static MergedDifference dereference(const FileChange* file, std::ptrdiff_t number) {
      return file->At(support::ToSize(number));
    }
  };

  // One change for each target, at least one; or one for two kernels. Moving this does not move the
  // changes.
  FileChange(std::vector<Change> changes, std::vector<std::string> target_names);

  std::span<const std::string> target_names() const { return target_names_; }
  // Of the first target: the names, versions and life cycle of all are the same.
  const Change& first() const { return changes_.front(); }
  List differences() const { return {this, 0, static_cast<std::ptrdiff_t>(counted_)}; }
  // The most cases without a difference that a target has.
  std::uint64_t More(Direction direction) const;
  ChangeCounts counts() const { return counts_; }
  ChangeCounts accepted() const { return accepted_; }
  Verdict verdict() const { return first().is_new() ? Verdict::New : counts_.verdict(); }
  bool Fails(FailOn level) const;

  // The targets that have a difference; "linux-6.12", or empty if all of them have it.
  std::vector<std::string_view> TargetsOf(const MergedDifference& difference) const;
  std::string OnlyFor(const MergedDifference& difference) const;
  // The words for a difference, with these targets.
  std::string MessageOf(const MergedDifference& difference) const;

  // The name of the text before; nothing: there was no policy.
  std::optional<std::string> name_before() const;
  const std::string& name() const { return first().after().source->name(); }
  // "1 looser (1 accepted), 0 tighter, 0 records only"
  std::string CountWords() const;

  // Once signed, in bytes; nothing: it is not known.
  std::optional<std::size_t> size_signed;
  // For reviewers of a repository; nothing: not of a file. `path_before` is one of a file on disk.
  std::optional<std::string> path;
  std::optional<std::string> path_before;

 private:
  MergedDifference At(std::size_t number) const {
    return merged_.empty() ? MergedDifference{&first(), number, {0}} : merged_[number];
  }
  void Merge(Direction direction);

  std::vector<Change> changes_;
  std::vector<std::string> target_names_;
  std::vector<MergedDifference> merged_;  // of several targets
  std::size_t counted_ = 0;               // differences
  ChangeCounts counts_;
  ChangeCounts accepted_;
};

// "device 1.0.1 after device 1.0.0: going back answers EINVAL; 2100 of 65535 bytes once signed". Of
// a change with a base.
std::string LifeCycleWords(const FileChange& file);

// Human-readable, and for grep; as `ipec diff --output=text` prints it.
void WriteChangeText(const FileChange& file, llvm::raw_ostream& out);
std::string ChangeText(const FileChange& file);

}  // namespace ipec::pipeline
