// The program: connects the commands with the world and nothing else.

#include <fcntl.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "compiler/driver/commands.h"

namespace {

// A program started with standard output closed must not get a file of ours in its place.
void OccupyStandardDescriptors() {
  while (true) {
    const int descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    if (descriptor > 2 || descriptor < 0) {
      if (descriptor > 2) ::close(descriptor);
      return;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  OccupyStandardDescriptors();
  // A closed pipe and a limit on file sizes are errors of writing, reported as such.
  for (const int signal : {SIGPIPE, SIGXFSZ}) std::signal(signal, SIG_IGN);
  ipec::support::RealFileSystem files;
  ipec::support::DescriptorOutput out(1);
  ipec::support::DescriptorOutput err(2, /*unbuffered=*/true);
  ipec::support::DescriptorSource in(0, "<stdin>", /*owned=*/false);
  const char* no_color = std::getenv("NO_COLOR");
  const bool color = (no_color == nullptr || *no_color == '\0') && ::isatty(1) == 1;
  ipec::command::Environment env{files, out, err, in, color};
  const std::vector<std::string> arguments(argv + (argc > 0), argv + argc);
  return static_cast<int>(ipec::driver::Main(arguments, env));
}
