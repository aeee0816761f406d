#pragma once

// Known findings that are not reported again, identified by the text they are about, because lines
// may move. A file of lines `FINGERPRINT CODE PATH`, sorted so that it merges well. Paths below the
// directory of the baseline are relative to it, so the working directory of ipec does not matter.

#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "llvm/Support/Error.h"

namespace ipec::lint {

class Baseline {
 public:
  Baseline() = default;
  // `path` is the baseline's own path, from the root.
  explicit Baseline(std::string_view path) : directory_(path.substr(0, path.rfind('/') + 1)) {}

  // The error names the malformed line.
  llvm::Error Read(const std::string& shown_path, std::string_view text);
  std::string Text() const;

  // `path` is the path of a policy, from the root.
  void Add(std::string_view path, std::string_view code, std::string_view fingerprint);
  bool Has(std::string_view path, const std::string& fingerprint) const {
    return !known_.empty() && known_.count({Relative(path), fingerprint}) != 0;
  }

 private:
  std::string Relative(std::string_view path) const;
  void Insert(const std::string& path, std::string_view code, std::string_view fingerprint);

  std::string directory_;
  std::set<std::pair<std::string, std::string>> known_;
  std::set<std::string> lines_;
};

}  // namespace ipec::lint
