#pragma once

// Findings that are known and not to be told again, by the text they are about: lines may move. A
// file of lines `FINGERPRINT CODE PATH`, sorted, so that it merges well. Paths are relative to the
// folder of the baseline where they are below it, so that it does not matter from where ipec runs.

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "llvm/Support/Error.h"

namespace ipec::lint {

class Baseline {
 public:
  Baseline() = default;
  // `path` is the file's own, from the root.
  explicit Baseline(std::string_view path) : folder_(path.substr(0, path.rfind('/') + 1)) {}

  // The error names the line that is none.
  llvm::Error Read(const std::string& shown_path, std::string_view text);
  std::string Text() const;

  // `path` is a policy's, from the root.
  void Add(std::string_view path, std::string_view code, std::string_view fingerprint);
  bool Has(std::string_view path, const std::string& fingerprint) const {
    return !known_.empty() && known_.count({Relative(path), fingerprint}) != 0;
  }

 private:
  std::string Relative(std::string_view path) const;
  void Insert(const std::string& path, std::string_view code, std::string_view fingerprint);

  std::string folder_;
  std::set<std::pair<std::string, std::string>> known_;
  std::set<std::string> lines_;
};

}  // namespace ipec::lint
