// `ipec compile`: a policy in another form, for programs, kernels and readers.

#include <fmt/format.h>

#include <algorithm>

#include "compiler/driver/commands.h"
#include "compiler/driver/policy_input.h"
#include "compiler/driver/report.h"
#include "compiler/optimize/emit_text.h"
#include "compiler/pipeline/compile_policy.h"
#include "compiler/support/printable.h"
#include "compiler/table/c_name.h"

namespace ipec::driver {
namespace {

using namespace command;
using optimize::Keeps;
using pipeline::Form;

Form FormOf(std::string_view name) {
  if (name == "text") return Form::Text;
  if (name == "c") return Form::C;
  if (name == "json") return Form::Json;
  if (name == "dump") return Form::Dump;
  return Form::Table;
}

// Whether `option` names existing passes; otherwise prints an error.
bool KnowsPasses(const Arguments& arguments, std::string_view option, Environment& env) {
  std::vector<std::string_view> names;
  std::string list;
  for (const optimize::Pass& pass : optimize::AllPasses()) {
    names.push_back(pass.name);
    list += (list.empty() ? "" : ", ") + std::string(pass.name);
  }
  for (const std::string& name : arguments.All(option)) {
    if (optimize::FindPass(name) != nullptr) continue;
    const std::string guess = DidYouMean(name, names);
    Complain(env, ExitStatus::Usage,
             fmt::format("`{}` names no pass `{}`{}", option, name,
                         guess.empty() ? "; there are " + list : guess));
    return false;
  }
  return true;
}

// Printing a pass that cannot run is probably a mistake, so it is an error.
bool CanPrint(const Arguments& arguments, Keeps keeps, Environment& env) {
  const std::span<const std::string> disabled = arguments.All("--disable-pass");
  for (const std::string& name : arguments.All("--print-after")) {
    if (std::find(disabled.begin(), disabled.end(), name) != disabled.end()) {
      Complain(env, ExitStatus::Usage, "the pass `" + name + "` is disabled and to be printed");
      return false;
    }
    if (optimize::FindPass(name)->run == nullptr && arguments.Get("--emit") != "text") {
      Complain(env, ExitStatus::Usage,
               "the pass `" + name + "` is about text; it runs with --emit=text only");
      return false;
    }
    if (keeps == Keeps::Audit && optimize::FindPass(name)->keeps == Keeps::Decision) {
      Complain(env, ExitStatus::Usage,
               "the pass `" + name + "` changes records; it runs with --keep=decision only");
      return false;
    }
  }
  return true;
}

// The name of the array in a C header.
bool CanName(const Arguments& arguments, Environment& env) {
  if (!arguments.Has("--symbol")) return true;
  if (arguments.Get("--emit") != "c") {
    Complain(env, ExitStatus::Usage, "`--symbol` goes with `--emit=c`: only C has names");
    return false;
  }
  llvm::Error error = table::CheckCName(arguments.Get("--symbol"));
  if (!error) return true;
  Complain(env, ExitStatus::Usage, "`--symbol`: " + llvm::toString(std::move(error)));
  return false;
}

bool CheckCall(const Arguments& arguments, Keeps keeps, Environment& env) {
  const std::string output(arguments.Get("-o"));
  const std::string map(arguments.Get("--map"));
  const std::string policy = PathOfOperand(arguments.positional()[0]);
  // Compares files, not names; standard output is never equal to a file.
  const auto same = [&](const std::string& a, const std::string& b) {
    return a == "-" || b == "-" ? a == b : env.files.SameFile(a, b);
  };
  std::string words;
  if (output.empty()) {
    words = "`ipec compile` needs `-o OUT`; `-o -` is standard output";
  } else if (same(output, policy)) {
    words = "the output `" + output + "` is the policy itself";
  } else if (arguments.Has("--map") && arguments.Get("--emit") != "text") {
    words = "`--map` goes with `--emit=text`: only text has lines to map";
  } else if (arguments.Has("--map") && (map.empty() || same(map, output))) {
    words = "`--map` needs a file of its own";
  } else if (arguments.Has("--map") && same(map, policy)) {
    words = "the map `" + map + "` is the policy itself";
  }
  if (!words.empty()) {
    Complain(env, ExitStatus::Usage, words);
    return false;
  }
  return CanName(arguments, env) && KnowsPasses(arguments, "--disable-pass", env) &&
         KnowsPasses(arguments, "--print-after", env) && CanPrint(arguments, keeps, env);
}

// Readers see either the old files or the new ones; after an earlier failure nothing is written.
ExitStatus WriteOutputs(std::span<const support::FileToWrite> outputs, Environment& env) {
  std::vector<support::FileToWrite> files;
  for (const support::FileToWrite& output : outputs) {
    if (output.path != "-") files.push_back(output);
  }
  if (llvm::Error error = env.files.WriteAll(files)) return Complain(env, std::move(error));
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

ExitStatus RunCompile(const Arguments& arguments, Environment& env) {
  const targets::Target* target = TargetOf(arguments, env);
  if (target == nullptr) return ExitStatus::Usage;
  optimize::Options options;
  options.keeps = arguments.Get("--keep") == "decision" ? Keeps::Decision : Keeps::Audit;
  options.disabled = arguments.All("--disable-pass");
  if (!CheckCall(arguments, options.keeps, env)) return ExitStatus::Usage;
  const std::string_view output = arguments.Get("-o");
  llvm::Expected<PolicyInput> input = ReadPolicy(arguments.positional()[0], env);
  if (!input) return Complain(env, input.takeError());
  pipeline::Checked checked = CheckInput(*input, *target, {});
  if (checked.result.error) {
    llvm::raw_ostream& findings = output == "-" ? env.err : env.out;
    PrintFindings(*input, checked, *target, WantsColor(arguments, env, findings), findings);
    return ExitStatus::Findings;
  }
  const std::span<const std::string> printed = arguments.All("--print-after");
  options.after = [&](const optimize::Pass& pass, const policy::Policy& policy) {
    if (std::find(printed.begin(), printed.end(), pass.name) == printed.end()) return;
    PrintPolicy(pass, policy, *target, env);
  };
  const pipeline::Compiled compiled = pipeline::CompilePolicy(
      std::move(checked.result.policy), *target, options, FormOf(arguments.Get("--emit")),
      {input->source.name(), arguments.Get("--symbol")});
  std::vector<support::FileToWrite> outputs = {{std::string(output), compiled.bytes}};
  if (arguments.Has("--map")) {
    outputs.push_back({std::string(arguments.Get("--map")), compiled.map});
  }
  return WriteOutputs(outputs, env);
}

constexpr Option kOptions[] = {
    kTargetOption,
    {"-o", "OUT", "the file to write; `-` is standard output"},
    {"--emit", "FORM", "table (the default), text, c, json or dump", false,
     "table|text|c|json|dump"},
    {"--keep", "WHAT", "what to preserve: audit (the default) or decision", false,
     "audit|decision"},
    {"--symbol", "NAME", "with --emit=c: name the array NAME, not after the policy"},
    {"--map", "FILE", "with --emit=text: write a map of lines to source lines, as JSON"},
    {"--disable-pass", "NAME", "do not run this pass of the optimizer", true},
    {"--print-after", "NAME", "print the policy after this pass, on standard error", true},
};

}  // namespace

const Command kCompileCommand{
    .operands = "FILE",
    .description =
        "Compiles the policy FILE, text or signed, to a decision table for the runtime\n"
        "library, to the shortest policy text with the same meaning (text), to a C header\n"
        "with the table (c), to a JSON document (json), or to a readable listing of the\n"
        "table (dump). For a rejected policy it prints the findings and writes no output.\n"
        "The array in a C header is named after the policy, `ipec_NAME_table`, or by\n"
        "--symbol; one file may include several such headers.\n"
        "--keep=audit preserves every decision and the text of every record;\n"
        "--keep=decision preserves only the decisions and makes the policy smaller.",
    .example =
        "  $ ipec compile -o device.ipet device.pol\n"
        "  $ ipec eval device.ipet --event='{\"op\":\"EXECUTE\",\"hook\":\"MMAP\"}' --format=text\n"
        "  DENY  EXECUTE MMAP (no file): line 2, DEFAULT action=DENY",
    .options = kOptions,
    .least_operands = 1,
    .most_operands = 1,
    .run = RunCompile,
};

}  // namespace ipec::driver
