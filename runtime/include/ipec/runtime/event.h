#pragma once

// An event: something that the kernel asks IPE to decide, with everything that the decision or its
// record depends on.
//
// An Event consists of views: the caller owns the bytes for as long as the Event is used. A value
// that is absent here is absent in the kernel too: no file, no dm-verity volume, no fs-verity.

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "ipec/runtime/vocabulary.h"

namespace ipec::runtime {

// A digest as the kernel stores it: the name of the algorithm, compared byte for byte, and raw
// bytes. Dialects without algorithm names (rfc-v7) leave `algorithm` empty or ignore it.
struct Digest {
  std::string_view algorithm;
  std::span<const std::uint8_t> bytes;
};

// The file of an event. `path` is absent if the kernel could not determine it; the path of a
// deleted file ends in ` (deleted)`. It can have any length: records print what the kernel would
// print.
struct File {
  std::optional<std::string_view> path;
  std::string_view device;  // name of the superblock, e.g. `dm-0`, `tmpfs`
  std::uint64_t inode = 0;
};

// The dm-verity volume of the file. Without `roothash`, the hash of the volume is not known.
struct Dmverity {
  std::optional<Digest> roothash;
  bool is_signed = false;
};

// The fs-verity state of a file that has fs-verity enabled.
struct Fsverity {
  std::optional<Digest> digest;
  bool is_signed = false;
};

struct Event {
  Operation operation = Operation::Execute;
  Hook hook = Hook::BprmCheck;
  bool enforcing = true;
  std::int32_t pid = 0;
  std::string_view comm;             // of the calling task; the kernel keeps 15 bytes
  std::optional<File> file;          // absent: anonymous memory, init_module, a buffer
  bool boot_verified = false;        // the file is on the initramfs (rfc-v7: pinned superblock)
  std::optional<Dmverity> dmverity;  // absent: not on a dm-verity volume
  std::optional<Fsverity> fsverity;  // absent: fs-verity is not enabled
};

// The boolean facts of an event that properties test, as bits of an index. kFsverityOn is a
// separate bit because on rfc-v7 `fsverity_signature` matches only with it.
using Facts = std::uint8_t;
inline constexpr Facts kBootVerified = 1;
inline constexpr Facts kDmveritySigned = 2;
inline constexpr Facts kFsveritySigned = 4;
inline constexpr Facts kFsverityOn = 8;
inline constexpr unsigned kFactsCount = 16;

constexpr Facts FactsOf(const Event& event) {
  Facts facts = 0;
  if (event.boot_verified) facts |= kBootVerified;
  if (event.dmverity && event.dmverity->is_signed) facts |= kDmveritySigned;
  if (event.fsverity) facts |= kFsverityOn;
  if (event.fsverity && event.fsverity->is_signed) facts |= kFsveritySigned;
  return facts;
}

}  // namespace ipec::runtime
