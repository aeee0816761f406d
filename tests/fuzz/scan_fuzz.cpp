// Any bytes as inputs of `ipec scan`: either errors that cannot move the cursor, or an inventory
// that is read back as it was written. The first byte chooses the parts that are repaired, because
// random changes do not survive a checksum: sizes and checksums of a partition table. The result
// does not depend on the number of threads.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "compiler/inventory/inventory_json.h"
#include "compiler/inventory/scan.h"
#include "compiler/support/assert.h"
#include "compiler/support/printable.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/Endian.h"

namespace {

using namespace ipec;
namespace endian = llvm::support::endian;

// Makes the checksums of a table with sectors of 512 bytes right.
void RepairTable(std::string& image) {
  constexpr std::size_t kHeader = 512;
  if (image.size() < kHeader + 92) return;
  auto* const header = reinterpret_cast<std::uint8_t*>(image.data()) + kHeader;
  const std::uint64_t first = endian::read64le(header + 72) * 512;
  const std::uint64_t size =
      std::uint64_t{endian::read32le(header + 80)} * endian::read32le(header + 84);
  if (first < image.size() && size <= image.size() - first) {
    const auto* const entries = reinterpret_cast<const std::uint8_t*>(image.data()) + first;
    endian::write32le(header + 88, llvm::crc32({entries, size}));
  }
  endian::write32le(header + 12, 92);
  endian::write32le(header + 16, 0);
  endian::write32le(header + 16, llvm::crc32({header, 92}));
}

std::string Written(const inventory::Inventory& inventory) {
  std::string text;
  support::JsonWriter json(text);
  inventory::WriteInventory(inventory, json);
  return text;
}

inventory::ScanResult Scan(support::FileSystem& files,
                           const std::vector<inventory::ScanInput>& inputs, unsigned flags,
                           unsigned threads) {
  inventory::ScanOptions options;
  options.verifies = (flags & 2) != 0;
  options.threads = threads;
  if ((flags & 4) != 0) options.fsverity.emplace();
  return inventory::Scan(files, inputs, options);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const unsigned flags = data[0];
  support::MemoryFileSystem files;
  std::vector<inventory::ScanInput> inputs;
  // Inputs are separated by a line.
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  constexpr std::string_view kSeparator = "\n---- \n";
  constexpr const char* kNames[] = {"/a.raw", "/a.verity", "/a.usrhash", "/b"};
  std::size_t at = 0;
  for (const char* const name : kNames) {
    if (at > text.size()) break;
    const std::size_t end = std::min(text.find(kSeparator, at), text.size());
    std::string bytes = text.substr(at, end - at);
    if ((flags & 1) != 0) RepairTable(bytes);
    files.files[name] = std::move(bytes);
    inputs.push_back({name, std::nullopt});
    at = end + kSeparator.size();
  }
  const inventory::ScanResult result = Scan(files, inputs, flags, 1);
  for (const inventory::ScanProblem& problem : result.problems) {
    IPEC_CHECK(support::Printable(problem.words) == problem.words && problem.words.size() < 2000,
               "a bad message");
  }
  const inventory::ScanResult again = Scan(files, inputs, flags, 3);
  IPEC_CHECK(again.problems.size() == result.problems.size() && again.inventory == result.inventory,
             "another result with more threads");
  for (std::size_t i = 0; i < result.problems.size(); ++i) {
    IPEC_CHECK(result.problems[i].words == again.problems[i].words, "another message");
  }
  if (!result.problems.empty()) return 0;
  llvm::Expected<inventory::Inventory> read =
      inventory::ParseInventory(Written(result.inventory), "i.json");
  IPEC_CHECK(static_cast<bool>(read) && *read == result.inventory, "not read back as written");
  return 0;
}
