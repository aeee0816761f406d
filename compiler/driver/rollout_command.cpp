// `ipec rollout`: the answers of a kernel to steps in the life of its policies.

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>

#include "compiler/command/read_policy.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/key_files.h"
#include "compiler/driver/rollout_report.h"
#include "compiler/driver/target_option.h"
#include "compiler/driver/thumbprint_hash.h"
#include "compiler/life/loader.h"
#include "compiler/pipeline/offered_policy.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "compiler/targets/features.h"

namespace ipec::driver {
namespace {

using namespace command;
using life::Answer;
using life::Offered;
using life::Step;
using life::Verb;

struct RolloutOptions : TargetOptions {
  std::optional<sign::Hash> hash;
  std::vector<std::string> trusted;
  std::vector<std::string> revoked;
  std::optional<std::string> systemd;
  bool assume_signed = false;
  bool records = false;
  bool json = false;
};

constexpr Choice<bool> kFormats[] = {{"text", false}, {"json", true}};

constexpr auto kOptions = Table<RolloutOptions>(
    kTargetOption, kKernelOption,
    OneOf<&RolloutOptions::hash, kHashChoices>(
        "--hash", "HASH", "the hash of thumbprints, if the target has several"),
    Value<&RolloutOptions::trusted>("--trusted", "[KEYRING:]CERT",
                                    "a key of the kernel, in its keyring builtin, secondary or "
                                    "platform; none: the kernel trusts every signer"),
    Value<&RolloutOptions::revoked>("--revoked", "CERT", "a certificate that the kernel revokes"),
    Flag<&RolloutOptions::assume_signed>("--assume-signed",
                                         "text counts as signed by a trusted key"),
    Value<&RolloutOptions::systemd>("--systemd", "DIR",
                                    "after the steps, load the policies in DIR as systemd does"),
    Flag<&RolloutOptions::records>("--records", "print the audit records of each step"),
    OneOf<&RolloutOptions::json, kFormats>("--format", "FORMAT", "text (the default) or json"));

// The files of a rollout, each read once before the first step, so that a missing one is found
// before anything is printed.
class Files {
 public:
  Files(const targets::Target& target, const pipeline::OfferOptions& options, Environment& env)
      : target_(target), options_(options), env_(env) {}

  llvm::Error Read(const Step& step) {
    if (!step.reads_file()) return llvm::Error::success();
    const bool at_boot = step.verb == Verb::Boot;
    if (offered_.count({step.file, at_boot}) != 0) {
      if (step.file != "-") return llvm::Error::success();
      return support::ErrorOf("standard input can be read only once");
    }
    llvm::Expected<support::SourceBuffer> bytes = ReadOperand(step.file, env_);
    if (!bytes) return bytes.takeError();
    offered_[{step.file, at_boot}] =
        at_boot ? pipeline::OfferAtBoot(std::move(*bytes), target_, options_)
                : pipeline::OfferWritten(std::move(*bytes), target_, options_);
    return llvm::Error::success();
  }

  // Of a step without a file, nothing.
  const Offered& Of(const Step& step) const {
    static const Offered kNothing;
    if (!step.reads_file()) return kNothing;
    return offered_.at({step.file, step.verb == Verb::Boot});
  }

 private:
  const targets::Target& target_;
  const pipeline::OfferOptions& options_;
  Environment& env_;
  std::map<std::pair<std::string, bool>, Offered> offered_;
};

llvm::Expected<std::vector<Step>> ParseSteps(std::span<const std::string> words) {
  std::vector<Step> steps;
  steps.reserve(words.size());
  for (const std::string& word : words) {
    llvm::Expected<Step> step = life::ParseStep(word);
    if (!step) return step.takeError();
    if (step->verb == Verb::Boot && !steps.empty()) {
      return support::ErrorOf("step " + support::Quoted(word) +
                              ": a kernel boots once, so this must be the first step");
    }
    steps.push_back(std::move(*step));
  }
  return steps;
}

Step LoaderStep(Verb verb, const life::LoaderFile& file) {
  Step step;
  step.verb = verb;
  step.name = file.policy;
  if (verb == Verb::Activate) {
    step.word = "activate:" + file.policy;
    return step;
  }
  step.file = file.path;
  step.word = verb == Verb::Update ? "update=" + file.policy + ":" + file.path : "new:" + file.path;
  return step;
}

// Whether the loader goes on after the step.
bool TakeNext(Step step, const Files& files, RolloutReport& report) {
  Answer answer = report.machine.Take(step, files.Of(step));
  const bool is_ok = !answer.error;
  report.steps.emplace_back(std::move(step), std::move(answer));
  return is_ok;
}

// systemd's loader writes each file to `update` of the policy with the file's name or, where there
// is none, to `new_policy`, and then makes the policy active. The first failure ends it.
void Load(std::span<const life::LoaderFile> list, const Files& files, RolloutReport& report) {
  bool goes_on = true;
  for (const life::LoaderFile& file : list) {
    if (!goes_on) {
      report.skipped.push_back(file.path);
      continue;
    }
    const Verb verb = report.machine.HasDirectory(file.policy) ? Verb::Update : Verb::New;
    goes_on = TakeNext(LoaderStep(verb, file), files, report) &&
              TakeNext(LoaderStep(Verb::Activate, file), files, report);
  }
}

void AddAssumptions(const RolloutOptions& options, RolloutReport& report) {
  std::vector<std::string>& assumptions = report.assumptions;
  assumptions.reserve(3);
  const bool has_files = std::any_of(report.steps.begin(), report.steps.end(), [](const auto& one) {
    return one.first.reads_file() && one.first.verb != Verb::Boot;
  });
  if (has_files && options.assume_signed) {
    assumptions.emplace_back(
        "text is signed by a trusted key; its thumbprint is not known, so that is all zeros");
  }
  if (has_files && options.trusted.empty()) {
    assumptions.emplace_back("signatures by keys that are not in the file are valid, and trusted");
  }
  if (report.with_records) {
    assumptions.emplace_back(
        "a process without login writes (auid and ses 4294967295); the stamp 0.000:0 stands for "
        "time and serial number");
  }
}

ExitStatus RunRollout(const RolloutOptions& options, Environment& env) {
  std::optional<pipeline::Kernel> kernel;
  const targets::Target* target = TargetOf(options, env, kernel);
  if (target == nullptr) return ExitStatus::Usage;
  const bool chooses_hash = target->Has(targets::Feature::ChosenThumbprint);
  if (options.hash && !chooses_hash && *options.hash != life::UsualHash(*target)) {
    return Report(env, ExitStatus::Usage,
                  fmt::format("{} always records {}; leave --hash={} out", target->name,
                              sign::Name(life::UsualHash(*target)), sign::Name(*options.hash)));
  }
  if (options.operands.empty() && !options.systemd) {
    return Report(env, ExitStatus::Usage, "`rollout` needs a step, or --systemd=DIR");
  }
  llvm::Expected<std::vector<Step>> steps = ParseSteps(options.operands);
  if (!steps) return Report(env, ExitStatus::Usage, llvm::toString(steps.takeError()));

  pipeline::OfferOptions offer{options.hash.value_or(life::UsualHash(*target)),
                               options.assume_signed};
  if (kernel) offer.searched = pipeline::SearchedBy(kernel->profile);
  pipeline::TrustedKeys keys;
  const ExitStatus read =
      ReadTrustedKeys(options.trusted, options.revoked, offer.searched, env, keys);
  if (read != ExitStatus::Ok) return read;
  if (!options.trusted.empty()) offer.keys = &keys;
  Files files(*target, offer, env);
  for (const Step& step : *steps) {
    if (llvm::Error error = files.Read(step)) return Report(env, std::move(error));
  }
  std::vector<life::LoaderFile> list;
  if (options.systemd) {
    llvm::Expected<std::vector<life::LoaderFile>> found =
        life::FindLoaderFiles(env.files, *options.systemd);
    if (!found) return Report(env, found.takeError());
    list = std::move(*found);
    for (const life::LoaderFile& file : list) {
      if (llvm::Error error = files.Read(LoaderStep(Verb::New, file))) {
        return Report(env, std::move(error));
      }
    }
  }

  RolloutReport report(*target);
  report.with_records = options.records;
  for (Step& step : *steps) TakeNext(std::move(step), files, report);
  Load(list, files, report);
  AddAssumptions(options, report);
  if (options.json) {
    WriteRollout(report, env.out);
  } else {
    PrintRollout(report, env.out);
  }
  return report.has_failed() ? ExitStatus::Findings : ExitStatus::Ok;
}

}  // namespace

const Command kRolloutCommand{
    .operands = "[STEP…]",
    .description =
        "Prints how a kernel answers each STEP in the life of its policies, with the\n"
        "errno and the reason, and then which policies are loaded and which is active.\n"
        "A STEP is a write to the files of IPE in securityfs:\n"
        "  boot:FILE           the kernel starts with FILE built in; the first step\n"
        "  new:FILE            FILE is written to `new_policy`\n"
        "  update:FILE         FILE is written to `update` of the policy that it names;\n"
        "  update=NAME:FILE    … of the policy NAME\n"
        "  activate:NAME       the policy NAME is made active\n"
        "  delete:NAME         the policy NAME is deleted\n"
        "  enforce:0|1         permissive or enforcing; enforcing at the start\n"
        "  success_audit:0|1   granted access is recorded, too; off at the start\n"
        "With `user:` before a step, the writer is root without CAP_MAC_ADMIN; another\n"
        "user cannot even open the files.\n"
        "FILE is a signed policy. Text, as of `boot:`, is rejected elsewhere, unless\n"
        "--assume-signed is given. --systemd=DIR loads *.p7b from DIR, or from etc/ipe,\n"
        "run/ipe, usr/local/lib/ipe and usr/lib/ipe below it, as systemd does.\n"
        "Exit status 1: a step failed.",
    .example =
        "  $ sed s/1.0.0/1.1.0/ device.pol > next\n"
        "  $ ipec rollout --assume-signed new:device.pol update:next activate:x | head -3\n"
        "  new:device.pol  ok      device 1.0.0 is loaded, but not active\n"
        "  update:next     ok      device 1.1.0 replaces version 1.0.0 and is not active\n"
        "  activate:x      ENOENT  no policy x is loaded",
    .least_operands = 0,
    .runner = Runs<RunRollout>(kOptions),
};

}  // namespace ipec::driver
