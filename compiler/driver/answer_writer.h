#pragma once

// The output of `ipec eval`, one line per event, in the three forms of --format. README.md
// documents the JSON, which is a contract.

#include <cstdint>
#include <string>
#include <string_view>

#include "compiler/driver/decision_input.h"
#include "compiler/event/event_reader.h"
#include "compiler/event/texts.h"
#include "compiler/support/json_writer.h"
#include "compiler/support/streams.h"
#include "ipec/runtime/audit.h"
#include "ipec/runtime/evaluate.h"

namespace ipec::driver {

enum class AnswerFormat : std::uint8_t { Json, Audit, Text };

struct AnswerOptions {
  AnswerFormat format = AnswerFormat::Json;
  bool success_audit = false;
  bool trace = false;
  bool color = false;
};

class AnswerWriter {
 public:
  AnswerWriter(const DecisionInput& input, const AnswerOptions& options, llvm::raw_ostream& out);

  void Write(const runtime::Event& event, const event::Stamp& stamp,
             const runtime::Decision& decision);

 private:
  void WriteJson(const runtime::Event& event, const runtime::Decision& decision);
  void WriteAudit(const runtime::Event& event, const event::Stamp& stamp,
                  const runtime::Decision& decision);
  void WriteText(const runtime::Event& event, const runtime::Decision& decision);
  void WriteTrace(const runtime::Event& event);
  void WriteTrace(const runtime::Event& event, support::JsonWriter& json);

  const DecisionInput& input_;
  const runtime::Policy& policy_;
  AnswerOptions options_;
  llvm::raw_ostream& out_;
  std::string line_;
  event::Texts texts_;
};

}  // namespace ipec::driver
