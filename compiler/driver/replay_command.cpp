// `ipec replay`: what a log means under the policy of its time and under the next one.

#include <algorithm>
#include <memory>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "compiler/command/file_targets.h"
#include "compiler/command/output_files.h"
#include "compiler/command/read_inventory.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/follow_log.h"
#include "compiler/driver/replay_input.h"
#include "compiler/driver/replay_logs.h"
#include "compiler/driver/target_option.h"
#include "compiler/inventory/inventory_json.h"
#include "compiler/replay/outputs.h"
#include "compiler/sign/thumbprint.h"
#include "compiler/support/assert.h"
#include "compiler/support/line_diff.h"
#include "compiler/support/numbers.h"
#include "compiler/support/printable.h"
#include "compiler/support/streams.h"
#include "compiler/support/wording.h"
#include "compiler/support/workers.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::driver {
namespace {

using namespace command;
using replay::Change;
using support::ErrorOf;
using support::Quoted;

struct ReplayOptions : TargetOptions {
  std::optional<std::string> policy;
  std::optional<std::string> policies;
  std::optional<std::string> inventory;
  std::vector<std::string> fail_on;
  std::vector<std::string> outputs;
  std::vector<std::string> propose;
  bool usage = false;
  bool why = false;
  std::optional<std::string> threads;
  bool merge = false;
  bool follow = false;
};

std::vector<std::string_view> FormatNames() {
  std::vector<std::string_view> names;
  for (const replay::Format& format : replay::Formats()) names.push_back(format.name);
  return names;
}

constexpr auto kOptions = Table<ReplayOptions>(
    kTargetOption, kKernelOption,
    Value<&ReplayOptions::policy>("--policy", "OLD", "the policy that wrote the log"),
    Value<&ReplayOptions::policies>("--policies", "DIR",
                                    "signed files, found by the thumbprints in the log"),
    Value<&ReplayOptions::inventory>("--with", "INVENTORY", kWithHelp),
    Value<&ReplayOptions::fail_on>("--fail-on", "CHANGE", "newly-denied, newly-allowed or depends"),
    Flag<&ReplayOptions::why>("--why", "print why the other rules of NEW do not decide"),
    OptionalValue<&ReplayOptions::propose>(
        "--propose", "KIND", "print rules that allow what NEW denies: signature, roothash, digest"),
    Flag<&ReplayOptions::usage>("--usage", "print the rules of NEW that no record needs"),
    Value<&ReplayOptions::threads>("--threads", "N",
                                   "read logs on N threads; the result is the same"),
    Flag<&ReplayOptions::follow>("--follow", "print changes as LOG grows, until it is interrupted"),
    Flag<&ReplayOptions::merge>("--merge", "merge results of --output=json instead"),
    WithWords(Value<&ReplayOptions::outputs>("--output", "FORMAT[:FILE]",
                                             "text (the default), json or markdown"),
              FormatNames));

constexpr Change kFailures[] = {Change::NewlyDenied, Change::NewlyAllowed, Change::Depends};

class ReplayRun {
 public:
  ReplayRun(const ReplayOptions& options, Environment& env)
      : options_(options), env_(env), files_(env, FormatNames()) {}

  ExitStatus Do() {
    if (llvm::Error error = CheckCall()) {
      return Report(env_, ExitStatus::Usage, llvm::toString(std::move(error)));
    }
    return options_.merge ? Merge() : Replay();
  }

 private:
  llvm::Error CheckCall() {
    if (llvm::Error error = files_.AddAll(options_.outputs)) return error;
    for (const std::string& word : SplitValues(options_.fail_on)) {
      const auto* const found =
          std::find_if(std::begin(kFailures), std::end(kFailures),
                       [&](Change change) { return replay::Name(change) == word; });
      if (found == std::end(kFailures)) {
        return ErrorOf(fmt::format(
            "unknown value {} of --fail-on; expected newly-denied, newly-allowed or depends",
            Quoted(support::Abbreviated(word))));
      }
      fail_on_.push_back(*found);
    }
    if (llvm::Error error = ReadProposalKind()) return error;
    if (llvm::Error error = ReadThreads()) return error;
    logs_.assign(options_.operands.begin() + (options_.merge ? 0 : 1), options_.operands.end());
    if (logs_.empty()) logs_.emplace_back("-");
    std::vector<std::string> read = logs_;
    if (!options_.merge) read.push_back(options_.operands[0]);
    for (const auto& file : {options_.policy, options_.inventory, options_.kernel}) {
      if (file) read.push_back(*file);
    }
    if (std::count(read.begin(), read.end(), "-") > 1) {
      return ErrorOf("standard input can be read only once");
    }
    for (const std::string& path : read) {
      for (const std::string& written : files_.Files()) {
        if (path == "-" || !env_.files.SameFile(written, path)) continue;
        return ErrorOf(Quoted(written) + " is read and would be overwritten");
      }
    }
    if (options_.merge) return CheckMerge();
    if (options_.follow && logs_.size() > 1) {
      return ErrorOf(fmt::format("--follow reads one log, not {}", logs_.size()));
    }
    if (options_.follow && options_.threads) {
      return ErrorOf("--threads does not go with --follow: a log that grows is read on one thread");
    }
    return llvm::Error::success();
  }

  llvm::Error ReadProposalKind() {
    using enum replay::ProposalKind;
    constexpr Choice<replay::ProposalKind> kKinds[] = {
        {"", Narrowest}, {"signature", Signature}, {"roothash", Roothash}, {"digest", Digest}};
    for (const std::string& word : options_.propose) {
      const auto* const found =
          std::find_if(std::begin(kKinds), std::end(kKinds),
                       [&](const auto& choice) { return choice.word == word; });
      if (found == std::end(kKinds)) {
        return ErrorOf(
            fmt::format("unknown value {} of --propose; expected signature, roothash or "
                        "digest",
                        Quoted(support::Abbreviated(word))));
      }
      propose_ = found->value;
    }
    return llvm::Error::success();
  }

  llvm::Error ReadThreads() {
    constexpr unsigned kMostThreads = 64;
    if (!options_.threads) return llvm::Error::success();
    const llvm::StringRef word = *options_.threads;
    if (!word.getAsInteger(10, threads_) && threads_ >= 1 && threads_ <= kMostThreads) {
      return llvm::Error::success();
    }
    return ErrorOf(fmt::format("unknown value {} of --threads; expected a number from 1 to {}",
                               Quoted(support::Abbreviated(*options_.threads)), kMostThreads));
  }

  llvm::Error CheckMerge() const {
    const bool has_others = options_.policy || options_.policies || options_.inventory ||
                            options_.usage || options_.why || propose_ || options_.target ||
                            options_.kernel || options_.follow || options_.threads;
    if (!has_others) return llvm::Error::success();
    return ErrorOf("--merge takes only --fail-on and --output: results contain their policies");
  }

  ExitStatus Merge() {
    std::optional<replay::Result> merged;
    for (const std::string& path : logs_) {
      llvm::Expected<support::SourceBuffer> text = ReadOperand(path, env_);
      if (!text) return Report(env_, text.takeError());
      llvm::Expected<replay::Result> result = replay::ReadResult(text->text(), text->name());
      if (!result) {
        return Report(env_, ExitStatus::Usage,
                      support::Printable(llvm::toString(result.takeError())));
      }
      if (!merged) {
        merged = std::move(*result);
      } else if (merged->subject == result->subject) {
        merged->Merge(*result);
      } else {
        return Report(env_, ExitStatus::Usage,
                      fmt::format("{} is the result of another question than {}: another policy, "
                                  "target, inventory or option",
                                  Quoted(support::Printable(path)),
                                  Quoted(support::Printable(logs_.front()))));
      }
    }
    return Print(*merged);
  }

  ExitStatus Replay() {
    const targets::Target* const target = TargetOf(options_, env_);
    if (target == nullptr) return ExitStatus::Usage;
    const bool color = WantsColor(options_, env_, env_.err);
    std::unique_ptr<const pipeline::PolicyFileReading> after;
    ExitStatus status = ReadReplayPolicy(options_.operands[0], *target, color, env_, after);
    if (status != ExitStatus::Ok) return status;
    std::unique_ptr<const pipeline::PolicyFileReading> before;
    std::optional<replay::QuotedPolicy> quoted;
    if (options_.policy) {
      status = ReadReplayPolicy(*options_.policy, *target, color, env_, before);
      if (status != ExitStatus::Ok) return status;
      quoted.emplace(before->target_reading(), *options_.policy);
    }
    std::optional<inventory::Inventory> inventory;
    if (options_.inventory) {
      status = ReadInventory(*options_.inventory, options_.operands, env_, inventory);
      if (status != ExitStatus::Ok) return status;
    }
    const replay::KnownFiles known =
        inventory ? replay::KnownFiles(*inventory) : replay::KnownFiles();
    PolicyDirectory policies(*target, env_);
    if (options_.policies) {
      status = policies.Read(*options_.policies);
      if (status != ExitStatus::Ok) return status;
      policies.SetBootPolicy(quoted ? &*quoted : nullptr);
      if (options_.follow) policies.FollowDirectory();
    }
    const replay::Proposer proposer(after->target_reading(), after->source(),
                                    propose_.value_or(replay::ProposalKind::Narrowest));
    const replay::Classifier classifier(after->target_reading(), after->source(),
                                        {options_.why, propose_ ? &proposer : nullptr});
    replay::Setup setup;
    setup.classifier = &classifier;
    setup.before = quoted ? &*quoted : nullptr;
    setup.policies = options_.policies ? &policies : nullptr;
    setup.known = &known;
    setup.keeps_changes = options_.follow;
    replay::Replay replay(
        setup, SubjectOf(*after, before.get(), inventory, policies.Thumbprints(), *target));
    if (options_.usage) replay::AddAllRules(classifier, replay.result());
    status = options_.follow ? Follow(replay) : ReplayLogs(logs_, threads_, replay, env_);
    if (status != ExitStatus::Ok) return status;
    if (options_.follow) {
      // With the policies that came later.
      replay.result().subject =
          SubjectOf(*after, before.get(), inventory, policies.Thumbprints(), *target);
    }
    if (propose_) {
      replay.result().patch = PatchOf(proposer, replay.result(), after->source());
    }
    return Print(replay.result());
  }

  // Files and formats without changes get only the result.
  ExitStatus Follow(replay::Replay& replay) {
    const OutputFiles::Output* shown = nullptr;
    for (const auto& output : files_.list()) {
      if (!output->is_file()) shown = output.get();
    }
    const replay::Format* const format =
        shown == nullptr ? nullptr : &replay::Formats()[shown->format];
    const bool color = WantsColor(options_, env_, env_.out);
    bool has_changes = false;
    const auto show = [&] {
      const std::vector<const replay::Group*> changes = replay.TakeChanges();
      if (changes.empty() || format == nullptr || format->print_changes == nullptr) return;
      has_changes = true;
      format->print_changes(replay.result(), changes, color, *shown->out);
      env_.out.flush();
    };
    const ExitStatus status = FollowLog(logs_.front(), replay, show, env_);
    // The result is separated from what came before it.
    if (has_changes && format->name == "text") env_.out << '\n';
    return status;
  }

  static std::string PatchOf(const replay::Proposer& proposer, const replay::Result& result,
                             const support::SourceBuffer& source) {
    std::set<replay::Proposal> proposals;
    for (const auto& [identity, group] : result.groups) {
      const replay::Classification& classification = *group.classification;
      if (classification.proposal.empty()) continue;
      proposals.insert({classification.proposal, classification.proposal_line, ""});
    }
    if (proposals.empty()) return {};
    const std::optional<std::string> patched = proposer.Patched(proposals);
    IPEC_CHECK(patched.has_value(), "proposals that are proved one by one hold together");
    return support::UnifiedDiff(source.name(), source.text(), *patched);
  }

  // Everything that answers depend on goes into its digest.
  replay::Subject SubjectOf(const pipeline::PolicyFileReading& after,
                            const pipeline::PolicyFileReading* before,
                            const std::optional<inventory::Inventory>& inventory,
                            const std::string& thumbprints, const targets::Target& target) const {
    const std::string& path = options_.operands[0];
    const pipeline::Identity identity = after.identity();
    std::string question =
        fmt::format("1\n{}\n{}\n{} {}\n", Describe(target), thumbprints, options_.why,
                    propose_ ? support::IndexOf(*propose_) + 1 : 0);
    const auto add = [&](llvm::StringRef text) {
      question.append(std::to_string(text.size())).append(":").append(text.str());
    };
    add(after.source().text());
    add(before == nullptr ? "-" : before->source().text());
    if (inventory) {
      std::string document;
      support::JsonWriter json(document);
      inventory::WriteInventory(*inventory, json);
      add(document);
    }
    replay::Subject subject;
    subject.file = path == "-" ? "<stdin>" : path;
    subject.name = identity.name.value_or("");
    subject.version = identity.version.value_or("");
    subject.target = Describe(target);
    subject.digest =
        llvm::toHex(sign::Thumbprint(sign::Hash::Sha256, question), /*LowerCase=*/true);
    subject.shows_usage = options_.usage;
    subject.shows_why = options_.why;
    return subject;
  }

  ExitStatus Print(const replay::Result& result) {
    for (const auto& output : files_.list()) {
      const bool color = !output->is_file() && WantsColor(options_, env_, env_.out);
      replay::Formats()[output->format].print(result, color, *output->out);
    }
    const auto counts = result.Counts();
    const bool fails = std::any_of(fail_on_.begin(), fail_on_.end(), [&](Change change) {
      return counts[support::IndexOf(change)] != 0;
    });
    return Worse(fails ? ExitStatus::Findings : ExitStatus::Ok, files_.Write());
  }

  const ReplayOptions& options_;
  Environment& env_;
  OutputFiles files_;
  std::vector<Change> fail_on_;
  std::optional<replay::ProposalKind> propose_;
  std::vector<std::string> logs_;  // or results
  // One of them takes the records, which is half of the work.
  unsigned threads_ = std::min(support::DefaultThreads(), 4U);
};

ExitStatus RunReplay(const ReplayOptions& options, Environment& env) {
  return ReplayRun(options, env).Do();
}

}  // namespace

const Command kReplayCommand{
    .operands = "NEW [LOG…]",
    .description =
        "Reads audit logs and prints what the policy NEW would decide. A record does not\n"
        "hold the facts of its file, but it quotes the statement that decided: with the\n"
        "policy OLD of the log, that is an exact set of cases. If NEW allows all of them\n"
        "or denies all of them, the answer is certain; else it depends, and the output\n"
        "has the cases of both. An inventory of the image narrows the sets: volumes by\n"
        "the name of their device, such as `dm-0`, and files by their path.\n"
        "Without a LOG, or for `-`, reads standard input. Logs are audit.log, output of\n"
        "`ausearch --raw` or `journalctl -o json`, and the kernel log; gzip, too.\n"
        "With --follow, prints each group that changes as LOG grows, also in another\n"
        "file under its name, and the result after SIGINT or at the end of a pipe.\n"
        "Exit status 1: a change that --fail-on names, or a rejected policy.",
    .example =
        "  $ echo '{\"op\":\"EXECUTE\",\"hook\":\"MMAP\",\"comm\":\"node\"}' > events\n"
        "  $ ipec eval device.pol --events=events --format=audit > audit.log\n"
        "  $ ipec replay device.pol audit.log\n"
        "  1× DENY = DENY     EXECUTE anonymous memory of node, now line 2\n"
        "  device.pol: 1 record in 1 group: 1 denied as before",
    .least_operands = 1,
    .runner = Runs<RunReplay>(kOptions),
};

}  // namespace ipec::driver
