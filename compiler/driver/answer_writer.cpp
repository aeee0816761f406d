#include "compiler/driver/answer_writer.h"

#include <fmt/format.h>

#include <iterator>

#include "compiler/event/write_event.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/printable.h"

namespace ipec::driver {

using runtime::Action;

AnswerWriter::AnswerWriter(const runtime::Policy& policy, AnswerFormat format, bool success_audit,
                           bool color, llvm::raw_ostream& out)
    : policy_(policy),
      format_(format),
      success_audit_(success_audit),
      color_(color),
      out_(out),
      texts_(policy) {}

void AnswerWriter::Write(const runtime::Event& event, const event::Stamp& stamp,
                         const runtime::Decision& decision) {
  line_.clear();
  switch (format_) {
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
    if (runtime::IsRecorded(decision, success_audit_)) {
      json.value(texts_.Record(event, decision, success_audit_));
    } else {
      json.value(nullptr);
    }
    json.attributeEnd();
  });
  line_ += '\n';
}

void AnswerWriter::WriteAudit(const runtime::Event& event, const event::Stamp& stamp,
                              const runtime::Decision& decision) {
  if (!runtime::IsRecorded(decision, success_audit_)) return;
  fmt::format_to(std::back_inserter(line_), "type={} audit({}.{:03}:{}): ",
                 RecordType(policy_.features(), runtime::Record::Access), stamp.seconds,
                 stamp.millis, stamp.serial);
  line_ += texts_.Record(event, decision, success_audit_);
  line_ += '\n';
}

// `DENY   EXECUTE MMAP /usr/bin/x: line 4, op=EXECUTE action=DENY`
void AnswerWriter::WriteText(const runtime::Event& event, const runtime::Decision& decision) {
  const bool allowed = decision.action == Action::Allow;
  const std::string_view color = allowed ? "\x1b[32m" : "\x1b[31m";
  fmt::format_to(std::back_inserter(line_), "{}{:<5}{} {} {} ", color_ ? color : "",
                 Name(decision.action), color_ ? "\x1b[0m" : "", Name(event.operation),
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
