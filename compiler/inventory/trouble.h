#pragma once

// Why an input gives no answer. A file that cannot be read is any other error.

#include <cstdint>
#include <string>
#include <system_error>
#include <utility>

#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace ipec::inventory {

enum class Trouble : std::uint8_t {
  Contradiction,  // two sources disagree, or data does not match its hash tree
  Malformed,      // bytes that are not in the format that they claim
  Unreadable,
};

class ScanError final : public llvm::ErrorInfo<ScanError> {
 public:
  static char ID;
  ScanError(Trouble trouble, std::string words) : trouble_(trouble), words_(std::move(words)) {}
  Trouble trouble() const { return trouble_; }
  void log(llvm::raw_ostream& out) const override { out << words_; }
  std::error_code convertToErrorCode() const override { return llvm::inconvertibleErrorCode(); }

 private:
  Trouble trouble_;
  std::string words_;
};

inline llvm::Error Malformed(std::string words) {
  return llvm::make_error<ScanError>(Trouble::Malformed, std::move(words));
}

inline llvm::Error Contradiction(std::string words) {
  return llvm::make_error<ScanError>(Trouble::Contradiction, std::move(words));
}

}  // namespace ipec::inventory
