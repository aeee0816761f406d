#include "compiler/pipeline/case_words.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "compiler/analysis/coverage.h"
#include "compiler/support/wording.h"
#include "compiler/targets/meanings.h"
#include "llvm/ADT/StringExtras.h"

namespace ipec::pipeline {
namespace {

using analysis::CaseGroup;
using analysis::FactsSet;
using runtime::Facts;
using Digests = CaseGroup::Digests;

enum class Number : std::uint8_t { One, Many };

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
  Describer(const CaseGroup& cases, const policy::Semantics& semantics, Number number)
      : cases_(cases), semantics_(semantics), facts_(cases.facts), number_(number) {
    ForEachKind([&](std::uint64_t, FactsSet possible) { allowed_ = allowed_ | possible; });
  }

  std::string Run(std::string_view exception = kExceptOthers) {
    std::string text = Files() + WithoutFile();
    if (!IsExact()) text += fmt::format(", {}", exception);
    return text;
  }

  // Whether the words of Run have no exception.
  bool IsExact() const { return Count() == cases_.cases; }

 private:
  // The kinds of cases that words about digests allow: the number of pairs of a root hash and a
  // file digest, and the combinations of facts that a kernel can produce for them.
  template <typename Visit>
  void ForEachKind(const Visit& visit) const {
    const Allowed roothashes = AllowedBy(cases_.roothashes);
    const Allowed digests = AllowedBy(cases_.digests);
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

  bool OneRoothash() const { return cases_.roothashes.kind == Digests::Kind::One; }
  bool OneDigest() const { return cases_.digests.kind == Digests::Kind::One; }

  std::string Files() {
    const std::string_view subject = Subject();
    Places();
    Verity();
    NotAtPlaces();
    NotVerity();
    const bool plain = positive_.empty() && negative_.empty() && subject.empty();
    if (plain && number_ == Number::Many) return "all files";
    std::string text = number_ == Number::Many ? "files" : "file";
    if (!subject.empty()) text = fmt::format("{} {}", subject, text);
    if (number_ == Number::One) text = (subject.empty() ? "a " : "an ") + text;
    for (const std::string& words : positive_) text += " " + words;
    if (!negative_.empty()) {
      text += (positive_.empty() ? " " : ", ") + support::Listed(negative_, "and");
    }
    return text;
  }

  // Only `=FALSE` and rules without properties match events without a file.
  std::string WithoutFile() const {
    if (cases_.has_file || !facts_.Contains(0) || OneRoothash() || OneDigest()) return {};
    if (!targets::CanLackFile(cases_.operation)) return {};
    return fmt::format(", {} {} without a file", number_ == Number::Many ? "and" : "or",
                       cases_.operation == runtime::Operation::Execute ? "memory" : "data");
  }

  // "unverified", if nothing about the files is, with or without fs-verity.
  std::string_view Subject() {
    if (OneRoothash() || OneDigest() || !(facts_ - analysis::kUnverified).empty()) return {};
    allowed_ &= analysis::kUnverified;
    return "unverified";
  }

  void Say(std::string words, FactsSet facts) {
    positive_.push_back(std::move(words));
    allowed_ &= facts;
  }

  void Places() {
    if (AllHave(facts_, runtime::kBootVerified)) {
      Say(fmt::format("on {}", Initramfs()), FactsSet::WithAllOf(runtime::kBootVerified));
    }
    const std::string_view also = positive_.empty() ? "" : "and ";
    if (OneRoothash()) {
      Say(fmt::format("{}on the {}dm-verity volume {}", also,
                      SignedOf(facts_, runtime::kDmveritySigned),
                      ShortDigest(*cases_.roothashes.one)),
          SignedFacts(facts_, runtime::kDmveritySigned));
    } else if (AllHave(facts_, runtime::kDmveritySigned)) {
      Say(fmt::format("{}on {}", also, kSignedVolume),
          FactsSet::WithAllOf(runtime::kDmveritySigned));
    }
  }

  void Verity() {
    const FactsSet with = FactsSet::WithAllOf(runtime::kFsverityOn);
    if (OneDigest()) {
      Say(fmt::format("with the {}fs-verity digest {}", SignedOf(facts_, runtime::kFsveritySigned),
                      ShortDigest(*cases_.digests.one)),
          SignedFacts(facts_, runtime::kFsveritySigned));
    } else if (AllHave(facts_, runtime::kFsveritySigned)) {
      Say("with a verified fs-verity signature", FactsSet::WithAllOf(runtime::kFsveritySigned));
    } else if (AllHave(facts_, runtime::kFsverityOn)) {
      const bool is_unsigned = NoneHas(facts_, runtime::kFsveritySigned);
      Say(is_unsigned ? "with fs-verity but no verified signature" : "with fs-verity",
          is_unsigned ? with & FactsSet::WithNoneOf(runtime::kFsveritySigned) : with);
    }
  }

  // Whether no case has one of the facts, and the words so far do not imply that.
  bool Excludes(Facts fact) const { return NoneHas(facts_, fact) && !NoneHas(allowed_, fact); }

  void SayNot(std::string words, Facts facts) {
    negative_.push_back(std::move(words));
    allowed_ &= FactsSet::WithNoneOf(facts);
  }

  void NotAtPlaces() {
    const bool initramfs = Excludes(runtime::kBootVerified);
    const bool volume = Excludes(runtime::kDmveritySigned);
    if (initramfs && volume) {
      SayNot(fmt::format("not on {} or {}", Initramfs(), kSignedVolume),
             runtime::kBootVerified | runtime::kDmveritySigned);
    } else if (initramfs) {
      SayNot(fmt::format("not on {}", Initramfs()), runtime::kBootVerified);
    } else if (volume) {
      SayNot(fmt::format("not on {}", kSignedVolume), runtime::kDmveritySigned);
    }
  }

  void NotVerity() {
    if (Excludes(runtime::kFsverityOn)) {
      SayNot("without fs-verity", runtime::kFsverityOn | runtime::kFsveritySigned);
    } else if (Excludes(runtime::kFsveritySigned)) {
      SayNot("without a verified fs-verity signature", runtime::kFsveritySigned);
    }
  }

  static constexpr std::string_view kSignedVolume = "a signed dm-verity volume";
  // The place of `boot_verified` (`targets/meanings.def`).
  std::string_view Initramfs() const {
    return PlaceOfBootVerified(semantics_.boot_verified_excludes_dmverity);
  }

  const CaseGroup& cases_;
  const policy::Semantics& semantics_;
  const FactsSet facts_;
  const Number number_;
  FactsSet allowed_;  // by the words so far
  std::vector<std::string> positive_;
  std::vector<std::string> negative_;
};

}  // namespace

std::string_view PlaceOfBootVerified(bool has_initramfs) {
  return has_initramfs ? "the initramfs" : "the boot file system";
}

std::string ShortDigest(const analysis::OwnedDigest& digest) {
  constexpr std::size_t kMost = 4;  // bytes
  const std::size_t shown = std::min(kMost, digest.bytes.size());
  const std::string hex =
      llvm::toHex(llvm::ArrayRef(digest.bytes.data(), shown), /*LowerCase=*/true);
  return digest.algorithm + (digest.algorithm.empty() ? "" : ":") + hex +
         (digest.bytes.size() > kMost ? "…" : "");
}

std::string WordsFor(const CaseGroup& cases, const policy::Semantics& semantics,
                     std::string_view exception) {
  if (cases.operation == runtime::Operation::Unknown) return "all events";
  return Describer(cases, semantics, Number::Many).Run(exception);
}

std::string WordsFor(const CaseGroup& cases, const analysis::Witness& example,
                     const policy::Semantics& semantics) {
  Describer describer(cases, semantics, Number::Many);
  std::string words = describer.Run();
  if (describer.IsExact()) return words;
  return fmt::format("{}; for example {}", words, WordsFor(example, semantics));
}

std::string WordsFor(const analysis::Witness& witness, const policy::Semantics& semantics) {
  if (witness.operation == runtime::Operation::Unknown) return "an event";
  return Describer(analysis::CaseOf(witness), semantics, Number::One).Run();
}

std::string MoreCases(std::uint64_t number) {
  return support::NumberOf(number, "more case") + " of a named root hash with a named file digest";
}

}  // namespace ipec::pipeline
