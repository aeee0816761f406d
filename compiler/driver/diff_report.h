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
#include "compiler/pipeline/file_change.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::driver {

using pipeline::FileChange;
using pipeline::MergedDifference;

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

// In their order, or, for an output that has room for some of them, with the looser ones first.
std::vector<const FileChange*> InOrder(std::span<const FileChange> changes, bool looser_first);

#define IPEC_DIFF_OUTPUT(name, make) MakeDiffOutput make;
#include "compiler/driver/diff_outputs.def"

}  // namespace ipec::driver
