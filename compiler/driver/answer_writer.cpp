#include "compiler/driver/answer_writer.h"

#include <fmt/format.h>

#include <iterator>

#include "compiler/driver/tried_rules.h"
#include "compiler/event/write_event.h"
#include "compiler/support/printable.h"

namespace ipec::driver {

using runtime::Action;

AnswerWriter::AnswerWriter(const DecisionInput& input, const AnswerOptions& options,
                           llvm::raw_ostream& out)
    : input_(input), policy_(input.policy), options_(options), out_(out), texts_(input.policy) {}

void AnswerWriter::Write(const runtime::Event& event, const event::Stamp& stamp,
                         const runtime::Decision& decision) {
  line_.clear();
  switch (options_.format) {
    case AnswerFormat::Json:
      WriteJson(event, decision);
      break;
    case AnswerFormat::Audit:
      WriteAudit(event, stamp, decision);
      break;
    case AnswerFormat::Text:
      WriteText(event, decision);
      break;
  }
  out_ << line_;
}

void AnswerWriter::WriteJson(const runtime::Event& event, const runtime::Decision& decision) {
  support::JsonWriter json(line_);
  json.object([&] {
    json.attribute("decision", Name(decision.action));
    json.attribute("granted", Granted(decision, event));
    json.attribute("match", event::NameOf(decision.match));
    json.attributeBegin("rule");
    if (decision.line == 0) {
      json.value(nullptr);
    } else {
      json.object([&] {
        json.attribute("line", decision.line);
        json.attribute("text", texts_.Rule(event, decision));
      });
    }
    json.attributeEnd();
    json.attributeBegin("audit");
    if (runtime::IsRecorded(decision, options_.success_audit)) {
      json.value(texts_.Record(event, decision, options_.success_audit));
    } else {
      json.value(nullptr);
    }
    json.attributeEnd();
    if (options_.trace) json.attributeArray("trace", [&] { WriteTrace(event, json); });
  });
  line_ += '\n';
}

void AnswerWriter::WriteAudit(const runtime::Event& event, const event::Stamp& stamp,
                              const runtime::Decision& decision) {
  if (!runtime::IsRecorded(decision, options_.success_audit)) return;
  fmt::format_to(std::back_inserter(line_), "type={} audit({}.{:03}:{}): ",
                 RecordType(policy_.features(), runtime::Record::Access), stamp.seconds,
                 stamp.millis, stamp.serial);
  line_ += texts_.Record(event, decision, options_.success_audit);
  line_ += '\n';
}

void AnswerWriter::WriteTrace(const runtime::Event& event, support::JsonWriter& json) {
  const bool has_initramfs = input_.dialect.boot_verified_excludes_dmverity;
  ForEachTried(input_, event, [&](const TriedRule& rule) {
    json.object([&] {
      json.attribute("line", rule.line);
      json.attribute("text", rule.text);
      json.attribute("index", rule.index);
      json.attribute("condition", rule.condition);
      json.attribute("reason", pipeline::Name(rule.obstacle));
      json.attribute("instead", pipeline::WordsFor(rule.obstacle, event, has_initramfs));
    });
  });
}

//   line 4, op=EXECUTE boot_verified=TRUE action=ALLOW
//     `boot_verified=TRUE` does not match: the file is not on the initramfs
void AnswerWriter::WriteTrace(const runtime::Event& event) {
  const bool has_initramfs = input_.dialect.boot_verified_excludes_dmverity;
  ForEachTried(input_, event, [&](const TriedRule& rule) {
    const std::string words =
        pipeline::WordsFor(rule.condition, rule.obstacle, event, has_initramfs);
    fmt::format_to(std::back_inserter(line_), "  line {}, {}\n    {}\n", rule.line,
                   support::Printable(rule.text), support::Printable(words));
  });
}

// `DENY   EXECUTE MMAP /usr/bin/x: line 4, op=EXECUTE action=DENY`
void AnswerWriter::WriteText(const runtime::Event& event, const runtime::Decision& decision) {
  if (options_.trace) WriteTrace(event);
  const bool allowed = decision.action == Action::Allow;
  const std::string_view color = allowed ? "\x1b[32m" : "\x1b[31m";
  fmt::format_to(std::back_inserter(line_), "{}{:<5}{} {} {} ", options_.color ? color : "",
                 Name(decision.action), options_.color ? "\x1b[0m" : "", Name(event.operation),
                 Name(event.hook));
  if (!event.file) {
    line_ += "(no file)";
  } else {
    line_ += support::Printable(event.file->path.value_or("(path unknown)"));
  }
  if (!allowed && Granted(decision, event)) line_ += " (granted: not enforcing)";
  if (decision.line == 0) {
    line_ += ": the kernel allows what it has no name for\n";
    return;
  }
  fmt::format_to(std::back_inserter(line_), ": line {}, ", decision.line);
  line_ += support::Printable(texts_.Rule(event, decision));
  line_ += '\n';
}

}  // namespace ipec::driver
