#pragma once

// The outputs of one run, each to standard output or to its own file.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/command/output_files.h"
#include "lint/output.h"

namespace ipec::lint {

class OutputSet {
 public:
  // The names of the formats.
  static std::vector<std::string_view> Names();

  explicit OutputSet(command::Environment& env);

  // `FORMAT` or `FORMAT:FILE`, where the file `-` is standard output. The error is one in
  // the call.
  llvm::Error Add(std::string_view word, const diagnostics::RenderOptions& options);

  // Before the first file, if the call has no errors: some formats begin with a header.
  void Begin();
  void File(const FileFindings& file);
  // Finishes all outputs and writes those that are files.
  command::ExitStatus Finish(const Totals& totals);

  // The files that Finish writes.
  std::vector<std::string> Files() const { return files_.Files(); }
  bool uses_standard_output() const { return files_.uses_standard_output(); }
  bool has_sarif() const { return files_.Has("sarif"); }

 private:
  struct Open {
    command::OutputFiles::Output* to;
    diagnostics::RenderOptions options;
    std::unique_ptr<Output> output;
  };
  command::OutputFiles files_;
  std::vector<Open> open_;
};

}  // namespace ipec::lint
