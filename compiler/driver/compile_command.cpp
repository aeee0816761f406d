// `ipec compile`: a policy in another form, for programs, kernels and readers.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/command/read_policy.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/report.h"
#include "compiler/driver/target_option.h"
#include "compiler/optimize/emit_text.h"
#include "compiler/pipeline/compile_policy.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "compiler/table/c_name.h"

namespace ipec::driver {
namespace {

using namespace command;
using optimize::Keeps;
using pipeline::Form;
using support::ErrorOf;
using support::Listed;
using support::Quoted;

struct CompileOptions : TargetOptions {
  std::optional<std::string> output;
  Form form = Form::Table;
  Keeps keeps = Keeps::Audit;
  std::optional<std::string> symbol;
  std::optional<std::string> map;
  std::vector<std::string> disabled_passes;
  std::vector<std::string> printed_passes;
};

constexpr Choice<Form> kForms[] = {{"table", Form::Table}, {"text", Form::Text},
                                   {"c", Form::C},         {"json", Form::Json},
                                   {"dump", Form::Dump},   {"smt2", Form::Smt2}};

constexpr Choice<Keeps> kKeeps[] = {{"audit", Keeps::Audit}, {"decision", Keeps::Decision}};

constexpr auto kOptions = Table<CompileOptions>(
    kTargetOption, kKernelOption,
    Value<&CompileOptions::output>("-o", "OUT", "the file to write; `-` is standard output"),
    OneOf<&CompileOptions::form, kForms>("--emit", "FORM",
                                         "table (the default), text, c, json, dump or smt2"),
    OneOf<&CompileOptions::keeps, kKeeps>("--keep", "WHAT",
                                          "what to preserve: audit (the default) or decision"),
    Value<&CompileOptions::symbol>("--symbol", "NAME",
                                   "with --emit=c: name the array NAME, not after the policy"),
    Value<&CompileOptions::map>("--map", "FILE",
                                "with --emit=text: write a map of lines to source lines, as JSON"),
    Value<&CompileOptions::disabled_passes>("--disable-pass", "NAME",
                                            "do not run this pass of the optimizer"),
    Value<&CompileOptions::printed_passes>("--print-after", "NAME",
                                           "print the policy after this pass, on standard error"));

// Whether the names given with `option` are those of passes; otherwise prints an error.
bool KnowsPasses(std::span<const std::string> given, std::string_view option, Environment& env) {
  std::vector<std::string_view> names;
  for (const optimize::Pass& pass : optimize::AllPasses()) names.push_back(pass.name);
  for (const std::string& name : given) {
    if (optimize::FindPass(name) != nullptr) continue;
    Report(env, ExitStatus::Usage,
           fmt::format("`{}`: unknown pass `{}`{}", option, name,
                       support::Suggest(name, names, "; the passes are " + Listed(names))));
    return false;
  }
  return true;
}

// Printing a pass that cannot run is probably a mistake, so it is an error.
bool CanPrint(const CompileOptions& options, Environment& env) {
  const std::vector<std::string>& disabled = options.disabled_passes;
  for (const std::string& name : options.printed_passes) {
    if (std::find(disabled.begin(), disabled.end(), name) != disabled.end()) {
      Report(env, ExitStatus::Usage,
             "the pass " + Quoted(name) + " cannot be both disabled and printed");
      return false;
    }
    if (optimize::FindPass(name)->run == nullptr && options.form != Form::Text) {
      Report(env, ExitStatus::Usage, "the pass " + Quoted(name) + " runs only with --emit=text");
      return false;
    }
    if (options.keeps == Keeps::Audit && optimize::FindPass(name)->keeps == Keeps::Decision) {
      Report(env, ExitStatus::Usage,
             "the pass " + Quoted(name) + " changes records, so it runs only with --keep=decision");
      return false;
    }
  }
  return true;
}

// The name of the array in a C header.
bool CanName(const CompileOptions& options, Environment& env) {
  if (!options.symbol) return true;
  if (options.form != Form::C) {
    Report(env, ExitStatus::Usage, "`--symbol` needs `--emit=c`");
    return false;
  }
  llvm::Error error = table::CheckCName(*options.symbol);
  if (!error) return true;
  Report(env, ExitStatus::Usage, "`--symbol`: " + llvm::toString(std::move(error)));
  return false;
}

llvm::Error CheckFiles(const CompileOptions& options, Environment& env) {
  const std::string output = options.output.value_or("");
  const std::string map = options.map.value_or("");
  const std::string policy = PathOfOperand(options.operands[0]);
  // Compares files, not names; standard output is never equal to a file.
  const auto same = [&](const std::string& a, const std::string& b) {
    return a == "-" || b == "-" ? a == b : env.files.SameFile(a, b);
  };
  if (output.empty()) return ErrorOf("`ipec compile` needs `-o OUT`; `-o -` is standard output");
  if (same(output, policy)) {
    return ErrorOf("the output " + Quoted(output) + " is the policy itself");
  }
  if (!options.map) return llvm::Error::success();
  if (options.form != Form::Text) return ErrorOf("`--map` needs `--emit=text`");
  if (map.empty() || same(map, output)) return ErrorOf("`--map` needs a file of its own");
  if (same(map, policy)) return ErrorOf("the map " + Quoted(map) + " is the policy itself");
  return llvm::Error::success();
}

bool CheckCall(const CompileOptions& options, Environment& env) {
  if (llvm::Error error = CheckFiles(options, env)) {
    Report(env, ExitStatus::Usage, llvm::toString(std::move(error)));
    return false;
  }
  return CanName(options, env) && KnowsPasses(options.disabled_passes, "--disable-pass", env) &&
         KnowsPasses(options.printed_passes, "--print-after", env) && CanPrint(options, env);
}

// Readers see either the old files or the new ones; after an earlier failure nothing is written.
ExitStatus WriteOutputs(std::span<const support::FileToWrite> outputs, Environment& env) {
  std::vector<support::FileToWrite> files;
  for (const support::FileToWrite& output : outputs) {
    if (output.path != "-") files.push_back(output);
  }
  if (llvm::Error error = env.files.WriteAll(files)) return Report(env, std::move(error));
  for (const support::FileToWrite& output : outputs) {
    if (output.path == "-") env.out << llvm::StringRef(output.bytes.data(), output.bytes.size());
  }
  return ExitStatus::Ok;
}

// The output may be a terminal, so nothing in it may move the cursor.
void PrintPolicy(const optimize::Pass& pass, const policy::Policy& policy,
                 const targets::Target& target, Environment& env) {
  using optimize::Writing;
  const Writing writing = pass.run == nullptr ? Writing::Shortest : Writing::Plain;
  const optimize::EmittedText emitted = optimize::EmitText(policy, target, writing);
  env.err << fmt::format("# after {}\n", pass.name);
  llvm::StringRef rest = emitted.text();
  while (!rest.empty()) {
    const auto [line, more] = rest.split('\n');
    rest = more;
    env.err << support::Printable({line.data(), line.size()}) << '\n';
  }
}

ExitStatus RunCompile(const CompileOptions& options, Environment& env) {
  const targets::Target* target = TargetOf(options, env);
  if (target == nullptr || !CheckCall(options, env)) return ExitStatus::Usage;
  llvm::Expected<pipeline::PolicyFile> file = ReadOnlyPolicyFile(options.operands[0], env);
  if (!file) return Report(env, file.takeError());
  pipeline::PolicyFileReading reading(std::move(*file), *target);
  if (reading.error()) {
    llvm::raw_ostream& findings = options.output == "-" ? env.err : env.out;
    PrintFindings(reading, *target, WantsColor(options, env, findings), findings);
    return ExitStatus::Findings;
  }
  const std::vector<std::string>& printed = options.printed_passes;
  optimize::Options optimize;
  optimize.keeps = options.keeps;
  optimize.disabled = options.disabled_passes;
  optimize.after = [&](const optimize::Pass& pass, const policy::Policy& policy) {
    if (std::find(printed.begin(), printed.end(), pass.name) == printed.end()) return;
    PrintPolicy(pass, policy, *target, env);
  };
  const std::string name = reading.source().name();
  const pipeline::Compiled compiled =
      pipeline::CompilePolicy(std::move(reading).TakePolicy(), *target, optimize, options.form,
                              {name, options.symbol ? std::string_view(*options.symbol) : ""});
  // A table contains for which kernel it is; a text cannot.
  if (options.form == Form::Text && !target->missing.empty()) {
    env.err << fmt::format(
        "ipec: note: this text is for {}; other kernels may decide differently\n",
        Describe(*target));
  }
  std::vector<support::FileToWrite> outputs = {{*options.output, compiled.bytes}};
  if (options.map) outputs.push_back({*options.map, compiled.map});
  return WriteOutputs(outputs, env);
}

}  // namespace

const Command kCompileCommand{
    .operands = "FILE",
    .description =
        "Compiles the policy FILE, text or signed, to a decision table for the runtime\n"
        "library, to the shortest policy text with the same meaning (text), to a C header\n"
        "with the table (c), to a JSON document (json), to a readable listing of the table\n"
        "(dump), or to functions in SMT-LIB for solvers such as z3 and cvc5 (smt2). For a\n"
        "rejected policy it prints the findings and writes no output.\n"
        "The array in a C header is named after the policy, `ipec_NAME_table`, or by\n"
        "--symbol; one file may include several such headers.\n"
        "--keep=audit preserves every decision and the text of every record;\n"
        "--keep=decision preserves only the decisions and makes the policy smaller.\n"
        "A text is never longer than FILE, except that its last line always ends.",
    .example =
        "  $ ipec compile -o device.ipet device.pol\n"
        "  $ ipec eval device.ipet --event='{\"op\":\"EXECUTE\",\"hook\":\"MMAP\"}' --format=text\n"
        "  DENY  EXECUTE MMAP (no file): line 2, DEFAULT action=DENY",
    .least_operands = 1,
    .most_operands = 1,
    .runner = Runs<RunCompile>(kOptions),
};

}  // namespace ipec::driver
