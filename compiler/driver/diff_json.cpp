// `ipec diff --output=json`: the contract in the README of this directory. Fields are only added.

#include "compiler/driver/diff_report.h"
#include "compiler/support/errno.h"
#include "compiler/support/json_writer.h"
#include "compiler/table/rule_text.h"

namespace ipec::driver {
namespace {

using pipeline::Decider;
using pipeline::Direction;
using pipeline::EventKind;
using policy::Match;
using support::JsonWriter;

std::string_view Name(Match match) {
  switch (match) {
    case Match::Rule:
      return "rule";
    case Match::OperationDefault:
      return "op-default";
    case Match::GlobalDefault:
      break;
  }
  return "global-default";
}

class DiffJson {
 public:
  explicit DiffJson(llvm::raw_ostream& out) : json_(out) {}

  void Write(const DiffReport& report) {
    json_.object([&] {
      json_.attribute("version", 1);
      json_.attributeArray("files", [&] {
        for (const FileChange& file : report.files) File(file);
      });
      json_.attributeArray("deleted", [&] {
        for (const DeletedPolicy& one : report.deleted) Deleted(one);
      });
      json_.attributeArray("unused_acceptances", [&] {
        for (const pipeline::Acceptance* one : report.unused) {
          json_.object([&] {
            json_.attribute("fingerprint", one->fingerprint);
            json_.attribute("place", one->place);
            json_.attribute("reason", one->reason);
          });
        }
      });
    });
  }

 private:
  void Deleted(const DeletedPolicy& one) {
    json_.object([&] {
      json_.attribute("before", one.file);
      json_.attribute("kind", one.is_submodule ? "submodule" : "policy");
      AttributeOrNull("name", one.identity.name);
      AttributeOrNull("policy_version", one.identity.version);
    });
  }

  void File(const FileChange& file) {
    json_.object([&] {
      AttributeOrNull("before", file.name_before());
      json_.attribute("after", file.name());
      json_.attributeArray("targets", [&] {
        for (const std::string& name : file.target_names()) json_.value(name);
      });
      json_.attribute("verdict", pipeline::Name(file.verdict()));
      json_.attributeArray("differences", [&] {
        for (const MergedDifference& one : file.differences()) Difference(file, one);
      });
      json_.attributeObject("more_cases", [&] {
        for (const Direction direction :
             {Direction::Looser, Direction::Tighter, Direction::Records}) {
          json_.attribute(pipeline::Name(direction), file.More(direction));
        }
      });
      LifeCycle(file);
    });
  }

  template <typename Value>
  void AttributeOrNull(std::string_view key, const std::optional<Value>& value) {
    if (value) {
      json_.attribute(key, *value);
    } else {
      json_.attribute(key, nullptr);
    }
  }

  void Difference(const FileChange& file, const MergedDifference& difference) {
    const pipeline::ChangedCases one = difference.Cases();
    const pipeline::Change& change = *difference.change;
    json_.object([&] {
      json_.attribute("direction", pipeline::Name(one.direction()));
      json_.attribute("code", pipeline::DescriptorOf(one.direction()).code);
      json_.attribute("op", runtime::Name(one.cases.operation));
      json_.attribute("message", file.MessageOf(difference));
      json_.attributeArray("targets", [&] {
        for (const std::string_view name : file.TargetsOf(difference)) json_.value(name);
      });
      Statement("before", one.before, change.before(), one.cases.operation, one.cases.before);
      Statement("after", one.after, change.after(), one.cases.operation, one.cases.after);
      json_.attribute("cases", one.cases.cases);
      json_.attributeArray("where", [&] {
        for (const EventKind& kind : KindsOf(one, change)) Kind(kind);
      });
      json_.attribute("words", pipeline::WordsFor(one, change));
      json_.attributeBegin("witness");
      json_.raw(WitnessOf(one));
      json_.attributeEnd();
      json_.attribute("fingerprint", change.FingerprintOf(one));
      Accepted(one.acceptance);
    });
  }

  void Statement(std::string_view key, const Decider& decider,
                 const std::optional<pipeline::ChangeSide>& side, runtime::Operation operation,
                 policy::RuleId rule) {
    json_.attributeObject(key, [&] {
      json_.attribute("action", runtime::Name(decider.action));
      if (!decider.match) {
        json_.attribute("match", nullptr);
        json_.attribute("rule", nullptr);
        return;
      }
      json_.attribute("match", Name(*decider.match));
      json_.attributeObject("rule", [&] {
        json_.attribute("line", decider.line);
        // As `ipec eval` quotes it.
        json_.attribute("text", table::RecordedText(side->reading->target(),
                                                    side->reading->policy(), operation, rule));
      });
    });
  }

  void Kind(const EventKind& kind) {
    json_.object([&] {
      json_.attribute("boot_verified", kind.boot_verified);
      if (kind.dmverity) {
        json_.attributeObject("dmverity", [&] {
          json_.attribute("roothash", kind.dmverity->roothash);
          json_.attribute("signed", kind.dmverity->is_signed);
        });
      } else {
        json_.attribute("dmverity", nullptr);
      }
      if (kind.fsverity) {
        json_.attributeObject("fsverity", [&] {
          json_.attribute("digest", kind.fsverity->digest);
          json_.attribute("signed", kind.fsverity->is_signed);
        });
      } else {
        json_.attribute("fsverity", nullptr);
      }
    });
  }

  void Accepted(const pipeline::Acceptance* acceptance) {
    if (acceptance == nullptr) return json_.attribute("accepted", nullptr);
    json_.attributeObject("accepted", [&] {
      json_.attribute("place", acceptance->place);
      json_.attribute("reason", acceptance->reason);
    });
  }

  void LifeCycle(const FileChange& file) {
    const auto& answers = file.first().life_cycle();
    if (!answers) return json_.attribute("lifecycle", nullptr);
    const auto answer = [&](std::string_view key, const std::optional<support::Errno>& error) {
      AttributeOrNull(key, error ? std::optional(support::Name(*error)) : std::nullopt);
    };
    json_.attributeObject("lifecycle", [&] {
      answer("update", answers->update);
      answer("activate", answers->activate);
      answer("rollback", answers->rollback);
      AttributeOrNull("size_signed", file.size_signed);
      const auto problem = file.first().life_cycle_problem();
      AttributeOrNull(
          "code", problem ? std::optional(pipeline::DescriptorOf(*problem).code) : std::nullopt);
    });
  }

  JsonWriter json_;
};

}  // namespace

void WriteDiffJson(const DiffReport& report, llvm::raw_ostream& out) {
  DiffJson(out).Write(report);
  out << '\n';
}

}  // namespace ipec::driver
