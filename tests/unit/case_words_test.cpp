// The words for cases: one case has the same words as a set of one and as the case of an event, and
// two sets never share words that are exact.

#include "compiler/pipeline/case_words.h"

#include <catch2/catch.hpp>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/analysis/case_group.h"
#include "compiler/analysis/coverage.h"
#include "compiler/targets/targets.h"

namespace ipec::pipeline {
namespace {

using analysis::CaseGroup;
using analysis::FactsSet;
using analysis::OwnedDigest;
using analysis::SharedDigest;
using analysis::Witness;
using policy::Semantics;
using runtime::Operation;

constexpr std::string_view kInexact = ", except those that other statements decide";

const SharedDigest kDigest =
    std::make_shared<const OwnedDigest>(OwnedDigest{"sha256", {0xAF, 0x01, 0x75, 0xFB, 0x00}});

// The words for a set, as they are for one event.
std::string InSingular(std::string words) {
  const auto replace = [&](std::string_view many, std::string_view one) {
    const std::size_t at = words.find(many);
    if (at == std::string::npos) return false;
    words.replace(at, many.size(), one);
    return true;
  };
  if (!replace("unverified files", "an unverified file")) replace("files", "a file");
  replace(", and memory", ", or memory");
  replace(", and data", ", or data");
  return words;
}

// Calls `visit` for all dialects, operations and kinds of digests, with the facts that are
// possible.
template <typename Visit>
void ForEachKind(const Visit& visit) {
  for (const targets::Target& target : targets::AllTargets()) {
    const Semantics semantics = target.semantics();
    for (const Operation operation : semantics.operations) {
      for (const bool roothash : {false, true}) {
        for (const bool digest : {false, true}) {
          Witness witness{operation, 0, nullptr, nullptr};
          if (roothash) witness.roothash = kDigest;
          if (digest) witness.digest = kDigest;
          visit(semantics, witness, analysis::PossibleFacts(semantics, roothash, digest));
        }
      }
    }
  }
}

TEST_CASE("the words for a case are those for the set that has only this case") {
  ForEachKind([](const Semantics& semantics, Witness witness, FactsSet possible) {
    for (const runtime::Facts facts : possible) {
      witness.facts = facts;
      CaseGroup group = CaseOf(witness);
      const std::string words = WordsFor(witness, semantics);
      CHECK(words == InSingular(WordsFor(group, semantics)));
      CHECK(words.find(kInexact) == std::string::npos);
      // Rules that name other digests do not change the words, but these may no longer be exact.
      if (!witness.roothash) group.roothashes.named = 3;
      if (!witness.digest) group.digests.named = 2;
      std::string among_named = WordsFor(group, semantics);
      const std::size_t end = among_named.find(kInexact);
      const bool others =
          (!witness.roothash &&
           analysis::PossibleFacts(semantics, true, witness.digest != nullptr).Contains(facts)) ||
          (!witness.digest &&
           analysis::PossibleFacts(semantics, witness.roothash != nullptr, true).Contains(facts));
      CHECK((end != std::string::npos) == others);
      CHECK(words == InSingular(among_named.substr(0, end)));
    }
  });
}

TEST_CASE("words without an exception are those of one set") {
  ForEachKind([](const Semantics& semantics, const Witness& witness, FactsSet possible) {
    const std::vector<runtime::Facts> all(possible.begin(), possible.end());
    std::map<std::string, FactsSet> seen;
    std::size_t exact = 0;
    for (std::uint32_t bits = 1; bits < 1U << all.size(); ++bits) {
      CaseGroup group = CaseOf(witness);
      group.facts = {};
      for (std::size_t i = 0; i < all.size(); ++i) {
        if ((bits >> i & 1U) != 0) group.facts.Add(all[i]);
      }
      group.cases = group.facts.size();
      const std::string words = WordsFor(group, semantics);
      if (words.find(kInexact) != std::string::npos) continue;
      ++exact;
      const auto [known, is_new] = seen.try_emplace(words, group.facts);
      INFO(words);
      CHECK((is_new || known->second == group.facts));
    }
    CHECK(exact >= all.size());
  });
}

TEST_CASE("words for cases") {
  using runtime::kBootVerified;
  using runtime::kDmveritySigned;
  using runtime::kFsverityOn;
  using runtime::kFsveritySigned;
  struct Row {
    Operation operation;
    runtime::Facts facts;
    bool roothash;
    bool digest;
    std::string_view words;
  };
  const auto words = [](const Semantics& semantics, const Row& row) {
    Witness witness{row.operation, row.facts, nullptr, nullptr};
    if (row.roothash) witness.roothash = kDigest;
    if (row.digest) witness.digest = kDigest;
    return WordsFor(witness, semantics);
  };
  const Semantics mainline = targets::FindTarget("linux-6.12")->semantics();
  const std::vector<Row> rows = {
      {Operation::Execute, 0, false, false,
       "an unverified file without fs-verity, or memory without a file"},
      {Operation::Firmware, 0, false, false,
       "an unverified file without fs-verity, or data without a file"},
      {Operation::ImaPolicy, 0, false, false, "an unverified file without fs-verity"},
      {Operation::Execute, kFsverityOn, false, false,
       "an unverified file with fs-verity but no verified signature"},
      {Operation::Execute, kBootVerified, false, false,
       "a file on the initramfs, without fs-verity"},
      {Operation::Execute, kFsverityOn | kFsveritySigned, false, false,
       "a file with a verified fs-verity signature, not on the initramfs or a signed dm-verity "
       "volume"},
      {Operation::Execute, kDmveritySigned, true, false,
       "a file on the signed dm-verity volume sha256:af0175fb…, without fs-verity"},
      {Operation::Execute, kFsverityOn, true, true,
       "a file on the unsigned dm-verity volume sha256:af0175fb… with the unsigned fs-verity "
       "digest sha256:af0175fb…"},
      {Operation::Unknown, 0, false, false, "an event"},
  };
  for (const Row& row : rows) CHECK(words(mainline, row) == row.words);
  const Row both{Operation::Execute, kBootVerified | kDmveritySigned, false, false, ""};
  CHECK(words(targets::FindTarget("rfc-v7")->semantics(), both) ==
        "a file on the boot file system and on a signed dm-verity volume, without fs-verity");

  CaseGroup group;
  group.facts = analysis::PossibleFacts(mainline, false, false);
  group.cases = group.facts.size();
  CHECK(WordsFor(group, mainline) == "all files, and memory without a file");
  group.facts = analysis::kUnverified;
  group.cases = group.facts.size();
  CHECK(WordsFor(group, mainline) == "unverified files, and memory without a file");
  group.operation = Operation::ImaPolicy;
  CHECK(WordsFor(group, mainline) == kUnverifiedFiles);
}

}  // namespace
}  // namespace ipec::pipeline
