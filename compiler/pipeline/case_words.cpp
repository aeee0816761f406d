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

// The combinations that a kernel can produce for digests of these kinds.
FactsSet PossibleFor(const Difference& difference, const policy::Semantics& semantics) {
  FactsSet possible;
  for (const bool roothash : {false, true}) {
    if (difference.roothashes.kind == (roothash ? Digests::Kind::Unnamed : Digests::Kind::One)) {
      continue;
    }
    for (const bool digest : {false, true}) {
      if (difference.digests.kind == (digest ? Digests::Kind::Unnamed : Digests::Kind::One)) {
        continue;
      }
      possible = possible | analysis::PossibleFacts(semantics, roothash, digest);
    }
  }
  return possible;
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

class Describer {
 public:
  Describer(const Difference& difference, const policy::Semantics& semantics)
      : difference_(difference),
        facts_(difference.facts),
        allowed_(PossibleFor(difference, semantics)) {}

  std::string Run() {
    if (IsUnverified()) return "unverified files" + WithoutFile();
    Positive();
    Negative();
    const bool exact = allowed_ == facts_;
    if (positive_.empty() && negative_.empty()) {
      return (exact ? "all files" : "some files") + WithoutFile();
    }
    std::string text = exact ? "files" : "some files";
    for (const std::string& words : positive_) text += " " + words;
    if (!negative_.empty()) {
      text += (positive_.empty() ? " " : ", ") + support::Listed(negative_, "and");
    }
    return text + WithoutFile();
  }

 private:
  bool OneRoothash() const { return difference_.roothashes.kind == Digests::Kind::One; }
  bool OneDigest() const { return difference_.digests.kind == Digests::Kind::One; }

  // Nothing about them is verified, whether they have fs-verity or not.
  bool IsUnverified() const {
    const FactsSet unverified =
        allowed_ & FactsSet::WithNoneOf(runtime::kBootVerified | runtime::kDmveritySigned |
                                        runtime::kFsveritySigned);
    return difference_.roothashes.kind == Digests::Kind::Unnamed &&
           difference_.digests.kind == Digests::Kind::Unnamed && facts_ == unverified;
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
  const FactsSet facts_;
  FactsSet allowed_;
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
