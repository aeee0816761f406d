#pragma once

// Findings that are known and not to be told again, by the text they are about: lines may move. A
// file of lines `FINGERPRINT CODE PATH`, sorted, so that it merges well.

#include <set>
#include <string>
#include <string_view>
#include <tuple>

#include "llvm/Support/Error.h"

namespace ipec::lint {

class Baseline {
 public:
  // The error names the line that is none.
  llvm::Error Read(const std::string& path, std::string_view text);
  std::string Text() const;

  void Add(std::string_view path, std::string_view code, std::string_view fingerprint);
  bool Has(const std::string& path, const std::string& fingerprint) const {
    return known_.count({path, fingerprint}) != 0;
  }

 private:
  std::set<std::pair<std::string, std::string>> known_;
  std::set<std::string> lines_;
};

}  // namespace ipec::lint
