// `ipec render`: from a template and an inventory to the text of a policy.

#include <utility>

#include <fmt/format.h>

#include "compiler/command/read_inventory.h"
#include "compiler/diagnostics/render.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/report.h"
#include "compiler/driver/target_option.h"
#include "compiler/pipeline/rendered_file.h"
#include "compiler/pipeline/report_paths.h"
#include "compiler/render/own_volume.h"
#include "compiler/render/render.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using namespace command;

using diagnostics::Format;
using support::ErrorOf;
using support::Quoted;

struct RenderOptions : TargetOptions {
  std::optional<std::string> with;
  std::vector<std::string> settings;
  std::optional<std::string> output;
  Format format = Format::Text;
};

constexpr Choice<Format> kFormats[] = {
    {"text", Format::Text}, {"json", Format::Json}, {"sarif", Format::Sarif}};

constexpr auto kOptions = Table<RenderOptions>(
    Value<&RenderOptions::output>("-o", "OUT", "write the policy here; `-` is standard output"),
    Value<&RenderOptions::with>("--with", "INVENTORY", kWithHelp),
    Value<&RenderOptions::settings>("--set", "NAME=VALUE", "the value of `@{NAME}`"), kTargetOption,
    kKernelOption,
    OneOf<&RenderOptions::format, kFormats>("--format", "FORMAT",
                                            "of findings: text (the default), json or sarif"));

class Run {
 public:
  Run(const RenderOptions& options, Environment& env)
      : options_(options), env_(env), operand_(options.operands[0]) {}

  ExitStatus Do() {
    const targets::Target* target = TargetOf(options_, env_);
    if (target == nullptr) return ExitStatus::Usage;
    if (llvm::Error error = CheckOutput()) return Usage(std::move(error));
    std::optional<inventory::Inventory> inventory;
    if (const ExitStatus status = ReadWith(inventory); status != ExitStatus::Ok) return status;
    if (!inventory) inventory.emplace();
    std::vector<render::Setting> settings;
    settings.reserve(options_.settings.size());
    for (const std::string& text : options_.settings) {
      llvm::Expected<render::Setting> setting = render::ParseSetting(text);
      if (!setting) return Usage(Prefixed("`--set`: ", setting.takeError()));
      settings.push_back(std::move(*setting));
    }
    llvm::Expected<render::InventoryValues> values =
        render::InventoryValues::Make(*inventory, std::move(settings), render::FormFor(*target));
    if (!values) return Usage(Prefixed("`--set`: ", values.takeError()));
    llvm::Expected<support::SourceBuffer> text = ReadOperand(operand_, env_);
    if (!text) return Report(env_, text.takeError());
    const render::Rendered rendered =
        render::Render({std::move(*text), operand_ == "-" ? "" : operand_}, *values, &env_.files);
    if (llvm::Error error = CheckIncludes(rendered)) return Usage(std::move(error));
    const pipeline::RenderedFile file(rendered, *target);
    if (const ExitStatus status = Print(file, *target); status != ExitStatus::Ok) return status;
    if (llvm::Error error = CheckSettings(*values)) return Usage(std::move(error));
    if (llvm::Error error = CheckPlace(*inventory, *values)) return Usage(std::move(error));
    return Write(rendered.text);
  }

 private:
  ExitStatus Usage(llvm::Error error) {
    return Report(env_, ExitStatus::Usage, llvm::toString(std::move(error)));
  }

  static llvm::Error Prefixed(const char* words, llvm::Error error) {
    return ErrorOf(words + llvm::toString(std::move(error)));
  }

  // Standard output is never equal to a file.
  llvm::Error CheckNot(const std::string& input, std::string_view what) const {
    const std::string& output = *options_.output;
    if (output == "-" || input == "-" || !env_.files.SameFile(output, input)) {
      return llvm::Error::success();
    }
    return ErrorOf("the output " + Quoted(output) + " is " + std::string(what));
  }

  llvm::Error CheckOutput() const {
    if (!options_.output || options_.output->empty()) {
      return ErrorOf("`ipec render` needs `-o OUT`; `-o -` is standard output");
    }
    if (llvm::Error error = CheckNot(PathOfOperand(operand_), "the template itself")) return error;
    if (options_.kernel) {
      if (llvm::Error error = CheckNot(*options_.kernel, "the kernel configuration")) return error;
    }
    return options_.with ? CheckNot(*options_.with, "the inventory") : llvm::Error::success();
  }

  llvm::Error CheckIncludes(const render::Rendered& rendered) const {
    for (const render::Source& source : rendered.sources) {
      if (&source == &rendered.sources.front()) continue;
      if (llvm::Error error = CheckNot(source.path, "a file that the template includes")) {
        return error;
      }
    }
    return llvm::Error::success();
  }

  ExitStatus ReadWith(std::optional<inventory::Inventory>& inventory) {
    if (!options_.with) return ExitStatus::Ok;
    std::vector<std::string> readers = options_.operands;
    if (options_.kernel) readers.push_back(*options_.kernel);
    return ReadInventory(*options_.with, readers, env_, inventory);
  }

  llvm::Error CheckSettings(const render::InventoryValues& values) const {
    const std::vector<std::string_view> unused = values.UnusedSettings();
    if (unused.empty()) return llvm::Error::success();
    const std::string name = support::Abbreviated(unused.front());
    return ErrorOf(
        fmt::format("`--set={}`: the template has no placeholder `@{{{}}}`", name, name));
  }

  llvm::Error CheckPlace(const inventory::Inventory& inventory,
                         const render::InventoryValues& values) const {
    if (*options_.output == "-") return llvm::Error::success();
    return render::CheckPlace(*options_.output, inventory, values, env_.files);
  }

  // Prints findings. Another status than Ok: the policy is not written.
  ExitStatus Print(const pipeline::RenderedFile& file, const targets::Target& target) {
    support::Output& out = *options_.output == "-" ? env_.err : env_.out;
    diagnostics::RenderOptions render;
    render.color = WantsColor(options_, env_, out);
    render.verdict = false;
    render.version = IPEC_VERSION;
    const auto renderer = diagnostics::MakeRenderer(options_.format, out, render);
    pipeline::ReportPaths paths(env_.files, options_.operands);
    for (std::size_t i = 0; i < file.sources().size(); ++i) {
      const pipeline::RenderedSource& source = file.sources()[i];
      // Machine formats have a result for the template in any case.
      const bool is_empty = source.findings.empty() && source.more == 0;
      if (is_empty && (i != 0 || options_.format == Format::Text)) continue;
      diagnostics::FileReport report = ReportOf(file, source, target);
      if (!source.path.empty()) report.path = paths.FromRoot(source.path);
      renderer->Render(report);
    }
    renderer->Finish();
    return file.is_usable() ? ExitStatus::Ok : ExitStatus::Findings;
  }

  ExitStatus Write(const std::string& text) {
    if (*options_.output == "-") {
      env_.out << text;
      return ExitStatus::Ok;
    }
    if (llvm::Error error = env_.files.Write(*options_.output, text)) {
      return Report(env_, std::move(error));
    }
    return ExitStatus::Ok;
  }

  const RenderOptions& options_;
  Environment& env_;
  const std::string& operand_;
};

ExitStatus RunRender(const RenderOptions& options, Environment& env) {
  return Run(options, env).Do();
}

}  // namespace

const Command kRenderCommand{
    .operands = "TEMPLATE",
    .description =
        "Writes the policy that TEMPLATE becomes with the values of an inventory.\n"
        "`@{usr.roothash}` is the root hash of the volume `usr`, `@{files./bin/sh.digest}`\n"
        "the fs-verity digest of a file, and `@{NAME}` the value of --set. A statement with\n"
        "a pattern (`@{volumes.*.roothash}`) repeats for each volume that matches.\n"
        "`@include \"FILE\"` inserts another template, relative to this one. Comments are\n"
        "copied as they are. `-` is standard input.\n"
        "A value that is missing, unused, empty or of the wrong length is an error. The\n"
        "policy is checked for the target, and findings name places in the template; a\n"
        "policy that the kernel would reject is not written. `ipec lint --with=INVENTORY\n"
        "TEMPLATE` lints it.\n"
        "Exit status 1: the template is malformed, or the policy is rejected.",
    .example =
        "  $ sed s/1.0.0/@{version}/ device.pol > device.pol.in\n"
        "  $ ipec render --set=version=1.2.0 -o - device.pol.in\n"
        "  policy_name=device policy_version=1.2.0\n"
        "  DEFAULT action=DENY",
    .least_operands = 1,
    .most_operands = 1,
    .runner = Runs<RunRender>(kOptions),
};

}  // namespace ipec::driver
