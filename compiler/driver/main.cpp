// The program: connects the commands with the operating system and does nothing else.

#include "compiler/driver/commands.h"
#include "compiler/support/process.h"

int main(int argc, char** argv) {
  ipec::support::PrepareProcess(static_cast<int>(ipec::command::ExitStatus::Failure));
  ipec::support::RealFileSystem files;
  ipec::support::RealProgramRunner programs;
  ipec::support::DescriptorOutput out(1);
  ipec::support::DescriptorOutput err(2, /*unbuffered=*/true);
  ipec::support::DescriptorSource in(0, "<stdin>", /*owned=*/false);
  using ipec::support::TakesColor;
  ipec::command::Environment env{files, programs,      out,           err,
                                 in,    TakesColor(1), TakesColor(2), ipec::support::IsTerminal(2)};
  const std::vector<std::string> arguments(argv + (argc > 0), argv + argc);
  return static_cast<int>(ipec::driver::Main(arguments, env));
}
