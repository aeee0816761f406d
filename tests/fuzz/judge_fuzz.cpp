// Any bytes are the same policy for ipec and for the kernel's own code.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "compare.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto difference = ipec::kernel_test::Compare(text)) {
    std::fprintf(stderr, "The kernel and ipec differ in %s.\nkernel: %s\nipec:   %s\n",
                 difference->about.c_str(), difference->kernel.c_str(), difference->ipec.c_str());
    std::abort();
  }
  return 0;
}
