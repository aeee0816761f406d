#pragma once

// The results of a linter run, in the formats of review tools; the rows are in outputs.def. Lines
// and columns count from 1; columns count bytes unless the format requires something else.

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/diagnostics/render.h"
#include "lint/rule.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::lint {

struct FileFindings {
  diagnostics::FileReport report;
  // One per finding: a hash of its rule, its message and the text it is about, so that it does not
  // change when lines move.
  std::vector<std::string> fingerprints;
};

struct Totals {
  std::size_t files = 0;
  std::size_t errors = 0;
  std::size_t warnings = 0;
  std::size_t others = 0;
  std::size_t suppressed = 0;  // by comments
  std::size_t known = 0;       // by the baseline
  std::size_t fixed = 0;       // fixed before anything was reported
  std::size_t left = 0;        // with a safe fix that would change other findings
  std::size_t repairs = 0;     // repairs that the user must choose from
};

class Output {
 public:
  virtual ~Output() = default;
  virtual void File(const FileFindings& file) = 0;
  // A message about the run and none of its files, in formats that have them.
  virtual void Warn(std::string_view) {}
  virtual void Finish(const Totals& totals) = 0;
};

// "3 findings in 2 files: 1 error, 2 warnings", with a line end.
std::string Summary(const Totals& totals);

using MakeOutput = std::unique_ptr<Output>(llvm::raw_ostream& out,
                                           const diagnostics::RenderOptions& options);
struct OutputFormat {
  std::string_view name;
  MakeOutput* make;
};
std::span<const OutputFormat> OutputFormats();

#define IPEC_OUTPUT(name, make) MakeOutput make;
#include "lint/outputs.def"

// Hex of a hash that is the same in every run, on every machine and in every version.
std::string Fingerprint(std::string_view text);

// The fingerprints of the findings of one file, in the same order.
std::vector<std::string> Fingerprints(const support::SourceBuffer& source,
                                      std::span<const Diagnostic> findings);

}  // namespace ipec::lint
