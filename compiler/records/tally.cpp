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

}  // namespace ipec::records
