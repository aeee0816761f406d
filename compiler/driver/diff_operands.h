#pragma once

// The policies that `ipec diff` compares.

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "compiler/command/command.h"
#include "compiler/command/read_base.h"
#include "compiler/pipeline/config_files.h"
#include "compiler/pipeline/policy_file.h"
#include "compiler/pipeline/report_paths.h"
#include "compiler/policy/policy.h"
#include "compiler/targets/targets.h"

namespace ipec::driver {

// A policy as it was read: text, also of a signed file or of a table.
struct DiffOperand {
  pipeline::PolicyFile file;
  const targets::Target* table_target = nullptr;  // of a table
  std::optional<std::size_t> signed_size = {};    // nothing: it is not signed
};

// Under the name `name` in reports. The error: a damaged table.
llvm::Expected<DiffOperand> DiffOperandOf(pipeline::PolicyFile file, const std::string& name);

// `name` is that of reports.
llvm::Expected<DiffOperand> ReadDiffOperand(const std::string& path, const std::string& name,
                                            command::Environment& env);

// The operations that `--only` names. The error: one does not exist.
llvm::Expected<policy::OperationSet> OperationsNamed(std::span<const std::string> names);

// One comparison.
struct DiffPair {
  std::string path;  // of the policy after; `<stdin>` for standard input
  // Of the policy before; empty: it is not in a file, or there was none.
  std::string path_before = {};
  const pipeline::Config* config = nullptr;
  std::optional<DiffOperand> before = {};  // nothing: there was no policy
  DiffOperand after = {};
};

// The length of the policy after with its signature.
struct SignedSize {
  std::optional<std::size_t> bytes = {};  // nothing: it is not known
  bool is_too_long = false;               // for a kernel, however short the signature is
};
SignedSize SignedSizeOf(const DiffPair& pair);

struct DiffPairs {
  std::vector<DiffPair> pairs;
  std::vector<command::DeletedPolicy> deleted;  // in the base only
};

// The policies of the operands, found as `ipec lint` finds them, each with its base. Another status
// than Ok after messages; all files are tried.
command::ExitStatus FindDiffPairs(std::span<const std::string> operands, command::Base& base,
                                  pipeline::Configs& configs, pipeline::ReportPaths& paths,
                                  command::Environment& env, DiffPairs& found);

}  // namespace ipec::driver
