#include "compiler/pipeline/case_words.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/support/wording.h"
#include "compiler/targets/meanings.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {
namespace {

using analysis::Difference;
using analysis::FactsSet;
using runtime::Facts;
using Digests = Difference::Digests;

bool AllHave(FactsSet set, Facts facts) {
  return (set - FactsSet::WithAllOf(facts)).empty();
}
bool NoneHas(FactsSet set, Facts facts) {
  return (set - FactsSet::WithNoneOf(facts)).empty();
}

// "signed " or "unsigned ", if all cases are.
std::string_view SignedOf(FactsSet facts, Facts is_signed) {
  if (AllHave(facts, is_signed)) return "signed ";
  return NoneHas(facts, is_signed) ? "unsigned " : "";
}

FactsSet SignedFacts(FactsSet facts, Facts is_signed) {
  if (AllHave(facts, is_signed)) return FactsSet::WithAllOf(is_signed);
  return NoneHas(facts, is_signed) ? FactsSet::WithNoneOf(is_signed) : FactsSet::All();
}

// The digests that words allow: the one that they name, or all of them.
struct Allowed {
  std::uint64_t named;
  std::uint64_t unnamed;
};

Allowed AllowedBy(const Digests& digests) {
  if (digests.kind == Digests::Kind::One) return {1, 0};
  return {digests.named, 1};
}

class Describer {
 public:
  Describer(const Difference& difference, const policy::Semantics& semantics)
      : difference_(difference), semantics_(semantics), facts_(difference.facts) {
    ForEachKind([&](std::uint64_t, FactsSet possible) { allowed_ = allowed_ | possible; });
  }

  std::string Run() {
    std::string text = IsUnverified() ? "unverified files" : Files();
    text += WithoutFile();
    if (Count() != difference_.cases) text += ", except those that other statements decide";
    return text;
  }

 private:
  // The kinds of cases that words about digests allow: the number of pairs of a root hash and a
  // file digest, and the combinations of facts that a kernel can produce for them.
  template <typename Visit>
  void ForEachKind(const Visit& visit) const {
    const Allowed roothashes = AllowedBy(difference_.roothashes);
    const Allowed digests = AllowedBy(difference_.digests);
    for (const bool roothash : {false, true}) {
      for (const bool digest : {false, true}) {
        const std::uint64_t pairs = (roothash ? roothashes.named : roothashes.unnamed) *
                                    (digest ? digests.named : digests.unnamed);
        if (pairs != 0) visit(pairs, analysis::PossibleFacts(semantics_, roothash, digest));
      }
    }
  }

  // The number of cases that the words allow.
  std::uint64_t Count() const {
    std::uint64_t count = 0;
    ForEachKind([&](std::uint64_t pairs, FactsSet possible) {
      count += pairs * (possible & allowed_).size();
    });
    return count;
  }

  bool OneRoothash() const { return difference_.roothashes.kind == Digests::Kind::One; }
  bool OneDigest() const { return difference_.digests.kind == Digests::Kind::One; }

  // Whether nothing about the files is verified, with or without fs-verity.
  bool IsUnverified() {
    const FactsSet unverified =
        allowed_ & FactsSet::WithNoneOf(runtime::kBootVerified | runtime::kDmveritySigned |
                                        runtime::kFsveritySigned);
    if (OneRoothash() || OneDigest() || facts_ != unverified) return false;
    allowed_ = unverified;
    return true;
  }

  std::string Files() {
    Positive();
    Negative();
    if (positive_.empty() && negative_.empty()) return "all files";
    std::string text = "files";
    for (const std::string& words : positive_) text += " " + words;
    if (!negative_.empty()) {
      text += (positive_.empty() ? " " : ", ") + support::Listed(negative_, "and");
    }
    return text;
  }

  // Only `=FALSE` and rules without properties match events without a file.
  std::string WithoutFile() const {
    if (!facts_.Contains(0) || OneRoothash() || OneDigest()) return {};
    if (difference_.operation == runtime::Operation::Execute) return ", and memory without a file";
    return targets::CanLackFile(difference_.operation) ? ", and data without a file" : "";
  }

  void Say(std::string words, FactsSet facts) {
    positive_.push_back(std::move(words));
    allowed_ &= facts;
  }

  void Positive() {
    if (AllHave(facts_, runtime::kBootVerified)) {
      Say("on the initramfs", FactsSet::WithAllOf(runtime::kBootVerified));
    }
    if (OneRoothash()) {
      Say(fmt::format("on the {}dm-verity volume {}", SignedOf(facts_, runtime::kDmveritySigned),
                      ShortDigest(*difference_.roothashes.one)),
          SignedFacts(facts_, runtime::kDmveritySigned));
    } else if (AllHave(facts_, runtime::kDmveritySigned)) {
      Say("on a signed dm-verity volume", FactsSet::WithAllOf(runtime::kDmveritySigned));
    }
    if (OneDigest()) {
      Say(fmt::format("with the {}fs-verity digest {}", SignedOf(facts_, runtime::kFsveritySigned),
                      ShortDigest(*difference_.digests.one)),
          SignedFacts(facts_, runtime::kFsveritySigned));
    } else if (AllHave(facts_, runtime::kFsveritySigned)) {
      Say("with a verified fs-verity signature", FactsSet::WithAllOf(runtime::kFsveritySigned));
    }
  }

  // Only what the words so far do not imply.
  void Negative() {
    const std::pair<Facts, std::string_view> rows[] = {
        {runtime::kBootVerified, "not on the initramfs"},
        {runtime::kDmveritySigned, "not on a signed dm-verity volume"},
        {runtime::kFsverityOn, "without fs-verity"},
        {runtime::kFsveritySigned, "without a verified fs-verity signature"}};
    for (const auto& [facts, words] : rows) {
      const FactsSet without = FactsSet::WithNoneOf(facts);
      if (!NoneHas(facts_, facts) || (allowed_ & without) == allowed_) continue;
      negative_.emplace_back(words);
      allowed_ &= without;
    }
  }

  const Difference& difference_;
  const policy::Semantics& semantics_;
  const FactsSet facts_;
  FactsSet allowed_;  // by the words so far
  std::vector<std::string> positive_;
  std::vector<std::string> negative_;
};

}  // namespace

std::string ShortDigest(const analysis::OwnedDigest& digest) {
  constexpr std::size_t kMost = 4;  // bytes
  const std::size_t shown = std::min(kMost, digest.bytes.size());
  const std::string hex =
      llvm::toHex(llvm::ArrayRef(digest.bytes.data(), shown), /*LowerCase=*/true);
  return digest.algorithm + (digest.algorithm.empty() ? "" : ":") + hex +
         (digest.bytes.size() > kMost ? "…" : "");
}

std::string WordsFor(const Difference& difference, const policy::Semantics& semantics) {
  if (difference.operation == runtime::Operation::Unknown) return "all events";
  return Describer(difference, semantics).Run();
}

}  // namespace ipec::pipeline
