#include "compiler/support/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <new>
#include <string_view>

#include "llvm/Support/ErrorHandling.h"

namespace ipec::support {
namespace {

int status_without_memory;

// If the program starts with standard output closed, no opened file may get its descriptor.
void OccupyStandardDescriptors() {
  while (true) {
    const int descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (descriptor > 2 || descriptor < 0) {
      if (descriptor > 2) ::close(descriptor);
      return;
    }
  }
}

// Allocates no memory. Pending output is lost with the rest of the work.
[[noreturn]] void EndWithoutMemory() {
  constexpr std::string_view kWords = "ipec: not enough memory\n";
  [[maybe_unused]] const auto written = ::write(2, kWords.data(), kWords.size());
  ::_exit(status_without_memory);
}

}  // namespace

void PrepareProcess(int status) {
  OccupyStandardDescriptors();
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
  status_without_memory = status;
  std::set_new_handler(EndWithoutMemory);
  // LLVM's containers use malloc.
  llvm::install_bad_alloc_error_handler([](void*, const char*, bool) { EndWithoutMemory(); });
}

}  // namespace ipec::support
