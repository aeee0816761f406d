#include "compiler/render/stand_ins.h"

#include <algorithm>

#include <fmt/format.h>

#include "compiler/support/keyed_hash.h"
#include "compiler/targets/digest_algorithms.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::render {
namespace {

// Digits that look like those of a digest, the same in every run.
std::string Digits(llvm::StringRef name, std::size_t count) {
  std::string digits;
  for (std::uint64_t part = 0; digits.size() < count; ++part) {
    digits += fmt::format("{:016x}", support::SipHash({part, 0}, name));
  }
  digits.resize(count);
  return digits;
}

std::string Digest(llvm::StringRef name, llvm::StringRef before, DigestForm form) {
  constexpr targets::DigestAlgorithm kUsual = targets::kDigestAlgorithms[0];
  if (form == DigestForm::Bare) return Digits(name, 2 * kUsual.bytes);
  if (!before.consume_back(":")) {
    return fmt::format("{}:{}", kUsual.name, Digits(name, 2 * kUsual.bytes));
  }
  const llvm::StringRef algorithm = before.ltrim("'\"");
  const targets::DigestAlgorithm* known = targets::FindAlgorithm(algorithm);
  return Digits(name, 2 * (known == nullptr ? kUsual : *known).bytes);
}

std::string StandInFor(const Use& use, DigestForm form) {
  const llvm::StringRef name = use.name;
  const auto [key, before] = llvm::StringRef(use.before).split('=');
  if (key == "dmverity_roothash" || key == "fsverity_digest" || name.endswith(".roothash") ||
      name.endswith(".digest")) {
    return Digest(name, before, form);
  }
  if (key == "policy_version") return before.empty() ? "1.0.0" : "1";
  if (key == "policy_name") return "name";
  if (key == "op") return "EXECUTE";
  if (key == "action") return "DENY";
  return key.size() == use.before.size() ? "boot_verified=TRUE" : "TRUE";
}

}  // namespace

llvm::Expected<const Found*> StandIns::Find(const Use& use) {
  if (inventory_ != nullptr && !IsSettingName(use.name)) return inventory_->Find(use);
  found_.values = {{use.name, values_.emplace_back(StandInFor(use, form_))}};
  return &found_;
}

}  // namespace ipec::render
