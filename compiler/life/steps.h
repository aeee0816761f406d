#pragma once

// Steps of a rollout as words of a command line: `boot:FILE`, `new:FILE`, `update:FILE`,
// `update=NAME:FILE`, `activate:NAME`, `delete:NAME`, `enforce:0|1`, `success_audit:0|1`, each but
// the first with or without `user:` before it.

#include <cstdint>
#include <string>

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace ipec::life {

enum class Verb : std::uint8_t { Boot, New, Update, Activate, Delete, Enforce, SuccessAudit };

struct Step {
  std::string word;  // as it was written
  Verb verb = Verb::New;
  bool has_capability = true;
  std::string file;    // of Boot, New and Update
  std::string name;    // of Activate and Delete; of Update, if it is written
  bool value = false;  // of Enforce and SuccessAudit

  bool reads_file() const { return !file.empty(); }
};

// The error names the word and, if a verb is misspelt, the closest one.
llvm::Expected<Step> ParseStep(llvm::StringRef word);

}  // namespace ipec::life
