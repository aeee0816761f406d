#include "lint/tally.h"

#include <algorithm>

namespace ipec::lint {

void Tally::Count(const Diagnostic& finding, std::string_view fail_on) {
  std::size_t& count = finding.severity == Severity::Error     ? totals.errors
                       : finding.severity == Severity::Warning ? totals.warnings
                                                               : totals.others;
  ++count;
  ++rules_[finding.descriptor];
  failed_ |= !fail_on.empty() &&
             (finding.severity == Severity::Error ||
              (finding.severity == Severity::Warning && fail_on != "error") || fail_on == "info");
}

void Tally::PrintStatistics(llvm::raw_ostream& out) const {
  std::vector<std::pair<const diagnostics::Descriptor*, std::size_t>> rows(rules_.begin(),
                                                                           rules_.end());
  std::stable_sort(rows.begin(), rows.end(),
                   [](const auto& a, const auto& b) { return a.second > b.second; });
  for (const auto& [rule, count] : rows) {
    out << fmt::format("{:6}  {}  {}\n", count, rule->code, rule->name);
  }
}

}  // namespace ipec::lint
