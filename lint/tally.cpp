#include "lint/tally.h"

#include <algorithm>

namespace ipec::lint {

void Tally::Count(const Diagnostic& finding, std::string_view fail_on) {
  const Severity severity = finding.severity;
  std::size_t& count = severity == Severity::Error     ? totals.errors
                       : severity == Severity::Warning ? totals.warnings
                                                       : totals.others;
  ++count;
  ++rules_[finding.descriptor];
  if (fail_on.empty()) return;
  const Severity mildest = fail_on == "error"     ? Severity::Error
                           : fail_on == "warning" ? Severity::Warning
                                                  : Severity::Information;
  failed_ |= severity <= mildest;
}

void Tally::CountErrors(std::size_t number, std::string_view fail_on) {
  totals.errors += number;
  failed_ |= number != 0 && !fail_on.empty();
}

void Tally::PrintStatistics(llvm::raw_ostream& out) const {
  std::vector<std::pair<const diagnostics::Descriptor*, std::size_t>> rows(rules_.begin(),
                                                                           rules_.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [rule, count] : rows) {
    out << fmt::format("{:6}  {}  {}\n", count, rule->code, rule->name);
  }
  for (const auto& [why, count] : skipped_) {
    out << fmt::format("{:6}  {} skipped: {}\n", count, count == 1 ? "file" : "files", why);
  }
}

}  // namespace ipec::lint
