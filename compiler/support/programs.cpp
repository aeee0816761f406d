#include "compiler/support/programs.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>

#include "compiler/support/long_path.h"
#include "compiler/support/numbers.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::support {
namespace {

constexpr std::size_t kPipeBlock = std::size_t{1} << 16;
constexpr std::size_t kMostMessages = std::size_t{1} << 16;

struct Pipe {
  Descriptor read;
  Descriptor write;
};

// Neither end is inherited: the child gets duplicates of those that are for it.
llvm::Expected<Pipe> MakePipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
    return ErrorOf("cannot create a pipe: " + DescribeErrno(errno));
  }
  return Pipe{Descriptor(ends[0]), Descriptor(ends[1])};
}

// The environment of the child: ours, but for some variables.
std::vector<std::string> VariablesFor(const ProgramCall& call) {
  std::vector<std::string> all;
  for (char** at = ::environ; at != nullptr && *at != nullptr; ++at) {
    const llvm::StringRef name = llvm::StringRef(*at).split('=').first;
    const bool is_changed =
        std::any_of(call.variables.begin(), call.variables.end(),
                    [&](const auto& variable) { return name == variable.first; });
    if (!is_changed) all.emplace_back(*at);
  }
  for (const auto& [name, value] : call.variables) {
    if (value) all.push_back(name + "=" + *value);
  }
  return all;
}

// For a function of C that takes a list of strings.
std::vector<char*> PointersTo(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  pointers.reserve(strings.size() + 1);
  for (std::string& one : strings) pointers.push_back(one.data());
  pointers.push_back(nullptr);
  return pointers;
}

// A process that was started: ended and collected, at the latest when this is destroyed.
class Child {
 public:
  explicit Child(pid_t number) : number_(number) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    if (number_ <= 0) return;
    ::kill(number_, SIGKILL);
    llvm::consumeError(Wait().takeError());
  }

  // The status as waitpid(2) reports it.
  llvm::Expected<int> Wait() {
    const pid_t number = std::exchange(number_, 0);
    int status = 0;
    while (::waitpid(number, &status, 0) < 0) {
      if (errno != EINTR) return ErrorOf(DescribeErrno(errno));
    }
    return status;
  }

 private:
  pid_t number_;
};

// The attributes and file actions of posix_spawn(3).
class SpawnSetup {
 public:
  SpawnSetup() {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawnattr_init(&attributes);
    // Signals that we ignore have their usual effect.
    sigset_t signals;
    sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes, &signals);
    for (const int signal : {SIGPIPE, SIGXFSZ}) sigaddset(&signals, signal);
    ::posix_spawnattr_setsigdefault(&attributes, &signals);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
  }
  SpawnSetup(const SpawnSetup&) = delete;
  SpawnSetup& operator=(const SpawnSetup&) = delete;
  ~SpawnSetup() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

// Returns the number of the process or, negated, the error.
pid_t Start(const ProgramCall& call, const Descriptor& in, const Descriptor& out,
            const Descriptor& err) {
  std::vector<std::string> words{call.program};
  words.insert(words.end(), call.arguments.begin(), call.arguments.end());
  std::vector<std::string> variables = VariablesFor(call);
  for (const std::vector<std::string>* const strings : {&words, &variables}) {
    for (const std::string& one : *strings) {
      if (one.find('\0') != std::string::npos) return -EINVAL;
    }
  }
  SpawnSetup setup;
  ::posix_spawn_file_actions_adddup2(&setup.actions, in.number(), 0);
  ::posix_spawn_file_actions_adddup2(&setup.actions, out.number(), 1);
  ::posix_spawn_file_actions_adddup2(&setup.actions, err.number(), 2);
  pid_t number = 0;
  const int error = ::posix_spawnp(&number, call.program.c_str(), &setup.actions, &setup.attributes,
                                   PointersTo(words).data(), PointersTo(variables).data());
  return error == 0 ? number : -error;
}

// Writes the input and reads the output at the same time, so that neither process waits for the
// other one for good.
class Exchange {
 public:
  Exchange(const ProgramCall& call, Descriptor in, Descriptor out, Descriptor err)
      : call_(call), in_(std::move(in)), out_(std::move(out)), err_(std::move(err)) {
    // A pipe may have room for a part of a block only.
    ::fcntl(in_.number(), F_SETFL, O_NONBLOCK);
  }

  llvm::Error Run(ProgramResult& result) {
    while (out_.number() >= 0 || err_.number() >= 0) {
      if (written_ == call_.input.size()) in_ = Descriptor();
      std::array<pollfd, 3> waiting{pollfd{in_.number(), POLLOUT, 0},
                                    pollfd{out_.number(), POLLIN, 0},
                                    pollfd{err_.number(), POLLIN, 0}};
      if (::poll(waiting.data(), waiting.size(), -1) < 0 && errno != EINTR) {
        return ErrorOf(Quoted(call_.program) + ": " + DescribeErrno(errno));
      }
      if (waiting[0].revents != 0) Write();
      if (waiting[1].revents != 0) Read(out_, result.output, call_.most_output + 1);
      if (waiting[2].revents != 0) Read(err_, result.messages, kMostMessages);
      if (result.output.size() > call_.most_output) {
        return ErrorOf("the output of " + Quoted(call_.program) + " is too long");
      }
    }
    return llvm::Error::success();
  }

 private:
  void Write() {
    const ssize_t count = ::write(in_.number(), call_.input.data() + written_,
                                  std::min(kPipeBlock, call_.input.size() - written_));
    if (count >= 0) {
      written_ += ToSize(count);
    } else if (errno != EINTR && errno != EAGAIN) {
      written_ = call_.input.size();  // the program has closed its input
    }
  }

  // Appends to `text` the bytes that are there, but not beyond `most` bytes.
  void Read(Descriptor& from, std::string& text, std::size_t most) {
    const ssize_t count = ::read(from.number(), block_.data(), block_.size());
    if (count < 0 && errno == EINTR) return;
    if (count <= 0) {
      from = Descriptor();
      return;
    }
    text.append(block_.data(), std::min(ToSize(count), most - text.size()));
  }

  const ProgramCall& call_;
  Descriptor in_;
  Descriptor out_;
  Descriptor err_;
  std::size_t written_ = 0;
  std::array<char, kPipeBlock> block_{};
};

}  // namespace

llvm::Expected<ProgramResult> RealProgramRunner::Run(const ProgramCall& call) {
  llvm::Expected<Pipe> in = MakePipe();
  if (!in) return in.takeError();
  llvm::Expected<Pipe> out = MakePipe();
  if (!out) return out.takeError();
  llvm::Expected<Pipe> err = MakePipe();
  if (!err) return err.takeError();
  const pid_t number = Start(call, in->read, out->write, err->write);
  if (number == -ENOENT) return ErrorOf(Quoted(call.program) + " is not installed or not in PATH");
  if (number < 0) {
    return ErrorOf(Quoted(call.program) + " cannot be run: " + DescribeErrno(-number));
  }
  Child child(number);
  // The ends of the child: while we have them, the pipes have no end.
  for (Descriptor* const end : {&in->read, &out->write, &err->write}) *end = Descriptor();
  ProgramResult result;
  Exchange exchange(call, std::move(in->write), std::move(out->read), std::move(err->read));
  if (llvm::Error error = exchange.Run(result)) return error;
  llvm::Expected<int> status = child.Wait();
  if (!status) {
    return ErrorOf("the exit status of " + Quoted(call.program) +
                   " is unknown: " + llvm::toString(status.takeError()));
  }
  if (WIFSIGNALED(*status)) {
    return ErrorOf(Quoted(call.program) + " was ended by signal " +
                   std::to_string(WTERMSIG(*status)));
  }
  result.status = WEXITSTATUS(*status);
  return result;
}

}  // namespace ipec::support
