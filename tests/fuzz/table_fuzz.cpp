// Any bytes as a decision table. Size and checksum are corrected first, so that the fuzzer reaches
// the checks behind them; every function of a table that Load() accepts is called.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "compiler/table/read_back.h"
#include "compiler/targets/targets.h"
#include "ipec/runtime/policy.h"
#include "ipec/runtime/table.h"
#include "tests/unit/table_exercise.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace table = ipec::runtime::table;
  // At an odd address: a table need not be aligned.
  std::vector<std::byte> room(1);
  const auto* first = reinterpret_cast<const std::byte*>(data);
  room.insert(room.end(), first, first + size);
  std::byte* bytes = room.data() + 1;
  ipec::runtime::Policy policy;
  ipec::runtime::Load({bytes, size}, policy);
  if (size < table::Header::kSize) return 0;
  std::memcpy(bytes, table::kMagic, sizeof table::kMagic);
  table::Write32(bytes + table::Header::kFormatAt, table::kFormat);
  table::Write32(bytes + table::Header::kSizeAt, static_cast<std::uint32_t>(size));
  ipec::tests::FixChecksum(bytes, size);
  if (ipec::runtime::Load({bytes, size}, policy) == ipec::runtime::LoadStatus::Ok) {
    ipec::tests::AskEverything(policy);
    const ipec::targets::Target* target = ipec::targets::FindTarget(policy.target());
    if (target == nullptr) target = &ipec::targets::DefaultTarget();
    llvm::consumeError(ipec::table::ReadBack(policy, *target).takeError());
  }
  return 0;
}
