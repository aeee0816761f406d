#pragma once

// The results of `ipec diff` and how they are printed; the formats are in diff_outputs.def.

#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "compiler/command/read_base.h"
#include "compiler/pipeline/change.h"
#include "compiler/pipeline/change_words.h"
#include "compiler/pipeline/file_change.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::driver {

using command::DeletedPolicy;
using pipeline::FileChange;
using pipeline::MergedDifference;

struct DiffReport {
  std::vector<FileChange> files;
  std::vector<DeletedPolicy> deleted;  // since the base
  // Acceptances without a difference.
  std::vector<const pipeline::Acceptance*> unused;

  // A deleted policy fails at FailOn::Any: the machines that have it keep it.
  bool Fails(pipeline::FailOn level) const;
};

using WriteDiff = void(const DiffReport& report, llvm::raw_ostream& out);
struct DiffFormat {
  std::string_view name;
  WriteDiff* write;
};
std::span<const DiffFormat> DiffFormats();

// "the policy device 1.0.0 was deleted", "the submodule was removed, with its policies".
std::string WordsFor(const DeletedPolicy& deleted);

#define IPEC_DIFF_OUTPUT(name, write) WriteDiff write;
#include "compiler/driver/diff_outputs.def"

}  // namespace ipec::driver
