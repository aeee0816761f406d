// `ipec diff`: which events two policies decide or record differently.

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/analysis/coverage.h"
#include "compiler/command/output_files.h"
#include "compiler/command/read_kernel.h"
#include "compiler/command/read_policy.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/diff_report.h"
#include "compiler/driver/report.h"
#include "compiler/pipeline/config_files.h"
#include "compiler/pipeline/report_paths.h"
#include "compiler/pipeline/table_text.h"
#include "compiler/support/printable.h"
#include "compiler/support/suggest.h"
#include "compiler/support/wording.h"
#include "compiler/targets/unknown_target.h"

namespace ipec::driver {
namespace {

using namespace command;

using pipeline::FailOn;
using support::ErrorOf;
using support::Quoted;

struct DiffOptions : CommonOptions {
  std::vector<std::string> targets;
  std::vector<std::string> kernels;
  std::vector<std::string> only;
  std::vector<std::string> accept;
  std::vector<std::string> outputs;
  FailOn fail_on = FailOn::Looser;
};

constexpr Choice<FailOn> kFailOn[] = {{"looser", FailOn::Looser},
                                      {"tighter", FailOn::Tighter},
                                      {"records", FailOn::Records},
                                      {"any", FailOn::Any},
                                      {"none", FailOn::None}};

constexpr auto kOptions = Table<DiffOptions>(
    Value<&DiffOptions::targets>("--target", "T", "the kernel dialect; compares for each of them"),
    Value<&DiffOptions::kernels>("--kernel", "CONFIG",
                                 "the configuration of a kernel; compares for each of them"),
    Value<&DiffOptions::only>("--only", "OP", "compare only this operation; can be repeated"),
    OneOf<&DiffOptions::fail_on, kFailOn>("--fail-on", "WHAT",
                                          "looser (the default), tighter, records, any or none"),
    Value<&DiffOptions::accept>("--accept", "FINGERPRINT",
                                "do not fail because of the difference with this fingerprint"),
    Value<&DiffOptions::outputs>("--output", "FORMAT[:FILE]",
                                 "text (the default), json, sarif, github or markdown"));

// One operand, as it was read: text, also of a signed file or of a table.
struct Operand {
  pipeline::PolicyFile file;
  const targets::Target* table_target = nullptr;  // of a table
  // Nothing: it is not signed.
  std::optional<std::size_t> signed_size;
};

std::vector<std::string_view> FormatNames() {
  std::vector<std::string_view> names;
  for (const DiffFormat& row : DiffFormats()) names.push_back(row.name);
  return names;
}

// The two files of a comparison, read for one target.
struct ReadPair {
  std::unique_ptr<const pipeline::PolicyFileReading> before;
  std::unique_ptr<const pipeline::PolicyFileReading> after;
};

class DiffRun {
 public:
  DiffRun(const DiffOptions& options, Environment& env)
      : options_(options),
        env_(env),
        files_(env, FormatNames()),
        configs_(env.files),
        paths_(env.files, options.operands) {}

  ExitStatus Do() {
    if (llvm::Error error = CheckCall()) return Usage(std::move(error));
    if (!ReadKernels()) return ExitStatus::Usage;
    llvm::Expected<const pipeline::Config*> config = configs_.For(NameOf(options_.operands.back()));
    if (!config) return Usage(config.takeError());
    if (llvm::Error error = ReadAcceptances(**config)) return Usage(std::move(error));
    std::vector<Operand> operands;
    for (const std::string& operand : options_.operands) {
      if (const ExitStatus status = Read(operand, operands.emplace_back());
          status != ExitStatus::Ok) {
        return status;
      }
    }
    if (llvm::Error error = FindTargets(**config, operands)) return Usage(std::move(error));
    return Finish(Compare(**config, operands));
  }

 private:
  ExitStatus Usage(llvm::Error error) {
    return Report(env_, ExitStatus::Usage, llvm::toString(std::move(error)));
  }

  static std::string NameOf(const std::string& operand) {
    return operand == "-" ? "<stdin>" : operand;
  }
  // One policy, on two kernels.
  bool on_two_kernels() const { return options_.operands.size() == 1; }

  llvm::Error CheckCall() {
    if (on_two_kernels() && options_.kernels.size() + options_.targets.size() < 2) {
      return ErrorOf(
          "`ipec diff` needs OLD and NEW, or one policy and two kernels: `--kernel=A --kernel=B`");
    }
    for (const std::string& name : options_.targets) {
      const targets::Target* const target = targets::FindTarget(name);
      if (target == nullptr) return ErrorOf(targets::UnknownTarget(name));
      if (std::find(chosen_.begin(), chosen_.end(), target) == chosen_.end()) {
        chosen_.push_back(target);
      }
    }
    for (const std::string& name : options_.only) {
      const auto operation = runtime::FindOperation(name);
      if (!operation) {
        return ErrorOf(
            "`--only`: unknown operation " + Quoted(support::Abbreviated(name)) +
            support::Suggest(name, runtime::kOperationNames,
                             "; the operations are " + support::Listed(runtime::kOperationNames)));
      }
      only_.Add(*operation);
    }
    for (const std::string& fingerprint : options_.accept) {
      if (llvm::Error error = acceptances_.Add(fingerprint, "", "--accept=" + fingerprint)) {
        return ErrorOf("`--accept`: " + llvm::toString(std::move(error)));
      }
    }
    if (llvm::Error error = files_.AddAll(options_.outputs)) return error;
    std::vector<std::string> read = options_.operands;
    read.insert(read.end(), options_.kernels.begin(), options_.kernels.end());
    for (const std::string& path : read) {
      if (llvm::Error error = CheckOverwriting(path)) return error;
    }
    return llvm::Error::success();
  }

  // A file that is read must not be written to.
  llvm::Error CheckOverwriting(const std::string& path) const {
    for (const std::string& written : files_.Files()) {
      if (path == "-" || !env_.files.SameFile(written, path)) continue;
      return ErrorOf(Quoted(written) + " is read and would be overwritten");
    }
    return llvm::Error::success();
  }

  // False after an error message.
  bool ReadKernels() {
    if (std::count(options_.kernels.begin(), options_.kernels.end(), "-") > 1) {
      Report(env_, ExitStatus::Usage, "`--kernel`: standard input can be read only once");
      return false;
    }
    for (const std::string& path : options_.kernels) {
      auto kernel = ReadKernel(path, !chosen_.empty(), options_.operands, env_);
      if (!kernel) return false;
      kernels_.push_back(std::move(*kernel));
    }
    return true;
  }

  llvm::Error ReadAcceptances(const pipeline::Config& config) {
    if (config.diff.accepted.empty()) return llvm::Error::success();
    const bool is_absolute = config.diff.accepted.starts_with('/');
    const std::string path =
        paths_.FromHere((is_absolute ? "" : config.directory) + config.diff.accepted);
    if (llvm::Error error = CheckOverwriting(path)) return error;
    if (llvm::Error error = CheckOverwriting(config.path)) return error;
    llvm::Expected<std::string> text = env_.files.Read(path);
    if (!text) {
      return ErrorOf(config.path + ": `diff.accepted`: " + llvm::toString(text.takeError()));
    }
    return acceptances_.Read(path, *text);
  }

  ExitStatus Read(const std::string& path, Operand& operand) {
    llvm::Expected<pipeline::PolicyFile> file = ReadPolicyFile(path, env_);
    if (!file) return Report(env_, file.takeError());
    operand.file = std::move(*file);
    if (operand.file.content.kind == content::Kind::Signed) {
      operand.signed_size = operand.file.file.text().size();
    }
    if (operand.file.content.kind != content::Kind::Table) return ExitStatus::Ok;
    llvm::Expected<pipeline::TableText> text = pipeline::ReadTableText(operand.file.text);
    if (!text) return Report(env_, text.takeError());
    operand.file.content = {};
    operand.file.text = std::move(text->text);
    operand.table_target = text->target;
    return ExitStatus::Ok;
  }

  // The kernels of the call, or of ipec.toml, each with its name.
  llvm::Error FindTargets(const pipeline::Config& config, const std::vector<Operand>& operands) {
    const std::string name = NameOf(options_.operands.back());
    const targets::Target* table = nullptr;
    for (const Operand& operand : operands) {
      if (operand.table_target == nullptr) continue;
      if (table != nullptr && table != operand.table_target) {
        return ErrorOf(
            fmt::format("the tables are compiled for {} and {}: compile the policies "
                        "for one kernel",
                        Describe(*table), Describe(*operand.table_target)));
      }
      table = operand.table_target;
    }
    if (table != nullptr && chosen_.empty() && kernels_.empty()) {
      targets_ = {table};
      target_names_ = {Describe(*table)};
      return llvm::Error::success();
    }
    if (llvm::Error error = pipeline::CheckTargets(config, name, chosen_, kernels_)) return error;
    targets_ = on_two_kernels() && kernels_.size() == 2
                   ? TargetsOfTwo(config, name)
                   : pipeline::TargetsOf(config, name, chosen_, kernels_);
    target_names_ = pipeline::NamesOf(targets_, config, name, chosen_, kernels_);
    if (on_two_kernels() && kernels_.size() == targets_.size()) {
      for (std::size_t i = 0; i < kernels_.size(); ++i) {
        target_names_[i] = fmt::format("{} ({})", kernels_[i].file, Describe(*targets_[i]));
      }
    }
    if (table != nullptr && targets_ != std::vector{table}) {
      return ErrorOf(
          fmt::format("the table is compiled for {}; leave --target and --kernel out, or "
                      "compile it again",
                      Describe(*table)));
    }
    if (llvm::Error error = CheckOnly()) return error;
    return on_two_kernels() ? CheckTwo() : llvm::Error::success();
  }

  // Two kernels may be the same target.
  std::vector<const targets::Target*> TargetsOfTwo(const pipeline::Config& config,
                                                   const std::string& name) const {
    std::vector<const targets::Target*> both;
    for (const pipeline::Kernel& kernel : kernels_) {
      for (const targets::Target* target :
           pipeline::TargetsOf(config, name, chosen_, std::span(&kernel, 1))) {
        both.push_back(target);
      }
    }
    return both;
  }

  llvm::Error CheckOnly() const {
    for (const policy::Operation operation : only_) {
      const bool is_known =
          std::any_of(targets_.begin(), targets_.end(), [&](const targets::Target* target) {
            return operation == policy::Operation::Unknown || target->Knows(operation);
          });
      if (is_known) continue;
      return ErrorOf(fmt::format("`--only`: {} does not have the operation {}",
                                 support::Listed(target_names_, "and"), Name(operation)));
    }
    return llvm::Error::success();
  }

  llvm::Error CheckTwo() const {
    if (targets_.size() != 2) {
      return ErrorOf(
          fmt::format("one policy is compared on two kernels, not on {}; `ipec diff OLD "
                      "NEW` compares two policies for any number of them",
                      targets_.size()));
    }
    if (analysis::SameEvents(targets_[0]->semantics(), targets_[1]->semantics())) {
      return llvm::Error::success();
    }
    return ErrorOf(fmt::format(
        "{} and {} have different events, so their decisions cannot be compared; `ipec diff "
        "--target=T OLD NEW` compares two policies for one of them",
        target_names_[0], target_names_[1]));
  }

  std::unique_ptr<const pipeline::PolicyFileReading> ReadFor(const Operand& operand,
                                                             const targets::Target& target) {
    auto reading = std::make_unique<const pipeline::PolicyFileReading>(operand.file, target);
    if (reading->error()) PrintFindings(*reading, target, /*color=*/false, env_.err);
    return reading;
  }

  ExitStatus Compare(const pipeline::Config& config, const std::vector<Operand>& operands) {
    const Operand& after = operands.back();
    std::vector<ReadPair> pairs;
    if (on_two_kernels()) {
      pairs.push_back({ReadFor(after, *targets_[0]), ReadFor(after, *targets_[1])});
    } else {
      for (const targets::Target* target : targets_) {
        pairs.push_back({ReadFor(operands[0], *target), ReadFor(after, *target)});
      }
    }
    pipeline::ChangeOptions options{only_, &acceptances_, on_two_kernels()};
    std::vector<pipeline::Change> changes;
    for (const ReadPair& pair : pairs) {
      if (pair.before->error() || pair.after->error()) return ExitStatus::Findings;
      const auto side = [](const pipeline::PolicyFileReading& reading) {
        return pipeline::ChangeSide{&reading.target_reading(), &reading.source()};
      };
      changes.emplace_back(side(*pair.before), side(*pair.after), options);
    }
    FileChange change(std::move(changes), target_names_);
    change.size_signed = after.signed_size;
    if (!change.size_signed && after.table_target == nullptr && config.lint.signature_bytes) {
      change.size_signed =
          after.file.text.text().size() + support::ToSize(*config.lint.signature_bytes);
    }
    if (options_.operands.back() != "-") change.path = paths_.FromRoot(options_.operands.back());
    Print(change);
    return change.Fails(options_.fail_on) ? ExitStatus::Findings : ExitStatus::Ok;
  }

  void Print(const FileChange& change) {
    for (const auto& to : files_.list()) {
      outputs_.push_back(DiffFormats()[to->format].make(*to->out));
    }
    for (const auto& output : outputs_) output->File(change);
    const auto unused = acceptances_.Unused();
    for (const auto& output : outputs_) output->Finish(unused);
    for (const pipeline::Acceptance* one : unused) {
      env_.err << fmt::format("ipec: note: {}: no difference has the fingerprint {}\n",
                              support::Printable(one->place), one->fingerprint);
    }
  }

  ExitStatus Finish(ExitStatus status) {
    if (outputs_.empty()) return status;
    return Worse(status, files_.Write());
  }

  const DiffOptions& options_;
  Environment& env_;
  OutputFiles files_;
  std::vector<std::unique_ptr<DiffOutput>> outputs_;
  pipeline::Configs configs_;
  pipeline::ReportPaths paths_;
  pipeline::Acceptances acceptances_;
  policy::OperationSet only_;
  std::vector<const targets::Target*> chosen_;
  std::vector<pipeline::Kernel> kernels_;
  std::vector<const targets::Target*> targets_;
  std::vector<std::string> target_names_;
};

ExitStatus RunDiff(const DiffOptions& options, Environment& env) {
  return DiffRun(options, env).Do();
}

}  // namespace

const Command kDiffCommand{
    .operands = "OLD NEW | POLICY",
    .description =
        "Prints which events the policies OLD and NEW decide differently, by the pair of\n"
        "statements that decide: looser (denied before, allowed now), tighter, or only\n"
        "recorded differently; how many cases these are, with an event for `ipec eval`;\n"
        "and what a kernel answers when NEW follows OLD. Layout, comments and the order of\n"
        "rules that decide nothing different do not count. OLD and NEW are text, signed\n"
        "policies or tables; `-` is standard input. The answer is exact: every event of\n"
        "the target that is not printed is decided and recorded as before.\n"
        "With several --target or --kernel, the policies are compared for each. With two\n"
        "of them and one POLICY, it is compared on the two kernels: a DENY that tests a\n"
        "property that the second one was built without makes it looser. Without them,\n"
        "the targets are those of the ipec.toml of NEW.\n"
        "--accept, or a line `Ipec-Accept: FINGERPRINT reason` in the file that the key\n"
        "`diff.accepted` of ipec.toml names, accepts a difference: it is still printed.\n"
        "Exit status 1: a difference at or above --fail-on that is not accepted (looser is\n"
        "above tighter, which is above records; any adds the answers to a wrong name or\n"
        "version), or a policy was rejected.",
    .example =
        "  $ (cat device.pol; echo op=EXECUTE boot_verified=TRUE action=ALLOW) > new.pol\n"
        "  $ ipec diff device.pol new.pol\n"
        "  new.pol:3:1: looser: EXECUTE is now allowed for files on the initramfs "
        "[IPE2014 weaker-than-base]\n"
        "      3 | op=EXECUTE boot_verified=TRUE action=ALLOW\n"
        "  device.pol:2:1: note: denied before by the DEFAULT in line 2; 3 of 9 cases\n"
        "      2 | DEFAULT action=DENY\n"
        "  new.pol: note: for example "
        R"({"op":"EXECUTE","hook":"MMAP","file":{},"boot_verified":true})"
        "\n"
        "  new.pol: note: fingerprint 87dc32a564184c050549\n"
        "  new.pol: 1 looser, 0 tighter, 0 records only (looser)\n"
        "  new.pol: device 1.0.0 after device 1.0.0: `update` answers ESTALE "
        "[IPE5001 version-not-bumped]",
    .least_operands = 1,
    .most_operands = 2,
    .runner = Runs<RunDiff>(kOptions),
};

}  // namespace ipec::driver
