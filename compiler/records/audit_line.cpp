#include "compiler/records/audit_line.h"

#include "compiler/records/journal.h"
#include "compiler/records/line.h"

namespace ipec::records {
namespace {

bool HasStamp(llvm::StringRef text) {
  constexpr llvm::StringLiteral kBegins = "audit(";
  const std::size_t at = text.find(kBegins);
  if (at == llvm::StringRef::npos) return false;
  const llvm::StringRef before = text.take_front(at);
  const bool is_field = before.empty() || before.endswith(" ") || before.endswith(" msg=");
  const llvm::StringRef rest = text.drop_front(at + kBegins.size());
  const std::size_t end = rest.take_front(kLongestStamp).find(')');
  return is_field && end != llvm::StringRef::npos && ToStamp(rest.take_front(end)).has_value();
}

}  // namespace

bool IsAuditLine(llvm::StringRef line) {
  if (line.startswith("{")) return IsJsonEntry(line);
  Tally tally;
  LineReader reader(tally);
  Record record;
  return reader.Read(line, record).kind != Outcome::Kind::Ignored ||
         HasStamp(line.take_until([](char letter) { return letter == '#'; }));
}

}  // namespace ipec::records
