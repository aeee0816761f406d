#include "lint/lint_run.h"

#include <memory>
#include <set>

#include "compiler/command/read_inventory.h"
#include "compiler/command/read_policy.h"
#include "compiler/content/content.h"
#include "compiler/pipeline/claims_reading.h"
#include "compiler/pipeline/git_repository.h"
#include "compiler/pipeline/policy_files.h"
#include "compiler/pipeline/report_paths.h"
#include "compiler/render/render.h"
#include "compiler/render/stand_ins.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "lint/bases.h"
#include "lint/file_settings.h"
#include "lint/image.h"
#include "lint/lint_modes.h"
#include "lint/signed_file.h"

namespace ipec::lint {
namespace {

using namespace command;

class Run {
 public:
  Run(const LintOptions& options, Environment& env)
      : options_(options),
        env_(env),
        // Without operands, the current directory.
        operands_(options.operands.empty() ? std::vector<std::string>{"."} : options.operands),
        state_(options, env),
        settings_(options, env.files),
        bases_(options, env),
        named_(env.files, options.operands.size()),
        paths_(env.files, options.operands) {}

  ExitStatus Do() {
    if (llvm::Error error = settings_.CheckOptions()) {
      return Report(env_, ExitStatus::Usage, llvm::toString(std::move(error)));
    }
    if (!settings_.chosen().ReadKernels(options_.kernels, options_.operands, env_)) {
      return ExitStatus::Usage;
    }
    if (const ExitStatus wrong = bases_.Open(); wrong != ExitStatus::Ok) return wrong;
    if (const ExitStatus wrong = ReadImage(); wrong != ExitStatus::Ok) return wrong;
    if (const ExitStatus wrong = PrepareRun(state_, operands_); wrong != ExitStatus::Ok) {
      return wrong;
    }
    ExitStatus status = ExitStatus::Ok;
    for (const std::string& operand : operands_) status = Worse(status, Operand(operand));
    status = FinishRun(state_, status);
    const bool fails = found_nothing_ && options_.error_on_empty && state_.mode != Mode::ShowConfig;
    return status == ExitStatus::Ok && fails ? ExitStatus::Findings : status;
  }

 private:
  ExitStatus ReadImage() {
    if (!options_.with) return ExitStatus::Ok;
    // Standard input can be read only once.
    std::vector<std::string> readers = options_.operands;
    readers.insert(readers.end(), options_.kernels.begin(), options_.kernels.end());
    if (options_.against) readers.push_back(*options_.against);
    std::optional<inventory::Inventory> read;
    const ExitStatus status = ReadInventory(*options_.with, readers, env_, read);
    if (status == ExitStatus::Ok)
      image_ = std::make_shared<const Image>(
          std::make_shared<const inventory::Inventory>(std::move(*read)));
    return status;
  }

  ExitStatus Operand(const std::string& operand) {
    ExitStatus status = ExitStatus::Ok;
    const auto report = [&](llvm::Error error) {
      status = Worse(status, Report(env_, std::move(error)));
    };
    const pipeline::PolicyFiles found = pipeline::PoliciesAndClaimsOf(env_.files, operand, report);
    const bool is_whole = status == ExitStatus::Ok;
    const std::size_t before = taken_;
    in_directory_ = found.is_directory;
    status = Worse(status, bases_.Read(operand, found));
    for (std::size_t i = 0; i < found.paths.size(); ++i) {
      if (!named_.Add(found.paths[i])) {
        ++taken_;  // by an earlier operand
        continue;
      }
      status = Worse(status, File(found.paths[i], i));
    }
    if (found.is_directory && taken_ == before && is_whole) {
      Report(env_, ExitStatus::Ok, pipeline::NoPolicies(operand));
      found_nothing_ = true;
    }
    return status;
  }

  // `position` is that among the files of its operand.
  ExitStatus File(const std::string& operand, std::size_t position) {
    const std::string path = operand == "-" ? options_.stdin_filename.value_or("<stdin>") : operand;
    const std::string name = paths_.FromHere(path);
    llvm::Expected<const Settings*> found = settings_.For(name);
    if (!found || state_.mode == Mode::ShowConfig) ++taken_;
    if (!found) return Mistaken(found.takeError());
    for (const std::string& note : settings_.TakeNotes()) {
      env_.err << "ipec: note: " << note << '\n';
    }
    if (state_.mode == Mode::ShowConfig) {
      ShowConfig(state_, name, **found);
      return ExitStatus::Ok;
    }
    const pipeline::Config& config = (*found)->config;
    if (IsExcluded(name, config)) return ExitStatus::Ok;
    if (pipeline::IsClaimsName(name)) return Claims(operand, path, name, **found);
    if (render::IsTemplateName(name)) return Template(operand, path, name, **found);
    llvm::Expected<pipeline::PolicyFile> policy = ReadPolicyFile(operand, env_);
    if (!policy) {
      ++taken_;
      return Report(env_, policy.takeError());
    }
    if (const auto status = IsOther(name, *policy)) return *status;
    ++taken_;
    auto targets = settings_.TargetsFor(config, name);
    if (!targets) return Mistaken(targets.takeError());
    std::shared_ptr<const pipeline::Reading> base;
    const ExitStatus status = bases_.BaseOf(position, name, targets->targets, base);
    std::optional<Settings> own;
    const bool is_signed = policy->content.kind == content::Kind::Signed;
    const bool beside = IsSignedBeside(env_.files, path);
    if (beside || is_signed || base != nullptr || image_) {
      own = **found;
      own->signed_beside = beside;
      if (is_signed) {
        llvm::Expected<ReviewedText> reviewed = TextBeside(env_.files, path);
        if (!reviewed) return Report(env_, reviewed.takeError());
        own->reviewed = std::make_shared<const ReviewedText>(std::move(*reviewed));
      }
      own->base = std::move(base);
      if (image_) own->image = image_;
      auto acceptances = bases_.AcceptancesOf(config);
      if (!acceptances) return Mistaken(acceptances.takeError());
      own->acceptances = std::move(*acceptances);
    }
    const Settings& settings = own ? *own : **found;
    pipeline::Reading reading(support::SourceBuffer(name, policy->text.text().str()),
                              targets->targets);
    LintedFile file{operand,
                    {},
                    {},
                    is_signed,
                    std::move(policy->text),
                    std::move(reading),
                    settings,
                    std::move(targets->names)};
    // Standard input counts as a file if it has a name.
    if (operand != "-" || options_.stdin_filename) file.from_root = paths_.FromRoot(path);
    file.in_patch = paths_.ForPatch(path);
    return Worse(status, Lint(file));
  }

  // A template is rendered with the values of the image; what is not known has any value.
  ExitStatus Template(const std::string& operand, const std::string& path, const std::string& name,
                      const Settings& common) {
    ++taken_;
    if (state_.mode != Mode::Report || state_.fixes() || options_.against) {
      return Report(env_, support::ErrorOf(support::Quoted(name) +
                                           " is a template: it is neither fixed nor compared, but "
                                           "the policy that `ipec render` makes of it can be"));
    }
    llvm::Expected<support::SourceBuffer> text = ReadOperand(operand, env_);
    if (!text) return Report(env_, text.takeError());
    auto targets = settings_.TargetsFor(common.config, std::string(render::PolicyNameOf(name)));
    if (!targets) return Mistaken(targets.takeError());
    std::optional<render::InventoryValues> values;
    const render::DigestForm form = render::FormFor(*targets->targets.front());
    Settings settings = common;
    if (image_) settings.image = image_;
    if (settings.image) {
      values = llvm::cantFail(render::InventoryValues::Make(settings.image->inventory(), {}, form));
    }
    render::Options options;
    options.hides_text = !values;
    render::StandIns stand_ins(values ? &*values : nullptr, form);
    const render::Rendered rendered = render::Render(
        {support::SourceBuffer(name, text->text().str()), operand == "-" ? "" : operand}, stand_ins,
        &env_.files, options);
    LintedTemplate file{rendered, {}, settings, std::move(*targets)};
    if (operand != "-" || options_.stdin_filename) file.from_root = paths_.FromRoot(path);
    ReportTemplate(state_, file);
    return ExitStatus::Ok;
  }

  // Files of claims are checked; no lint rule is about them.
  ExitStatus Claims(const std::string& operand, const std::string& path, const std::string& name,
                    const Settings& settings) {
    ++taken_;
    llvm::Expected<support::SourceBuffer> text = ReadOperand(operand, env_);
    if (!text) return Report(env_, text.takeError());
    auto targets = settings_.TargetsFor(settings.config, name);
    if (!targets) return Mistaken(targets.takeError());
    pipeline::ClaimsReading reading(support::SourceBuffer(name, text->text().str()),
                                    targets->targets);
    LintedClaims file{operand,
                      {},
                      paths_.ForPatch(path),
                      std::move(*text),
                      std::move(reading),
                      settings,
                      std::move(targets->names)};
    if (operand != "-" || options_.stdin_filename) file.from_root = paths_.FromRoot(path);
    return ReportClaims(state_, file);
  }

  ExitStatus Lint(LintedFile& file) {
    if (state_.mode == Mode::Diff) return PrintDiff(state_, file);
    if (state_.mode == Mode::WriteBaseline) return AddToBaseline(state_, file);
    return ReportFindings(state_, file);
  }

  // The same error in the configuration of many files is reported once.
  ExitStatus Mistaken(llvm::Error error) {
    const std::string words = llvm::toString(std::move(error));
    if (mistakes_.insert(words).second) Report(env_, ExitStatus::Usage, words);
    return ExitStatus::Usage;
  }

  // Whether the file is skipped, because of ipec.toml or because it is not policy text. Skipped
  // files in a directory appear only in the statistics; an operand gets a message.
  bool IsExcluded(const std::string& name, const pipeline::Config& config) {
    if (!pipeline::IsExcluded(config, name)) return false;
    state_.tally.CountSkipped("excluded by ipec.toml");
    if (!in_directory_) {
      Report(env_, ExitStatus::Ok,
             support::Quoted(name) + " is excluded by " + support::Quoted(config.path));
    }
    return true;
  }

  std::optional<ExitStatus> IsOther(const std::string& name, const pipeline::PolicyFile& file) {
    const content::Content& what = file.content;
    if (what.kind == content::Kind::Text) return std::nullopt;
    const bool is_signed = what.kind == content::Kind::Signed && !in_directory_;
    const bool changes = state_.fixes() || state_.mode == Mode::Diff;
    if (is_signed && !changes && !file.IsRejectedMessage()) return std::nullopt;
    state_.tally.CountSkipped(what.what);
    if (in_directory_) return ExitStatus::Ok;
    if (is_signed && !changes) {
      return Report(env_, support::ErrorOf(support::Quoted(name) +
                                           " is a signed file that the kernel rejects before it "
                                           "reads the policy; `ipec check` reports why"));
    }
    return Report(env_, content::NotTextError(what, name, changes ? "fix" : "lint"));
  }

  const LintOptions& options_;
  Environment& env_;
  std::vector<std::string> operands_;
  RunState state_;
  FileSettings settings_;
  Bases bases_;
  pipeline::FilesOnce named_;
  pipeline::ReportPaths paths_;
  std::set<std::string> mistakes_;
  std::shared_ptr<const Image> image_;  // null without --with
  bool in_directory_ = false;           // the file was found in a directory operand
  std::size_t taken_ = 0;               // files that were not skipped
  bool found_nothing_ = false;          // in a directory operand
};

}  // namespace

ExitStatus RunLint(const LintOptions& options, Environment& env) {
  return Run(options, env).Do();
}

}  // namespace ipec::lint
