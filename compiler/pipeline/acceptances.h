#pragma once

// Differences of policies that their authors intend, by fingerprint: `Ipec-Accept` lines of a file,
// and the option `--accept`.

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "llvm/Support/Error.h"

namespace ipec::pipeline {

// The length of a fingerprint (see change.h) in hex digits: 80 bits, so that an attacker cannot
// construct a second difference with the fingerprint of an accepted one.
inline constexpr std::size_t kFingerprintDigits = 20;

struct Acceptance {
  std::string fingerprint;
  std::string reason;
  std::string place;  // `accepted.txt:3`, or the option
  bool used = false;
};

class Acceptances {
 public:
  // The longest file that is read.
  static constexpr std::size_t kLongest = std::size_t{1} << 20;

  // Adds the lines `Ipec-Accept: FINGERPRINT reason` of a file. Empty lines and lines that begin
  // with `#` are ignored; an error names file and line.
  llvm::Error Read(std::string_view path, std::string_view text);
  // Adds one; the error says that it is not a fingerprint.
  llvm::Error Add(std::string_view fingerprint, std::string reason, std::string place);

  // Null: it is not accepted. Marks it as used.
  const Acceptance* Find(std::string_view fingerprint);
  // Those that no difference had, in the order in which they were added.
  std::vector<const Acceptance*> Unused() const;
  bool empty() const { return by_fingerprint_.empty(); }

 private:
  // Of several with the same fingerprint, the first one.
  std::map<std::string, Acceptance, std::less<>> by_fingerprint_;
  std::vector<const Acceptance*> in_order_;
};

}  // namespace ipec::pipeline
