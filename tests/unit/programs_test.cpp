#include "compiler/support/programs.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "compiler/support/process.h"

namespace ipec::support {
namespace {

ProgramCall CallOf(std::string program, std::vector<std::string> arguments) {
  ProgramCall call;
  call.program = std::move(program);
  call.arguments = std::move(arguments);
  return call;
}

llvm::Expected<ProgramResult> Run(const ProgramCall& call) {
  PrepareProcess(3);
  return RealProgramRunner().Run(call);
}

ProgramResult ResultOf(const ProgramCall& call) {
  llvm::Expected<ProgramResult> result = Run(call);
  if (!result) FAIL(llvm::toString(result.takeError()));
  return std::move(*result);
}

std::string ErrorFrom(const ProgramCall& call) {
  llvm::Expected<ProgramResult> result = Run(call);
  REQUIRE(!result);
  return llvm::toString(result.takeError());
}

// Whether all children of this process were collected.
bool NoChildIsLeft() {
  return ::waitpid(-1, nullptr, WNOHANG) < 0 && errno == ECHILD;
}

TEST_CASE("a program gets its arguments as they are") {
  const ProgramResult result =
      ResultOf(CallOf("printf", {"[%s]", "a b", "$HOME", "'", "\n", "*", "-x"}));
  CHECK(result.status == 0);
  CHECK(result.output == "[a b][$HOME]['][\n][*][-x]");
  CHECK(result.messages.empty());
  CHECK(ErrorFrom(CallOf("printf", {std::string("a\0b", 3)})) ==
        "`printf` cannot be run: invalid argument");
}

TEST_CASE("input and output may be longer than a pipe is") {
  ProgramCall call = CallOf("cat", {});
  for (std::size_t i = 0; i < 300000; ++i) call.input += std::to_string(i) + '\n';
  CHECK(ResultOf(call).output == call.input);
  // Standard error, too: of it, only the beginning is kept.
  call = CallOf("sh", {"-c", "cat >&2; echo end"});
  call.input = std::string(std::size_t{3} << 20, 'x');
  const ProgramResult result = ResultOf(call);
  CHECK(result.output == "end\n");
  CHECK(result.messages == std::string(std::size_t{64} << 10, 'x'));
}

TEST_CASE("a program need not read its input") {
  ProgramCall call = CallOf("sh", {"-c", "exec <&-; echo out; echo err >&2; exit 7"});
  call.input = std::string(std::size_t{1} << 20, 'x');
  const ProgramResult result = ResultOf(call);
  CHECK(result.status == 7);
  CHECK(result.output == "out\n");
  CHECK(result.messages == "err\n");
  CHECK(NoChildIsLeft());
}

TEST_CASE("too much output is an error, and the program is ended") {
  ProgramCall call = CallOf("yes", {});
  call.most_output = 1000;
  CHECK(ErrorFrom(call) == "the output of `yes` is too long");
  CHECK(NoChildIsLeft());
  call = CallOf("printf", {"%01000d"});
  call.most_output = 1000;
  CHECK(ResultOf(call).output.size() == 1000);
}

TEST_CASE("a program that cannot be run or that a signal ends is an error") {
  CHECK(ErrorFrom(CallOf("no-such-program-of-ipec", {})) ==
        "`no-such-program-of-ipec` is not installed or not in PATH");
  CHECK(ErrorFrom(CallOf("/", {})) == "`/` cannot be run: permission denied");
  CHECK(ErrorFrom(CallOf("sh", {"-c", "kill -9 $$"})) == "`sh` was ended by signal 9");
  CHECK(NoChildIsLeft());
}

TEST_CASE("a program gets our environment, but for the variables of the call") {
  REQUIRE(::setenv("IPEC_TEST_A", "a", 1) == 0);
  REQUIRE(::setenv("IPEC_TEST_B", "b", 1) == 0);
  ProgramCall call = CallOf("sh", {"-c", "echo ${IPEC_TEST_A-no} ${IPEC_TEST_B-no} $IPEC_TEST_C"});
  CHECK(ResultOf(call).output == "a b\n");
  call.variables = {{"IPEC_TEST_A", std::nullopt}, {"IPEC_TEST_B", "2"}, {"IPEC_TEST_C", "3"}};
  CHECK(ResultOf(call).output == "no 2 3\n");
}

TEST_CASE("a program inherits no open file and no ignored signal") {
  const int open = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  REQUIRE(open > 2);
  // The program that runs this test may have left some open.
  int inherited = 0;
  for (int number = 0; number < 1024; ++number) {
    const int flags = ::fcntl(number, F_GETFD);
    if (flags >= 0 && (flags & FD_CLOEXEC) == 0) ++inherited;
  }
  // `ls` has the directory itself open.
  const std::string count = ResultOf(CallOf("sh", {"-c", "ls /proc/self/fd | wc -l"})).output;
  CHECK(count == std::to_string(inherited + 1) + "\n");
  ::close(open);
  const std::string signals = ResultOf(CallOf("grep", {"SigIgn", "/proc/self/status"})).output;
  const std::uint64_t ignored = std::stoull(signals.substr(signals.find('\t')), nullptr, 16);
  CHECK((ignored & (std::uint64_t{1} << (SIGPIPE - 1) | std::uint64_t{1} << (SIGXFSZ - 1))) == 0);
}

TEST_CASE("the exit status is known even if our parent ignores those of its children") {
  std::signal(SIGCHLD, SIG_IGN);
  CHECK(ResultOf(CallOf("sh", {"-c", "exit 5"})).status == 5);
}

}  // namespace
}  // namespace ipec::support
