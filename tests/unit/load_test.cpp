// Load() rejects invalid tables, and after it nothing can fail. Under the sanitizers this also
// proves that no byte of a table leads outside it.

#include <sys/mman.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <set>
#include <string>
#include <vector>

#include "compiler/table/build.h"
#include "ipec/runtime/evaluate.h"
#include "tests/unit/small_policies.h"
#include "tests/unit/table_exercise.h"

namespace ipec {
namespace {

using runtime::LoadStatus;
using runtime::Policy;
using Header = runtime::table::Header;

std::vector<std::byte> FullTable(std::string_view target) {
  const auto* found = targets::FindTarget(target);
  const std::string built = table::Build(tests::FullPolicy(*found), *found);
  const auto bytes = std::as_bytes(std::span(built));
  return {bytes.begin(), bytes.end()};
}

// Loads a copy of exactly this length, so that the sanitizers see a read beyond its end.
LoadStatus LoadCopy(std::span<const std::byte> bytes, bool ask) {
  const std::vector<std::byte> copy(bytes.begin(), bytes.end());
  Policy policy;
  const LoadStatus status = runtime::Load(copy, policy);
  if (status == LoadStatus::Ok && ask) CHECK(tests::AskEverything(policy) > 0);
  // Nothing remains of a rejected policy.
  if (status != LoadStatus::Ok && (policy.size() != 0 || !policy.name().empty())) {
    FAIL("a rejected policy has contents");
  }
  return status;
}

}  // namespace

TEST_CASE("a table that was built loads, at any address") {
  for (const targets::Target& target : targets::AllTargets()) {
    const auto table = FullTable(target.name);
    REQUIRE(LoadCopy(table, true) == LoadStatus::Ok);
    for (std::size_t shift = 1; shift < 8; ++shift) {
      std::vector<std::byte> moved(table.size() + shift);
      std::copy(table.begin(), table.end(), moved.begin() + static_cast<std::ptrdiff_t>(shift));
      Policy policy;
      REQUIRE(runtime::Load(std::span(moved).subspan(shift), policy) == LoadStatus::Ok);
      CHECK(tests::AskEverything(policy) > 0);
    }
  }
}

TEST_CASE("a table works in read-only memory") {
  const auto table = FullTable("linux-6.12");
  void* map =
      mmap(nullptr, table.size(), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  REQUIRE(map != MAP_FAILED);
  std::memcpy(map, table.data(), table.size());
  REQUIRE(mprotect(map, table.size(), PROT_READ) == 0);
  Policy policy;
  CHECK(runtime::Load({static_cast<const std::byte*>(map), table.size()}, policy) ==
        LoadStatus::Ok);
  CHECK(tests::AskEverything(policy) > 0);
  munmap(map, table.size());
}

TEST_CASE("a policy that is not loaded denies") {
  const runtime::Decision decision = runtime::Evaluate(Policy(), runtime::Event());
  CHECK(decision.action == runtime::Action::Deny);
  CHECK(decision.line == 0);
}

TEST_CASE("every shorter table is rejected, with and without a matching size and checksum") {
  for (const std::string_view target : {"linux-6.16", "rfc-v7"}) {
    const auto table = FullTable(target);
    for (std::size_t size = 0; size < table.size(); ++size) {
      std::vector<std::byte> cut(table.begin(), table.begin() + static_cast<std::ptrdiff_t>(size));
      const LoadStatus status = LoadCopy(cut, false);
      REQUIRE(status == (size < Header::kSize ? LoadStatus::TooShort : LoadStatus::WrongSize));
      if (size < Header::kSize) continue;
      runtime::table::Write32(cut.data() + Header::kSizeAt, static_cast<std::uint32_t>(size));
      tests::FixChecksum(cut.data(), cut.size());
      // The texts are last: cutting off an end that is not text can only cut off padding zeros.
      if (LoadCopy(cut, true) == LoadStatus::Ok) CHECK(table.size() - size < 4);
    }
    auto longer = table;
    longer.resize(table.size() + 4);
    CHECK(LoadCopy(longer, false) == LoadStatus::WrongSize);
  }
}

TEST_CASE("every change of a single bit is noticed") {
  const auto table = FullTable("linux-6.16");
  for (std::size_t i = 0; i < table.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto changed = table;
      changed[i] ^= static_cast<std::byte>(1 << bit);
      const LoadStatus status = LoadCopy(changed, false);
      if (status == LoadStatus::Ok) FAIL("bit " << bit << " of byte " << i);
      if (i < 8)
        REQUIRE(status == LoadStatus::NotATable);
      else if (i < 12)
        REQUIRE(status == LoadStatus::OtherFormat);
      else if (i < 16)
        REQUIRE(status == LoadStatus::WrongSize);
      else
        REQUIRE(status == LoadStatus::WrongChecksum);
    }
  }
}

TEST_CASE("no change with a matching checksum leads outside") {
  std::set<LoadStatus> seen;
  for (const std::string_view target : {"linux-6.16", "rfc-v7"}) {
    const auto table = FullTable(target);
    for (std::size_t i = Header::kChecksumFrom; i < table.size(); ++i) {
      for (const int change : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0xFF}) {
        auto changed = table;
        changed[i] ^= static_cast<std::byte>(change);
        tests::FixChecksum(changed.data(), changed.size());
        seen.insert(LoadCopy(changed, (i + static_cast<std::size_t>(change)) % 8 == 0));
      }
    }
  }
  // All structural errors occur.
  for (const LoadStatus status :
       {LoadStatus::Ok, LoadStatus::BadHeader, LoadStatus::BadOutcome, LoadStatus::BadRow,
        LoadStatus::BadOperation, LoadStatus::BadIndex, LoadStatus::OtherFormat}) {
    INFO(runtime::Describe(status));
    CHECK(seen.contains(status));
  }
}

TEST_CASE("policy text is not a table") {
  const std::string text = "policy_name=demo policy_version=1.0.0\nDEFAULT action=DENY\n";
  CHECK(LoadCopy(std::as_bytes(std::span(text)), false) == LoadStatus::NotATable);
  CHECK(LoadCopy({}, false) == LoadStatus::TooShort);
}

}  // namespace ipec
