// `ipec diff`: which events two policies decide or record differently.

#include <algorithm>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/command/file_targets.h"
#include "compiler/command/output_files.h"
#include "compiler/command/read_base.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/diff_acceptances.h"
#include "compiler/driver/diff_operands.h"
#include "compiler/driver/diff_report.h"
#include "compiler/driver/diff_targets.h"
#include "compiler/driver/report.h"
#include "compiler/pipeline/config_files.h"
#include "compiler/pipeline/report_paths.h"
#include "compiler/support/parallel.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

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

std::vector<std::string_view> FormatNames() {
  std::vector<std::string_view> names;
  for (const DiffFormat& row : DiffFormats()) names.push_back(row.name);
  return names;
}

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
    WithWords(Value<&DiffOptions::outputs>("--output", "FORMAT[:FILE]",
                                           "text (the default), json, sarif, github or markdown"),
              FormatNames));

class DiffRun {
 public:
  DiffRun(const DiffOptions& options, Environment& env)
      : options_(options),
        env_(env),
        files_(env, FormatNames()),
        targets_(on_two_kernels(), env),
        paths_(env.files, options.operands),
        acceptances_(options.accept, paths_, env) {}

  ExitStatus Do() {
    if (llvm::Error error = CheckCall()) return Usage(std::move(error));
    if (!targets_.Choose(options_.targets, options_.kernels, options_.operands)) {
      return ExitStatus::Usage;
    }
    DiffPairs found;
    ExitStatus status = Find(found);
    DiffReport report;
    for (DiffPair& pair : found.pairs) status = Worse(status, Compare(pair, report.files));
    // A report of a part of the files would look like one of all.
    if (status != ExitStatus::Ok) return status;
    report.deleted = std::move(found.deleted);
    report.unused = acceptances_.Unused();
    Print(report);
    const bool fails = report.Fails(options_.fail_on);
    return Worse(fails ? ExitStatus::Findings : ExitStatus::Ok, files_.Write());
  }

 private:
  ExitStatus Usage(llvm::Error error) {
    return Report(env_, ExitStatus::Usage, llvm::toString(std::move(error)));
  }

  std::string NameOf(const std::string& operand) {
    return operand == "-" ? "<stdin>" : paths_.FromHere(operand);
  }
  // One policy, on two kernels.
  bool on_two_kernels() const { return !options_.against && options_.operands.size() == 1; }

  ExitStatus Find(DiffPairs& found) {
    if (options_.against) {
      std::optional<Base> base;
      const ExitStatus status = Base::Open(*options_.against, env_, base);
      return status != ExitStatus::Ok
                 ? status
                 : FindDiffPairs(options_.operands, *base, targets_.configs(), paths_, env_, found);
    }
    DiffPair pair;
    const std::string& new_policy = options_.operands.back();
    pair.path = NameOf(new_policy);
    llvm::Expected<const pipeline::Config*> config = targets_.configs().For(pair.path);
    if (!config) return Usage(config.takeError());
    pair.config = *config;
    if (!on_two_kernels()) {
      const std::string& old_policy = options_.operands[0];
      if (old_policy != "-") pair.path_before = old_policy;
      auto before = ReadDiffOperand(old_policy, NameOf(old_policy), env_);
      if (!before) return Report(env_, before.takeError());
      pair.before = std::move(*before);
    }
    llvm::Expected<DiffOperand> after = ReadDiffOperand(new_policy, pair.path, env_);
    if (!after) return Report(env_, after.takeError());
    pair.after = std::move(*after);
    found.pairs.push_back(std::move(pair));
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
    const std::size_t chosen = options_.kernels.size() + SplitValues(options_.targets).size();
    if (on_two_kernels() && chosen < 2) {
      return ErrorOf(
          "`ipec diff` needs OLD and NEW, or one policy and two kernels: `--kernel=A --kernel=B`");
    }
    llvm::Expected<policy::OperationSet> only = OperationsNamed(SplitValues(options_.only));
    if (!only) return only.takeError();
    only_ = *only;
    if (llvm::Error error = acceptances_.CheckOption()) return error;
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

  using Reading = std::unique_ptr<const pipeline::PolicyFileReading>;
  struct Readings {
    Reading before;
    Reading after;
  };

  static Reading ReadFor(pipeline::PolicyFile file, const targets::Target& target) {
    auto reading = std::make_unique<const pipeline::PolicyFileReading>(std::move(file), target);
    if (!reading->error()) reading->target_reading().coverage();  // made at its first use
    return reading;
  }

  void ReadBoth(std::optional<pipeline::PolicyFile> before, const targets::Target& before_target,
                pipeline::PolicyFile after, const targets::Target& after_target) {
    Readings both;
    const auto read_before = [&] {
      if (before) both.before = ReadFor(std::move(*before), before_target);
    };
    const auto read_after = [&] { both.after = ReadFor(std::move(after), after_target); };
    // A shorter one is read faster than a thread starts.
    constexpr std::size_t kLong = std::size_t{1} << 16U;
    if (before && std::min(before->text.text().size(), after.text.text().size()) > kLong) {
      support::RunBoth(read_before, read_after);
    } else {
      read_before();
      read_after();
    }
    if (both.before != nullptr && both.before->error()) {
      PrintFindings(*both.before, before_target, /*color=*/false, env_.err);
    }
    if (both.after->error()) PrintFindings(*both.after, after_target, /*color=*/false, env_.err);
    readings_.push_back(std::move(both));
  }

  // The last reading takes the text: two of 11 MB would take the memory of a third one.
  void ReadPair(DiffPair& pair, std::span<const targets::Target* const> targets) {
    if (on_two_kernels()) {
      std::optional<pipeline::PolicyFile> before = pair.after.file;
      ReadBoth(std::move(before), *targets[0], std::move(pair.after.file), *targets[1]);
      return;
    }
    for (std::size_t i = 0; i < targets.size(); ++i) {
      const bool is_last = i + 1 == targets.size();
      const auto file_of = [&](DiffOperand& operand) {
        return is_last ? std::move(operand.file) : operand.file;
      };
      std::optional<pipeline::PolicyFile> before;
      if (pair.before) before = file_of(*pair.before);
      ReadBoth(std::move(before), *targets[i], file_of(pair.after), *targets[i]);
    }
  }

  ExitStatus Compare(DiffPair& pair, std::vector<FileChange>& changes) {
    if (llvm::Error error = CheckOverwriting(pair.path)) return Usage(std::move(error));
    llvm::Expected<pipeline::Acceptances*> acceptances = acceptances_.For(
        *pair.config, [&](const std::string& path) { return CheckOverwriting(path); });
    if (!acceptances) return Usage(acceptances.takeError());
    llvm::Expected<NamedTargets> named = targets_.For(pair, only_);
    if (!named) return Usage(named.takeError());
    const SignedSize size = SignedSizeOf(pair);
    const std::size_t first = readings_.size();
    ReadPair(pair, named->targets);
    const pipeline::ChangeOptions options{only_, *acceptances, on_two_kernels(), size.is_too_long};
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
    FileChange& change = changes.emplace_back(std::move(by_target), std::move(named->names));
    change.size_signed = size.bytes;
    if (pair.path != NameOf("-")) change.path = paths_.FromRoot(pair.path);
    if (!pair.path_before.empty()) change.path_before = paths_.FromRoot(pair.path_before);
    return ExitStatus::Ok;
  }

  void Print(const DiffReport& report) {
    for (const auto& to : files_.list()) DiffFormats()[to->format].write(report, *to->out);
    for (const pipeline::Acceptance* one : report.unused) {
      env_.err << fmt::format("ipec: note: {}: no difference has the fingerprint {}\n",
                              support::Printable(one->place), one->fingerprint);
    }
  }

  const DiffOptions& options_;
  Environment& env_;
  OutputFiles files_;
  DiffTargets targets_;
  pipeline::ReportPaths paths_;
  DiffAcceptances acceptances_;
  std::vector<Readings> readings_;  // of all files and targets
  policy::OperationSet only_;
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
        "fails; one that was deleted is listed. If a base cannot be read, the status is 3, and\n"
        "nothing but messages is printed.\n"
        "--accept, or a line `Ipec-Accept: FINGERPRINT reason` in the file that the key\n"
        "`diff.accepted` of ipec.toml names, accepts a difference: it is still printed.\n"
        "Exit status 1: a difference at or above --fail-on that is not accepted (looser is\n"
        "above tighter, which is above records; any adds the answers to a wrong name, version or\n"
        "size, and policies that were deleted), or a policy was rejected.",
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
