// `ipec diff`: which events two policies decide or record differently.

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/analysis/differences.h"
#include "compiler/command/read_policy.h"
#include "compiler/driver/commands.h"
#include "compiler/driver/report.h"
#include "compiler/driver/target_option.h"
#include "compiler/event/write_event.h"
#include "compiler/pipeline/case_words.h"
#include "compiler/pipeline/life_cycle.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/printable.h"
#include "compiler/support/wording.h"

namespace ipec::driver {
namespace {

using namespace command;

using analysis::Difference;
using analysis::Differences;
using policy::Action;
using policy::RuleId;
using support::JsonWriter;
using Kind = Difference::Kind;

// The least difference that fails a call.
enum class FailOn : std::uint8_t { None, Looser, Tighter, Records };

struct DiffOptions : TargetOptions {
  FailOn fail_on = FailOn::Looser;
  bool json = false;
};

constexpr Choice<FailOn> kFailOn[] = {{"looser", FailOn::Looser},
                                      {"tighter", FailOn::Tighter},
                                      {"records", FailOn::Records},
                                      {"none", FailOn::None}};
constexpr Choice<bool> kFormats[] = {{"text", false}, {"json", true}};

constexpr auto kOptions = Table<DiffOptions>(
    kTargetOption, kKernelOption,
    OneOf<&DiffOptions::fail_on, kFailOn>("--fail-on", "WHAT",
                                          "looser (the default), tighter, records or none"),
    OneOf<&DiffOptions::json, kFormats>("--format", "FORMAT", "text (the default) or json"));

std::string_view NameOf(Kind kind) {
  switch (kind) {
    case Kind::Looser:
      return "looser";
    case Kind::Tighter:
      return "tighter";
    case Kind::Records:
      break;
  }
  return "records";
}

// The number of differences of each kind. Those without a group count as one.
struct Counts {
  std::size_t looser = 0;
  std::size_t tighter = 0;
  std::size_t records = 0;
};

Counts CountsOf(const Differences& found) {
  Counts counts;
  counts.looser = found.more_looser != 0 ? 1 : 0;
  counts.tighter = found.more_tighter != 0 ? 1 : 0;
  counts.records = found.more_records != 0 ? 1 : 0;
  for (const Difference& one : found.groups) {
    ++(one.kind == Kind::Looser    ? counts.looser
       : one.kind == Kind::Tighter ? counts.tighter
                                   : counts.records);
  }
  return counts;
}

// The meaning of the change, as one word.
std::string_view VerdictOf(const Counts& counts) {
  if (counts.looser != 0) return counts.tighter != 0 ? "incomparable" : "looser";
  return counts.tighter != 0 ? "tighter" : "equivalent";
}

bool Fails(const Counts& counts, FailOn fail_on) {
  return (counts.looser != 0 && fail_on != FailOn::None) ||
         (counts.tighter != 0 && (fail_on == FailOn::Tighter || fail_on == FailOn::Records)) ||
         (counts.records != 0 && fail_on == FailOn::Records);
}

// A statement that decides, in one of the policies.
struct Decider {
  Action action = Action::Allow;
  std::string_view match;  // `rule`, `op-default`, `global-default`; empty: no statement
  std::optional<support::Span> statement;
  std::uint32_t line = 0;
};

Decider DeciderOf(const policy::Policy& policy, policy::Operation operation, RuleId rule) {
  if (rule.valid()) {
    const policy::Rule& one = policy[rule];
    return {one.action, "rule", one.statement, one.line};
  }
  const bool own = policy.DefaultOf(operation).has_value();
  const policy::Default* const decides = policy.DefaultFor(operation);
  if (decides == nullptr) return {};
  return {decides->action, own ? "op-default" : "global-default", decides->statement,
          decides->line};
}

// One of the two policies.
struct Side {
  const support::SourceBuffer& source;
  support::LineMap lines;
  const policy::Policy& policy;

  std::string name() const { return support::Printable(source.name()); }
  std::string Place(const std::optional<support::Span>& where) const {
    if (!where) return name() + ": ";
    const support::Position at = lines.PositionOf(where->begin);
    return fmt::format("{}:{}:{}: ", name(), at.line, at.column);
  }
  std::string Text(support::Span where) const {
    const llvm::StringRef text = source.text(where);
    return support::Printable({text.data(), text.size()});
  }
};

std::string DecidedBy(const Decider& decider) {
  if (!decider.statement) return "allowed before, because no DEFAULT decides";
  return fmt::format("{} before by {}line {}",
                     decider.action == Action::Allow ? "allowed" : "denied",
                     decider.match == "rule" ? "" : "the DEFAULT in ", decider.line);
}

class Report {
 public:
  Report(Side before, Side after, const Differences& found)
      : before_(std::move(before)), after_(std::move(after)), found_(found) {}

  void PrintText(llvm::raw_ostream& out) const {
    for (const Kind kind : {Kind::Looser, Kind::Tighter, Kind::Records}) {
      for (const Difference& one : found_.groups) {
        if (one.kind == kind) PrintOne(one, out);
      }
      PrintMore(kind, out);
    }
    const Counts counts = CountsOf(found_);
    out << fmt::format("{}: {} looser, {} tighter, {} records only ({})\n", after_.name(),
                       counts.looser, counts.tighter, counts.records, VerdictOf(counts));
    PrintLifeCycle(out);
  }

  void WriteJson(JsonWriter& json) const {
    const Counts counts = CountsOf(found_);
    json.attribute("before", before_.source.name());
    json.attribute("after", after_.source.name());
    json.attribute("verdict", VerdictOf(counts));
    json.attributeArray("differences", [&] {
      for (const Difference& one : found_.groups) WriteOne(one, json);
    });
    json.attributeObject("more_cases", [&] {
      json.attribute("looser", found_.more_looser);
      json.attribute("tighter", found_.more_tighter);
      json.attribute("records", found_.more_records);
    });
    const pipeline::LifeCycle answers = pipeline::LifeCycleOf(before_.policy, after_.policy);
    json.attributeObject("lifecycle", [&] {
      WriteErrno("update", answers.update, json);
      WriteErrno("activate", answers.activate, json);
      WriteErrno("rollback", answers.rollback, json);
    });
  }

 private:
  Decider Before(const Difference& one) const {
    return DeciderOf(before_.policy, one.operation, one.before);
  }
  Decider After(const Difference& one) const {
    return DeciderOf(after_.policy, one.operation, one.after);
  }

  std::string Message(const Difference& one) const {
    const std::string words = pipeline::WordsFor(one, after_.policy.semantics);
    if (one.operation == policy::Operation::Unknown) {
      return fmt::format("operations without a name are now {}",
                         one.kind == Kind::Looser ? "allowed" : "denied");
    }
    const std::string_view operation = Name(one.operation);
    switch (one.kind) {
      case Kind::Looser:
        return fmt::format("{} is now allowed for {}", operation, words);
      case Kind::Tighter:
        return fmt::format("{} is now denied for {}", operation, words);
      case Kind::Records:
        break;
    }
    return fmt::format("{} is decided as before for {}, but records name another statement",
                       operation, words);
  }

  void PrintOne(const Difference& one, llvm::raw_ostream& out) const {
    const Decider before = Before(one);
    const Decider after = After(one);
    out << fmt::format("{}{}: {}\n", after_.Place(after.statement), NameOf(one.kind), Message(one));
    if (after.statement) {
      out << fmt::format("{:>5} | {}\n", after.line, after_.Text(*after.statement));
    }
    out << fmt::format("{}note: {}{}\n", before_.Place(before.statement), DecidedBy(before),
                       one.cases == 1 ? "; one case" : fmt::format("; {} cases", one.cases));
    if (before.statement) {
      out << fmt::format("{:>5} | {}\n", before.line, before_.Text(*before.statement));
    }
    out << fmt::format("{}: note: for example {}\n", after_.name(),
                       event::WriteEvent(EventOf(one.witness)));
  }

  void PrintMore(Kind kind, llvm::raw_ostream& out) const {
    const std::uint64_t more = kind == Kind::Looser    ? found_.more_looser
                               : kind == Kind::Tighter ? found_.more_tighter
                                                       : found_.more_records;
    if (more == 0) return;
    out << fmt::format("{}: {}: {} more cases of a named root hash with a named file digest\n",
                       after_.name(), NameOf(kind), more);
  }

  void PrintLifeCycle(llvm::raw_ostream& out) const {
    const pipeline::LifeCycle answers = pipeline::LifeCycleOf(before_.policy, after_.policy);
    const auto version = [](const policy::Policy& policy) {
      const policy::Version& of = policy.version;
      return fmt::format("{}.{}.{}", of.major, of.minor, of.revision);
    };
    std::vector<std::string> rejected;
    const auto add = [&](std::string_view what, const std::optional<support::Errno>& error) {
      if (error) rejected.push_back(fmt::format("{} answers {}", what, support::Name(*error)));
    };
    add("`update`", answers.update);
    add("`active`", answers.activate);
    add("going back", answers.rollback);
    out << fmt::format("{}: {} {} after {} {}: {}\n", after_.name(),
                       support::Printable(after_.policy.name), version(after_.policy),
                       support::Printable(before_.policy.name), version(before_.policy),
                       rejected.empty() ? "the kernel accepts it" : support::Listed(rejected));
  }

  void WriteOne(const Difference& one, JsonWriter& json) const {
    json.object([&] {
      json.attribute("direction", NameOf(one.kind));
      json.attribute("op", Name(one.operation));
      WriteDecider("before", Before(one), before_, json);
      WriteDecider("after", After(one), after_, json);
      json.attribute("cases", one.cases);
      json.attribute("where", pipeline::WordsFor(one, after_.policy.semantics));
      json.attributeBegin("witness");
      json.raw(event::WriteEvent(EventOf(one.witness)));
      json.attributeEnd();
    });
  }

  static void WriteDecider(std::string_view key, const Decider& decider, const Side& side,
                           JsonWriter& json) {
    json.attributeObject(key, [&] {
      json.attribute("action", Name(decider.action));
      if (!decider.statement) return json.attribute("match", nullptr);
      json.attribute("match", decider.match);
      json.attribute("line", decider.line);
      json.attribute("text", side.source.text(*decider.statement));
    });
  }

  static void WriteErrno(std::string_view key, const std::optional<support::Errno>& error,
                         JsonWriter& json) {
    if (error) {
      json.attribute(key, support::Name(*error));
    } else {
      json.attribute(key, nullptr);
    }
  }

  const Side before_;
  const Side after_;
  const Differences& found_;
};

// Prints the findings of a policy that its kernel rejects.
bool IsRejected(const pipeline::PolicyFileReading& reading, const targets::Target& target,
                Environment& env) {
  if (reading.error()) PrintFindings(reading, target, /*color=*/false, env.err);
  return reading.error().has_value();
}

ExitStatus RunDiff(const DiffOptions& options, Environment& env) {
  if (options.operands[0] == "-" && options.operands[1] == "-") {
    return command::Report(env, ExitStatus::Usage, "OLD and NEW cannot both be standard input");
  }
  const targets::Target* const target = TargetOf(options, env);
  if (target == nullptr) return ExitStatus::Usage;
  llvm::Expected<pipeline::PolicyFile> old_file = ReadPolicyFile(options.operands[0], env);
  if (!old_file) return command::Report(env, old_file.takeError());
  llvm::Expected<pipeline::PolicyFile> new_file = ReadPolicyFile(options.operands[1], env);
  if (!new_file) return command::Report(env, new_file.takeError());
  const pipeline::PolicyFileReading before(std::move(*old_file), *target);
  const pipeline::PolicyFileReading after(std::move(*new_file), *target);
  if (IsRejected(before, *target, env) || IsRejected(after, *target, env)) {
    return ExitStatus::Findings;
  }
  const analysis::Coverage old_one(before.policy());
  const analysis::Coverage new_one(after.policy());
  const Differences found = AllDifferences(old_one, new_one);
  const auto side = [](const pipeline::PolicyFileReading& reading) {
    return Side{reading.source(), support::LineMap(reading.source().text()), reading.policy()};
  };
  const Report report(side(before), side(after), found);
  if (options.json) {
    JsonWriter json(env.out);
    json.object([&] {
      json.attribute("version", 1);
      json.attribute("target", target->name);
      report.WriteJson(json);
    });
    env.out << '\n';
  } else {
    report.PrintText(env.out);
  }
  return Fails(CountsOf(found), options.fail_on) ? ExitStatus::Findings : ExitStatus::Ok;
}

}  // namespace

const Command kDiffCommand{
    .operands = "OLD NEW",
    .description =
        "Prints which events the policies OLD and NEW decide differently, by the pair of\n"
        "statements that decide: looser (denied before, allowed now), tighter, or only\n"
        "recorded differently; how many cases these are, with an event for `ipec eval`;\n"
        "and what a kernel answers when NEW follows OLD. Layout, comments and the order of\n"
        "rules that decide nothing different do not count. OLD and NEW are text or signed\n"
        "policies; `-` is standard input. The answer is exact: every event of the target\n"
        "that is not printed is decided and recorded as before.\n"
        "Exit status 1: a difference at or above --fail-on (looser is above tighter, which\n"
        "is above records), or a policy was rejected.",
    .example =
        "  $ (cat device.pol; echo op=EXECUTE boot_verified=TRUE action=ALLOW) > new.pol\n"
        "  $ ipec diff device.pol new.pol\n"
        "  new.pol:3:1: looser: EXECUTE is now allowed for files on the initramfs\n"
        "      3 | op=EXECUTE boot_verified=TRUE action=ALLOW\n"
        "  device.pol:2:1: note: denied before by the DEFAULT in line 2; 3 cases\n"
        "      2 | DEFAULT action=DENY\n"
        "  new.pol: note: for example "
        R"({"op":"EXECUTE","hook":"MMAP","file":{},"boot_verified":true})"
        "\n"
        "  new.pol: 1 looser, 0 tighter, 0 records only (looser)\n"
        "  new.pol: device 1.0.0 after device 1.0.0: `update` answers ESTALE",
    .least_operands = 2,
    .most_operands = 2,
    .runner = Runs<RunDiff>(kOptions),
};

}  // namespace ipec::driver
