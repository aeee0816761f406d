// Any bytes as a log: the sizes of the pieces in which a reader gets them do not matter, every line
// is counted once, and every record keeps its promises.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

#include "compiler/records/blocks.h"
#include "compiler/records/reader.h"
#include "compiler/support/assert.h"
#include "tests/unit/record_json.h"

namespace {

using namespace ipec;

void CheckRecord(const records::Record& record) {
  IPEC_CHECK(record.line > 0, "a record without a line");
  const auto* const access = std::get_if<records::Access>(&record.body);
  if (access == nullptr) return;
  const llvm::StringRef rule = access->rule;
  IPEC_CHECK(rule.startswith("op=") || rule.startswith("DEFAULT "), "a rule without operation");
  IPEC_CHECK(rule.endswith(access->allows ? " action=ALLOW" : " action=DENY"), "another action");
  IPEC_CHECK(access->path.empty() || access->file == records::File::Named, "a path without file");
}

struct Result {
  std::string text;
  records::Tally tally;
};

// `next` chooses the size of the next piece.
template <typename Next>
Result ReadLog(llvm::StringRef log, Next next) {
  Result result;
  records::Reader reader([&](const records::Record& record) {
    CheckRecord(record);
    result.text += tests::JsonOf(record);
  });
  while (!log.empty()) {
    const llvm::StringRef piece = log.take_front(next());
    // A copy of its own, so that a read beyond the piece is detected.
    reader.Feed(std::string(piece));
    log = log.drop_front(piece.size());
  }
  reader.Finish();
  result.tally = reader.tally();
  return result;
}

// As several threads do.
Result ReadBlocks(llvm::StringRef log, std::size_t size) {
  Result result;
  records::Blocks spare;
  records::BlockCutter cutter(spare, size);
  records::BlockTaker taker([&](const records::Record& record) {
    CheckRecord(record);
    result.text += tests::JsonOf(record);
  });
  records::Blocks blocks;
  for (; !log.empty(); log = log.drop_front(std::min<std::size_t>(log.size(), 29))) {
    cutter.Feed(log.take_front(29), blocks);
  }
  cutter.Finish(blocks);
  for (const auto& block : blocks) block->Parse();
  for (const auto& block : blocks) taker.Take(*block);
  taker.Finish();
  result.tally = taker.tally();
  return result;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const llvm::StringRef log(reinterpret_cast<const char*>(data), size);
  const Result whole = ReadLog(log, [] { return SIZE_MAX; });
  std::uint32_t state = 1;
  const Result pieces = ReadLog(log, [&] {
    state = state * 1664525 + 1013904223;
    return std::size_t{1} + (state >> 24) % 37;
  });
  IPEC_CHECK(whole.text == pieces.text, "records depend on the pieces");
  IPEC_CHECK(whole.tally == pieces.tally, "the tally depends on the pieces");

  for (const std::size_t block : {std::size_t{1}, std::size_t{300}}) {
    const Result blocks = ReadBlocks(log, block);
    IPEC_CHECK(whole.text == blocks.text, "records depend on the blocks");
    IPEC_CHECK(whole.tally == blocks.tally, "the tally depends on the blocks");
  }

  const records::Tally& tally = whole.tally;
  std::uint64_t lines = tally.ignored + tally.notices;
  for (const std::uint64_t count : tally.records) lines += count;
  // Those of the whole log or of the end of an entry come on top.
  for (const records::TroubleCount& trouble : tally.troubles) lines += trouble.count;
  IPEC_CHECK(lines >= tally.lines && lines <= tally.lines + 2, "a line is not counted once");
  return 0;
}
