#pragma once

// The results of `ipec diff` and how they are printed; the formats are in diff_outputs.def.

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/pipeline/change.h"
#include "compiler/pipeline/change_words.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::driver {

// A difference, as the first target has it that has it.
struct MergedDifference {
  const pipeline::Change* change;
  const pipeline::ChangedCases* one;
  std::vector<std::size_t> targets;  // that have it; the first one if it is about two kernels
};

// The change of one file, for all targets of the call: differences that are the same for several of
// them are one.
class FileChange {
 public:
  // One change for each target, at least one; or one for two kernels. Moving this does not move the
  // changes.
  FileChange(std::vector<pipeline::Change> changes, std::vector<std::string> target_names);

  std::span<const std::string> target_names() const { return target_names_; }
  // Of the first target: the names, versions and life cycle of all are the same.
  const pipeline::Change& first() const { return changes_.front(); }
  std::span<const MergedDifference> differences() const { return differences_; }
  // The most cases without a difference that a target has.
  std::uint64_t More(pipeline::Direction direction) const;
  pipeline::ChangeCounts counts() const { return counts_; }
  pipeline::ChangeCounts accepted() const { return accepted_; }
  bool Fails(pipeline::FailOn level) const;

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
  // For reviewers of a repository; nothing: not of a file.
  std::optional<std::string> path;

 private:
  void Merge(pipeline::Direction direction);

  std::vector<pipeline::Change> changes_;
  std::vector<std::string> target_names_;
  std::vector<MergedDifference> differences_;
  pipeline::ChangeCounts counts_;
  pipeline::ChangeCounts accepted_;
};

class DiffOutput {
 public:
  virtual ~DiffOutput() = default;
  virtual void File(const FileChange& file) = 0;
  // After the last file. `unused`: acceptances without a difference.
  virtual void Finish(std::span<const pipeline::Acceptance* const> unused) = 0;
};

using MakeDiffOutput = std::unique_ptr<DiffOutput>(llvm::raw_ostream& out);
struct DiffFormat {
  std::string_view name;
  MakeDiffOutput* make;
};
std::span<const DiffFormat> DiffFormats();

#define IPEC_DIFF_OUTPUT(name, make) MakeDiffOutput make;
#include "compiler/driver/diff_outputs.def"

}  // namespace ipec::driver
