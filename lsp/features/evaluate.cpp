#include "lsp/features/evaluate.h"

#include <span>

#include <fmt/format.h>

#include "compiler/event/event_reader.h"
#include "compiler/event/texts.h"
#include "compiler/event/write_event.h"
#include "compiler/support/assert.h"
#include "compiler/support/streams.h"
#include "compiler/table/build.h"
#include "lsp/features/place.h"

namespace ipec::lsp {

llvm::Expected<Evaluated> EvaluateEvent(const Snapshot& snapshot, std::string_view event,
                                        const EvaluateOptions& options) {
  if (llvm::Error error = RejectionOf(snapshot)) return error;
  if (event.size() > event::kLongestLine) {
    return support::ErrorOf(fmt::format("an event has at most {} bytes", event::kLongestLine));
  }
  event::EventReader reader(event::DialectOf(snapshot.target()));
  if (llvm::Error error = reader.Read(event)) return error;
  const std::string table = table::Build(snapshot.policy(), snapshot.target());
  runtime::Policy policy;
  IPEC_CHECK(runtime::Load(std::as_bytes(std::span(table.data(), table.size())), policy) ==
                 runtime::LoadStatus::Ok,
             "our own table does not load");
  runtime::Event asked = reader.event();
  if (options.permissive) asked.enforcing = false;
  const runtime::Decision decision = runtime::Evaluate(policy, asked);
  event::Texts texts(policy);
  Evaluated answer;
  answer.decision = decision.action;
  answer.granted = runtime::Granted(decision, asked);
  answer.match = event::NameOf(decision.match);
  answer.line = decision.line;
  if (decision.line != 0) {
    answer.rule = texts.Rule(asked, decision);
    answer.statement = StatementOnLine(snapshot, decision.line);
  }
  if (runtime::IsRecorded(decision, options.success_audit)) {
    answer.audit = std::string(texts.Record(asked, decision, options.success_audit));
  }
  return answer;
}

}  // namespace ipec::lsp
