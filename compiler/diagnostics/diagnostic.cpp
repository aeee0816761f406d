#include "compiler/diagnostics/diagnostic.h"

#include <algorithm>

namespace ipec::diagnostics {

std::string_view Name(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Information:
      return "info";
    case Severity::Style:
      return "style";
  }
  return "error";
}

std::string WholeMessage(const Diagnostic& diagnostic) {
  if (diagnostic.only_for.empty()) return diagnostic.message;
  return diagnostic.message + "; only for " + diagnostic.only_for;
}

void Sink::SortByPlace() {
  std::stable_sort(list_.begin(), list_.end(), [](const Diagnostic& a, const Diagnostic& b) {
    return a.where.begin < b.where.begin;
  });
}

}  // namespace ipec::diagnostics
