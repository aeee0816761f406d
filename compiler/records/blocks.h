#pragma once

// A log in blocks of whole lines, which several threads parse and one takes in order. The records
// and the tally are those of Reader.
//
//   BlockCutter cutter;                    bytes → blocks, in order
//   block.Parse();                         in any thread, each block once
//   BlockTaker taker(take);                blocks → records, in order
//
// The export form of the journal has entries of several lines, so the taker reads it itself.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "compiler/records/content.h"
#include "compiler/records/record.h"
#include "compiler/records/tally.h"
#include "compiler/records/text_reader.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Allocator.h"

namespace ipec::records {

class Block {
 public:
  Block() = default;
  Block(const Block&) = delete;  // records have views into the text
  Block& operator=(const Block&) = delete;

  void Parse();

 private:
  friend class BlockCutter;
  friend class BlockTaker;

  // As a new one, but with its memory.
  void Reset();
  void Keep(const Record& record);
  llvm::StringRef Kept(llvm::StringRef text);

  std::string text_;
  bool is_whole_ = true;            // begins and ends with a line
  std::optional<Trouble> trouble_;  // before the text
  bool needs_order_ = false;
  std::vector<Record> records_;
  // Texts of records that are not in `text_`.
  llvm::BumpPtrAllocatorImpl<llvm::MallocAllocator, std::size_t{1} << 16> kept_;
  Tally tally_;
};

using Blocks = std::vector<std::unique_ptr<Block>>;

class BlockCutter {
 public:
  static constexpr std::size_t kSize = std::size_t{1} << 18;

  // Blocks have `size` bytes, as far as lines allow. New ones are made from those in `spare`, which
  // were taken; their memory is used again.
  explicit BlockCutter(Blocks& spare, std::size_t size = kSize) : spare_(spare), size_(size) {}

  // Appends to `blocks`.
  void Feed(llvm::StringRef bytes, Blocks& blocks);
  void Finish(Blocks& blocks);
  // Then few bytes can have many blocks.
  bool is_compressed() const { return content_.is_compressed(); }

 private:
  void Add(llvm::StringRef text, Blocks& blocks);
  void Cut(std::size_t size, Blocks& blocks);
  Block& MakeBlock(Blocks& blocks);

  Blocks& spare_;
  const std::size_t size_;
  Content content_;
  std::optional<Trouble> trouble_;
  std::string open_;
  bool in_line_ = false;  // the last block ended within a line
};

class BlockTaker {
 public:
  explicit BlockTaker(std::function<void(const Record&)> take) : take_(std::move(take)) {}

  // The next block, parsed.
  void Take(Block& block);
  void Finish();
  const Tally& tally() const { return in_order_ ? in_order_->tally() : tally_; }

 private:
  std::function<void(const Record&)> take_;
  Tally tally_;
  std::optional<TextReader> in_order_;  // from the first block that needs it
};

}  // namespace ipec::records
