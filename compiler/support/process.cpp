#include "compiler/support/process.h"

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <new>
#include <string_view>

#include "llvm/Support/ErrorHandling.h"

namespace ipec::support {
namespace {

int status_without_memory;

// If the program starts with a standard stream closed, no opened file may get its descriptor. The
// replacement cannot be used in that direction, so that a closed input does not look empty.
void OccupyStandardDescriptors() {
  while (true) {
    const bool has_input = ::fcntl(0, F_GETFD) >= 0;
    const int descriptor = ::open("/dev/null", (has_input ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
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

std::string_view Variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string_view() : std::string_view(value);
}

}  // namespace

void PrepareProcess(int status) {
  OccupyStandardDescriptors();
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
  // Ignored, it would make the exit statuses of programs that we run unknown.
  std::signal(SIGCHLD, SIG_DFL);
  status_without_memory = status;
  std::set_new_handler(EndWithoutMemory);
  // LLVM's containers use malloc.
  llvm::install_bad_alloc_error_handler([](void*, const char*, bool) { EndWithoutMemory(); });
}

bool TakesColor(int descriptor) {
  if (!Variable("NO_COLOR").empty()) return false;
  if (!Variable("FORCE_COLOR").empty()) return true;
  const std::string_view force = Variable("CLICOLOR_FORCE");
  if (!force.empty() && force != "0") return true;
  const std::string_view terminal = Variable("TERM");
  if (Variable("CLICOLOR") == "0" || terminal.empty() || terminal == "dumb") return false;
  return IsTerminal(descriptor);
}

bool IsTerminal(int descriptor) {
  return ::isatty(descriptor) == 1;
}

}  // namespace ipec::support
