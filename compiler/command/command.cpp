#include "compiler/command/command.h"

#include <algorithm>

#include "compiler/command/parser.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::command {

std::optional<ExitStatus> ParseArguments(const Entry& entry, std::span<const std::string> arguments,
                                         CommonOptions& options, Environment& env) {
  if (llvm::Error error = Parser(entry, options).Parse(arguments)) {
    Report(env, ExitStatus::Usage, llvm::toString(std::move(error)));
    env.err << "try `ipec " << llvm::StringRef(entry.name.data(), entry.name.size())
            << " --help`\n";
    return ExitStatus::Usage;
  }
  if (!options.help) return std::nullopt;
  PrintHelp(entry, env.out);
  return ExitStatus::Ok;
}

ExitStatus Run(const Entry& entry, std::span<const std::string> arguments, Environment& env) {
  return entry.command->runner.run(entry, arguments, env);
}

bool WantsColor(const CommonOptions& options, const Environment& env,
                const llvm::raw_ostream& stream) {
  if (options.color != ColorWhen::Auto) return options.color == ColorWhen::Always;
  return &stream == &env.err ? env.color_err : env.color_out;
}

ExitStatus Report(Environment& env, ExitStatus status, std::string_view words) {
  // Earlier output must precede the message if both go to the same terminal.
  env.out.flush();
  env.err << "ipec: " << support::Printable(words) << '\n';
  return status;
}

ExitStatus Report(Environment& env, llvm::Error error) {
  return Report(env, ExitStatus::Failure, llvm::toString(std::move(error)));
}

llvm::Expected<support::SourceBuffer> ReadOperand(const std::string& operand, Environment& env) {
  const bool standard_input = operand == "-";
  const std::string name = standard_input ? "<stdin>" : operand;
  llvm::Expected<std::string> bytes = standard_input
                                          ? support::ReadAll(env.in, name, support::kLongestStream)
                                          : env.files.Read(operand);
  if (!bytes) return bytes.takeError();
  return support::SourceBuffer(name, std::move(*bytes));
}

std::string PathOfOperand(const std::string& operand) {
  return operand == "-" ? "/dev/stdin" : operand;
}

ExitStatus WriteBack(const support::SourceBuffer& read, std::string_view text, Environment& env) {
  llvm::Expected<std::string> now = env.files.Read(read.name());
  if (!now) return Report(env, now.takeError());
  if (*now != read.text()) {
    return Report(
        env, ExitStatus::Failure,
        support::Quoted(read.name()) + " was changed by another program; it was not overwritten");
  }
  if (llvm::Error error = env.files.Write(read.name(), text)) {
    return Report(env, std::move(error));
  }
  return ExitStatus::Ok;
}

void PrintPatch(std::string_view patch, bool color, Environment& env) {
  llvm::StringRef rest(patch.data(), patch.size());
  if (!color) {
    env.out << rest;
    return;
  }
  while (!rest.empty()) {
    const auto [line, more] = rest.split('\n');
    rest = more;
    const char* const style = line.startswith("---") || line.startswith("+++") ? "\033[1m"
                              : line.startswith("@@")                          ? "\033[36m"
                              : line.startswith("+")                           ? "\033[32m"
                              : line.startswith("-")                           ? "\033[31m"
                                                                               : "";
    env.out << style << support::Printable({line.data(), line.size()})
            << (*style == '\0' ? "" : "\033[0m") << '\n';
  }
}

ExitStatus Worse(ExitStatus a, ExitStatus b) {
  return std::max(a, b);
}

}  // namespace ipec::command
