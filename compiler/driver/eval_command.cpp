// `ipec eval`: how would this policy decide? Reads, decides and answers events one by one.

#include <algorithm>

#include <fmt/format.h>

#include "compiler/command/read_policy.h"
#include "compiler/driver/answer_writer.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/decision_input.h"
#include "compiler/driver/report.h"
#include "compiler/driver/target_option.h"

namespace ipec::driver {
namespace {

using namespace command;
using State = support::LineReader::State;

struct EvalOptions : TargetOptions {
  std::vector<std::string> event;
  std::optional<std::string> events;
  AnswerFormat format = AnswerFormat::Json;
  bool success_audit = false;
  bool trace = false;
  bool permissive = false;
};

constexpr Choice<AnswerFormat> kFormats[] = {
    {"json", AnswerFormat::Json}, {"audit", AnswerFormat::Audit}, {"text", AnswerFormat::Text}};

constexpr auto kOptions = Table<EvalOptions>(
    kTargetOption, kKernelOption,
    Value<&EvalOptions::event>("--event", "JSON", "an event; evaluated before those of a file"),
    Value<&EvalOptions::events>(
        "--events", "FILE", "a file of events, one JSON object per line; `-` is standard input"),
    OneOf<&EvalOptions::format, kFormats>("--format", "FORMAT",
                                          "json (the default), audit or text"),
    Flag<&EvalOptions::success_audit>("--success-audit", "also record allowed events"),
    Flag<&EvalOptions::trace>("--trace", "also print the rules tried before the decision"),
    Flag<&EvalOptions::permissive>("--permissive", "decide as a kernel in permissive mode"));

class Evaluation {
 public:
  Evaluation(const DecisionInput& input, const EvalOptions& options, Environment& env)
      : policy_(input.policy),
        reader_(input.dialect),
        writer_(input,
                {.format = options.format,
                 .success_audit = options.success_audit,
                 .trace = options.trace,
                 .color = WantsColor(options, env, env.out)},
                env.out),
        permissive_(options.permissive),
        env_(env) {}

  // Returns false after reporting a malformed event. `place` is printed before the column.
  template <typename Place>
  bool Answer(std::string_view line, Place place) {
    if (llvm::Error error = reader_.Read(line)) {
      llvm::handleAllErrors(std::move(error), [&](const event::MalformedEvent& malformed) {
        Report(env_, ExitStatus::Usage,
               fmt::format("{}{}: {}", place(), malformed.column(), malformed.words()));
      });
      return false;
    }
    runtime::Event event = reader_.event();
    if (permissive_) event.enforcing = false;
    const runtime::Decision decision = runtime::Evaluate(policy_, event);
    if (!runtime::Granted(decision, event)) status_ = ExitStatus::Findings;
    writer_.Write(event, reader_.stamp(), decision);
    return true;
  }

  ExitStatus AnswerAll(support::ByteSource& source, const std::string& name);

  ExitStatus status() const { return status_; }

 private:
  const runtime::Policy& policy_;
  event::EventReader reader_;
  AnswerWriter writer_;
  bool permissive_;
  Environment& env_;
  ExitStatus status_ = ExitStatus::Ok;
};

ExitStatus Evaluation::AnswerAll(support::ByteSource& source, const std::string& name) {
  support::LineReader lines(source, event::kLongestLine);
  // Stop if standard output is gone; Main reports it.
  while (!env_.out.error()) {
    llvm::Expected<State> state = lines.Next([&] { env_.out.flush(); });
    if (!state) return Report(env_, state.takeError());
    if (*state == State::End) break;
    if (*state == State::TooLong) {
      return Report(env_, ExitStatus::Usage,
                    fmt::format("{}:{}: an event has at most {} bytes", name, lines.number(),
                                event::kLongestLine));
    }
    if (lines.line().find_first_not_of(" \t") == std::string_view::npos) continue;
    if (!Answer(lines.line(), [&] { return fmt::format("{}:{}:", name, lines.number()); })) {
      return ExitStatus::Usage;
    }
  }
  return status_;
}

ExitStatus AnswerFile(Evaluation& evaluation, const std::string& path, Environment& env) {
  if (path == "-") return evaluation.AnswerAll(env.in, "<stdin>");
  llvm::Expected<std::unique_ptr<support::ByteSource>> source = env.files.Open(path);
  if (!source) return Report(env, source.takeError());
  return evaluation.AnswerAll(**source, path);
}

ExitStatus AnswerEvents(const DecisionInput& input, const EvalOptions& options, Environment& env) {
  Evaluation evaluation(input, options, env);
  std::size_t number = 0;
  for (const std::string& event : options.event) {
    ++number;
    if (!evaluation.Answer(event, [&] { return fmt::format("--event {}, column ", number); })) {
      return ExitStatus::Usage;
    }
  }
  const std::string events = options.events.value_or("");
  return events.empty() ? evaluation.status() : AnswerFile(evaluation, events, env);
}

// `--target` applies to policies only; a table was compiled for a kernel.
ExitStatus AnswerByTable(const support::SourceBuffer& table, const targets::Target& target,
                         const EvalOptions& options, Environment& env) {
  llvm::Expected<std::unique_ptr<DecisionInput>> input = LoadTable(table);
  if (!input) return Report(env, input.takeError());
  const std::string_view compiled_for = (*input)->policy.target();
  if (options.target && target.name != compiled_for) {
    return Report(env, ExitStatus::Usage,
                  fmt::format("`{}` is compiled for {}; leave --target out, or compile it again",
                              table.name(), compiled_for));
  }
  const bool same_properties = std::all_of(
      runtime::kProperties.begin(), runtime::kProperties.end(), [&](runtime::Property property) {
        return (*input)->policy.Knows(property) != target.missing.Contains(property);
      });
  if (options.kernel && (target.name != compiled_for || !same_properties)) {
    return Report(env, ExitStatus::Usage,
                  fmt::format("`{}` is compiled for another kernel; leave --kernel out, or compile "
                              "it again with --kernel",
                              table.name()));
  }
  return AnswerEvents(**input, options, env);
}

ExitStatus RunEval(const EvalOptions& options, Environment& env) {
  const std::string& operand = options.operands[0];
  if (options.event.empty() && !options.events) {
    return Report(env, ExitStatus::Usage,
                  "`ipec eval` needs events: `--events=FILE`, `--events=-` or `--event=JSON`");
  }
  if (options.trace && options.format == AnswerFormat::Audit) {
    return Report(env, ExitStatus::Usage,
                  "records have no trace: use `--trace` with `--format=text` or `--format=json`");
  }
  if (operand == "-" && options.events == "-") {
    return Report(env, ExitStatus::Usage,
                  "the policy and the events cannot both be standard input");
  }
  if (options.kernel == "-" && options.events == "-") {
    return Report(env, ExitStatus::Usage,
                  "the configuration and the events cannot both be standard input");
  }
  const targets::Target* target = TargetOf(options, env);
  if (target == nullptr) return ExitStatus::Usage;
  llvm::Expected<pipeline::PolicyFile> file = ReadOnlyPolicyFile(operand, env);
  if (!file) return Report(env, file.takeError());
  if (file->content.kind == content::Kind::Table) {
    return AnswerByTable(file->text, *target, options, env);
  }
  const pipeline::PolicyFileReading reading(std::move(*file), *target);
  if (reading.error()) {
    PrintFindings(reading, *target, WantsColor(options, env, env.err), env.err);
    return ExitStatus::Findings;
  }
  return AnswerEvents(*CompileInput(reading, *target), options, env);
}

}  // namespace

const Command kEvalCommand{
    .operands = "POLICY",
    .description =
        "Decides events as a kernel with POLICY would, and prints the audit records it\n"
        "would send. POLICY is policy text, a signed policy or a compiled table. An event\n"
        "is a JSON object with `op` and `hook`, and optionally `enforcing`, `pid`,\n"
        "`comm`, `file` {`path`, `dev`, `ino`}, `boot_verified`, `dmverity` {`roothash`,\n"
        "`signed`}, `fsverity` {`digest`, `signed`}; `time` and `serial` are the stamp of\n"
        "--format=audit. `expect`, `rule`, `name` and `why` are for `ipec test`.\n"
        "--trace also prints the rules of the operation that were tried before the one\n"
        "that decides, each with its first condition that does not match, and why.\n"
        "Exit status 1: at least one enforced DENY, or a rejected policy.",
    .example =
        "  $ ipec eval device.pol --event='{\"op\":\"EXECUTE\",\"hook\":\"MMAP\"}' --format=text\n"
        "  DENY  EXECUTE MMAP (no file): line 2, DEFAULT action=DENY\n"
        "  $ echo '{\"op\":\"EXECUTE\",\"hook\":\"MMAP\"}' >mmap.jsonl\n"
        "  $ ipec eval device.pol --events=mmap.jsonl --format=text --trace\n"
        "    line 3, op=EXECUTE boot_verified=TRUE action=ALLOW\n"
        "      `boot_verified=TRUE` does not match: there is no file\n"
        "  DENY  EXECUTE MMAP (no file): line 2, DEFAULT action=DENY",
    .least_operands = 1,
    .most_operands = 1,
    .runner = Runs<RunEval>(kOptions),
};

}  // namespace ipec::driver
