// `ipec diff`: which events two policies decide or record differently.

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/analysis/coverage.h"
#include "compiler/command/output_files.h"
#include "compiler/command/read_base.h"
#include "compiler/command/read_kernel.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/diff_operands.h"
#include "compiler/driver/diff_report.h"
#include "compiler/driver/report.h"
#include "compiler/pipeline/config_files.h"
#include "compiler/pipeline/report_paths.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"
#include "compiler/targets/unknown_target.h"

namespace ipec::driver {
namespace {

using namespace command;

using pipeline::FailOn;
using support::ErrorOf;
using support::Quoted;

struct DiffOptions : CommonOptions {
  std::optional<std::string> against;
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
    Value<&DiffOptions::against>("--against", "BASE", kAgainstHelp),
    Value<&DiffOptions::targets>("--target", "T", "the kernel dialect; compares for each of them"),
    Value<&DiffOptions::kernels>("--kernel", "CONFIG",
                                 "the configuration of a kernel; compares for each of them"),
    Value<&DiffOptions::only>("--only", "OP", "compare only this operation"),
    OneOf<&DiffOptions::fail_on, kFailOn>("--fail-on", "WHAT",
                                          "looser (the default), tighter, records, any or none"),
    Value<&DiffOptions::accept>("--accept", "FINGERPRINT",
                                "do not fail because of the difference with this fingerprint"),
    Value<&DiffOptions::outputs>("--output", "FORMAT[:FILE]",
                                 "text (the default), json, sarif, github or markdown"));

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
    std::vector<DiffPair> pairs;
    ExitStatus status = Find(pairs);
    std::vector<FileChange> changes;
    for (const DiffPair& pair : pairs) status = Worse(status, Compare(pair, changes));
    // A report of a part of the files would look like one of all.
    if (status != ExitStatus::Ok) return status;
    Print(changes);
    const bool fails = std::any_of(changes.begin(), changes.end(), [&](const FileChange& change) {
      return change.Fails(options_.fail_on);
    });
    return Worse(fails ? ExitStatus::Findings : ExitStatus::Ok, files_.Write());
  }

 private:
  ExitStatus Usage(llvm::Error error) {
    return Report(env_, ExitStatus::Usage, llvm::toString(std::move(error)));
  }

  static std::string NameOf(const std::string& operand) {
    return operand == "-" ? "<stdin>" : operand;
  }
  // One policy, on two kernels.
  bool on_two_kernels() const { return !options_.against && options_.operands.size() == 1; }

  ExitStatus Find(std::vector<DiffPair>& pairs) {
    if (options_.against) {
      std::optional<Base> base;
      const ExitStatus status = Base::Open(*options_.against, env_, base);
      return status != ExitStatus::Ok
                 ? status
                 : FindDiffPairs(options_.operands, *base, configs_, env_, pairs);
    }
    DiffPair pair;
    pair.path = NameOf(options_.operands.back());
    llvm::Expected<const pipeline::Config*> config = configs_.For(pair.path);
    if (!config) return Usage(config.takeError());
    pair.config = *config;
    if (!on_two_kernels()) {
      llvm::Expected<DiffOperand> before = ReadDiffOperand(options_.operands[0], env_);
      if (!before) return Report(env_, before.takeError());
      pair.before = std::move(*before);
    }
    llvm::Expected<DiffOperand> after = ReadDiffOperand(options_.operands.back(), env_);
    if (!after) return Report(env_, after.takeError());
    pair.after = std::move(*after);
    pairs.push_back(std::move(pair));
    return ExitStatus::Ok;
  }

  llvm::Error CheckCall() {
    if (!options_.against && options_.operands.size() > 2) {
      return ErrorOf("`ipec diff` compares OLD and NEW; to compare more files, use `--against`");
    }
    const auto inputs = std::count(options_.operands.begin(), options_.operands.end(), "-") +
                        std::count(options_.kernels.begin(), options_.kernels.end(), "-");
    if (options_.against == "-" && inputs != 0) {
      return ErrorOf("`--against`: standard input can be read only once");
    }
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
    llvm::Expected<policy::OperationSet> only = OperationsNamed(options_.only);
    if (!only) return only.takeError();
    only_ = *only;
    for (const std::string& fingerprint : options_.accept) {
      pipeline::Acceptances one;
      if (llvm::Error error = one.Add(fingerprint, "", PlaceOfOption(fingerprint))) {
        return ErrorOf("`--accept`: " + llvm::toString(std::move(error)));
      }
    }
    if (llvm::Error error = files_.AddAll(options_.outputs)) return error;
    std::vector<std::string> read = options_.operands;
    read.insert(read.end(), options_.kernels.begin(), options_.kernels.end());
    if (options_.against) read.push_back(*options_.against);
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

  static std::string PlaceOfOption(const std::string& fingerprint) {
    return "--accept=" + fingerprint;
  }

  // Of the call and of the file that ipec.toml names.
  llvm::Expected<pipeline::Acceptances*> AcceptancesOf(const pipeline::Config& config) {
    std::string path;
    if (const std::optional<std::string> named = pipeline::AcceptedPath(config)) {
      path = paths_.FromHere(*named);
    }
    const auto [entry, is_new] = acceptances_.try_emplace(path);
    pipeline::Acceptances& acceptances = entry->second;
    if (!is_new) return &acceptances;
    for (const std::string& fingerprint : options_.accept) {
      // CheckCall has checked them.
      llvm::cantFail(acceptances.Add(fingerprint, "", PlaceOfOption(fingerprint)));
    }
    if (path.empty()) return &acceptances;
    if (llvm::Error error = CheckOverwriting(path)) return error;
    if (llvm::Error error = CheckOverwriting(config.path)) return error;
    if (llvm::Error error = pipeline::ReadAccepted(env_.files, config, path, acceptances)) {
      return error;
    }
    return &acceptances;
  }

  // One of the call may be for the files of one ipec.toml only.
  std::vector<const pipeline::Acceptance*> UnusedAcceptances() const {
    std::vector<const pipeline::Acceptance*> unused;
    std::map<std::string, std::size_t> times;
    for (const auto& [path, acceptances] : acceptances_) {
      for (const pipeline::Acceptance* one : acceptances.Unused()) {
        const bool of_call = one->place == PlaceOfOption(one->fingerprint);
        if (!of_call || ++times[one->fingerprint] == acceptances_.size()) unused.push_back(one);
      }
    }
    return unused;
  }

  // The kernels of the call, or of ipec.toml, each with its name.
  llvm::Error FindTargets(const DiffPair& pair) {
    const pipeline::Config& config = *pair.config;
    const std::string& name = pair.path;
    const targets::Target* table = pair.after.table_target;
    if (pair.before && pair.before->table_target != nullptr) {
      const DiffOperand& operand = *pair.before;
      if (table != nullptr && table != operand.table_target) {
        return ErrorOf(
            fmt::format("the tables are compiled for {} and {}: compile the policies "
                        "for one kernel",
                        Describe(*operand.table_target), Describe(*table)));
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

  std::unique_ptr<const pipeline::PolicyFileReading> ReadFor(const DiffOperand& operand,
                                                             const targets::Target& target) {
    auto reading = std::make_unique<const pipeline::PolicyFileReading>(operand.file, target);
    if (reading->error()) PrintFindings(*reading, target, /*color=*/false, env_.err);
    return reading;
  }

  ExitStatus Compare(const DiffPair& pair, std::vector<FileChange>& changes) {
    if (llvm::Error error = CheckOverwriting(pair.path)) return Usage(std::move(error));
    llvm::Expected<pipeline::Acceptances*> acceptances = AcceptancesOf(*pair.config);
    if (!acceptances) return Usage(acceptances.takeError());
    if (llvm::Error error = FindTargets(pair)) return Usage(std::move(error));
    const std::size_t first = readings_.size();
    if (on_two_kernels()) {
      readings_.push_back({ReadFor(pair.after, *targets_[0]), ReadFor(pair.after, *targets_[1])});
    } else {
      for (const targets::Target* target : targets_) {
        auto before = pair.before ? ReadFor(*pair.before, *target) : nullptr;
        readings_.push_back({std::move(before), ReadFor(pair.after, *target)});
      }
    }
    const pipeline::ChangeOptions options{only_, *acceptances, on_two_kernels()};
    std::vector<pipeline::Change> by_target;
    for (std::size_t i = first; i < readings_.size(); ++i) {
      const auto& [before, after] = readings_[i];
      if ((before != nullptr && before->error()) || after->error()) return ExitStatus::Findings;
      const auto side = [](const pipeline::PolicyFileReading& reading) {
        return pipeline::ChangeSide{&reading.target_reading(), &reading.source()};
      };
      by_target.emplace_back(before != nullptr ? std::optional(side(*before)) : std::nullopt,
                             side(*after), options);
    }
    FileChange& change = changes.emplace_back(std::move(by_target), target_names_);
    change.size_signed = pair.after.signed_size;
    if (!change.size_signed && pair.after.table_target == nullptr &&
        pair.config->lint.signature_bytes) {
      change.size_signed =
          pair.after.file.text.text().size() + support::ToSize(*pair.config->lint.signature_bytes);
    }
    if (pair.path != NameOf("-")) change.path = paths_.FromRoot(pair.path);
    return ExitStatus::Ok;
  }

  void Print(const std::vector<FileChange>& changes) {
    for (const auto& to : files_.list()) {
      outputs_.push_back(DiffFormats()[to->format].make(*to->out));
    }
    const auto unused = UnusedAcceptances();
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      const bool is_comment = files_.NameOf(*files_.list()[i]) == "markdown";
      for (const FileChange* change : InOrder(changes, is_comment)) outputs_[i]->File(*change);
      outputs_[i]->Finish(unused);
    }
    for (const pipeline::Acceptance* one : unused) {
      env_.err << fmt::format("ipec: note: {}: no difference has the fingerprint {}\n",
                              support::Printable(one->place), one->fingerprint);
    }
  }

  const DiffOptions& options_;
  Environment& env_;
  OutputFiles files_;
  std::vector<std::unique_ptr<DiffOutput>> outputs_;
  pipeline::Configs configs_;
  pipeline::ReportPaths paths_;
  std::map<std::string, pipeline::Acceptances> acceptances_;  // by the file that ipec.toml names
  std::vector<ReadPair> readings_;                            // of all files
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
    .operands = "OLD NEW | POLICY | --against=BASE FILE|DIR…",
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
        "With --against, each FILE, and each policy that `ipec lint` finds in a DIR, is\n"
        "compared with its base: in git, the policy in a revision (also under another name), or\n"
        "one FILE for all. A policy that is new in git is compared with no policy, which never\n"
        "fails. If a base cannot be read, the status is 3, and nothing but messages is printed.\n"
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
        "  new.pol: note: fingerprint 43cf7be91712b75cb109\n"
        "  new.pol: 1 looser, 0 tighter, 0 records only (looser)\n"
        "  new.pol: device 1.0.0 after device 1.0.0: `update` answers ESTALE "
        "[IPE5001 version-not-bumped]",
    .least_operands = 1,
    .runner = Runs<RunDiff>(kOptions),
};

}  // namespace ipec::driver
