#pragma once

// The text of a log → records and a tally: lines, and entries of several lines.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "compiler/records/journal.h"
#include "compiler/records/line.h"
#include "compiler/records/record.h"
#include "compiler/records/tally.h"
#include "llvm/ADT/StringRef.h"

namespace ipec::records {

class TextReader {
 public:
  // `before`: of the text before, which ended with a line.
  explicit TextReader(std::function<void(const Record&)> take, const Tally& before = {})
      : take_(std::move(take)), tally_(before), lines_(tally_) {}
  TextReader(const TextReader&) = delete;
  TextReader& operator=(const TextReader&) = delete;

  void Feed(llvm::StringRef text);
  // A line that has begun ends here.
  void EndLine();
  void Finish();
  // Of the content of the log, at the line that comes next.
  void CountTrouble(Trouble trouble) { CountTrouble(trouble, {}, tally_.lines + 1); }

  const Tally& tally() const { return tally_; }
  // Whether an entry of several lines has begun: each line depends on those before it.
  bool has_entries() const { return has_entries_; }

 private:
  void FeedLine(llvm::StringRef piece);
  llvm::StringRef FeedBinary(llvm::StringRef bytes);
  void EndBinary();

  void TakeLine(llvm::StringRef line);
  void TakeEntryLine(llvm::StringRef line);
  void EndEntry();
  void Count(const Outcome& outcome, std::uint64_t line);
  void CountTrouble(Trouble trouble, llvm::StringRef field, std::uint64_t line);

  std::function<void(const Record&)> take_;
  Tally tally_;
  LineReader lines_;
  Record record_;

  std::string line_;  // the beginning of a line that has not ended
  bool is_long_ = false;

  JournalEntry entry_;
  std::string json_store_;
  bool in_entry_ = false;
  bool has_entries_ = false;
  std::uint64_t entry_line_ = 0;
  std::optional<BinaryValue> binary_;
};

}  // namespace ipec::records
