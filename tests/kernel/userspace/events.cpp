#include "events.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "judge.h"

namespace ipec::kernel_test {
namespace {

using runtime::Hook;
using runtime::Operation;

// If there are more classes than this, only every n-th is used.
constexpr std::size_t kMostEvents = 3000;
constexpr std::size_t kMostDigests = 12;

struct OperationHook {
  Operation operation;
  Hook hook;
};

constexpr std::array kAsked = {
    OperationHook{Operation::Execute, Hook::BprmCheck},
    OperationHook{Operation::Execute, Hook::Mmap},
    OperationHook{Operation::Execute, Hook::Mprotect},
    OperationHook{Operation::Firmware, Hook::KernelRead},
    OperationHook{Operation::KernelModule, Hook::KernelLoad},
    OperationHook{Operation::KexecImage, Hook::KernelRead},
    OperationHook{Operation::KexecInitramfs, Hook::KernelRead},
    OperationHook{Operation::Policy, Hook::KernelRead},
    OperationHook{Operation::X509Cert, Hook::KernelLoad},
    OperationHook{Operation::Unknown, Hook::KernelRead},
};

struct OwnedDigest {
  std::string algorithm;
  std::vector<std::uint8_t> bytes;
  unsigned hash = 0;

  runtime::Digest view() const { return {algorithm, bytes}; }
};

std::optional<unsigned> FindHash(std::string_view algorithm, std::size_t size) {
  for (unsigned i = 0; i < JudgeHashCount(); ++i) {
    if (algorithm == JudgeHashName(i) && size == JudgeHashSize(i)) return i;
  }
  return std::nullopt;
}

// Digests in conditions of `property`, each followed by a near miss that differs in one bit.
std::vector<OwnedDigest> NamedDigests(const policy::Policy& policy, runtime::Property property) {
  std::vector<OwnedDigest> made;
  for (const policy::Condition& condition : policy.conditions) {
    if (condition.property != property || made.size() >= kMostDigests) continue;
    const runtime::Digest digest = policy.digests.Get(condition.digest);
    OwnedDigest named{std::string(digest.algorithm), {digest.bytes.begin(), digest.bytes.end()}};
    if (property == runtime::Property::FsverityDigest) {
      // A file digest uses a hash that the kernel has, in its full length.
      const auto hash = FindHash(digest.algorithm, digest.bytes.size());
      if (!hash) continue;
      named.hash = *hash;
    }
    OwnedDigest near = named;
    if (!near.bytes.empty()) near.bytes.back() ^= 1;
    made.push_back(std::move(named));
    if (!near.bytes.empty()) made.push_back(std::move(near));
  }
  OwnedDigest other{"sha256", std::vector<std::uint8_t>(32, 0xEE)};
  other.hash = *FindHash("sha256", 32);
  made.push_back(std::move(other));
  return made;
}

// Around the maximum length of a path in a record.
constexpr std::array<std::size_t, 7> kLongPaths = {4094, 4095, 4096, 4105, 4106, 4107, 5000};
constexpr std::size_t kOneIsLong = 41;  // one of this many

// Pieces of the seed without NUL bytes, as names.
class Names {
 public:
  explicit Names(std::string_view seed) : seed_(seed) {
    std::replace(seed_.begin(), seed_.end(), '\0', '"');
    if (seed_.empty()) seed_ = "x";
  }
  std::string_view Next(std::size_t most) {
    const std::size_t size = 1 + at_ * 7 % most;
    const std::size_t from = at_++ * 13 % seed_.size();
    return std::string_view(seed_).substr(from, size);
  }

 private:
  std::string seed_;
  std::size_t at_ = 0;
};

// One class: the digits of the number choose among the alternatives.
class Chooser {
 public:
  explicit Chooser(std::size_t number) : rest_(number) {}
  std::size_t Choose(std::size_t alternatives) {
    const std::size_t chosen = rest_ % alternatives;
    rest_ /= alternatives;
    return chosen;
  }

 private:
  std::size_t rest_;
};

}  // namespace

void ForEachEvent(const policy::Policy& policy, std::string_view seed,
                  llvm::function_ref<bool(const Question&)> ask) {
  const auto roothashes = NamedDigests(policy, runtime::Property::DmverityRoothash);
  const auto digests = NamedDigests(policy, runtime::Property::FsverityDigest);
  // Without a file; else on the initramfs, on neither, or on a dm-verity volume with one of the
  // root hashes or an unknown one, signed or not; and fs-verity off, or one of the digests, signed
  // or not.
  const std::size_t volumes = 2 + 2 * (roothashes.size() + 1);
  const std::size_t files = 1 + 2 * digests.size();
  const std::size_t classes = kAsked.size() * 2 * (1 + volumes * files);
  const std::size_t stride = classes <= kMostEvents ? 1 : classes / kMostEvents | 1;

  Names names(seed);
  for (std::size_t number = 0; number < classes; number += stride) {
    Chooser chooser(number);
    const OperationHook asked = kAsked[chooser.Choose(kAsked.size())];
    Question question;
    question.success_audit = chooser.Choose(2) == 0;
    runtime::Event& event = question.event;
    event.operation = asked.operation;
    event.hook = asked.hook;
    event.enforcing = number % 3 != 0;
    event.pid = static_cast<std::int32_t>(number % 40000);
    event.comm = names.Next(15);
    std::string path;
    const std::size_t place = chooser.Choose(1 + volumes * files);
    if (place != 0) {
      path = "/" + std::string(names.Next(60));
      if (number % kOneIsLong == 0) {
        path.resize(kLongPaths[number / kOneIsLong % kLongPaths.size()], 'a');
      }
      event.file = runtime::File{path, names.Next(31), number * 977};
      Chooser where(place - 1);
      const std::size_t volume = where.Choose(volumes);
      const std::size_t file = where.Choose(files);
      if (volume == 1) event.boot_verified = true;
      if (volume >= 2) {
        event.dmverity.emplace();
        event.dmverity->is_signed = (volume - 2) % 2 == 1;
        const std::size_t roothash = (volume - 2) / 2;
        if (roothash < roothashes.size()) event.dmverity->roothash = roothashes[roothash].view();
      }
      if (file != 0) {
        const OwnedDigest& digest = digests[(file - 1) / 2];
        event.fsverity = runtime::Fsverity{digest.view(), (file - 1) % 2 == 1};
        question.hash = digest.hash;
      }
    }
    if (!ask(question)) return;
  }
}

}  // namespace ipec::kernel_test
