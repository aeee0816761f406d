// `ipec check`: would the target's kernel accept this policy?

#include <utility>

#include "compiler/command/read_policy.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/report.h"
#include "compiler/driver/target_option.h"
#include "compiler/pipeline/git_repository.h"
#include "compiler/pipeline/rendered_file.h"
#include "compiler/pipeline/report_paths.h"
#include "compiler/render/render.h"
#include "compiler/render/stand_ins.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using namespace command;

using diagnostics::Format;

struct CheckOptions : TargetOptions {
  Format format = Format::Text;
  std::vector<std::string> loaded;
};

constexpr Choice<Format> kFormats[] = {
    {"text", Format::Text}, {"json", Format::Json}, {"sarif", Format::Sarif}};

constexpr auto kOptions = Table<CheckOptions>(
    kTargetOption, kKernelOption,
    OneOf<&CheckOptions::format, kFormats>("--format", "FORMAT",
                                           "text (the default), json or sarif"),
    Value<&CheckOptions::loaded>("--loaded", "NAME", "a policy with this name is already loaded"));

ExitStatus CheckClaims(const std::string& operand, const targets::Target& target,
                       diagnostics::Renderer& renderer, pipeline::ReportPaths& paths,
                       Environment& env) {
  llvm::Expected<support::SourceBuffer> text = ReadOperand(operand, env);
  if (!text) return Report(env, text.takeError());
  const pipeline::ClaimsReading reading(std::move(*text), target);
  diagnostics::FileReport report = ReportOf(reading);
  report.path = paths.FromRoot(operand);
  renderer.Render(report);
  return report.accepted() ? ExitStatus::Ok : ExitStatus::Findings;
}

// A template is checked with values that stand for those that are not known. The values of an image
// may be rejected where these are accepted, as duplicates of each other for example, so a note
// names the command that knows them.
ExitStatus CheckTemplate(const std::string& operand, const targets::Target& target,
                         diagnostics::Renderer& renderer, pipeline::ReportPaths& paths,
                         Environment& env) {
  llvm::Expected<support::SourceBuffer> text = ReadOperand(operand, env);
  if (!text) return Report(env, text.takeError());
  render::StandIns values(nullptr, render::FormFor(target));
  render::Options options;
  options.hides_text = true;
  const render::Rendered rendered =
      render::Render({std::move(*text), operand}, values, &env.files, options);
  const pipeline::RenderedFile file(rendered, target);
  env.err << "ipec: note: " << support::Quoted(support::Abbreviated(operand))
          << " is a template: it is checked with any values for its placeholders; `ipec render` "
             "checks it with those of an image\n";
  for (std::size_t i = 0; i < file.sources().size(); ++i) {
    const pipeline::RenderedSource& source = file.sources()[i];
    if (i != 0 && source.findings.empty() && source.more == 0) continue;
    diagnostics::FileReport report = ReportOf(file, source, target);
    report.path = paths.FromRoot(source.path);
    renderer.Render(report);
  }
  return file.is_usable() ? ExitStatus::Ok : ExitStatus::Findings;
}

ExitStatus CheckFile(const std::string& operand, const targets::Target& target,
                     const check::Options& options, diagnostics::Renderer& renderer,
                     pipeline::ReportPaths& paths, Environment& env) {
  if (pipeline::IsClaimsName(operand)) return CheckClaims(operand, target, renderer, paths, env);
  if (render::IsTemplateName(operand)) {
    return CheckTemplate(operand, target, renderer, paths, env);
  }
  llvm::Expected<pipeline::PolicyFile> file = ReadPolicyFile(operand, env);
  if (!file) return Report(env, file.takeError());
  const pipeline::PolicyFileReading reading(std::move(*file), target, options);
  diagnostics::FileReport report = ReportOf(reading, target);
  if (operand != "-") report.path = paths.FromRoot(operand);
  renderer.Render(report);
  return reading.error() ? ExitStatus::Findings : ExitStatus::Ok;
}

ExitStatus RunCheck(const CheckOptions& options, Environment& env) {
  const targets::Target* target = TargetOf(options, env);
  if (target == nullptr) return ExitStatus::Usage;
  check::Options check;
  check.loaded = options.loaded;
  diagnostics::RenderOptions render;
  render.color = WantsColor(options, env, env.out);
  render.version = IPEC_VERSION;
  const auto renderer = diagnostics::MakeRenderer(options.format, env.out, render);
  pipeline::ReportPaths paths(env.files, options.operands);
  ExitStatus status = ExitStatus::Ok;
  for (const std::string& operand : options.operands) {
    status = Worse(status, CheckFile(operand, *target, check, *renderer, paths, env));
  }
  renderer->Finish();
  return status;
}

}  // namespace

const Command kCheckCommand{
    .operands = "FILE…",
    .description =
        "Reports whether the kernel of the target would accept each FILE, with the errno\n"
        "and every problem in the file: its place, its cause and how to fix it. FILE is\n"
        "policy text or a signed policy (PKCS#7, DER), of which only signatures by keys\n"
        "in the file are verified; `-` is standard input. The last line for each FILE is\n"
        "the verdict. NAME.claims is a file of claims: the words `never`, `always` or\n"
        "`only`, then a rule without an action. No kernel reads it, so there is no errno.\n"
        "NAME.pol.in is a template of `ipec render`: placeholders stand for any values.\n"
        "Exit status 1: a policy was rejected, or claims are malformed or cannot fail.",
    .example =
        "  $ ipec check device.pol\n"
        "  device.pol:3:4: error: unknown operation `EXECUT` for target `linux-6.12` "
        "[IPE0201 unknown-operation]\n"
        "      3 | op=EXECUT action=ALLOW\n"
        "        |    ^~~~~~\n"
        "  device.pol: note: did you mean `EXECUTE`?\n"
        "  device.pol:3:4: fix: replace with `EXECUTE`\n"
        "      3 + op=EXECUTE action=ALLOW\n"
        "  device.pol: linux-6.12 rejects this policy with EBADMSG "
        "(malformed policy text or signed message)",
    .least_operands = 1,
    .runner = Runs<RunCheck>(kOptions),
};

}  // namespace ipec::driver
