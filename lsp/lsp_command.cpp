// `ipec lsp`: serves an editor.

#include "lsp/lsp_command.h"

#include <charconv>

#include "compiler/command/read_policy.h"
#include "compiler/support/printable.h"
#include "compiler/support/sockets.h"
#include "compiler/support/wording.h"
#include "lsp/protocol/check.h"
#include "lsp/server.h"
#include "lsp/uri.h"

namespace ipec::lsp {
namespace {

using namespace command;

struct LspOptions : CommonOptions {
  bool stdio = false;
  std::optional<std::string> socket;
  std::optional<std::string> client;
  bool check = false;
};

constexpr auto kOptions = Table<LspOptions>(
    Flag<&LspOptions::stdio>("--stdio", "serve over standard input and output (the default)"),
    Value<&LspOptions::socket>("--socket", "PORT",
                               "wait for one connection on this local port; 0 picks a free one"),
    Value<&LspOptions::client>(
        "--clientProcessId", "PID",
        "exit when this process does; editors pass it here or in `initialize`"),
    Flag<&LspOptions::check>("--check",
                             "no server; make every request at every position of each FILE"));

// False if `word` is not such a number.
template <typename Number>
bool Read(std::string_view word, Number& number) {
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, number);
  return error == std::errc() && rest == end;
}

ExitStatus Serve(std::string_view port_word, std::int64_t client, Environment& env) {
  std::uint16_t port = 0;
  if (!Read(port_word, port)) {
    return Report(env, ExitStatus::Usage,
                  "`--socket` must be a port from 0 to 65535, got " + support::Quoted(port_word));
  }
  auto listener = support::LoopbackListener::Open(port);
  if (!listener) return Report(env, listener.takeError());
  env.err << "ipec: waiting for an editor on 127.0.0.1:" << (*listener)->port() << '\n';
  llvm::Expected<int> connection = (*listener)->Accept();
  if (!connection) return Report(env, connection.takeError());
  support::DescriptorSource in(*connection, "the connection", /*owned=*/true);
  support::DescriptorOutput out(*connection);
  return Server(env.files, env.programs, in, out, env.err, client).Run();
}

// Makes every request at every position of each file; of a signed file, of the policy in it.
ExitStatus Check(const LspOptions& options, Environment& env) {
  Workspace workspace(env.files);
  ExitStatus status = ExitStatus::Ok;
  for (const std::string& operand : options.operands) {
    llvm::Expected<pipeline::PolicyFile> file = ReadPolicyFile(operand, env);
    if (!file) {
      status = Worse(status, Report(env, file.takeError()));
      continue;
    }
    const std::string path = env.files.Absolute(operand);
    const CheckResult result = CheckRequests(
        env.files,
        MakeSnapshot(UriOf(path), path, 1, file->text.text().str(), workspace.For(path)));
    const std::string name = support::Printable(operand);
    for (const std::string& problem : result.problems) {
      env.out << name << ": " << support::Printable(problem) << '\n';
    }
    const std::size_t problems = result.problems.size() + result.more;
    env.out << name << ": " << result.requests << " requests, " << problems << " problems\n";
    if (problems != 0) status = Worse(status, ExitStatus::Findings);
  }
  return status;
}

ExitStatus RunLsp(const LspOptions& options, Environment& env) {
  if (options.check == options.operands.empty()) {
    return Report(env, ExitStatus::Usage, "`--check` needs files, and files need `--check`");
  }
  if (options.check) return Check(options, env);
  std::int64_t client = 0;
  if (options.client && (!Read(*options.client, client) || client <= 0)) {
    return Report(
        env, ExitStatus::Usage,
        "`--clientProcessId` must be a process ID, got " + support::Quoted(*options.client));
  }
  if (options.socket) return Serve(*options.socket, client, env);
  // An editor that closes the connection differs from an input that was never open.
  char nothing = 0;
  if (llvm::Expected<std::size_t> read = env.in.Read(&nothing, 0); !read) {
    return Report(env, read.takeError());
  }
  return Server(env.files, env.programs, env.in, env.out, env.err, client).Run();
}

}  // namespace

const Command kLspCommand{
    .operands = "[FILE…]",
    .description =
        "Serves an editor over standard input and output (Language Server Protocol 3.17).\n"
        "Findings, fixes and formatting are those of `check`, `lint` and `fmt`, with the same\n"
        "ipec.toml. lsp/README.md lists the settings; lsp/editors/ has editor setups.\n"
        "Exit status 1: the editor closed the connection without `shutdown` and `exit`.",
    .example =
        "  $ ipec lsp --socket=7000\n"
        "  ipec: waiting for an editor on 127.0.0.1:7000",
    .runner = Runs<RunLsp>(kOptions),
};

}  // namespace ipec::lsp
