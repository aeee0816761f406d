// Any bytes as a file of accepted changes: either a mistake with its place, in text that cannot
// move the cursor, or acceptances that are those of the lines that begin with the key.

#include <cstddef>
#include <cstdint>
#include <set>
#include <string>

#include "compiler/pipeline/acceptances.h"
#include "compiler/support/assert.h"
#include "compiler/support/printable.h"
#include "llvm/ADT/StringRef.h"

namespace {

using namespace ipec;

// The fingerprints of the text, read in another way.
std::set<std::string> FingerprintsIn(llvm::StringRef text) {
  std::set<std::string> found;
  while (!text.empty()) {
    const auto [line, rest] = text.split('\n');
    text = rest;
    const llvm::StringRef words = line.trim(" \t\r");
    if (words.empty() || words.front() == '#') continue;
    const llvm::StringRef after_key = words.split(':').second.ltrim(" \t");
    found.insert(after_key.take_front(pipeline::kFingerprintDigits).str());
  }
  return found;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  pipeline::Acceptances acceptances;
  const std::string mistake = llvm::toString(acceptances.Read("a.txt", text));
  if (!mistake.empty()) {
    IPEC_CHECK(mistake.starts_with("a.txt:"), "a mistake without its place");
    IPEC_CHECK(mistake.size() < 1000, "a mistake of too many words");
    IPEC_CHECK(support::Printable(mistake) == mistake, "a mistake that moves the cursor");
    return 0;
  }
  const std::set<std::string> expected = FingerprintsIn(text);
  const auto unused = acceptances.Unused();
  IPEC_CHECK(unused.size() == expected.size(), "another number of acceptances");
  for (const pipeline::Acceptance* one : unused) {
    IPEC_CHECK(expected.contains(one->fingerprint), "an acceptance of nothing");
    IPEC_CHECK(!one->reason.empty(), "an acceptance without a reason");
    IPEC_CHECK(acceptances.Find(one->fingerprint) == one, "an acceptance that is not found");
  }
  IPEC_CHECK(acceptances.Unused().empty(), "a used acceptance is unused");
  return 0;
}
