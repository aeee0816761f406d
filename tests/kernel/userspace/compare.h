#pragma once

// Gives the same bytes to the kernel's code and to ipec and says where their answers differ.
//
// Compared are: the errno; of an accepted policy its name, version, defaults and rules; and over
// all classes of events the decision and the audit record, as the compiled table gives them and as
// the specification of a decision does.

#include <optional>
#include <string>
#include <string_view>

namespace ipec::kernel_test {

struct Disagreement {
  std::string about;   // what was asked
  std::string kernel;  // what the kernel's code says
  std::string ipec;    // what ipec says
};

// The first difference, or none.
std::optional<Disagreement> Compare(std::string_view text);

}  // namespace ipec::kernel_test
