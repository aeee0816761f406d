// `ipec matrix`: will the machine start? How a policy decides at each place that files come from.

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "compiler/command/file_targets.h"
#include "compiler/command/output_files.h"
#include "compiler/command/read_inventory.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/diff_operands.h"
#include "compiler/driver/report.h"
#include "compiler/driver/target_option.h"
#include "compiler/matrix/outputs.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using namespace command;
using diagnostics::Severity;
using support::ErrorOf;
using support::Quoted;

struct MatrixOptions : TargetOptions {
  std::optional<std::string> inventory;
  std::vector<std::string> boot;
  std::vector<std::string> outputs;
  Severity fail_on = Severity::Warning;
};

constexpr Choice<Severity> kFailOn[] = {
    {"error", Severity::Error}, {"warning", Severity::Warning}, {"info", Severity::Information}};

std::vector<std::string_view> FormatNames() {
  std::vector<std::string_view> names;
  for (const matrix::Format& format : matrix::Formats()) names.push_back(format.name);
  return names;
}

constexpr auto kOptions = Table<MatrixOptions>(
    kTargetOption, kKernelOption,
    Value<&MatrixOptions::inventory>("--with", "INVENTORY", kWithHelp),
    Value<&MatrixOptions::boot>("--boot", "FILES",
                                "policies that are active before POLICY, in their order"),
    OneOf<&MatrixOptions::fail_on, kFailOn>(
        "--fail-on", "LEVEL", "the lowest severity that fails: error, warning (the default), info"),
    WithWords(Value<&MatrixOptions::outputs>("--output", "FORMAT[:FILE]",
                                             "text (the default), json or markdown"),
              FormatNames));

// A policy of the machine.
struct ReadStage {
  std::string file;
  std::unique_ptr<const pipeline::PolicyFileReading> reading;
  matrix::Matrix decided;
};

class MatrixRun {
 public:
  MatrixRun(const MatrixOptions& options, Environment& env)
      : options_(options), env_(env), files_(env, FormatNames()) {}

  ExitStatus Do() {
    if (llvm::Error error = CheckCall()) return Usage(std::move(error));
    if (options_.inventory) {
      const ExitStatus status =
          ReadInventory(*options_.inventory, options_.operands, env_, inventory_);
      if (status != ExitStatus::Ok) return status;
    }
    std::vector<DiffOperand> operands;
    operands.reserve(paths_.size());
    for (const std::string& path : paths_) {
      llvm::Expected<DiffOperand> operand = ReadDiffOperand(path, path, env_);
      if (!operand) return Report(env_, operand.takeError());
      operands.push_back(std::move(*operand));
    }
    const targets::Target* const target = FindTarget(operands);
    if (target == nullptr) return ExitStatus::Usage;
    for (std::size_t i = 0; i < paths_.size(); ++i) {
      if (!Read(paths_[i], std::move(operands[i]), *target)) return ExitStatus::Findings;
    }
    return Print(*target);
  }

 private:
  ExitStatus Usage(llvm::Error error) {
    return Report(env_, ExitStatus::Usage, llvm::toString(std::move(error)));
  }

  llvm::Error CheckCall() {
    if (llvm::Error error = files_.AddAll(options_.outputs)) return error;
    const std::string& policy = options_.operands[0];
    paths_ = SplitValues(options_.boot);
    // The last one may be POLICY itself.
    if (paths_.empty() || paths_.back() == "-" || policy == "-" ||
        !env_.files.SameFile(paths_.back(), policy)) {
      paths_.push_back(policy);
    }
    std::vector<std::string> read = paths_;
    if (options_.inventory) read.push_back(*options_.inventory);
    if (options_.kernel) read.push_back(*options_.kernel);
    if (std::count(read.begin(), read.end(), "-") > 1) {
      return ErrorOf("standard input can be read only once");
    }
    for (const std::string& path : read) {
      for (const std::string& written : files_.Files()) {
        if (path == "-" || !env_.files.SameFile(written, path)) continue;
        return ErrorOf(Quoted(written) + " is read and would be overwritten");
      }
    }
    return llvm::Error::success();
  }

  // The target of the call, or that of a table. Null after an error message.
  const targets::Target* FindTarget(const std::vector<DiffOperand>& operands) {
    const targets::Target* chosen = TargetOf(options_, env_);
    if (chosen == nullptr) return nullptr;
    bool is_chosen = options_.target || options_.kernel;
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const targets::Target* const table = operands[i].table_target;
      if (table == nullptr || table == chosen) continue;
      if (is_chosen) {
        Report(env_, ExitStatus::Usage,
               fmt::format("{} is a table that is compiled for {}, not for {}", Quoted(paths_[i]),
                           Describe(*table), Describe(*chosen)));
        return nullptr;
      }
      chosen = table;
      is_chosen = true;
    }
    return chosen;
  }

  // False after printing why a kernel rejects it.
  bool Read(const std::string& path, DiffOperand operand, const targets::Target& target) {
    auto reading =
        std::make_unique<const pipeline::PolicyFileReading>(std::move(operand.file), target);
    if (reading->error()) {
      PrintFindings(*reading, target, WantsColor(options_, env_, env_.err), env_.err);
      return false;
    }
    matrix::Matrix made = matrix::MatrixOf(reading->target_reading().coverage(), InventoryOrNull());
    stages_.push_back({path == "-" ? "<stdin>" : path, std::move(reading), std::move(made)});
    return true;
  }

  const inventory::Inventory* InventoryOrNull() const {
    return inventory_ ? &*inventory_ : nullptr;
  }

  ExitStatus Print(const targets::Target& target) {
    std::vector<matrix::Stage> stages;
    stages.reserve(stages_.size());
    for (const ReadStage& stage : stages_) {
      stages.push_back({stage.file, &stage.reading->policy(), &stage.decided, &target});
    }
    const ReadStage& last = stages_.back();
    matrix::Report report;
    report.file = last.file;
    report.inventory_file = options_.inventory;
    report.target = &target;
    report.policy = &last.reading->policy();
    report.source = &last.reading->source();
    report.matrix = &last.decided;
    report.stages.reserve(stages_.size());
    for (const ReadStage& stage : stages_) report.stages.push_back(stage.file);
    report.handovers = matrix::HandoversOf(stages);
    report.findings = matrix::FindingsOf(stages, InventoryOrNull());
    report.assumptions = matrix::AssumptionsOf(stages, InventoryOrNull());
    for (const auto& output : files_.list()) {
      const bool color = !output->is_file() && WantsColor(options_, env_, env_.out);
      matrix::Formats()[output->format].print(report, color, *output->out);
    }
    const bool fails = std::any_of(
        report.findings.begin(), report.findings.end(),
        [&](const matrix::Finding& one) { return one.kind->severity <= options_.fail_on; });
    return Worse(fails ? ExitStatus::Findings : ExitStatus::Ok, files_.Write());
  }

  const MatrixOptions& options_;
  Environment& env_;
  OutputFiles files_;
  std::vector<std::string> paths_;  // of the policies, POLICY last
  std::optional<inventory::Inventory> inventory_;
  std::vector<ReadStage> stages_;
};

ExitStatus RunMatrix(const MatrixOptions& options, Environment& env) {
  return MatrixRun(options, env).Do();
}

}  // namespace

const Command kMatrixCommand{
    .operands = "POLICY",
    .description =
        "Prints how a kernel with the policy decides each operation at each place that\n"
        "files come from: the initramfs, the dm-verity volumes of the inventory, other\n"
        "volumes, disks, overlays, and memory without a file. `DENY 2` is a denial by the\n"
        "statement in line 2; a `*` means that other statements decide some of the files,\n"
        "by their fs-verity digests or signatures, or by the root hash of the volume.\n"
        "Then it reports whether the machine starts, as far as IPE is concerned: its\n"
        "findings are explained by `ipec explain NAME`. POLICY is text, a signed file or\n"
        "a table. --boot names the policies before it: the first one is built into the\n"
        "kernel, each one is loaded and activated while the one before it is active.\n"
        "Exit status 1: findings at or above --fail-on, or a rejected policy.",
    .example =
        "  $ ipec matrix device.pol | head -5\n"
        "  device.pol: linux-6.12\n"
        "                                              KEXEC_  KEXEC_             X509_\n"
        "                  EXECUTE  FIRMWARE  KMODULE  IMAGE   INITRAMFS  POLICY  CERT\n"
        "  initramfs       ALLOW 4  DENY 2    DENY 2   DENY 2  DENY 2     DENY 2  DENY 2\n"
        "  other signed    DENY 2   DENY 2    ALLOW 3  DENY 2  DENY 2     DENY 2  DENY 2",
    .least_operands = 1,
    .most_operands = 1,
    .runner = Runs<RunMatrix>(kOptions),
};

}  // namespace ipec::driver
