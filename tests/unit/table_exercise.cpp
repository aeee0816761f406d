#include "tests/unit/table_exercise.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "ipec/runtime/audit.h"
#include "ipec/runtime/evaluate.h"
#include "ipec/runtime/explain.h"
#include "ipec/runtime/table.h"

namespace ipec::tests {
namespace {

namespace format = runtime::table;
using runtime::Digest;
using runtime::Event;
using runtime::Policy;

void Require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "%s\n", what);
  std::abort();
}

// Calls `write(room)` with rooms of several sizes, and checks the contract of snprintf.
template <typename Write>
void CheckText(Write write) {
  const std::size_t length = write(std::span<char>());
  Require(length < (std::size_t{1} << 32), "a text is longer than any table");
  for (const std::size_t size : {std::size_t{1}, length / 2, length, length + 1, length + 9}) {
    constexpr char kCanary = '\x5A';
    std::vector<char> room(size + 4, kCanary);
    Require(write(std::span(room.data(), size)) == length, "a length depends on the room");
    Require(std::all_of(room.begin() + static_cast<std::ptrdiff_t>(size), room.end(),
                        [](char byte) { return byte == kCanary; }),
            "a text runs over its room");
    if (size != 0) Require(room[std::min(length, size - 1)] == '\0', "a text does not end in NUL");
  }
}

// The maximum number of digests of an index, because a hostile table may name very many.
constexpr std::size_t kMostDigests = 4;

// A digest with bytes of its own.
struct OwnedDigest {
  std::string_view algorithm;
  std::vector<std::uint8_t> bytes;
};

std::vector<OwnedDigest> DigestsOf(const Policy& policy, std::uint32_t offset) {
  std::vector<OwnedDigest> found = {{"sha256", std::vector<std::uint8_t>(32, 9)}, {"", {}}};
  if (offset == 0) return found;
  const auto index = format::Index::Read(policy.bytes() + offset);
  for (std::uint32_t i = 0; i < index.entries.length && found.size() < kMostDigests; ++i) {
    const std::byte* at = policy.bytes() + index.entries.offset + i * index.EntrySize();
    const auto group = format::Group::Read(policy.bytes() + index.groups.offset +
                                           std::size_t{format::Entry::Read(at).group_or_row} *
                                               format::Group::kSize);
    const std::byte* key = at + format::Index::kEntryHead;
    std::vector<std::uint8_t> digest(group.digest_length);
    std::size_t here = digest.size();
    if (here > index.key_size) {
      here = index.key_size - format::kTailSize;
      std::memcpy(digest.data() + here,
                  policy.bytes() + index.tails.offset + format::Read32(key + here),
                  digest.size() - here);
    }
    if (here != 0) std::memcpy(digest.data(), key, here);
    found.push_back({policy.Text(group.algorithm), digest});
    found.push_back({"other", digest});
  }
  return found;
}

void Ask(const Policy& policy, const Event& event, bool all_records) {
  const runtime::Decision decision = runtime::Evaluate(policy, event);
  Require(decision.outcome < policy.outcomes().length, "a decision without outcome");
  if (!all_records) {
    std::array<char, 64> room{};
    runtime::AccessRecord(policy, event, decision, true, room);
    return;
  }
  CheckText([&](std::span<char> room) { return runtime::RuleText(policy, event, decision, room); });
  CheckText([&](std::span<char> room) {
    return runtime::AccessRecord(policy, event, decision, true, room);
  });
}

// The most rules that are visited, because a hostile table may have very many.
constexpr std::size_t kMostTried = 1000;

// All rules of the operation that do not match an event, and some of their texts.
void AskExplanation(const Policy& policy, const Event& event) {
  std::size_t tried = 0;
  const runtime::Decision decision =
      runtime::Explain(policy, event, [&](const runtime::TriedRule& rule) {
        if (tried++ % 100 != 0) return tried < kMostTried;
        CheckText([&](std::span<char> room) { return runtime::TriedRuleText(policy, rule, room); });
        CheckText([&](std::span<char> room) { return runtime::ConditionText(policy, rule, room); });
        return true;
      });
  Require(decision.outcome == runtime::Evaluate(policy, event).outcome,
          "an explanation decides otherwise");
}

void AskRecords(const Policy& policy) {
  const runtime::PolicyIdentity identity{policy.name(), policy.version(), {"sha256", {}}};
  const runtime::Actor actor;
  const runtime::Features dialect = policy.features();
  CheckText(
      [&](std::span<char> room) { return runtime::LoadRecord(dialect, identity, actor, room); });
  CheckText(
      [&](std::span<char> room) { return runtime::FailedLoadRecord(dialect, -74, actor, room); });
  CheckText([&](std::span<char> room) {
    return runtime::ActivationRecord(dialect, &identity, identity, actor, room);
  });
  CheckText(
      [&](std::span<char> room) { return runtime::ModeRecord(dialect, true, false, actor, room); });
}

}  // namespace

std::size_t AskEverything(const Policy& policy) {
  std::size_t asked = 0;
  Event event;
  event.comm = "a name longer than fifteen bytes";
  for (std::uint32_t number = 0; number <= policy.operations().length; ++number) {
    std::vector<OwnedDigest> roothashes = DigestsOf(policy, 0);
    std::vector<OwnedDigest> digests = roothashes;
    if (number < policy.operations().length) {
      const auto operation = policy.OperationAt(number);
      roothashes = DigestsOf(policy, operation.roothashes);
      digests = DigestsOf(policy, operation.digests);
    }
    event.operation = static_cast<runtime::Operation>(number);
    event.hook = static_cast<runtime::Hook>(number);
    event.file.reset();
    for (unsigned facts = 0; facts < runtime::kFactsCount; ++facts) {
      event.boot_verified = (facts & runtime::kBootVerified) != 0;
      for (const OwnedDigest& roothash : roothashes) {
        event.dmverity = runtime::Dmverity{Digest{roothash.algorithm, roothash.bytes},
                                           (facts & runtime::kDmveritySigned) != 0};
        for (const OwnedDigest& digest : digests) {
          event.fsverity.reset();
          if ((facts & runtime::kFsverityOn) != 0) {
            event.fsverity = runtime::Fsverity{Digest{digest.algorithm, digest.bytes},
                                               (facts & runtime::kFsveritySigned) != 0};
          }
          const bool is_last = facts == 15 && &digest == &digests.back();
          Ask(policy, event, /*all_records=*/is_last);
          if (is_last) AskExplanation(policy, event);
          ++asked;
        }
      }
      event.file = runtime::File{"/a path", "dm-0", UINT64_MAX};
      if (facts % 2 == 0) event.file->path.reset();
    }
    event.dmverity.reset();
    event.fsverity.reset();
    Ask(policy, event, /*all_records=*/true);
    AskExplanation(policy, event);
    ++asked;
  }
  AskRecords(policy);
  return asked;
}

void FixChecksum(std::byte* bytes, std::size_t size) {
  if (size < format::Header::kSize) return;
  const std::uint64_t checksum =
      format::Checksum(bytes + format::Header::kChecksumFrom, size - format::Header::kChecksumFrom);
  format::Write32(bytes + format::Header::kChecksumAt, static_cast<std::uint32_t>(checksum));
  format::Write32(bytes + format::Header::kChecksumAt + 4,
                  static_cast<std::uint32_t>(checksum >> 32));
}

}  // namespace ipec::tests
