#pragma once

// The results of a run in numbers: for the summary, for `--statistics` and for the exit status.

#include <map>
#include <string>
#include <string_view>

#include "lint/output.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::lint {

class Tally {
 public:
  // `fail_on` is the lowest level that fails: error, warning or info. If empty, nothing fails.
  void Count(const Diagnostic& finding, std::string_view fail_on);
  // The same for errors of which only the number is known.
  void CountErrors(std::size_t number, std::string_view fail_on);

  // A file that is skipped, and the reason.
  void CountSkipped(std::string_view why) { ++skipped_[std::string(why)]; }

  // The number of findings of each rule, the most frequent first; then the skipped files.
  void PrintStatistics(llvm::raw_ostream& out) const;

  bool failed() const { return failed_; }
  Totals totals;

 private:
  struct ByCode {
    bool operator()(const diagnostics::Descriptor* a, const diagnostics::Descriptor* b) const {
      return a->code < b->code;
    }
  };
  std::map<const diagnostics::Descriptor*, std::size_t, ByCode> rules_;
  std::map<std::string, std::size_t> skipped_;
  bool failed_ = false;
};

}  // namespace ipec::lint
