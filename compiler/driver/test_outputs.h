#pragma once

// The outputs of `ipec test`: `--output=FORMAT[:FILE]` and `--coverage=FORMAT:FILE`.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "compiler/command/command.h"
#include "compiler/command/output_files.h"
#include "compiler/pipeline/report_paths.h"
#include "compiler/suite/coverage_files.h"
#include "compiler/suite/outputs.h"
#include "compiler/support/source.h"
#include "llvm/Support/Error.h"

namespace ipec::driver {

class TestOutputs {
 public:
  // The names of the formats.
  static std::vector<std::string_view> Names();

  TestOutputs(command::Environment& env, std::span<const std::string> operands);

  // The words of the two options; an empty word of `coverage` names no file. The error is one in
  // the call.
  llvm::Error Add(std::span<const std::string> outputs, std::span<const std::string> coverage);
  // The error: the file is read, and an output would overwrite it.
  llvm::Error CheckReading(const std::string& path) const;
  // After the last Add.
  void Begin(const suite::RunOptions& run, bool color);

  std::string FromRoot(const std::string& path) { return paths_.FromRoot(path); }

  void Policy(const suite::SuiteResult& result);
  void NotTested(const std::string& path, const std::string& reason, support::Position at);
  // Finishes all outputs and writes those that are files: one that cannot be written does not stop
  // the others.
  command::ExitStatus Finish(const suite::TestTotals& totals);

 private:
  command::Environment& env_;
  command::OutputFiles outputs_;
  pipeline::ReportPaths paths_;
  suite::CoverageFiles coverage_;
  std::vector<std::string> written_;
  std::vector<std::unique_ptr<suite::TestOutput>> printers_;
};

}  // namespace ipec::driver
