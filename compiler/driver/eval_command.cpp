// `ipec eval`: how would this policy decide? Reads, decides and answers events one by one, and
// audit records between them.

#include <algorithm>

#include <fmt/format.h>

#include "compiler/command/read_policy.h"
#include "compiler/driver/answer_writer.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/decision_input.h"
#include "compiler/driver/record_answers.h"
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

  // With events or records.
  std::vector<std::string> Files() const {
    std::vector<std::string> files;
    if (events) files.push_back(*events);
    files.insert(files.end(), operands.begin() + 1, operands.end());
    return files;
  }
};

constexpr Choice<AnswerFormat> kFormats[] = {
    {"json", AnswerFormat::Json}, {"audit", AnswerFormat::Audit}, {"text", AnswerFormat::Text}};

constexpr auto kOptions = Table<EvalOptions>(
    kTargetOption, kKernelOption,
    Value<&EvalOptions::event>("--event", "JSON", "an event; evaluated before those of a file"),
    Value<&EvalOptions::events>(
        "--events", "FILE", "events, one JSON object per line, or a log; `-` is standard input"),
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
        records_(input.reading,
                 {.format = options.format,
                  .trace = options.trace,
                  .color = WantsColor(options, env, env.out),
                  .permissive = options.permissive},
                 env),
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
  // The value of an option `--event`.
  ExitStatus AnswerOne(const std::string& text, std::size_t number);

  ExitStatus status() const { return Worse(status_, records_.status()); }

 private:
  ExitStatus Unrelated(const std::string& place) {
    return Report(env_, ExitStatus::Usage,
                  place + R"(: neither an event, `{"op":…,"hook":…}`, nor an audit record of IPE)");
  }

  const runtime::Policy& policy_;
  event::EventReader reader_;
  AnswerWriter writer_;
  RecordAnswers records_;
  bool permissive_;
  Environment& env_;
  ExitStatus status_ = ExitStatus::Ok;
};

ExitStatus Evaluation::AnswerOne(const std::string& text, std::size_t number) {
  if (!RecordAnswers::IsOfLog(text)) {
    const auto place = [&] { return fmt::format("--event {}, column ", number); };
    return Answer(text, place) ? ExitStatus::Ok : ExitStatus::Usage;
  }
  const std::string place = fmt::format("--event {}", number);
  records_.Begin(place);
  if (!records_.Take(text)) return Unrelated(place);
  return records_.End();
}

ExitStatus Evaluation::AnswerAll(support::ByteSource& source, const std::string& name) {
  support::LineReader lines(source, event::kLongestLine);
  records_.Begin(name);
  bool has_events = false;
  std::size_t unrelated = 0;  // the first line that is neither an event nor part of a log
  // Stop if standard output is gone; Main reports it.
  while (!env_.out.error()) {
    llvm::Expected<State> state = lines.Next([&] { env_.out.flush(); });
    if (!state) return Report(env_, state.takeError());
    if (*state == State::End) break;
    if (lines.number() == 1 && lines.line().starts_with("\x1f\x8b")) {
      return Report(env_, ExitStatus::Usage,
                    name + ": compressed with gzip; use `zcat LOG | ipec eval POLICY --events=-`");
    }
    if (*state == State::TooLong) {
      return Report(env_, ExitStatus::Usage,
                    fmt::format("{}:{}: an event has at most {} bytes", name, lines.number(),
                                event::kLongestLine));
    }
    if (RecordAnswers::IsOfLog(lines.line())) {
      if (!records_.Take(lines.line()) && unrelated == 0) unrelated = lines.number();
      if (records_.has_failed()) return ExitStatus::Usage;
    } else {
      records_.Skip();
      if (lines.line().find_first_not_of(" \t") == std::string_view::npos) continue;
      if (unrelated == 0 || records_.is_log()) {
        has_events = true;
        const auto place = [&] { return fmt::format("{}:{}:", name, lines.number()); };
        if (!Answer(lines.line(), place)) return ExitStatus::Usage;
        continue;
      }
      has_events = true;
    }
    // In a log, other lines are expected.
    if (has_events && unrelated != 0 && !records_.is_log()) break;
  }
  const ExitStatus ended = records_.End();
  if (unrelated != 0 && !records_.is_log()) {
    return Unrelated(fmt::format("{}:{}", name, unrelated));
  }
  return Worse(status(), ended);
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
    const ExitStatus status = evaluation.AnswerOne(event, ++number);
    if (status != ExitStatus::Ok) return status;
  }
  for (const std::string& file : options.Files()) {
    const ExitStatus status = AnswerFile(evaluation, file, env);
    if (Worse(status, ExitStatus::Findings) != ExitStatus::Findings) return status;
  }
  return evaluation.status();
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
  const std::vector<std::string> files = options.Files();
  const auto from_stdin = std::count(files.begin(), files.end(), "-");
  if (options.event.empty() && files.empty()) {
    return Report(env, ExitStatus::Usage,
                  "`ipec eval` needs events: `--events=FILE`, `--events=-` or `--event=JSON`");
  }
  if (from_stdin > 1) {
    return Report(env, ExitStatus::Usage, "`-` is read twice");
  }
  if (options.trace && options.format == AnswerFormat::Audit) {
    return Report(env, ExitStatus::Usage,
                  "records have no trace: use `--trace` with `--format=text` or `--format=json`");
  }
  if (operand == "-" && from_stdin != 0) {
    return Report(env, ExitStatus::Usage,
                  "the policy and the events cannot both be standard input");
  }
  if (options.kernel == "-" && from_stdin != 0) {
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
    .operands = "POLICY [LOG…]",
    .description =
        "Decides events as a kernel with POLICY would, and prints the audit records it\n"
        "would send. POLICY is policy text, a signed policy or a compiled table. An event\n"
        "is a JSON object with `op` and `hook`, and optionally `enforcing`, `pid`,\n"
        "`comm`, `file` {`path`, `dev`, `ino`}, `boot_verified`, `dmverity` {`roothash`,\n"
        "`signed`}, `fsverity` {`digest`, `signed`}; `time` and `serial` are the stamp of\n"
        "--format=audit. `expect`, `rule`, `name` and `why` are for `ipec test`.\n"
        "--trace also prints the rules of the operation that were tried before the one\n"
        "that decides, each with its first condition that does not match, and why.\n"
        "A LOG, or a file of events, may contain audit records in the forms that `ipec\n"
        "replay` reads. A record does not hold the facts of its file: the answer is for all\n"
        "cases that it can have been. Other lines of a log are skipped.\n"
        "Exit status 1: at least one enforced DENY, certain or possible, or a rejected\n"
        "policy.",
    .example =
        "  $ ipec eval device.pol --event='{\"op\":\"EXECUTE\",\"hook\":\"MMAP\"}' --format=text\n"
        "  DENY  EXECUTE MMAP (no file): line 2, DEFAULT action=DENY\n"
        "  $ echo '{\"op\":\"EXECUTE\",\"hook\":\"MMAP\"}' >mmap.jsonl\n"
        "  $ ipec eval device.pol --events=mmap.jsonl --format=text --trace\n"
        "    line 3, op=EXECUTE boot_verified=TRUE action=ALLOW\n"
        "      `boot_verified=TRUE` does not match: there is no file\n"
        "  DENY  EXECUTE MMAP (no file): line 2, DEFAULT action=DENY",
    .least_operands = 1,
    .runner = Runs<RunEval>(kOptions),
};

}  // namespace ipec::driver
