#include "compiler/targets/digest_algorithms.h"

#include <algorithm>
#include <string>

#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::targets {
namespace {

// Longer names are not those of algorithms.
constexpr std::size_t kLongestName = 64;

// Lowercase, with `-` for `_`.
std::string Folded(std::string_view name) {
  std::string folded = llvm::StringRef(name.data(), name.size()).lower();
  std::replace(folded.begin(), folded.end(), '_', '-');
  return folded;
}

std::string WithoutHyphens(std::string name) {
  name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
  return name;
}

// Whether the folded `name` is `algorithm`, `-` and a letter: drivers are named `sha256-generic`,
// but `sha512-256` is another algorithm.
bool IsDriver(const DigestAlgorithm& algorithm, std::string_view name) {
  const std::size_t size = algorithm.name.size();
  return name.starts_with(algorithm.name) && name.size() > size + 1 && name[size] == '-' &&
         llvm::isAlpha(name[size + 1]);
}

// The algorithm with the longest name of those that pass: `sha3-256` rather than `sha3`.
template <typename Test>
const DigestAlgorithm* Longest(Test test) {
  const DigestAlgorithm* longest = nullptr;
  for (const DigestAlgorithm& row : kDigestAlgorithms) {
    if (!test(row)) continue;
    if (longest == nullptr || longest->name.size() < row.name.size()) longest = &row;
  }
  return longest;
}

}  // namespace

const DigestAlgorithm* FindMeantAlgorithm(std::string_view name) {
  if (name.size() > kLongestName || FindAlgorithm(name) != nullptr) return nullptr;
  const std::string folded = Folded(name);
  const std::string joined = WithoutHyphens(folded);
  return Longest([&](const DigestAlgorithm& row) {
    return WithoutHyphens(std::string(row.name)) == joined || IsDriver(row, folded);
  });
}

bool IsDriverOf(const DigestAlgorithm& algorithm, std::string_view name) {
  return name.size() <= kLongestName && IsDriver(algorithm, Folded(name));
}

const DigestAlgorithm* FindAlgorithmIn(std::string_view placeholder) {
  if (placeholder.size() > kLongestName) return nullptr;
  const std::string folded = Folded(placeholder);
  const auto ends = [&](std::size_t at) {
    return at >= folded.size() || !llvm::isAlnum(folded[at]);
  };
  return Longest([&](const DigestAlgorithm& row) {
    for (std::size_t at = folded.find(row.name); at != std::string::npos;
         at = folded.find(row.name, at + 1)) {
      if ((at == 0 || ends(at - 1)) && ends(at + row.name.size())) return true;
    }
    return false;
  });
}

}  // namespace ipec::targets
