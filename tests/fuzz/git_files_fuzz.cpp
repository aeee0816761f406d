// git's index and configuration, which a repository under review can contain: nothing crashes, and
// an index that can be read is equal after it was written again.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "compiler/pipeline/git_config.h"
#include "compiler/pipeline/git_index.h"
#include "compiler/support/path_pattern.h"
#include "llvm/Support/Endian.h"

namespace {

using ipec::pipeline::TrackedKind;

struct Entry {
  std::string path;
  TrackedKind kind;
  friend bool operator==(const Entry&, const Entry&) = default;
};

void Require(bool holds) {
  if (!holds) std::abort();
}

bool Read(const std::string& bytes, std::size_t hash_size, std::vector<Entry>& entries) {
  auto shared = ipec::pipeline::ReadGitIndex(
      bytes, hash_size, [&](std::size_t position, llvm::StringRef path, TrackedKind kind) {
        Require(position == entries.size());
        entries.push_back({path.str(), kind});
      });
  if (shared) return true;
  Require(!llvm::toString(shared.takeError()).empty());
  return false;
}

std::string Number(std::uint32_t value) {
  std::string bytes(4, '\0');
  llvm::support::endian::write32be(bytes.data(), value);
  return bytes;
}

// Version 2, or version 4 with each path in full.
std::string Written(const std::vector<Entry>& entries, std::size_t hash_size, bool packed) {
  std::string bytes =
      "DIRC" + Number(packed ? 4 : 2) + Number(static_cast<std::uint32_t>(entries.size()));
  std::size_t last = 0;
  for (const Entry& entry : entries) {
    const std::size_t begin = bytes.size();
    bytes.append(24, '\0');
    bytes += Number(entry.kind == TrackedKind::Submodule   ? 0160000U
                    : entry.kind == TrackedKind::Directory ? 0040000U
                                                           : 0100644U);
    bytes.append(12 + hash_size + 2, '\0');
    if (packed) {
      // The whole previous path is dropped.
      std::string number(1, static_cast<char>(last & 0x7FU));
      for (std::size_t rest = last >> 7U; rest != 0; rest >>= 7U) {
        number.insert(number.begin(), static_cast<char>(0x80U | (--rest & 0x7FU)));
      }
      bytes += number + entry.path + '\0';
      last = entry.path.size();
    } else {
      bytes += entry.path;
      bytes.append(8 - (bytes.size() - begin) % 8, '\0');
    }
  }
  return bytes + std::string(hash_size, '\0');
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  if ((data[0] & 1U) != 0) {
    ipec::pipeline::ReadGitConfig(bytes, [](const std::string& name, const std::string& value) {
      Require(name.find('.') != std::string::npos);
      ipec::support::MatchesPatternInAnyCase(value, name);
    });
    return 0;
  }
  const std::size_t hash_size = (data[0] & 2U) != 0 ? 32 : 20;
  std::vector<Entry> entries;
  if (!Read(bytes, hash_size, entries)) return 0;
  for (const bool packed : {false, true}) {
    std::vector<Entry> again;
    Require(Read(Written(entries, hash_size, packed), hash_size, again));
    Require(again == entries);
  }
  return 0;
}
