#include "lsp/features/records.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "compiler/records/audit_line.h"
#include "compiler/records/reader.h"
#include "compiler/replay/classifier.h"
#include "compiler/replay/one_record.h"
#include "compiler/replay/outputs.h"
#include "compiler/replay/quoted_policy.h"
#include "compiler/replay/record_key.h"
#include "compiler/support/wording.h"
#include "lsp/features/place.h"
#include "lsp/features/words.h"

namespace ipec::lsp {
namespace {

using records::Record;
using replay::Outcome;
using support::Span;

// The record on a line. `use` is called with it at most once.
template <typename Use>
void WithRecord(llvm::StringRef line, Use use) {
  // Every form of a record has it.
  if (!line.contains('=')) return;
  records::Reader reader(use);
  reader.Feed(line);
  reader.Finish();
}

bool IsRecord(llvm::StringRef line) {
  bool found = false;
  WithRecord(line, [&](const Record& record) {
    found =
        record.type() != records::Type::SystemCall && record.type() != records::Type::ProcessTitle;
  });
  return found;
}

// From the first byte after whitespace and `#`.
Span WithoutMark(const Snapshot& snapshot, Span span) {
  const llvm::StringRef text = TextOf(snapshot, span);
  span.begin += support::ToU32(text.size() - text.ltrim("# \t").size());
  return span;
}

// The record on a line, or in the comment behind a statement.
Span TextOfLine(const Snapshot& snapshot, const Place& place) {
  const Span line =
      WithoutMark(snapshot, snapshot.lines.LineSpan(snapshot.source.text(), place.line->number));
  if (place.part != Part::Comment || IsRecord(TextOf(snapshot, line))) return line;
  return WithoutMark(snapshot, {place.line->comment.begin, line.end});
}

// This policy. A line of a log makes a policy malformed, so it is read without it.
class PolicyWithoutRecords {
 public:
  explicit PolicyWithoutRecords(const Snapshot& snapshot) : snapshot_(snapshot) {
    if (snapshot.accepted()) return;
    std::string text = snapshot.source.text().str();
    for (std::uint32_t line = 1; line <= snapshot.lines.line_count(); ++line) {
      const Span span = snapshot.lines.LineSpan(snapshot.source.text(), line);
      if (!records::IsAuditLine(TextOf(snapshot, span))) continue;
      text.replace(span.begin, span.size(), span.size(), ' ');
    }
    own_ = std::make_unique<const pipeline::Reading>(
        support::SourceBuffer(snapshot.source.name(), std::move(text)), snapshot.target());
  }

  const pipeline::TargetReading& reading() const {
    return own_ ? own_->first() : snapshot_.first();
  }
  const support::SourceBuffer& source() const { return own_ ? own_->source() : snapshot_.source; }

 private:
  const Snapshot& snapshot_;
  std::unique_ptr<const pipeline::Reading> own_;
};

// A log is hostile text: names become code.
replay::Group WithCode(const replay::Group& group) {
  replay::Group coded = group;
  if (!coded.key.path.empty()) coded.key.path = Code(coded.key.path);
  const bool is_name = !coded.key.device.empty() && coded.key.device != "overlay";
  if (is_name) coded.key.device = Code(coded.key.device);
  coded.key.comm.clear();
  return coded;
}

// "**Audit record** – the kernel denied `EXECUTE` of `/usr/x` on `dm-0`, …"
std::string FactsOf(const records::Access& access, const replay::Group& group) {
  std::string text =
      fmt::format("**Audit record** – the kernel {}{} for {}", access.allows ? "allowed" : "denied",
                  access.operation.empty() ? "" : " " + Code(access.operation.str()),
                  replay::EventWords(WithCode(group)));
  if (!access.hook.empty()) text += fmt::format(", hook {}", Code(access.hook.str()));
  if (!access.comm.empty()) {
    text += fmt::format(", by {}", Code(access.comm.str()));
    if (access.pid) text += fmt::format(" (pid {})", *access.pid);
  }
  if (group.granted != 0) text += "; it was not enforced, so access was granted";
  text += ".\n";
  for (const std::string& words : replay::ContextWords(group)) text += "\n" + words + "\n";
  return text;
}

// The statement that the record quotes, in this policy.
std::string QuoteOf(const replay::QuotedPolicy& policy, const records::Access& access) {
  std::string text = fmt::format("\nIt quotes {}: ", Code(access.rule.str()));
  const auto operation = replay::OperationOf(policy.target(), replay::OperationNameOf(access));
  std::vector<std::string> lines;
  if (operation) {
    const auto found = policy.Find(*operation, access.rule);
    lines.reserve(found.size());
    for (const policy::RuleId rule : found) {
      lines.push_back(fmt::format("line {}", policy.LineOf(*operation, rule)));
    }
  }
  if (lines.empty()) return text + "no statement of this policy has this text.\n";
  return text + fmt::format("{} of this policy. If this was the policy of that time, {} again.\n",
                            support::Listed(lines, "or"),
                            access.allows ? "it allows the event" : "it denies the event");
}

void AddPart(const replay::Part& part, std::string& text) {
  const std::string place = part.line == 0 ? "no statement" : fmt::format("line {}", part.line);
  text += fmt::format("- {}, {}: {}\n", runtime::Name(part.action), place, part.cases);
}

std::string DecisionOf(const replay::Group& group) {
  const replay::Classification& classification = *group.classification;
  std::string text = "\n---\n\n**This policy** – ";
  if (classification.reason) {
    return text + fmt::format("unknown: {}.\n", replay::Describe(*classification.reason));
  }
  text += classification.outcome == Outcome::Depends
              ? "the decision depends on facts that a record does not hold:\n\n"
              : fmt::format("{} in all cases that the record can have been:\n\n",
                            replay::Name(classification.outcome));
  for (const replay::Part& part : classification.parts) AddPart(part, text);
  if (classification.more_parts != 0) {
    text += fmt::format("- and {} more cases\n", classification.more_parts);
  }
  const std::string tip = replay::TipWords(WithCode(group));
  if (!tip.empty()) text += fmt::format("\n{}\n", tip);
  if (classification.tried.empty()) return text;
  text += "\nOther rules:\n\n";
  for (const replay::Tried& tried : classification.tried) {
    text += fmt::format("- line {}: {}\n", tried.line, tried.words);
  }
  if (classification.more_tried != 0) {
    text += fmt::format("- and {} more rules\n", classification.more_tried);
  }
  return text;
}

std::string AccessText(const Snapshot* snapshot, const Record& record) {
  const auto& access = std::get<records::Access>(record.body);
  if (snapshot == nullptr) {
    return FactsOf(access, replay::GroupOf(access, record.stamp)) +
           fmt::format("\nIt quotes {}. There is no policy beside this log.\n",
                       Code(access.rule.str()));
  }
  const PolicyWithoutRecords policy(*snapshot);
  const replay::Classifier classifier(policy.reading(), policy.source(),
                                      replay::ClassifierOptions{/*why=*/true, nullptr});
  const bool is_accepted = policy.reading().accepted();
  if (!is_accepted) {
    return FactsOf(access, replay::GroupOf(access, record.stamp)) +
           "\nThis policy has errors, so it decides nothing.\n";
  }
  const replay::Group group = replay::OneRecord(classifier).Answer(access, record.stamp);
  const replay::QuotedPolicy quoted(policy.reading(), snapshot->source.name());
  return FactsOf(access, group) + QuoteOf(quoted, access) + DecisionOf(group);
}

std::string NameText(const records::PolicyName& policy) {
  return fmt::format("{} {}", Code(policy.name.str()), Code(policy.version.str()));
}

std::string TextFor(const Snapshot* policy, const Record& record) {
  constexpr std::string_view kTitle = "**Audit record** – ";
  switch (record.type()) {
    case records::Type::Access:
      return AccessText(policy, record);
    case records::Type::Activation:
      return fmt::format("{}the policy {} became the active one.\n", kTitle,
                         NameText(std::get<records::Activation>(record.body).new_policy));
    case records::Type::Load: {
      const auto& load = std::get<records::Load>(record.body);
      const std::string name = load.policy ? " " + NameText(*load.policy) : "";
      return fmt::format("{}the policy{} was {}.\n", kTitle, name,
                         load.is_success ? "loaded" : "not loaded");
    }
    case records::Type::Mode:
      return fmt::format(
          "{}IPE {} denials from here on.\n", kTitle,
          std::get<records::Mode>(record.body).enforcing ? "enforces" : "does not enforce");
    case records::Type::SystemCall:
    case records::Type::ProcessTitle:
      return {};
  }
  return {};
}

}  // namespace

std::optional<Hover> HoverRecord(const Snapshot& snapshot, std::uint32_t offset,
                                 const Snapshot* policy) {
  const Place place = PlaceAt(snapshot, offset);
  if (snapshot.claims || place.line == nullptr || place.part == Part::Hidden) return std::nullopt;
  const Span span = TextOfLine(snapshot, place);
  std::string text;
  WithRecord(TextOf(snapshot, span), [&](const Record& record) { text = TextFor(policy, record); });
  if (text.empty()) return std::nullopt;
  return Hover{span, std::move(text)};
}

}  // namespace ipec::lsp
