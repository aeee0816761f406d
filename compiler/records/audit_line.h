#pragma once

// Lines of logs where they do not belong, such as in a policy.

#include "llvm/ADT/StringRef.h"

namespace ipec::records {

// Whether the line is one of a log of audit records, in any form and dialect that `Reader` reads: a
// record, whole or cut, what the kernel prints about missing records, or an entry of the journal.
// Records of other types of the same event count, too: before any `#`, they have a stamp,
// `msg=audit(1653364370.067:61)`.
bool IsAuditLine(llvm::StringRef line);

}  // namespace ipec::records
