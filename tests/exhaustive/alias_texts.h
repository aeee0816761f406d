#pragma once

// Random policies as text with aliases in rules and in DEFAULTs, next to statements for some of
// their operations. In the shortest notation.

#include <array>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/targets/targets.h"

namespace ipec::exhaustive {

inline const targets::Target& TargetWithAliases() {
  for (const targets::Target& target : targets::AllTargets()) {
    if (!target.aliases().empty()) return target;
  }
  return targets::DefaultTarget();
}

class AliasTexts {
 public:
  explicit AliasTexts(std::uint32_t seed) : random_(seed) {}

  std::string Make(std::size_t rules) {
    std::string text = "policy_name=p policy_version=1.0.0\n" + Defaults();
    for (std::size_t i = 0; i < rules; ++i) {
      text += "op=" + std::string(Operation()) + Conditions() + Action() + "\n";
    }
    return text;
  }

 private:
  static constexpr std::string_view kDigits = "abababababababababababababababab";

  std::size_t Below(std::size_t limit) { return random_() % limit; }
  std::string Action() { return Below(2) == 0 ? " action=ALLOW" : " action=DENY"; }

  std::string_view Operation() {
    static const auto kAlias = TargetWithAliases().aliases()[0];
    switch (Below(6)) {
      case 0:
        return "EXECUTE";
      case 1:
      case 2:
        return Name(kAlias.operations[Below(kAlias.operations.size())]);
      default:
        return kAlias.spelling;
    }
  }

  std::string Defaults() {
    static const auto kAlias = TargetWithAliases().aliases()[0];
    const std::string execute = "DEFAULT op=EXECUTE" + Action() + "\n";
    const std::string alias = "DEFAULT op=" + std::string(kAlias.spelling) + Action() + "\n";
    switch (Below(5)) {
      case 0:
        return execute + alias;
      case 1:
        return "DEFAULT" + Action() + "\n" + alias;
      case 2:
        return "DEFAULT" + Action() + "\nDEFAULT op=" +
               std::string(Name(kAlias.operations[Below(kAlias.operations.size())])) + Action() +
               "\n";
      case 3: {
        std::string each = execute;
        for (const runtime::Operation one : kAlias.operations) {
          each += "DEFAULT op=" + std::string(Name(one)) + Action() + "\n";
        }
        return each;
      }
      default:
        return "DEFAULT" + Action() + "\n";
    }
  }

  // Few, so that statements overlap.
  std::string Conditions() {
    std::string text;
    const std::array<std::string, 6> all = {
        " boot_verified=TRUE",
        " dmverity_signature=TRUE",
        " dmverity_signature=FALSE",
        " dmverity_roothash=" + std::string(kDigits) + (Below(2) == 0 ? "01" : "02"),
        " fsverity_digest=" + std::string(kDigits) + (Below(2) == 0 ? "01" : "02"),
        " fsverity_signature=TRUE"};
    const std::size_t count = std::array<std::size_t, 6>{0, 1, 1, 1, 1, 2}[Below(6)];
    for (std::size_t i = 0; i < count; ++i) text += all[Below(all.size())];
    return text;
  }

  std::mt19937 random_;
};

}  // namespace ipec::exhaustive
