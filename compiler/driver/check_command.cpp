// `ipec check`: would the target's kernel accept this policy?

#include "compiler/driver/commands.h"
#include "compiler/driver/policy_input.h"
#include "compiler/driver/report.h"
#include "compiler/pipeline/report_paths.h"

namespace ipec::driver {
namespace {

using namespace command;

diagnostics::Format FormatOf(std::string_view name) {
  if (name == "json") return diagnostics::Format::Json;
  if (name == "sarif") return diagnostics::Format::Sarif;
  return diagnostics::Format::Text;
}

ExitStatus CheckFile(const std::string& operand, const targets::Target& target,
                     const check::Options& options, diagnostics::Renderer& renderer,
                     pipeline::ReportPaths& paths, Environment& env) {
  llvm::Expected<PolicyInput> input = ReadPolicy(operand, env);
  if (!input) return Complain(env, input.takeError());
  const pipeline::Checked checked = CheckInput(*input, target, options);
  diagnostics::FileReport report = ReportOf(*input, checked, target);
  if (operand != "-") report.path = paths.FromRoot(operand);
  renderer.Render(report);
  return checked.result.error ? ExitStatus::Findings : ExitStatus::Ok;
}

ExitStatus RunCheck(const Arguments& arguments, Environment& env) {
  const targets::Target* target = TargetOf(arguments, env);
  if (target == nullptr) return ExitStatus::Usage;
  check::Options options;
  options.loaded = arguments.All("--loaded");
  diagnostics::RenderOptions render;
  render.color = WantsColor(arguments, env, env.out);
  render.version = IPEC_VERSION;
  const auto renderer =
      diagnostics::MakeRenderer(FormatOf(arguments.Get("--format")), env.out, render);
  pipeline::ReportPaths paths(env.files, arguments.positional());
  ExitStatus status = ExitStatus::Ok;
  for (const std::string& operand : arguments.positional()) {
    status = Worse(status, CheckFile(operand, *target, options, *renderer, paths, env));
  }
  renderer->Finish();
  return status;
}

constexpr Option kOptions[] = {
    kTargetOption,
    {"--format", "FORMAT", "text (the default), json or sarif", false, "text|json|sarif"},
    {"--loaded", "NAME", "a policy with this name is already loaded", true},
};

}  // namespace

const Command kCheckCommand{
    .operands = "FILE…",
    .description =
        "Reports whether the kernel of the target would accept each FILE, with the errno\n"
        "and every problem in the file: its place, its cause and how to fix it. FILE is\n"
        "policy text or a signed policy (PKCS#7, DER), whose signature is not verified;\n"
        "`-` is standard input. The last line for each FILE is the verdict.\n"
        "Exit status 1: a policy was rejected.",
    .example =
        "  $ ipec check device.pol\n"
        "  device.pol:3:4: error: unknown operation `EXECUT` for target `linux-6.12` "
        "[IPE0201 unknown-operation]\n"
        "      3 | op=EXECUT action=ALLOW\n"
        "        |    ^~~~~~\n"
        "  device.pol: note: did you mean `EXECUTE`?\n"
        "  device.pol:3:4: fix: write `EXECUTE`\n"
        "      3 + op=EXECUTE action=ALLOW\n"
        "  device.pol: linux-6.12 refuses this policy with EBADMSG "
        "(the text is not a policy: a word, an order or a part is wrong)",
    .options = kOptions,
    .least_operands = 1,
    .run = RunCheck,
};

}  // namespace ipec::driver
