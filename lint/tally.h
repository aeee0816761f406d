#pragma once

// What a run found, in numbers: for the summary, for `--statistics` and for the exit status.

#include <map>
#include <string>
#include <string_view>

#include "lint/output.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::lint {

class Tally {
 public:
  // `fail_on` is the mildest level that fails: error, warning or info; empty: nothing fails.
  void Count(const Diagnostic& finding, std::string_view fail_on);
  // The same of errors that are known by number only.
  void CountErrors(std::size_t number, std::string_view fail_on);

  // A file that is left out, and why.
  void CountSkipped(std::string_view why) { ++skipped_[std::string(why)]; }

  // How often each rule found something, the most frequent first; then what was left out.
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
