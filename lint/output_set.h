#pragma once

// The outputs of one run, each to standard output or to its own file.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/command/command.h"
#include "lint/output.h"

namespace ipec::lint {

class OutputSet {
 public:
  explicit OutputSet(command::Environment& env) : env_(env) {}

  // `FORMAT` or `FORMAT:FILE`, where the file `-` is standard output. The error is one in
  // the call.
  llvm::Error Add(std::string_view word, const diagnostics::RenderOptions& options);

  // Before the first file, if the call has no errors: some formats begin with a header.
  void Begin();
  void File(const FileFindings& file);
  // Finishes all outputs and writes those that are files.
  command::ExitStatus Finish(const Totals& totals);

  // The files that Finish writes.
  std::vector<std::string> Files() const;
  bool uses_standard_output() const { return uses_standard_output_; }
  bool has_sarif() const { return has_sarif_; }

 private:
  struct Open {
    std::string path;  // empty: standard output
    MakeOutput* make = nullptr;
    diagnostics::RenderOptions options;
    support::StringOutput text;
    std::unique_ptr<Output> output;
  };
  command::Environment& env_;
  std::vector<std::unique_ptr<Open>> open_;
  bool uses_standard_output_ = false;
  bool has_sarif_ = false;
};

}  // namespace ipec::lint
