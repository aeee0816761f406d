#include "lint/digest_algorithms.h"

#include <fmt/format.h>

namespace ipec::lint {

Flaw FlawOf(const runtime::Digest& digest, policy::Property property, bool bare) {
  const bool file = property == policy::Property::FsverityDigest;
  const DigestAlgorithm* const known = bare ? nullptr : FindAlgorithm(digest.algorithm);
  if (!bare && known == nullptr && (file || FindMeantAlgorithm(digest.algorithm) != nullptr)) {
    return Flaw::Algorithm;
  }
  if (known != nullptr && file && !known->fsverity) return Flaw::Algorithm;
  if (digest.bytes.empty()) return Flaw::NoDigits;
  return known == nullptr || known->bytes == digest.bytes.size() ? Flaw::None : Flaw::Length;
}

std::string Describe(Flaw flaw, const runtime::Digest& digest, policy::Property property) {
  switch (flaw) {
    case Flaw::Algorithm:
      return fmt::format("`{}` does not support the algorithm `{}`", runtime::Name(property),
                         digest.algorithm);
    case Flaw::NoDigits:
      return "the digest is empty";
    case Flaw::Length: {
      const DigestAlgorithm* const known = FindAlgorithm(digest.algorithm);
      return fmt::format("a {} digest has {} hex digits, found {}", digest.algorithm,
                         known == nullptr ? 0 : known->bytes * 2, digest.bytes.size() * 2);
    }
    case Flaw::None:
      break;
  }
  return {};
}

}  // namespace ipec::lint
