#include "compiler/records/tally.h"

namespace ipec::records {
namespace {

struct TroubleWords {
  llvm::StringLiteral name;
  llvm::StringLiteral words;
};

constexpr TroubleWords kWords[] = {
#define IPEC_TROUBLE(id, name, words) {name, words},
#include "compiler/records/troubles.def"
};

}  // namespace

llvm::StringRef Name(Trouble trouble) {
  return kWords[support::IndexOf(trouble)].name;
}

llvm::StringRef Describe(Trouble trouble) {
  return kWords[support::IndexOf(trouble)].words;
}

void Tally::AddLost(std::uint64_t audit_lost) {
  lost += audit_lost >= last_audit_lost ? audit_lost - last_audit_lost : audit_lost;
  if (!first_audit_lost) first_audit_lost = audit_lost;
  last_audit_lost = audit_lost;
}

void Tally::Append(const Tally& next) {
  for (std::size_t i = 0; i < kTroubles; ++i) {
    const TroubleCount& added = next.troubles[i];
    if (added.count == 0) continue;
    if (troubles[i].count == 0) troubles[i] = {0, lines + added.first_line, added.first_field};
    troubles[i].count += added.count;
  }
  lines += next.lines;
  for (std::size_t i = 0; i < kTypes; ++i) records[i] += next.records[i];
  ignored += next.ignored;
  notices += next.notices;
  suppressed += next.suppressed;
  if (!next.first_audit_lost) return;
  AddLost(*next.first_audit_lost);
  lost += next.lost - *next.first_audit_lost;
  last_audit_lost = next.last_audit_lost;
}

}  // namespace ipec::records
