#pragma once

// The kernel's verdict on a policy, implemented a second time as plainly as possible: on strings,
// in the kernel's order, without the parser and the checker, which tests compare with it.

#include <string>
#include <string_view>

namespace ipec::tests {

// 0 or the errno.
int MainlineVerdict(std::string_view text);
int QuotedVerdict(std::string_view text);

}  // namespace ipec::tests
