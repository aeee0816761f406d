#pragma once

// Gives the same bytes to the kernel's code and to ipec and reports differences.
//
// Compared are the errno; for an accepted policy its name, version, DEFAULTs and rules; and for all
// classes of events the decision and the audit record, from the compiled table and from the
// specification of a decision. ipec reads the policy for a kernel with the properties that the
// kernel's code was built with.

#include <optional>
#include <string>
#include <string_view>

namespace ipec::kernel_test {

struct Disagreement {
  std::string about;   // the compared value
  std::string kernel;  // the result of the kernel's code
  std::string ipec;    // the result of ipec
};

// The first difference, or none.
std::optional<Disagreement> Compare(std::string_view text);

}  // namespace ipec::kernel_test
